"""Errors of the domain. Each carries a code and values; the words people read come from the catalogues."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_LISTED = 100
"""Errors listed in one answer; the rest are only counted."""


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field: `errors.<code>` in the catalogues, filled with `values`."""

    field: str
    code: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


class StartRefused(Exception):
    """The service cannot start as it is set up; the message is one sentence that says why and what to do."""


class DomainError(Exception):
    """Something the rules do not allow."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class InvalidInput(DomainError):
    """What was entered breaks a rule; nothing was stored.

    count: how many errors there are; the first of them are kept
    """

    def __init__(self, errors: Sequence[FieldError], count: int | None = None) -> None:
        super().__init__("invalid_input")
        self.errors = tuple(errors[:MOST_LISTED])
        self.count = len(errors) if count is None else count

    def __str__(self) -> str:
        return "; ".join(f"{error.field}: {error.code}" for error in self.errors)


class RecordedRefusal(InvalidInput):
    """What was entered breaks a rule, and to say so tells something that is recorded.

    The transaction is committed before this goes on: whoever raises it has changed nothing else in it.
    """


class NotFound(DomainError):
    """There is no such thing for this person: missing and another controller's look the same."""

    def __init__(self, kind: str = "page") -> None:
        super().__init__("not_found", kind=kind)


class Forbidden(DomainError):
    """The person lacks the role that the step needs."""

    def __init__(self, right: str) -> None:
        super().__init__("no_right", right=right)


class LoginOver(DomainError):
    """The log-in or token ended, or its person was disabled, while the request was under way."""

    def __init__(self) -> None:
        super().__init__("login_over")


class StepRefused(DomainError):
    """The lifecycle does not allow the step now; `reasons` are the codes of the guards that said no.

    into: of a merged case, the reference of the case that it is merged into
    figures: numbers that the sentences of the reasons name
    """

    def __init__(
        self,
        step: str,
        state: str,
        reasons: Sequence[str] = (),
        into: str = "",
        figures: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__("step_refused", step=step, state=state)
        self.into = into
        self.figures = dict(figures or {})
        self.step = step
        self.state = state
        self.reasons = tuple(reasons)


class Conflict(DomainError):
    """Somebody else changed the same thing first."""

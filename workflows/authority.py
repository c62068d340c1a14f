"""The lifecycle of the notification to Datatilsynet (GDPR art. 33)."""

from dataclasses import dataclass

from breach.domain.states import AuthorityState as S
from workflows.machine import Flow, Step

TABLE: tuple[Step[S], ...] = (
    Step("require", (S.NOT_REQUIRED, S.WITHDRAWN), S.DUE),
    Step("waive", (S.DUE,), S.NOT_REQUIRED, ("decided_register_only",)),
    Step("submit", (S.DUE,), S.SUBMITTED, ("in_time_or_explained",)),
    Step("supplement", (S.SUBMITTED,), S.SUBMITTED),
    Step("complete", (S.SUBMITTED,), S.COMPLETED),
    Step("reopen", (S.COMPLETED,), S.SUBMITTED),
    Step("withdraw", (S.SUBMITTED, S.COMPLETED), S.WITHDRAWN, ("has_reason",)),
)

SETTLED = frozenset({S.NOT_REQUIRED, S.COMPLETED, S.WITHDRAWN})


@dataclass(frozen=True)
class AuthorityGuardFacts:
    """The facts that the guards of the notification read."""

    is_late: bool = False
    late_reason: str = ""
    reason: str = ""
    decided_register_only: bool = False


class AuthorityFlow(Flow[S, AuthorityGuardFacts]):
    """The guards of the notification."""

    table = TABLE
    asked = frozenset({"in_time_or_explained", "has_reason"})

    def in_time_or_explained(self) -> bool:
        return not self.facts.is_late or bool(self.facts.late_reason.strip())

    def has_reason(self) -> bool:
        return bool(self.facts.reason.strip())

    def decided_register_only(self) -> bool:
        return self.facts.decided_register_only

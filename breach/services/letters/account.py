"""The account of a breach: what happened and what was done, typed once by its handler for all that tells it.

It begins the letter, is shown with the proposal, and stands in the register (GDPR art. 33(5)).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.numbers import looks_like_cpr
from breach.domain.spans import Span
from breach.domain.states import CONSEQUENCES
from breach.domain.values import LONGEST_TEXT, trimmed
from breach.services.audit import append_to_case
from breach.services.cases.loading import load
from breach.services.context import Context
from breach.services.letters import typed
from breach.store.models import BreachCase

_TEXTS = ("summary", "measures", "summary_en", "measures_en")
_KEPT = (*_TEXTS, "in_english", "consequences")


@dataclass(frozen=True, kw_only=True)
class Account:
    """What the handler tells of the breach; a part that is not given is empty.

    summary: what happened; measures: what was done; `_en`: the same in English
    in_english: whether the letter is sent in English too; None leaves that as it is
    consequences: values of CONSEQUENCES; None leaves them as they are
    contained: whether the breach is contained; None leaves that as it is
    contained_at: when it was; may be left out where it is kept already
    """

    summary: str = ""
    measures: str = ""
    summary_en: str = ""
    measures_en: str = ""
    in_english: bool | None = None
    consequences: Sequence[str] | None = None
    contained: bool | None = None
    contained_at: Span | None = None


PARTS = tuple(Account.__dataclass_fields__)


def account_faults(ctx: Context, case: BreachCase, account: Account) -> Iterator[FieldError]:
    """Yield what bars an account: what no letter can say, strange consequences, a time that cannot be."""
    for field in _TEXTS:
        yield from _text_faults(field, getattr(account, field))
    for strange in sorted(set(account.consequences or ()) - set(CONSEQUENCES))[:1]:
        yield FieldError("consequences", "unknown_value", {"value": strange})
    if code := _unfit_containment(ctx, case, account):
        yield FieldError("contained_at", code)


def _contained_when(case: BreachCase, account: Account) -> Span | None:
    """Return when the breach was contained, as the account says or leaves it."""
    is_kept = account.contained or account.contained is None
    return account.contained_at or (case.contained_when if is_kept else None)


def _unfit_containment(ctx: Context, case: BreachCase, account: Account) -> str:
    """Return the error code of when a breach is said to be contained, or ''."""
    stopped = _contained_when(case, account)
    if stopped is None:
        return "contained_when_missing" if account.contained else ""
    if account.contained_at and not account.contained:
        return "contained_not_ticked"
    if stopped.start > ctx.now:
        return "contained_in_future"
    is_before = case.occurred_from_at is not None and stopped.end < case.occurred_from_at
    return "contained_before_occurred" if is_before and account.contained else ""


def _text_faults(field: str, value: str) -> Iterator[FieldError]:
    if len(value) > LONGEST_TEXT:
        yield FieldError(field, "too_long", {"limit": LONGEST_TEXT, "n": len(value)})
    elif looks_like_cpr(value):
        yield FieldError(field, "cpr_in_text")
    else:
        yield from typed.cannot_be_set(field, value)


def english_faults(case: BreachCase, account: Account) -> Iterator[FieldError]:
    """Yield what is written in Danish alone although the letter is to be sent in English too."""
    wanted = case.in_english if account.in_english is None else account.in_english
    for field in ("summary", "measures") if wanted else ():
        if trimmed(getattr(account, field)) and not trimmed(getattr(account, f"{field}_en")):
            yield FieldError(f"{field}_en", "english_missing")


def has_account(case: BreachCase) -> bool:
    """Tell whether what happened is told in every language in which the letter is sent."""
    return bool(case.summary) and bool(case.summary_en or not case.in_english)


def keep_account(case: BreachCase, account: Account) -> None:
    """Put the account in place of the one that the case had."""
    case.summary = trimmed(account.summary)
    case.measures = trimmed(account.measures)
    case.summary_en = trimmed(account.summary_en) or None
    case.measures_en = trimmed(account.measures_en) or None
    if account.in_english is not None:
        case.danish_only = not account.in_english
    if account.consequences is not None:
        case.consequences = list(account.consequences)
    stopped = _contained_when(case, account)
    case.contained_at = stopped.start if stopped else None
    case.contained_is_day = stopped.is_day if stopped else None


def account_of(case: BreachCase) -> Mapping[str, Any]:
    """Return what is kept of the account, and when the breach was contained, as events tell it."""
    stopped = case.contained_when
    kept = {name: getattr(case, name) for name in _KEPT}
    return kept | {"contained_at": stopped.written if stopped else None}


def save_account(ctx: Context, case: BreachCase, account: Account) -> None:
    """Store an account without faults, and record what changed in it: before and after."""
    before = account_of(case)
    keep_account(case, account)
    ctx.session.flush()
    now = account_of(case)
    changes = {name: [before[name], now[name]] for name in now if (before[name] or "") != (now[name] or "")}
    stopped = {"contained_at": now["contained_at"]} if now["contained_at"] else {}
    append_to_case(
        ctx,
        case,
        EventKind.CASE_MEASURES_SAVED,
        changes=changes,
        contained=bool(stopped),
        version=case.version,
        **stopped,
    )


def save_measures(
    ctx: Context,
    reference: str,
    version: int,
    summary: str,
    consequences: Sequence[str] = (),
    measures: str = "",
    contained: bool = False,
    contained_at: Span | None = None,
    **english: Any,
) -> None:
    """Store the account of a case; raise InvalidInput for what bars it.

    english: the parts of an Account that say it in English
    """
    case = load(ctx, reference, version, "save_measures").case
    account = Account(
        summary=summary,
        measures=measures,
        consequences=consequences,
        contained=contained,
        contained_at=contained_at,
        **english,
    )
    if errors := list(account_faults(ctx, case, account)):
        raise InvalidInput(errors)
    save_account(ctx, case, account)

"""The notification to Datatilsynet: submitting is recorded, never blocked by what is missing."""

from datetime import datetime

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.numbers import looks_like_cpr
from breach.domain.values import trimmed
from breach.services.audit import append_to_case
from breach.services.authority.inputs import LONGEST_NUMBER
from breach.services.cases.file import authority_of
from breach.services.cases.loading import load, touch
from breach.services.checks import written
from breach.services.context import Context
from breach.store.models import BreachCase
from workflows.authority import AuthorityFlow, AuthorityView


def _fire(ctx: Context, case: BreachCase, step: str, view: AuthorityView, **body: object) -> None:
    track = authority_of(ctx, case)
    before = track.state
    track.state = AuthorityFlow(track.state, view).fire(step)
    touch(ctx, case)
    append_to_case(
        ctx, case, EventKind.of_step("authority", step), before=before.value, after=track.state.value, **body
    )


def submit(
    ctx: Context,
    reference: str,
    version: int,
    submitted_at: datetime,
    receipt_number: str,
    late_reason: str = "",
) -> None:
    """Record that Datatilsynet was notified; later than 72 hours takes the reasons (art. 33(1))."""
    case = load(ctx, reference, version, "submit_notification")
    errors = []
    if submitted_at > ctx.now:
        errors.append(FieldError("submitted_at", "submitted_in_future"))
    aware = min(case.own_aware_at, case.aware_at).replace(second=0, microsecond=0)  # a page asks for minutes
    if submitted_at < aware:
        errors.append(FieldError("submitted_at", "submitted_before_aware"))
    if (used := len(receipt_number)) > LONGEST_NUMBER:
        errors.append(FieldError("receipt_number", "too_long", {"limit": LONGEST_NUMBER, "n": used}))
    if looks_like_cpr(receipt_number):
        errors.append(FieldError("receipt_number", "cpr_in_text"))
    is_late = submitted_at > case.due_at
    if is_late and not trimmed(late_reason):
        errors.append(FieldError("late_reason", "late_unexplained"))
    if errors:
        raise InvalidInput(errors)
    if trimmed(late_reason):
        written("late_reason", late_reason)
    track = authority_of(ctx, case)
    view = AuthorityView(is_late=is_late, late_reason=late_reason)
    _fire(ctx, case, "submit", view, submitted_at=submitted_at, receipt_number=receipt_number)
    track.submitted_at, track.submitted_by = submitted_at, ctx.person_id
    track.receipt_number = receipt_number.strip() or None
    track.late_reason = trimmed(late_reason) or None


def supplement(ctx: Context, reference: str, version: int, note: str) -> None:
    """Record that a supplement was sent (art. 33(4))."""
    case = load(ctx, reference, version, "supplement")
    _fire(ctx, case, "supplement", AuthorityView(), note=written("note", note))


def complete(ctx: Context, reference: str, version: int) -> None:
    """Record that nothing more is owed to Datatilsynet in the case."""
    _fire(ctx, load(ctx, reference, version, "complete_notification"), "complete", AuthorityView())


def withdraw(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Record that the notification was withdrawn, with the reason."""
    case = load(ctx, reference, version, "withdraw_notification")
    reason = written("reason", reason)
    _fire(ctx, case, "withdraw", AuthorityView(reason=reason), reason=reason)

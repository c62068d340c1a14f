"""The notification to Datatilsynet: submission, supplements, completion. Missing details never block it."""

from datetime import datetime

from breach.domain.clocks import is_late
from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.numbers import looks_like_cpr
from breach.domain.values import trimmed
from breach.services.audit import append_to_case
from breach.services.authority.inputs import LONGEST_NUMBER
from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import note_clock_event
from breach.services.cases.loading import load, touch
from breach.services.checks import written
from breach.services.context import Context
from workflows.authority import AuthorityFlow, AuthorityGuardFacts


def _fire(ctx: Context, file: CaseFile, step: str, facts: AuthorityGuardFacts, **body: object) -> None:
    case, track = file.case, file.authority
    before = track.state
    track.state = AuthorityFlow(track.state, facts).fire(step)
    touch(ctx, case)
    kind = EventKind.of_step("authority", step)
    append_to_case(ctx, case, kind, before=before.value, after=track.state.value, **body)
    note_clock_event(ctx, case, kind)


def submit(
    ctx: Context,
    reference: str,
    version: int,
    submitted_at: datetime,
    receipt_number: str,
    late_reason: str = "",
) -> None:
    """Store that Datatilsynet was notified; after 72 hours a reason is required (art. 33(1))."""
    file = load(ctx, reference, version, "submit_notification")
    case, track = file.case, file.authority
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
    is_past = is_late(case.due_at, submitted_at)
    if is_past and not trimmed(late_reason):
        errors.append(FieldError("late_reason", "late_unexplained"))
    if errors:
        raise InvalidInput(errors)
    if trimmed(late_reason):
        written("late_reason", late_reason)
    facts = AuthorityGuardFacts(is_late=is_past, late_reason=late_reason)
    _fire(ctx, file, "submit", facts, submitted_at=submitted_at, receipt_number=receipt_number)
    track.submitted_at, track.submitted_by = submitted_at, ctx.person_id
    track.receipt_number = receipt_number.strip() or None
    track.late_reason = trimmed(late_reason) or None


def supplement(ctx: Context, reference: str, version: int, note: str) -> None:
    """Store that a supplement was sent (art. 33(4))."""
    file = load(ctx, reference, version, "supplement")
    _fire(ctx, file, "supplement", AuthorityGuardFacts(), note=written("note", note))


def complete(ctx: Context, reference: str, version: int) -> None:
    """Mark the notification as complete: Datatilsynet is owed nothing more."""
    _fire(ctx, load(ctx, reference, version, "complete_notification"), "complete", AuthorityGuardFacts())


def withdraw(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Mark the notification as withdrawn, with the reason."""
    file = load(ctx, reference, version, "withdraw_notification")
    reason = written("reason", reason)
    _fire(ctx, file, "withdraw", AuthorityGuardFacts(reason=reason), reason=reason)

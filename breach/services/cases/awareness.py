"""Corrections of the awareness time, from which the 72 hours run: one person asks, another answers.

A clock is never paused. What a correction changes is the case's own awareness; the earliest of a case and of
those merged into it is the one that counts (GDPR art. 33(1)).
"""

from datetime import datetime

from breach.domain.awareness import AwarenessCandidate
from breach.domain.errors import FieldError, InvalidInput, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import CaseState
from breach.domain.values import trimmed
from breach.services.audit import append_to_case
from breach.services.cases.deadline import candidates_of, settle_awareness
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load, touch
from breach.services.checks import written
from breach.services.context import Context
from breach.services.field_types import EARLIEST
from breach.services.ids import new_id
from breach.store.models import AwarenessCorrection, BreachCase


def barred(ctx: Context, file: CaseFile, step: str) -> tuple[str, ...]:
    """Return the reasons, apart from roles, why this person cannot take the step now.

    A merged case may be corrected, for its awareness may be the one that counts where it was merged.
    """
    if file.ends_as in (CaseState.CONCLUDED, CaseState.DISMISSED):
        return ("wrong_state",) if file.merged_into is None else ("clock_is_closed",)
    asked = file.correction
    if step == "ask_awareness":
        return ("correction_waits",) if asked else ()
    if asked is None:
        return ("no_correction_waits",)
    is_asker = asked.asked_by == ctx.actor.person_id
    if step == "withdraw_awareness":
        return () if is_asker else ("only_asker_withdraws",)
    return ("corrector_differs_from_asker",) if is_asker else ()


def ask(ctx: Context, reference: str, version: int, aware_at: datetime, reason: str) -> AwarenessCorrection:
    """Ask for a correction of the case's own awareness time; another person has to confirm it."""
    file = load(ctx, reference, version, "ask_awareness")
    if reasons := barred(ctx, file, "ask_awareness"):
        raise StepRefused("ask_awareness", file.case.state.value, reasons)
    if code := _unfit(file, aware_at, ctx.now):
        raise InvalidInput([FieldError("aware_at", code)])
    return _asked(ctx, file, aware_at, written("reason", reason))


def _asked(ctx: Context, file: CaseFile, aware_at: datetime, reason: str) -> AwarenessCorrection:
    case = file.case
    row = AwarenessCorrection(
        id=new_id(ctx.now),
        controller_id=case.controller_id,
        case_id=case.id,
        state="asked",
        old_aware_at=case.own_aware_at,
        new_aware_at=aware_at,
        reason=reason,
        asked_by=ctx.person_id,
        asked_at=ctx.now,
    )
    ctx.session.add(row)
    file.corrections = (row, *file.corrections)
    touch(ctx, case)
    _append(ctx, case, row, EventKind.CASE_AWARENESS_ASKED, reason=row.reason)
    return row


def open_candidates(file: CaseFile) -> tuple[AwarenessCandidate, ...]:
    """Return the times among which whoever takes the case says which counts.

    There are none where the report says one time only, and where a correction was asked for before.
    """
    found = candidates_of(file.case)
    is_asked = file.case.state is CaseState.REPORTED and not file.corrections
    return found if is_asked and len(found) > 1 else ()


def settle(ctx: Context, file: CaseFile, aware_from: str, reason: str) -> None:
    """Record which of the times that a report says counts, and why.

    A later time than the one that counts is asked for: another person has to confirm it. Raises InvalidInput
    for a source that the report does not name, and for a later time without reasons.
    """
    said = {"reason": written("reason", reason)} if trimmed(reason) else {}
    chosen = next((one for one in open_candidates(file) if one.source.value == aware_from), None)
    if chosen is None:
        raise InvalidInput([FieldError("aware_from", "choice_unknown")])
    if chosen.at != file.case.own_aware_at:
        _asked(ctx, file, chosen.at, written("reason", reason))
        return
    kind = EventKind.CASE_AWARENESS_KEPT
    append_to_case(ctx, file.case, kind, aware_from=aware_from, aware_at=chosen.at, **said)


def _unfit(file: CaseFile, aware_at: datetime, now: datetime) -> str:
    """Return the error code of a proposed awareness time, or ''. Compares whole minutes, as forms do."""
    case = file.case
    minute = _minute(aware_at)
    submitted = file.authority.submitted_at
    if aware_at > now:
        return "aware_in_future"
    if aware_at < EARLIEST:
        return "time_too_early"
    if minute == _minute(case.own_aware_at):
        return "aware_unchanged"
    if case.occurred_from_at is not None and minute < _minute(case.occurred_from_at):
        return "aware_before_occurred"
    return "aware_after_submitted" if submitted is not None and minute > submitted else ""


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _waiting(ctx: Context, reference: str, version: int, step: str) -> tuple[BreachCase, AwarenessCorrection]:
    """Load the case and its unanswered correction; raise StepRefused if the step is barred."""
    file = load(ctx, reference, version, step)
    reasons = barred(ctx, file, step)
    row = file.correction
    if reasons or row is None:
        raise StepRefused(step, file.case.state.value, reasons)
    return file.case, row


def confirm(ctx: Context, reference: str, version: int, comment: str = "") -> None:
    """Apply the correction, as another person than the one who asked; updates deadline and reminders."""
    case, row = _waiting(ctx, reference, version, "confirm_awareness")
    _end(ctx, row, "confirmed", written("comment", comment) if trimmed(comment) else None, ctx.person_id)
    case.own_aware_at = row.new_aware_at
    touch(ctx, case)
    _append(ctx, case, row, EventKind.CASE_AWARENESS_CORRECTED, reason=row.reason, comment=row.comment)
    settle_awareness(ctx, case)


def refuse(ctx: Context, reference: str, version: int, comment: str) -> None:
    """Refuse the correction with a comment; the awareness time does not change."""
    case, row = _waiting(ctx, reference, version, "refuse_awareness")
    _end(ctx, row, "refused", written("comment", comment, "refusal_unexplained"), ctx.person_id)
    touch(ctx, case)
    _append(ctx, case, row, EventKind.CASE_AWARENESS_REFUSED, comment=row.comment)


def withdraw(ctx: Context, reference: str, version: int) -> None:
    """Withdraw one's own request."""
    case, row = _waiting(ctx, reference, version, "withdraw_awareness")
    _end(ctx, row, "withdrawn", None, None)
    touch(ctx, case)
    _append(ctx, case, row, EventKind.CASE_AWARENESS_WITHDRAWN)


def _end(
    ctx: Context, row: AwarenessCorrection, state: str, comment: str | None, decided_by: int | None
) -> None:
    row.state, row.comment, row.decided_by, row.decided_at = state, comment, decided_by, ctx.now
    ctx.session.flush()  # the database lets the case's awareness follow a confirmed correction only


def _append(ctx: Context, case: BreachCase, row: AwarenessCorrection, kind: EventKind, **why: object) -> None:
    """Append the audit event of a request or an answer: times, persons and reasons."""
    given = {name: value for name, value in why.items() if value}
    append_to_case(
        ctx,
        case,
        kind,
        correction=str(row.id),
        old_aware_at=row.old_aware_at,
        new_aware_at=row.new_aware_at,
        asked_by=row.asked_by,
        version=case.version,
        **given,
    )

"""Computes which awareness time counts for a case and its merged cases, and updates what depends on it."""

from sqlalchemy import func, select

from breach.domain.awareness import AwarenessCandidate, ReportedTimes, awareness_candidates
from breach.domain.clocks import notification_due
from breach.domain.events import EventKind
from breach.domain.spans import moment
from breach.domain.states import AuthorityState, OccurredKind
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import forget_file, kept_file, note_clock_event
from breach.services.context import Context
from breach.store.models import AuthorityTrack, BreachCase, Communication
from workflows.authority import AuthorityFlow, AuthorityGuardFacts


def candidates_of(case: BreachCase) -> tuple[AwarenessCandidate, ...]:
    """Return the times from which the 72 hours may run by what the report says, the earliest first."""
    times = ReportedTimes(
        source=case.source,
        received_at=case.received_at,
        discovered=case.discovered,
        called=moment(case.called_at) if case.called_at else None,
        began=None if case.occurred_kind is OccurredKind.APPROXIMATE else case.occurred_from_at,
    )
    return awareness_candidates(times)


def settle_awareness(ctx: Context, case: BreachCase) -> None:
    """Set `aware_at` and the deadlines to the earliest awareness among the case and the cases merged into it.

    Each case keeps its own awareness beside the one that counts.
    """
    others = ctx.session.scalar(
        select(func.min(BreachCase.aware_at)).where(BreachCase.merged_into_id == case.id)
    )
    earliest = min(case.own_aware_at, others) if others else case.own_aware_at
    if case.aware_at != earliest:
        track, shown = _tracks(ctx, case)
        before = case.due_at
        shown.due_at += earliest - case.aware_at
        case.aware_at = earliest
        case.due_at = notification_due(earliest)
        ctx.session.flush()
        moved = {"aware_at": earliest, "due_at": case.due_at, "communication_due_at": shown.due_at}
        append_to_case(ctx, case, EventKind.CASE_DEADLINE_MOVED, was_due_at=before, **moved)
        note_clock_event(ctx, case, EventKind.CASE_DEADLINE_MOVED, aware_at=earliest.isoformat())
        reopen_notification(ctx, case, track)
    if case.merged_into_id is not None:
        target = ctx.session.get_one(BreachCase, case.merged_into_id)
        settle_awareness(ctx, target)
        forget_file(ctx, target)


def _tracks(ctx: Context, case: BreachCase) -> tuple[AuthorityTrack, Communication]:
    if file := kept_file(ctx, case):
        return file.authority, file.communication
    both = Communication.case_id == AuthorityTrack.case_id
    wanted = select(AuthorityTrack, Communication).join(Communication, both)
    found = ctx.session.execute(wanted.where(AuthorityTrack.case_id == case.id)).one()
    return found.AuthorityTrack, found.Communication


def reopen_notification(ctx: Context, case: BreachCase, track: AuthorityTrack) -> None:
    """Reopen a completed notification, as Datatilsynet is owed a supplement."""
    flow = AuthorityFlow(track.state, AuthorityGuardFacts())
    if flow.starts("reopen"):
        before = track.state
        track.state = flow.fire("reopen")
        ctx.session.flush()
        append_to_case(ctx, case, EventKind.AUTHORITY_REOPEN, before=before.value, after=track.state.value)


def require_notification(ctx: Context, file: CaseFile) -> None:
    """Make the notification due where a decision that does not stand any more said that it is not."""
    flow = AuthorityFlow(file.authority.state, AuthorityGuardFacts())
    if file.authority.state is AuthorityState.NOT_REQUIRED and flow.starts("require"):
        file.authority.state = flow.fire("require")
        ctx.session.flush()
        append_to_case(ctx, file.case, EventKind.AUTHORITY_REQUIRE, after=file.authority.state.value)

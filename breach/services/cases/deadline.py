"""Which awareness counts, of a case and of those merged into it, and what follows when it moves."""

from sqlalchemy import func, select

from breach.domain.clocks import notification_due
from breach.domain.events import EventKind
from breach.services.audit import append_to_case
from breach.services.cases.file import authority_of, communication_of
from breach.services.context import Context
from breach.store.models import BreachCase
from workflows.authority import AuthorityFlow, AuthorityView


def settle_awareness(ctx: Context, case: BreachCase) -> None:
    """Let the earliest awareness of a case and of those merged into it count; what it is merged into follows.

    Each case keeps its own awareness beside the one that counts.
    """
    others = ctx.session.scalar(
        select(func.min(BreachCase.aware_at)).where(BreachCase.merged_into_id == case.id)
    )
    earliest = min(case.own_aware_at, others) if others else case.own_aware_at
    if case.aware_at != earliest:
        before, told = case.due_at, communication_of(ctx, case)
        told.due_at += earliest - case.aware_at
        case.aware_at, case.due_at = earliest, notification_due(earliest)
        ctx.session.flush()
        moved = {"aware_at": earliest, "due_at": case.due_at, "communication_due_at": told.due_at}
        append_to_case(ctx, case, EventKind.CASE_DEADLINE_MOVED, was_due_at=before, **moved)
        _reopen_notification(ctx, case)
    if case.merged_into_id is not None:
        settle_awareness(ctx, ctx.session.get_one(BreachCase, case.merged_into_id))


def _reopen_notification(ctx: Context, case: BreachCase) -> None:
    """Datatilsynet was told another time: a notification that was completed is owed a supplement again."""
    track = authority_of(ctx, case)
    flow = AuthorityFlow(track.state, AuthorityView())
    if flow.starts("reopen"):
        before, track.state = track.state, flow.fire("reopen")
        ctx.session.flush()
        append_to_case(ctx, case, EventKind.AUTHORITY_REOPEN, before=before.value, after=track.state.value)

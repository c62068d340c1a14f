"""Notices that the channel could not deliver: a person sends a letter by post, or gives the notice up."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from breach.domain.errors import NotFound, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import CommunicationState, NoticeState
from breach.services.audit import append_to_case
from breach.services.cases.file import forget_file
from breach.services.cases.loading import get_case, get_told, load, touch
from breach.services.context import Context
from breach.services.sending.identity import ListedRecipient, listed_one, named
from breach.services.sending.identity_limits import log_identity_read, require_right
from breach.services.sending.receipts import complete_if_all_told
from breach.store.models import BreachCase, Notice
from workflows.notice import NoticeFlow, after

BY_HAND = ("fall_back", "print", "post", "cancel")
"""Steps that a person takes; all others are taken by the channel."""
NEEDS_ACTION = frozenset(
    {NoticeState.REJECTED, NoticeState.NEEDS_PERSON, NoticeState.NEEDS_LETTER, NoticeState.PRINTING}
)
"""States in which somebody has to act."""


@dataclass(frozen=True)
class WaitingNotice:
    """A notice that needs action, with its open steps. It does not identify the recipient."""

    id: UUID
    state: NoticeState
    code: str
    steps: tuple[str, ...]


def waiting_notices(ctx: Context, communication_id: UUID, limit: int = 50) -> list[WaitingNotice]:
    """Return the first notices of a communication that wait for a person."""
    wanted = select(Notice).where(Notice.communication_id == communication_id, Notice.state.in_(NEEDS_ACTION))
    rows = ctx.session.scalars(wanted.order_by(Notice.id).limit(limit))
    return [_with_steps(row) for row in rows]


def notice_with_steps(ctx: Context, case: BreachCase, notice_id: UUID) -> WaitingNotice:
    """Return one notice of the case with its open steps; raise NotFound if it belongs to another case."""
    found = ctx.session.get(Notice, notice_id)
    if found is None or found.case_id != case.id:
        raise NotFound("notice")
    return _with_steps(found)


def waiting_one(ctx: Context, reference: str, notice_id: UUID) -> WaitingNotice:
    """Return a notice that needs action; raise Forbidden without the right to see identities.

    Raises StepRefused if the notice no longer needs action.
    """
    return waiting_in(ctx, get_case(ctx, reference), notice_id)


def waiting_in(ctx: Context, case: BreachCase, notice_id: UUID) -> WaitingNotice:
    """Return a notice of the case that waits for a person; raises what `waiting_one` raises."""
    require_right(ctx, case)
    found = notice_with_steps(ctx, case, notice_id)
    if found.state not in NEEDS_ACTION:
        raise StepRefused("show_recipient", found.state.value, ("notice_moved",))
    return found


def recipient_of(
    ctx: Context, reference: str, notice_id: UUID, purpose: str
) -> tuple[WaitingNotice, ListedRecipient]:
    """Return a notice that needs action and its recipient; logs the read first.

    Raises what `waiting_one` and `breach.services.sending.identity_limits.log_identity_read` raise.
    """
    case, shown = get_told(ctx, reference)
    found = waiting_in(ctx, case, notice_id)
    person = listed_one(ctx, shown, ctx.session.get_one(Notice, notice_id).recipient_id)
    log_identity_read(ctx, case, person.id, purpose, notice=str(notice_id))
    return found, named(ctx, person)


def _with_steps(row: Notice) -> WaitingNotice:
    return WaitingNotice(row.id, row.state, row.code or "", _open_steps(row.state))


def _open_steps(state: NoticeState) -> tuple[str, ...]:
    flow = NoticeFlow(state, None)
    return tuple(step for step in BY_HAND if flow.starts(step))


def handle(ctx: Context, reference: str, version: int, notice_id: UUID, step: str) -> None:
    """Take a step by hand: to paper, printed, posted, or given up. A posted notice counts as told."""
    file = load(ctx, reference, version, "handle_notice")
    case, communication = file.case, file.communication
    notice = ctx.session.get(Notice, notice_id, with_for_update=True)
    if notice is None or notice.communication_id != communication.id:
        raise NotFound("notice")
    if step not in BY_HAND:
        raise StepRefused(step, notice.state.value, ("wrong_state",))
    before = notice.state
    notice.state = after(notice.state, step)
    if notice.state is NoticeState.POSTED:
        notice.settled_at = ctx.now
    touch(ctx, case)
    moved = {"before": before.value, "after": notice.state.value}
    append_to_case(
        ctx, case, EventKind.of_step("notice", step), notice=str(notice.id), **moved, version=case.version
    )
    if communication.state is CommunicationState.SENDING:
        complete_if_all_told(ctx, communication)
    forget_file(ctx, case)

"""What a person does with a notice that the channel could not deliver: a letter by post, or none at all."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from breach.domain.errors import NotFound, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import CommunicationState, NoticeState
from breach.services.audit import append_to_case
from breach.services.cases.file import communication_of
from breach.services.cases.loading import get_case, load, touch
from breach.services.context import Context
from breach.services.sending.identity import ListedRecipient, masked_one, named
from breach.services.sending.identity_limits import record_look, require_right
from breach.services.sending.receipts import complete_if_all_told
from breach.store.models import BreachCase, Notice
from workflows.notice import NoticeFlow, after

BY_HAND = ("fall_back", "print", "post", "cancel")
"""Steps that a person takes; all others are the channel's."""
STANDING = frozenset(
    {NoticeState.REJECTED, NoticeState.NEEDS_PERSON, NoticeState.NEEDS_LETTER, NoticeState.PRINTING}
)
"""States in which a notice waits for a person."""


@dataclass(frozen=True)
class StandingNotice:
    """A notice that waits for a person, with the steps open to it. It says nothing of who it is for."""

    id: UUID
    state: NoticeState
    code: str
    steps: tuple[str, ...]


def standing(ctx: Context, case: BreachCase, limit: int = 50) -> list[StandingNotice]:
    """Return the first notices of the case that wait for a person."""
    wanted = select(Notice).where(
        Notice.communication_id == communication_of(ctx, case).id, Notice.state.in_(STANDING)
    )
    rows = ctx.session.scalars(wanted.order_by(Notice.id).limit(limit))
    return [_told_of(row) for row in rows]


def standing_one(ctx: Context, case: BreachCase, notice_id: UUID) -> StandingNotice:
    """Return one notice of the case; raises NotFound for one of another case."""
    found = ctx.session.get(Notice, notice_id)
    if found is None or found.communication_id != communication_of(ctx, case).id:
        raise NotFound("notice")
    return _told_of(found)


def waiting_one(ctx: Context, reference: str, notice_id: UUID) -> StandingNotice:
    """Return a notice that waits for a person, to somebody who may see whom it is for.

    Raises StepRefused once the notice waits no more: those who are told are nobody's errand.
    """
    case = get_case(ctx, reference)
    require_right(ctx, case)
    found = standing_one(ctx, case, notice_id)
    if found.state not in STANDING:
        raise StepRefused("show_recipient", found.state.value, ("notice_moved",))
    return found


def recipient_of(
    ctx: Context, reference: str, notice_id: UUID, purpose: str
) -> tuple[StandingNotice, ListedRecipient]:
    """Return a notice that waits for a person, and whom it is for; the look is on record first.

    Raises what `waiting_one` and `breach.services.sending.identity_limits.record_look` raise.
    """
    found = waiting_one(ctx, reference, notice_id)
    case = get_case(ctx, reference)
    notice = ctx.session.get_one(Notice, notice_id)
    person = masked_one(ctx, reference, notice.recipient_id)
    record_look(ctx, case, person.id, purpose, notice=str(notice_id))
    return found, named(ctx, person)


def _told_of(row: Notice) -> StandingNotice:
    return StandingNotice(row.id, row.state, row.code or "", _open_steps(row.state))


def _open_steps(state: NoticeState) -> tuple[str, ...]:
    flow = NoticeFlow(state, None)
    return tuple(step for step in BY_HAND if flow.starts(step))


def handle(ctx: Context, reference: str, version: int, notice_id: UUID, step: str) -> None:
    """Take a step by hand: to paper, printed, posted, or given up. Posted counts as told."""
    case = load(ctx, reference, version, "handle_notice")
    told = communication_of(ctx, case)
    notice = ctx.session.get(Notice, notice_id, with_for_update=True)
    if notice is None or notice.communication_id != told.id:
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
    if told.state is CommunicationState.SENDING:
        complete_if_all_told(ctx, told)

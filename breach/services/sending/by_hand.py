"""Notices that the channel could not deliver: a person sends a letter by post, or gives the notice up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select

from breach.domain.danish_time import local
from breach.domain.errors import FieldError, InvalidInput, NotFound, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import CommunicationState, NoticeState
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import forget_file
from breach.services.cases.loading import get_case, get_told, load, touch
from breach.services.context import Context
from breach.services.sending.identity import (
    ListedRecipient,
    listed_one,
    log_identity_read,
    log_list_read,
    named,
    require_right,
)
from breach.services.sending.messages import NOTHING_COMPOSED, addressees
from breach.services.sending.receipts import complete_if_all_told
from breach.store.models import BreachCase, Notice, Recipient
from workflows.notice import NoticeFlow, after

BY_HAND = ("fall_back", "print", "post", "cancel")
"""Steps that a person takes; all others are taken by the channel."""
NEEDS_ACTION = frozenset(
    {NoticeState.REJECTED, NoticeState.NEEDS_PERSON, NoticeState.NEEDS_LETTER, NoticeState.PRINTING}
)
"""States in which somebody has to act."""
UNDELIVERED = (NoticeState.REJECTED, NoticeState.NEEDS_PERSON)
"""States of a letter that its channel did not deliver, and for which nothing is chosen yet."""
ON_PAPER = (NoticeState.NEEDS_LETTER, NoticeState.PRINTING)
"""States of a letter that is to be posted."""
MOST_ON_A_LIST = 1000
"""Letters on one list for the post; when they are posted the next list has those that follow."""


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

    Raises what `waiting_one` and `breach.services.sending.identity.log_identity_read` raise.
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


def barred_on_paper(ctx: Context, file: CaseFile, step: str) -> tuple[str, ...]:
    """Return the reason why no letters can go over to paper: none waits for that to be chosen."""
    return () if _count(file, UNDELIVERED) else ("no_letters_wait",)


def barred_to_post(ctx: Context, file: CaseFile, step: str) -> tuple[str, ...]:
    """Return the reason why no letters can be noted as posted: none is to be posted."""
    return () if to_be_posted(file) else ("no_letters_on_paper",)


def to_be_posted(file: CaseFile) -> int:
    """Return how many letters of the round are to be posted."""
    return _count(file, ON_PAPER)


def _count(file: CaseFile, states: Iterable[NoticeState]) -> int:
    return sum(file.counts.get(state, 0) for state in states)


def send_on_paper(ctx: Context, reference: str, version: int, doubtful: bool = False) -> None:
    """Send on paper every letter that surely reached nobody; with `doubtful` those without a receipt too.

    Raises InvalidInput where all that wait are doubtful and they are not meant.
    """
    file = load(ctx, reference, version, "send_on_paper")
    waiting = _in_states(ctx, file, UNDELIVERED)
    chosen = [row for row in waiting if doubtful or _surely_failed(row)]
    if not chosen:
        raise InvalidInput([FieldError("doubtful", "only_doubtful")])
    for row in chosen:
        _move(file, row, after(row.state, "fall_back"))
    _note_many(ctx, file, EventKind.NOTICE_MANY_FALL_BACK, letters=len(chosen))


def _surely_failed(row: Notice) -> bool:
    """Tell whether nothing can have reached the person: the channel said so, or there was nothing to send."""
    return row.state is NoticeState.REJECTED or row.message_sha256 == NOTHING_COMPOSED


def post_letters(ctx: Context, reference: str, version: int, posted_on: date) -> None:
    """Note the letters of the list for the post as posted on a day; each of them counts as told.

    Raises InvalidInput for a day after today or before the release.
    """
    file = load(ctx, reference, version, "post_letters")
    released_at = file.communication.released_at
    if posted_on > local(ctx.now).date():
        raise InvalidInput([FieldError("posted_on", "posted_in_future")])
    if released_at is not None and posted_on < local(released_at).date():
        raise InvalidInput([FieldError("posted_on", "posted_before_release")])
    rows = _in_states(ctx, file, ON_PAPER)[:MOST_ON_A_LIST]  # as many as the list names
    if not rows:
        raise StepRefused("post_letters", file.communication.state.value, ("no_letters_on_paper",))
    for row in rows:
        printed = after(row.state, "print") if row.state is NoticeState.NEEDS_LETTER else row.state
        _move(file, row, after(printed, "post"))
        row.settled_at = ctx.now
    file.reached += len(rows)
    said = {"letters": len(rows), "posted_on": posted_on.isoformat()}
    _note_many(ctx, file, EventKind.NOTICE_MANY_POST, **said)


def _in_states(ctx: Context, file: CaseFile, states: Iterable[NoticeState]) -> Sequence[Notice]:
    wanted = select(Notice).where(
        Notice.communication_id == file.communication.id, Notice.state.in_(tuple(states))
    )
    return ctx.session.scalars(wanted.order_by(Notice.id).with_for_update()).all()


def _move(file: CaseFile, row: Notice, state: NoticeState) -> None:
    """Give a letter another state, and let the figures of the file follow."""
    file.count_moved(row.state, state)
    row.state = state


def _note_many(ctx: Context, file: CaseFile, kind: EventKind, **said: object) -> None:
    touch(ctx, file.case)
    append_to_case(ctx, file.case, kind, **said, version=file.case.version)
    if file.communication.state is CommunicationState.SENDING:
        complete_if_all_told(ctx, file.communication)


@dataclass(frozen=True)
class PaperLetter:
    """A letter to be posted, with whom it goes to. What it holds never shows in `repr`.

    address: its lines; empty where the list had none
    """

    id: UUID
    name: str = field(repr=False)
    cpr: str = field(repr=False)
    address: str = field(repr=False)


def letters_for_the_post(ctx: Context, reference: str, purpose: str) -> list[PaperLetter]:
    """Return the letters to be posted with full identity, at most MOST_ON_A_LIST; logs that first.

    Raises what `breach.services.sending.identity.log_list_read` raises.
    """
    case, shown = get_told(ctx, reference)
    require_right(ctx, case)
    wanted = (
        select(Notice.id, Recipient)
        .join(Recipient, Recipient.id == Notice.recipient_id)
        .where(Notice.communication_id == shown.id, Notice.state.in_(ON_PAPER))
        .order_by(Notice.id)
        .limit(MOST_ON_A_LIST)
    )
    found = ctx.session.execute(wanted).all()
    people = [row.Recipient for row in found]
    log_list_read(ctx, case, [person.id for person in people], purpose)
    opened = addressees(ctx, people)
    return [
        PaperLetter(row.id, one.name, one.cpr or one.replacement_number or "", one.postal_address or "")
        for row, one in zip(found, opened, strict=True)
    ]

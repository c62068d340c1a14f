"""Creates a communication's notices and the batches that jobs send.

The argument: UUID and hash are stored when a notice is queued; a claim (attempt row, state `unknown`) is
committed before the channel is contacted, a handful at a time; no lease frees a claim, so nobody else can
become a second sender; `unknown` is left by a receipt, by proof that a repeat is harmless, or by a person.
"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from breach.domain.messages import (
    Addressee,
    Composer,
)
from breach.domain.states import NoticeState
from breach.services.cases.file_query import addressed
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.sending.messages import addressees, compose_first, composer_for
from breach.store.models import (
    Communication,
    Notice,
    Recipient,
    Release,
    SendBatch,
)
from workflows.notice import after

BATCH = 500


def _batches_before(ctx: Context, order: Release, communication: Communication) -> int:
    """Return how many batches there are of this round and the earlier ones; the numbers run on."""
    if communication.round == 1 and order.prepared_to is None:
        return 0
    numbers = select(func.max(SendBatch.number)).where(SendBatch.communication_id == communication.id)
    return ctx.session.scalar(numbers) or 0


def begin_preparing(ctx: Context, order: Release, communication: Communication) -> Counter[NoticeState]:
    """Make the first notices of an order that is released, and queue the job that makes the others.

    Returns how many stand in each state. What the release takes does not grow with the list.
    """
    order.unprepared = order.frozen_count
    made = _prepare(ctx, order, communication)
    if order.unprepared:
        queue_preparation(ctx, order)
    return made


def prepare_next(ctx: Context, release_id: UUID) -> int:
    """Make the next notices of an order, with a batch that a job sends; return how many persons are left.

    The order is locked: of two workers one goes on behind the other, and no person is met twice.
    """
    order = ctx.session.get_one(Release, release_id, with_for_update=True)
    if order.unprepared:
        _prepare(ctx, order, ctx.session.get_one(Communication, order.communication_id))
    return order.unprepared or 0


def queue_preparation(ctx: Context, order: Release) -> None:
    """Queue the job that makes the notices of an order."""
    order.preparation = (order.preparation or 0) + 1
    ctx.session.flush()
    ctx.jobs.enqueue(ctx.session, "prepare_release", preparation_of(order), str(order.id))


def preparation_of(order: Release) -> str:
    """Return the id of the job that makes the notices of an order."""
    return f"prepare/{order.id}/{order.preparation}"


def _prepare(ctx: Context, order: Release, communication: Communication) -> Counter[NoticeState]:
    """Store a notice with UUID and hash for the next persons of the order, and their batch."""
    with ctx.session.no_autoflush:  # so that all of it is written at once
        rows = ctx.session.scalars(_of_round(communication, order.prepared_to).limit(BATCH)).all()
        number = _batches_before(ctx, order, communication) + 1
        notices = _notices(ctx, communication, rows)
    # the count may be too high, as somebody may have been removed meanwhile: a part not full is the last
    left = (order.unprepared or 0) - len(rows)
    order.unprepared = left if len(rows) == BATCH else 0
    if notices:
        order.prepared_to = rows[-1].id
        batch = _batch(ctx, communication, number, notices)
        ctx.session.add_all([*notices, batch])
        ctx.session.flush()
        enqueue(ctx, batch)
    return Counter(notice.state for notice in notices)


def _notices(ctx: Context, communication: Communication, rows: Sequence[Recipient]) -> list[Notice]:
    if not rows or communication.released_at is None:
        return []
    make = composer_for(ctx, communication, communication.released_at)
    ids = sorted(new_id(ctx.now) for _ in rows)  # in order, so that no batch reaches into another
    return [
        _queued(ctx, communication, notice_id, recipient, make, addressee)
        for notice_id, recipient, addressee in zip(ids, rows, addressees(ctx, rows), strict=True)
    ]


def _of_round(communication: Communication, behind: UUID | None) -> Select[Recipient]:
    """Return the statement for whom the round goes to, from the person behind another on."""
    wanted = select(Recipient).join(Communication, Communication.id == Recipient.communication_id)
    wanted = wanted.where(Communication.id == communication.id, addressed()).order_by(Recipient.id)
    return wanted if behind is None else wanted.where(Recipient.id > behind)


def job_of(batch: SendBatch) -> str:
    return f"send/{batch.id}/{batch.epoch}"


def enqueue(ctx: Context, batch: SendBatch) -> None:
    ctx.jobs.enqueue(ctx.session, "send_batch", job_of(batch), str(batch.id))


def _queued(
    ctx: Context,
    communication: Communication,
    notice_id: UUID,
    recipient: Recipient,
    make: Composer,
    addressee: Addressee,
) -> Notice:
    uuid = ctx.keys.message_uuid(
        ctx.session,
        communication.controller_id,
        communication.case_id,
        communication.id,
        recipient.id,
        communication.channel,
        communication.round,
    )
    notice = Notice(
        id=notice_id,
        controller_id=communication.controller_id,
        case_id=communication.case_id,
        communication_id=communication.id,
        recipient_id=recipient.id,
        channel=communication.channel,
        state=after(NoticeState.DRAFTED, "approve"),
        message_uuid=uuid,
        queued_at=ctx.now,
        round_number=communication.round,
    )
    compose_first(notice, make, addressee)
    return notice


def _batch(ctx: Context, communication: Communication, number: int, notices: list[Notice]) -> SendBatch:
    return SendBatch(
        id=new_id(ctx.now),
        controller_id=communication.controller_id,
        case_id=communication.case_id,
        communication_id=communication.id,
        number=number,
        epoch=1,
        first_notice_id=notices[0].id,
        last_notice_id=notices[-1].id,
        created_at=ctx.now,
        touched_at=ctx.now,
    )


def park(ctx: Context, batch: SendBatch) -> None:
    left = ctx.session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.communication_id == batch.communication_id,
            Notice.id.between(batch.first_notice_id, batch.last_notice_id),
            Notice.state == NoticeState.QUEUED,
        )
    )
    batch.state, batch.worker, batch.touched_at = ("waiting" if left else "done"), None, ctx.now


def give_up_batch(ctx: Context, batch_id: UUID) -> None:
    """Mark a batch as waiting: its worker is gone or its channel did not answer."""
    park(ctx, ctx.session.get_one(SendBatch, batch_id))

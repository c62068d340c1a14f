"""Creates a communication's notices and the batches that jobs send.

The argument: UUID and hash are stored when a notice is queued; a claim (attempt row, state `unknown`) is
committed before the channel is contacted, a handful at a time; no lease frees a claim, so nobody else can
become a second sender; `unknown` is left by a receipt, by proof that a repeat is harmless, or by a person.
"""

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
    SendBatch,
)
from workflows.notice import after

BATCH = 500


def _sent(ctx: Context, communication: Communication) -> int:
    """Return how many batches the earlier rounds had; the numbers run on."""
    if communication.round == 1:
        return 0
    numbers = select(func.max(SendBatch.number)).where(SendBatch.communication_id == communication.id)
    return ctx.session.scalar(numbers) or 0


def queue_notices(ctx: Context, communication: Communication) -> list[SendBatch]:
    """Store a notice with UUID and hash for everybody whom the round goes to, in batches that jobs send."""
    released_at = ctx.now
    make = composer_for(ctx, communication, released_at)
    rows = ctx.session.scalars(_of_round(communication)).all()
    ids = sorted(new_id(ctx.now) for _ in rows)  # in order, so that no batch reaches into another
    batches = []
    for number, start in enumerate(range(0, len(rows), BATCH), _sent(ctx, communication) + 1):
        part, part_ids = rows[start : start + BATCH], ids[start : start + BATCH]
        notices = [
            _queued(ctx, communication, notice_id, recipient, make, addressee)
            for notice_id, recipient, addressee in zip(part_ids, part, addressees(ctx, part), strict=True)
        ]
        ctx.session.add_all(notices)
        batches.append(_batch(ctx, communication, number, notices))
    ctx.session.add_all(batches)
    ctx.session.flush()
    for batch in batches:
        enqueue(ctx, batch)
    return batches


def _of_round(communication: Communication) -> Select[Recipient]:
    wanted = select(Recipient).join(Communication, Communication.id == Recipient.communication_id)
    return wanted.where(Communication.id == communication.id, addressed()).order_by(Recipient.id)


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

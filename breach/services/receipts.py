"""What the channel says later: stored and committed here, then deleted at the source."""

from uuid import UUID

from sqlalchemy import select

from breach.domain.notifying import BusinessReceipt, ReceiptStatus
from breach.domain.states import CommunicationState, NoticeState
from breach.services import views
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.opening import record
from breach.store.models import BreachCase, Communication, Notice, NoticeReceipt
from workflows.communication import CommunicationFlow, CommunicationView
from workflows.machine import sources
from workflows.notice import TABLE, after

_STEP = {ReceiptStatus.DELIVERED: "deliver", ReceiptStatus.REJECTED: "reject"}


def store_receipt(ctx: Context, receipt: BusinessReceipt) -> None:
    """Store a receipt once and move its notice; `delivered` never goes back.

    A receipt that matches no notice is kept and shown; one that contradicts a delivery is kept.
    """
    uuid = UUID(receipt.message_uuid)
    known = ctx.session.scalar(
        select(NoticeReceipt.id).where(
            NoticeReceipt.message_uuid == uuid,
            NoticeReceipt.status == receipt.status.value,
            NoticeReceipt.at == receipt.at,
        )
    )
    if known is not None:
        return
    notice = ctx.session.scalar(select(Notice).where(Notice.message_uuid == uuid).with_for_update())
    ctx.session.add(
        NoticeReceipt(
            id=new_id(ctx.now),
            message_uuid=uuid,
            notice_id=notice.id if notice else None,
            status=receipt.status.value,
            code=receipt.code or None,
            at=receipt.at,
            stored_at=ctx.now,
        )
    )
    if notice is not None:
        _move(ctx, notice, receipt)


def _move(ctx: Context, notice: Notice, receipt: BusinessReceipt) -> None:
    state, step = notice.state, _STEP[receipt.status]
    if state is NoticeState.QUEUED and receipt.status is ReceiptStatus.DELIVERED:
        state = after(state, "claim")  # returned to the queue, yet it had arrived: the receipt is the proof
    if state not in sources(TABLE, step):
        return
    notice.state, notice.settled_at, notice.code = after(state, step), ctx.now, receipt.code or None
    ctx.session.flush()


def complete_where_all_told(ctx: Context) -> None:
    """Complete every communication under way in which everyone on the list has been told."""
    running = select(Communication).where(Communication.state == CommunicationState.SENDING)
    for told in ctx.session.scalars(running):
        complete_if_all_told(ctx, told)


def complete_if_all_told(ctx: Context, told: Communication) -> None:
    """Complete a communication under way if nobody on its list is left untold."""
    untold = views.untold(ctx, told)
    if untold:
        return
    told.state = CommunicationFlow(told.state, CommunicationView(untold=untold)).fire("complete")
    told.completed_at = ctx.now
    ctx.session.flush()
    record(ctx, ctx.session.get_one(BreachCase, told.case_id), "communication.complete")

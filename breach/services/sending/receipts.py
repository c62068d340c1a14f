"""Stores delivery receipts and moves their notices; the worker deletes them at the channel later."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import Select, Table, exists, func, select

from breach.domain.events import EventKind
from breach.domain.messages import DeliveryReceipt, ReceiptStatus
from breach.domain.states import SETTLED, TOLD, CommunicationState, NoticeState
from breach.services.audit import append_to_case
from breach.services.cases import guard_facts
from breach.services.context import Context
from breach.services.ids import new_id
from breach.store.inserting import insert_new
from breach.store.models import BreachCase, Communication, Notice, NoticeReceipt, Release
from workflows.communication import CommunicationFlow, CommunicationGuardFacts
from workflows.machine import sources
from workflows.notice import TABLE, after

_TABLE = cast(Table, NoticeReceipt.__table__)
_STEP = {ReceiptStatus.DELIVERED: "deliver", ReceiptStatus.REJECTED: "reject"}


def store_delivery_receipts(ctx: Context, receipts: Sequence[DeliveryReceipt]) -> None:
    """Store each receipt once and move its notice; a delivered notice keeps its state.

    A receipt that matches no notice is kept and shown; one that contradicts a delivery is kept. One that
    another worker stores at the same time is left to it.
    """
    notices = _notices(ctx, receipts)
    ordered = sorted(receipts, key=lambda one: (one.at, one.message_uuid, one.status.value))
    by_id = {new_id(ctx.now): receipt for receipt in ordered}
    rows = [_row(ctx, key, one, notices.get(UUID(one.message_uuid))) for key, one in by_id.items()]
    new = {row["id"] for row in insert_new(ctx.session, _TABLE, rows)}
    for key, receipt in by_id.items():
        notice = notices.get(UUID(receipt.message_uuid))
        if notice is not None and key in new:
            _move(ctx, notice, receipt)
    ctx.session.flush()


def _notices(ctx: Context, receipts: Sequence[DeliveryReceipt]) -> dict[UUID | None, Notice]:
    """Return the receipts' notices by message UUID, locked in the same order as sending locks them."""
    uuids = {UUID(receipt.message_uuid) for receipt in receipts}
    wanted = select(Notice).where(Notice.message_uuid.in_(uuids)).order_by(Notice.id).with_for_update()
    return {notice.message_uuid: notice for notice in ctx.session.scalars(wanted)}


def _row(ctx: Context, key: UUID, receipt: DeliveryReceipt, notice: Notice | None) -> dict[str, object]:
    return {
        "id": key,
        "message_uuid": UUID(receipt.message_uuid),
        "notice_id": notice.id if notice else None,
        "status": receipt.status.value,
        "code": receipt.code or None,
        "at": receipt.at,
        "stored_at": ctx.now,
    }


def _move(ctx: Context, notice: Notice, receipt: DeliveryReceipt) -> None:
    state, step = notice.state, _STEP[receipt.status]
    if state is NoticeState.QUEUED and receipt.status is ReceiptStatus.DELIVERED:
        state = after(state, "claim")  # returned to the queue, yet it had arrived: the receipt is the proof
    if state not in sources(TABLE, step):
        return
    notice.state = after(state, step)
    notice.settled_at = ctx.now
    notice.code = receipt.code or None


def complete_where_all_told(ctx: Context) -> None:
    """Complete each communication being sent in which nothing moves and nobody is missing."""
    moving = exists().where(
        Notice.communication_id == Communication.id, Notice.state.in_(set(NoticeState) - SETTLED)
    )
    still = select(Communication).where(Communication.state == CommunicationState.SENDING, ~moving)
    for communication in ctx.session.scalars(still):
        complete_if_all_told(ctx, communication)


def complete_if_all_told(ctx: Context, communication: Communication) -> None:
    """Complete the communication being sent if everybody affected is told, or not told for a reason."""
    _note_round(ctx, communication)
    case = ctx.session.get_one(BreachCase, communication.case_id)
    facts = CommunicationGuardFacts(
        tally=guard_facts.tally_now(ctx, case, communication),
        on_the_way=guard_facts.on_the_way_now(ctx, communication),
    )
    flow = CommunicationFlow(communication.state, facts)
    if flow.barred("complete"):
        return
    before = communication.state
    communication.state = flow.fire("complete")
    communication.completed_at = ctx.now
    ctx.session.flush()
    append_to_case(
        ctx, case, EventKind.COMMUNICATION_COMPLETE, before=before.value, after=communication.state.value
    )


def _note_round(ctx: Context, communication: Communication) -> None:
    """Note at the order of this round when all of its letters were delivered or posted."""
    told = select(func.count(Notice.id)).where(
        Notice.communication_id == communication.id,
        Notice.state.in_(TOLD),
        func.coalesce(Notice.round_number, 1) == communication.round,
    )
    for order in ctx.session.scalars(_orders(communication)):
        if order.completed_at is None and ctx.session.scalar(told) == order.frozen_count:
            order.completed_at = ctx.now
    ctx.session.flush()


def _orders(communication: Communication) -> Select[Release]:
    """Return the statement of the order by which the round was sent."""
    return select(Release).where(
        Release.communication_id == communication.id,
        Release.state == "released",
        func.coalesce(Release.round_number, 1) == communication.round,
    )

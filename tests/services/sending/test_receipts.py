"""Receipts: kept once, matched or not; delivered never goes back; all told completes the communication."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select

from breach.bench.register import statements
from breach.domain.messages import DeliveryReceipt, ReceiptStatus
from breach.domain.states import CommunicationState, NoticeState
from breach.services.sending import receipts
from breach.store.models import Notice, NoticeReceipt
from tests.services.conftest import At
from tests.support.scenario import Service
from tests.support.stages import PEOPLE, notices_of, tell_all
from tests.support.waiting import SLOW

MOST_STATEMENTS = 12
DELIVERED, REJECTED = ReceiptStatus.DELIVERED, ReceiptStatus.REJECTED


def take(service: Service, uuid: str, status: ReceiptStatus, at: datetime) -> None:
    """Store one receipt in a transaction of its own."""
    with service.runtime.transaction() as ctx:
        receipts.store_delivery_receipts(
            ctx, [DeliveryReceipt(uuid, status, "code", at, f"{uuid}/{status.value}")]
        )


def stored(service: Service) -> list[NoticeReceipt]:
    """Return every receipt kept."""
    with service.runtime.transaction() as ctx:
        return list(ctx.session.scalars(select(NoticeReceipt).order_by(NoticeReceipt.at)))


def put(service: Service, state: NoticeState) -> Notice:
    """Put the first notice into a state and return it."""
    first = notices_of(service)[0]
    with service.runtime.transaction() as ctx:
        ctx.session.get_one(Notice, first.id).state = state
    return first


S = NoticeState
MOVES = [
    (S.QUEUED, DELIVERED, S.DELIVERED),
    (S.QUEUED, REJECTED, S.QUEUED),
    (S.UNKNOWN, DELIVERED, S.DELIVERED),
    (S.UNKNOWN, REJECTED, S.REJECTED),
    (S.SUBMITTED, DELIVERED, S.DELIVERED),
    (S.SUBMITTED, REJECTED, S.REJECTED),
    (S.REJECTED, DELIVERED, S.DELIVERED),
    (S.REJECTED, REJECTED, S.REJECTED),
    (S.NEEDS_PERSON, DELIVERED, S.DELIVERED),
    (S.NEEDS_PERSON, REJECTED, S.NEEDS_PERSON),
    (S.DELIVERED, DELIVERED, S.DELIVERED),
    (S.DELIVERED, REJECTED, S.DELIVERED),
    (S.POSTED, REJECTED, S.POSTED),
    (S.CANCELLED, DELIVERED, S.CANCELLED),
]
IDS = [f"{before.value}-{status.value}" for before, status, _ in MOVES]


@pytest.mark.parametrize(("before", "status", "after"), MOVES, ids=IDS)
def test_receipt_moves_its_notice_and_never_back_from_delivered(
    at: At, before: NoticeState, status: ReceiptStatus, after: NoticeState
) -> None:
    service = at("released")
    notice = put(service, before)
    take(service, str(notice.message_uuid), status, service.runtime.clock())
    assert [one.state for one in notices_of(service)] == [after, *[S.QUEUED] * (PEOPLE - 1)]
    assert [one.notice_id for one in stored(service)] == [notice.id]


def test_same_receipt_again_is_kept_once(at: At) -> None:
    service = at("released")
    notice = put(service, S.SUBMITTED)
    now = service.runtime.clock()
    for _ in range(3):
        take(service, str(notice.message_uuid), DELIVERED, now)
    assert len(stored(service)) == 1


def test_receipts_at_once_repeated_and_mixed_are_each_kept_once(at: At) -> None:
    service = at("released")
    now = service.runtime.clock()
    shown = [str(notice.message_uuid) for notice in notices_of(service)]
    waiting = [
        DeliveryReceipt(uuid, status, "code", now, "source")
        for uuid in [*shown, *shown, str(uuid4())]
        for status in (REJECTED, DELIVERED)
    ]
    for _ in range(2):
        with service.runtime.transaction() as ctx:
            receipts.store_delivery_receipts(ctx, waiting)
    assert len(stored(service)) == 2 * PEOPLE + 2
    assert {notice.state for notice in notices_of(service)} == {S.DELIVERED}


def test_receipts_take_few_statements(at: At) -> None:
    service = at("released")
    now = service.runtime.clock()
    waiting = [DeliveryReceipt(str(uuid4()), DELIVERED, "", now, "source") for _ in range(200)]
    known = [DeliveryReceipt(str(one.message_uuid), DELIVERED, "", now, "s") for one in notices_of(service)]
    with statements(service.runtime) as seen, service.runtime.transaction() as ctx:
        receipts.store_delivery_receipts(ctx, waiting + known)
    assert len(stored(service)) == 200 + PEOPLE
    assert len(seen) <= MOST_STATEMENTS


def test_receipts_of_two_workers_are_each_kept_once(at: At) -> None:
    service = at("released")
    both = Barrier(2)
    now = service.runtime.clock()
    shown = [str(notice.message_uuid) for notice in notices_of(service)]
    waiting = [DeliveryReceipt(uuid, DELIVERED, "", now, "s") for uuid in [*shown, str(uuid4())]]

    def read(mine: list[DeliveryReceipt]) -> None:
        both.wait(timeout=SLOW)
        with service.runtime.transaction() as ctx:
            receipts.store_delivery_receipts(ctx, mine)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(read, waiting), pool.submit(read, waiting[::-1])]:
            done.result()
    assert len(stored(service)) == PEOPLE + 1
    assert {notice.state for notice in notices_of(service)} == {S.DELIVERED}


def test_receipt_of_nobody_is_kept_unmatched(at: At) -> None:
    service = at("released")
    take(service, str(uuid4()), DELIVERED, service.runtime.clock())
    assert [one.notice_id for one in stored(service)] == [None]
    assert {one.state for one in notices_of(service)} == {S.QUEUED}


def test_rejected_then_delivered_is_delivered_and_a_later_rejection_is_only_kept(at: At) -> None:
    service = at("released")
    notice = put(service, S.SUBMITTED)
    now = service.runtime.clock()
    for minute, status in enumerate((REJECTED, DELIVERED, REJECTED)):
        take(service, str(notice.message_uuid), status, now + timedelta(minutes=minute))
    assert notices_of(service)[0].state is S.DELIVERED
    assert [one.status for one in stored(service)] == ["rejected", "delivered", "rejected"]


def test_communication_is_complete_when_all_are_told_and_not_before(at: At) -> None:
    service = at("released")
    for number, notice in enumerate(notices_of(service)):
        assert service.page().communication.state is CommunicationState.SENDING
        assert service.page().untold == PEOPLE - number
        take(service, str(notice.message_uuid), DELIVERED, service.runtime.clock())
        with service.runtime.transaction() as ctx:
            receipts.complete_where_all_told(ctx)
    page = service.page()
    assert page.communication.state is CommunicationState.COMPLETED
    assert page.communication.completed_at is not None
    assert (page.told, page.untold) == (PEOPLE, 0)
    [shown] = [line.body for line in page.log if line.kind == "communication.complete"]
    assert (shown["before"], shown["after"]) == ("sending", "completed")


def test_paused_campaign_is_not_completed(at: At) -> None:
    service = at("paused")
    tell_all(service)
    assert service.page().communication.state is CommunicationState.PAUSED

"""Receipts: fetched, then deleted at the source when stored; lost, repeated, late, rejected."""

from pathlib import Path

import pytest
import requests

from breach.domain.messages import DeliveryReceipt, NotifierUnavailable, ReceiptStatus, SendOutcome
from notifiers.digital_post import DigitalPostNotifier
from notifiers.digital_post.simulator import Behaviour, SimulatorServer
from tests.notifiers.conftest import served
from tests.notifiers.letters import CREATED, MESSAGE_UUID, NANCY, REFERENCE, SENDER, message, message_uuid
from tests.support.waiting import SLOW

AUTHORISED = ("simulator", "simulator")


def send(notifier: DigitalPostNotifier, count: int = 1) -> list[str]:
    compose = notifier.composer(REFERENCE, CREATED, SENDER, message())
    uuids = [message_uuid(number) for number in range(1, count + 1)]
    outcomes = {notifier.send(compose(one, NANCY)).outcome for one in uuids}
    assert outcomes == {SendOutcome.ACCEPTED}
    return uuids


def short(receipts: list[DeliveryReceipt]) -> list[tuple[str, ReceiptStatus, str]]:
    return [(receipt.message_uuid, receipt.status, receipt.code) for receipt in receipts]


def test_receipt_waits_until_it_is_acknowledged(notifier: DigitalPostNotifier) -> None:
    (sent,) = send(notifier)
    first = list(notifier.receipts())
    second = list(notifier.receipts())
    assert short(first) == [(sent, ReceiptStatus.DELIVERED, "")]
    assert first == second
    assert first[0].at.utcoffset() is not None
    notifier.acknowledge(first[0])
    notifier.acknowledge(first[0])  # a repeat, as after a kill between the two
    assert list(notifier.receipts()) == []


@pytest.mark.parametrize(
    ("switches", "messages", "delivered", "rejected"),
    [
        pytest.param({"lose_every": 2}, 4, 2, 0, id="lost"),
        pytest.param({"repeat_receipts": 2}, 2, 6, 0, id="repeated"),
        pytest.param({"receipt_delay": 3600}, 3, 0, 0, id="late"),
        pytest.param({"reject_every": 3}, 6, 4, 2, id="rejected"),
        pytest.param({"closed": [NANCY.cpr]}, 2, 0, 2, id="mailbox-closed"),
    ],
)
def test_faults_of_receipts(
    simulator: SimulatorServer,
    notifier: DigitalPostNotifier,
    switches: dict[str, object],
    messages: int,
    delivered: int,
    rejected: int,
) -> None:
    simulator.switches.change(switches)
    send(notifier, messages)
    found = list(notifier.receipts())
    assert [receipt.status for receipt in found].count(ReceiptStatus.DELIVERED) == delivered
    codes = [receipt.code for receipt in found if receipt.status is ReceiptStatus.REJECTED]
    assert codes == ["recipient.is.closed"] * rejected


def test_more_than_one_page_of_receipts(
    notifier: DigitalPostNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifiers.digital_post.notifier.PAGE", 3)
    sent = send(notifier, 10)
    assert [receipt.message_uuid for receipt in notifier.receipts()] == sent


def test_ledger_survives_a_restart(tmp_path: Path) -> None:
    with served(tmp_path, Behaviour()) as before:
        send(DigitalPostNotifier.from_settings({"digital_post_url": before.url}), 3)
        counts = before.ledger.counts(is_detailed=True)
    with served(tmp_path, Behaviour()) as after:
        assert after.ledger.counts(is_detailed=True) == counts
        notifier = DigitalPostNotifier.from_settings({"digital_post_url": after.url})
        assert len(list(notifier.receipts())) == 3


def test_ledger_holds_no_number_in_clear(tmp_path: Path) -> None:
    with served(tmp_path, Behaviour()) as server:
        send(DigitalPostNotifier.from_settings({"digital_post_url": server.url}))
    held = b"".join(file.read_bytes() for file in tmp_path.glob("simulator.db*"))
    assert MESSAGE_UUID.encode() not in held
    assert message_uuid(1).encode() in held
    assert NANCY.cpr.encode() not in held


def test_unreachable_source_is_unavailable(tmp_path: Path) -> None:
    with served(tmp_path, Behaviour()) as server:
        url = server.url
    notifier = DigitalPostNotifier.from_settings({"digital_post_url": url})
    with pytest.raises(NotifierUnavailable):
        list(notifier.receipts())


def test_refused_credentials_are_unavailable(simulator: SimulatorServer) -> None:
    settings = {"digital_post_url": simulator.url, "digital_post_api_token": "other"}
    with pytest.raises(NotifierUnavailable) as refused:
        list(DigitalPostNotifier.from_settings(settings).receipts())
    assert refused.value.values == {"channel": "digital_post", "reason": "http_401"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "receipts/", 200),
        ("GET", "receipts/?page=x", 400),
        ("GET", "receipts/none", 404),
        ("DELETE", "receipts/none", 404),
        ("GET", "contacts/?cprNumber=2512489996", 200),
        ("GET", "contacts/?cprNumber=1", 400),
        ("GET", "elsewhere/", 404),
        ("POST", "elsewhere/", 404),
        ("POST", "memos/", 400),
    ],
)
def test_paths_of_the_simulator(simulator: SimulatorServer, method: str, path: str, status: int) -> None:
    with requests.Session() as session:
        url = f"{simulator.url}{path}"
        assert session.request(method, url, data=b"", timeout=SLOW).status_code == 401
        assert session.request(method, url, data=b"", auth=AUTHORISED, timeout=SLOW).status_code == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"answer": "broken", "times": 1}, 200),
        ({"answer": "unheard of"}, 400),
        ({"colour": "red"}, 400),
        ({"delay": -1}, 400),
        ({"deduplicates": 1}, 400),
        ([], 400),
    ],
)
def test_control_room(simulator: SimulatorServer, changes: object, status: int) -> None:
    url = simulator.url.replace("/apis/v1/", "/control/behaviour")
    with requests.Session() as session:
        assert session.post(url, json=changes, timeout=SLOW).status_code == status


def test_fault_can_be_for_one_message_only(simulator: SimulatorServer, notifier: DigitalPostNotifier) -> None:
    simulator.switches.change({"answer": "broken", "times": 1})
    composed = notifier.composer(REFERENCE, CREATED, SENDER, message())(MESSAGE_UUID, NANCY)
    outcomes = [notifier.send(composed).outcome for _ in range(2)]
    assert outcomes == [SendOutcome.UNKNOWN, SendOutcome.ACCEPTED]

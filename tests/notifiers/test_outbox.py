"""The outbox: files, whole or not at all; delivered only when a person says so."""

from pathlib import Path

import pytest

from breach.domain.messages import ComposedMessage, NotifierMisconfigured, ReceiptStatus, SendOutcome, Sent
from notifiers.digital_post import DigitalPostNotifier
from notifiers.outbox import OutboxNotifier
from tests.notifiers.letters import CREATED, MESSAGE_UUID, NANCY, REFERENCE, SENDER, message


@pytest.fixture
def outbox(tmp_path: Path) -> OutboxNotifier:
    return OutboxNotifier.from_settings({"home": str(tmp_path)})


def composed_of(notifier: OutboxNotifier | DigitalPostNotifier, subject: str = "Brud") -> ComposedMessage:
    return notifier.composer(REFERENCE, CREATED, SENDER, message(subject))(MESSAGE_UUID, NANCY)


def files(home: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (home / "outbox").iterdir()}


def test_outbox_composes_the_bytes_of_digital_post(outbox: OutboxNotifier) -> None:
    assert composed_of(outbox) == composed_of(DigitalPostNotifier.from_settings({}))


def test_message_becomes_one_private_file(outbox: OutboxNotifier, tmp_path: Path) -> None:
    composed = composed_of(outbox)
    assert [outbox.send(composed) for _ in range(2)] == [Sent(SendOutcome.ACCEPTED, "", MESSAGE_UUID)] * 2
    assert files(tmp_path) == {f"{MESSAGE_UUID}.xml": composed.body}
    assert (tmp_path / "outbox" / f"{MESSAGE_UUID}.xml").stat().st_mode & 0o777 == 0o600


def test_outbox_never_replaces_a_message_by_other_bytes(outbox: OutboxNotifier, tmp_path: Path) -> None:
    first = composed_of(outbox)
    outbox.send(first)
    sent = outbox.send(composed_of(outbox, "Et andet brev"))
    assert sent == Sent(SendOutcome.REJECTED, "other_bytes_under_this_uuid")
    assert files(tmp_path) == {f"{MESSAGE_UUID}.xml": first.body}


def test_outbox_sends_nothing_when_the_folder_cannot_be_made(outbox: OutboxNotifier, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in the way")
    assert outbox.send(composed_of(outbox)) == Sent(SendOutcome.NOT_SENT, "FileExistsError")


def test_file_name_is_never_a_path(outbox: OutboxNotifier, tmp_path: Path) -> None:
    assert outbox.send(ComposedMessage.of("../away", b"x")) == Sent(SendOutcome.REJECTED, "message_uuid")
    assert list(tmp_path.iterdir()) == []


def test_file_alone_is_not_delivered(outbox: OutboxNotifier) -> None:
    outbox.send(composed_of(outbox))
    assert list(outbox.receipts()) == []


@pytest.mark.parametrize(
    ("suffix", "text", "status", "code"),
    [
        pytest.param("delivered", "", ReceiptStatus.DELIVERED, "", id="delivered"),
        pytest.param("rejected", "moved.abroad\n", ReceiptStatus.REJECTED, "moved.abroad", id="rejected"),
        pytest.param("rejected", "", ReceiptStatus.REJECTED, "said_by_a_person", id="no-code"),
        pytest.param("rejected", "2512489996 æ", ReceiptStatus.REJECTED, "said_by_a_person", id="free-text"),
    ],
)
def test_person_says_what_became_of_it(
    outbox: OutboxNotifier, tmp_path: Path, suffix: str, text: str, status: ReceiptStatus, code: str
) -> None:
    outbox.send(composed_of(outbox))
    (tmp_path / "outbox" / f"{MESSAGE_UUID}.{suffix}").write_text(text)
    (found,) = outbox.receipts()
    assert (found.message_uuid, found.status, found.code) == (MESSAGE_UUID, status, code)
    outbox.acknowledge(found)
    outbox.acknowledge(found)
    assert list(outbox.receipts()) == []
    assert sorted(files(tmp_path)) == sorted([f"{MESSAGE_UUID}.xml", f"{MESSAGE_UUID}.{suffix}.noted"])


def test_simulator_stops_in_production(tmp_path: Path) -> None:
    outbox = OutboxNotifier.from_settings({"home": str(tmp_path), "profile": "production"})
    assert outbox.send(composed_of(outbox)) == Sent(SendOutcome.CHANNEL_STOPPED, "outbox_in_production")
    assert list(tmp_path.iterdir()) == []


def test_unknown_version_is_refused() -> None:
    with pytest.raises(NotifierMisconfigured, match="setting_not_allowed"):
        OutboxNotifier.from_settings({"memo_version": "2.0"})

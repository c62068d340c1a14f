"""Every answer and every silence of the other side, over real sockets, and what is then known."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from breach.domain.messages import ComposedMessage, SendOutcome, Sent
from notifiers.digital_post import DigitalPostNotifier, answers
from notifiers.digital_post.simulator import SimulatorServer
from tests.notifiers.letters import CREATED, MESSAGE_UUID, NANCY, REFERENCE, SENDER, message
from tests.support.waiting import wait_until


def composed_of(
    notifier: DigitalPostNotifier, message_uuid: str = MESSAGE_UUID, subject: str = "Brud"
) -> ComposedMessage:
    return notifier.composer(REFERENCE, CREATED, SENDER, message(subject))(message_uuid, NANCY)


def accepted(simulator: SimulatorServer) -> object:
    return simulator.ledger.counts(is_detailed=False)["accepted"]


@pytest.mark.parametrize(
    ("answer", "outcome", "code", "copies"),
    [
        ("normal", SendOutcome.ACCEPTED, "", 1),
        ("refused", SendOutcome.REJECTED, "memo.invalid", 0),
        ("unauthorised", SendOutcome.CHANNEL_STOPPED, "http_401", 0),
        ("forbidden", SendOutcome.CHANNEL_STOPPED, "http_403", 0),
        ("unavailable", SendOutcome.NOT_SENT, "service.unavailable", 0),
        ("broken", SendOutcome.UNKNOWN, "http_500", 0),
        ("redirect", SendOutcome.UNKNOWN, "http_307", 0),
        ("garbage", SendOutcome.UNKNOWN, "http_201", 0),
        ("reset", SendOutcome.UNKNOWN, "ConnectionError", 0),
        ("accept_then_reset", SendOutcome.UNKNOWN, "ConnectionError", 1),
        ("accept_then_silence", SendOutcome.UNKNOWN, "ReadTimeout", 1),
    ],
)
def test_answers_of_the_simulator(
    request: pytest.FixtureRequest,
    simulator: SimulatorServer,
    notifier: DigitalPostNotifier,
    answer: str,
    outcome: SendOutcome,
    code: str,
    copies: int,
) -> None:
    if answer == "accept_then_silence":
        request.getfixturevalue("impatient")
    simulator.switches.change({"answer": answer})
    sent = notifier.send(composed_of(notifier))
    wait_until(lambda: accepted(simulator) == copies, "the ledger does not fill")
    assert (sent.outcome, sent.code, accepted(simulator)) == (outcome, code, copies)


def test_accepted_message_has_a_transmission_id(notifier: DigitalPostNotifier) -> None:
    assert answers.is_source_id(notifier.send(composed_of(notifier)).transmission_id)


def test_wrong_credentials_stop_the_channel(simulator: SimulatorServer) -> None:
    settings = {"digital_post_url": simulator.url, "digital_post_api_token": "other"}
    stranger = DigitalPostNotifier.from_settings(settings)
    assert stranger.send(composed_of(stranger)) == Sent(SendOutcome.CHANNEL_STOPPED, "http_401")


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "code"),
    [
        pytest.param("http://127.0.0.1:{port}/", "ConnectionError", id="refused"),
        pytest.param("https://name.invalid/", "ConnectionError", id="no-such-name"),
    ],
)
def test_sending_without_a_connection_is_not_sent(url: str, code: str) -> None:
    settings = {"digital_post_url": url.format(port=closed_port())}
    if "invalid" in url:
        settings |= {"digital_post_system_id": "a", "digital_post_api_token": "b"}
    notifier = DigitalPostNotifier.from_settings(settings)
    assert notifier.send(composed_of(notifier)) == Sent(SendOutcome.NOT_SENT, code)


@contextmanager
def scripted(answer: bytes) -> Iterator[str]:
    """Serve one connection: read a whole request, answer these bytes, close; yield the address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as stream:
            head = list(iter(stream.readline, b"\r\n"))
            stream.read(next(int(line.split()[1]) for line in head if line.startswith(b"Content-Length")))
            with suppress(OSError):  # the client may hang up on a long answer
                connection.sendall(answer)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        thread.join()
        listener.close()


def http(status: int, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


RECEIPT = b'{"messageUUID": "%s", "receiptStatus": "%s", "errorCode": "%s", "transmissionId": "a-1"}'


def receipt(status: str, code: str = "", message_uuid: str = MESSAGE_UUID) -> bytes:
    return RECEIPT % (message_uuid.encode(), status.encode(), code.encode())


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(http(201, receipt("RECEIVED")), Sent(SendOutcome.ACCEPTED, "", "a-1"), id="received"),
        pytest.param(
            http(201, receipt("INVALID", "a.b")), Sent(SendOutcome.REJECTED, "a.b"), id="201-invalid"
        ),
        pytest.param(
            http(201, receipt("INVALID", "CPR 2512489996")),
            Sent(SendOutcome.REJECTED, "unreadable_code"),
            id="free-text-is-not-a-code",
        ),
        pytest.param(
            http(201, receipt("RECEIVED", "", "3f0b7a52-6f0e-4c1d-9a77-2d2f6c5b1e91")),
            Sent(SendOutcome.UNKNOWN, "http_201"),
            id="receipt-of-another-message",
        ),
        pytest.param(http(201, receipt("LATER")), Sent(SendOutcome.UNKNOWN, "http_201"), id="unknown-status"),
        pytest.param(http(200, receipt("RECEIVED")), Sent(SendOutcome.UNKNOWN, "http_200"), id="200"),
        pytest.param(http(400, b"<html>"), Sent(SendOutcome.UNKNOWN, "http_400"), id="400-of-a-proxy"),
        pytest.param(
            http(400, b'{"fieldErrors": [{"code": "file.empty.not.allowed"}]}'),
            Sent(SendOutcome.REJECTED, "file.empty.not.allowed"),
            id="400-code-in-a-field",
        ),
        pytest.param(http(404, b"{}"), Sent(SendOutcome.UNKNOWN, "http_404"), id="404"),
        pytest.param(http(503, b""), Sent(SendOutcome.UNKNOWN, "http_503"), id="503-without-receipt"),
        pytest.param(
            http(503, receipt("RECEIVED")), Sent(SendOutcome.UNKNOWN, "http_503"), id="503-yet-received"
        ),
        pytest.param(
            http(503, receipt("INVALID", "busy")), Sent(SendOutcome.NOT_SENT, "busy"), id="503-with-receipt"
        ),
        pytest.param(
            http(201, receipt("RECEIVED"), "Content-Encoding: gzip"),
            Sent(SendOutcome.UNKNOWN, "BadAnswer"),
            id="encoding-not-asked-for",
        ),
        pytest.param(http(201, b" " * 1_100_000), Sent(SendOutcome.UNKNOWN, "BadAnswer"), id="too-long"),
        pytest.param(
            b"\x00\x01 not HTTP\r\n\r\n", Sent(SendOutcome.UNKNOWN, "ConnectionError"), id="not-http"
        ),
        pytest.param(b"", Sent(SendOutcome.UNKNOWN, "ConnectionError"), id="closed-without-answer"),
        pytest.param(
            b"HTTP/1.1 201 X\r\nContent-Length: 99\r\n\r\n{",
            Sent(SendOutcome.UNKNOWN, "ChunkedEncodingError"),
            id="half-an-answer",
        ),
        pytest.param(http(201, b"[" * 100_000), Sent(SendOutcome.UNKNOWN, "http_201"), id="deep-json"),
    ],
)
def test_scripted_answers(answer: bytes, expected: Sent) -> None:
    with scripted(answer) as address:
        notifier = DigitalPostNotifier.from_settings({"digital_post_url": f"http://{address}"})
        assert notifier.send(composed_of(notifier)) == expected


def test_failed_handshake_sends_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"this is not TLS\r\n")

        thread = Thread(target=serve)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        notifier = DigitalPostNotifier.from_settings({"digital_post_url": url})
        assert notifier.send(composed_of(notifier)) == Sent(SendOutcome.NOT_SENT, "SSLError")
        thread.join()


def test_repeat_of_the_same_bytes_is_recognised(
    simulator: SimulatorServer, notifier: DigitalPostNotifier
) -> None:
    first, second = (notifier.send(composed_of(notifier)) for _ in range(2))
    counts = simulator.ledger.counts(is_detailed=True)
    assert first == second
    assert (counts["accepted"], counts["repeats"], counts["receipts_waiting"]) == (1, 1, 1)
    assert counts["by_message"] == {MESSAGE_UUID: 1}
    assert counts["by_recipient"] == {simulator.ledger.cpr_hash(NANCY.cpr): 1}


def test_sending_other_bytes_under_the_same_uuid_is_refused(
    simulator: SimulatorServer, notifier: DigitalPostNotifier
) -> None:
    notifier.send(composed_of(notifier))
    again = notifier.send(composed_of(notifier, subject="Et andet brev"))
    assert again == Sent(SendOutcome.REJECTED, "message.uuid.reused")
    assert accepted(simulator) == 1


def test_sending_without_recognition_delivers_every_copy(
    simulator: SimulatorServer, notifier: DigitalPostNotifier
) -> None:
    simulator.switches.change({"deduplicates": False})
    for _ in range(3):
        notifier.send(composed_of(notifier))
    counts = simulator.ledger.counts(is_detailed=False)
    assert (counts["accepted"], counts["most_per_recipient"], counts["receipts_waiting"]) == (3, 3, 3)


def test_broken_message_is_refused_by_the_rules(
    simulator: SimulatorServer, notifier: DigitalPostNotifier
) -> None:
    body = composed_of(notifier).body.replace(b"orientering.pdf", b"brev.exe")
    sent = notifier.send(ComposedMessage.of(MESSAGE_UUID, body))
    assert sent == Sent(SendOutcome.REJECTED, "file.extension.not.allowed")
    assert accepted(simulator) == 0


def test_address_must_name_the_message(notifier: DigitalPostNotifier) -> None:
    other = ComposedMessage.of("3f0b7a52-6f0e-4c1d-9a77-2d2f6c5b1e91", composed_of(notifier).body)
    assert notifier.send(other) == Sent(SendOutcome.REJECTED, "memo.invalid")


def test_copies_that_arrive_together_are_one(
    simulator: SimulatorServer, notifier: DigitalPostNotifier
) -> None:
    composed = composed_of(notifier)
    with ThreadPoolExecutor(16) as pool:
        sent = list(pool.map(notifier.send, [composed] * 64))
    assert len(set(sent)) == 1
    assert simulator.ledger.counts(is_detailed=False) == {
        "accepted": 1,
        "repeats": 63,
        "messages": 1,
        "recipients": 1,
        "most_per_message": 1,
        "most_per_recipient": 1,
        "most_hashes_per_message": 1,
        "receipts_waiting": 1,
    }

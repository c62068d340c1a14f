"""The simulator as a process of its own: started by its command, killed, started again on the same ledger."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from breach.cli.simulator import ANSWERS, command
from breach.cli.wording import sentence
from breach.domain.errors import DomainError
from breach.domain.messages import ComposedMessage, SendOutcome, Sent
from notifiers.digital_post import DigitalPostNotifier
from notifiers.digital_post.simulator import Answer, Behaviour
from tests.notifiers.conftest import served
from tests.notifiers.letters import CREATED, NANCY, REFERENCE, SENDER, message, message_uuid, schema_folder
from tests.support.waiting import wait_for_end

CODE = "import sys; from breach.cli import main; main(sys.argv[1:])"


@contextmanager
def process(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command on a free port; yield it and its base address; kill what is left."""
    arguments = [sys.executable, "-c", CODE, "simulator", "--port", "0", "--home", str(home), *options]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environ) as started:
        try:
            assert started.stdout is not None
            yield started, started.stdout.readline().split()[-1]
        finally:
            started.kill()


def send(url: str, numbers: range) -> list[SendOutcome]:
    notifier = DigitalPostNotifier.from_settings({"digital_post_url": url})
    compose = notifier.composer(REFERENCE, CREATED, SENDER, message())
    return [notifier.send(compose(message_uuid(number), NANCY)).outcome for number in numbers]


def test_killed_simulator_has_forgotten_nothing(tmp_path: Path) -> None:
    with process(tmp_path) as (first, url):
        assert send(url, range(1, 11)) == [SendOutcome.ACCEPTED] * 10
        first.send_signal(signal.SIGKILL)
        first.wait()
    with process(tmp_path) as (_, url):
        assert send(url, range(6, 16)) == [SendOutcome.ACCEPTED] * 10
        notifier = DigitalPostNotifier.from_settings({"digital_post_url": url})
        found = [receipt.message_uuid for receipt in notifier.receipts()]
    assert found == [message_uuid(number) for number in range(1, 16)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_simulator_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with process(tmp_path, "--no-dedup") as (started, url):
        assert send(url, range(1, 2)) == [SendOutcome.ACCEPTED]
        started.send_signal(number)
        assert wait_for_end(started) == 0


def test_port_in_use_is_told(simulator_port: int, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--port", str(simulator_port), "--home", str(tmp_path / "other")])
    assert result.exit_code == 1
    assert result.output == (
        f"Error: the simulator cannot use port {simulator_port}: Address already in use."
        " Choose another with --port\n"
    )


@pytest.fixture
def simulator_port(tmp_path: Path) -> Iterator[int]:
    """The port of a simulator that runs already."""
    with served(tmp_path, Behaviour()) as server:
        yield int(server.server_address[1])


def test_command_offers_every_answer() -> None:
    assert sorted(ANSWERS) == sorted(answer.value for answer in Answer)


def test_unreadable_schemas_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACH_MEMO_SCHEMAS", str(tmp_path))
    result = CliRunner().invoke(command, ["--port", "0", "--home", str(tmp_path)])
    assert isinstance(result.exception, DomainError)
    assert sentence(result.exception) == (
        f"The MeMo schemas in {tmp_path} cannot be read. Correct BREACH_MEMO_SCHEMAS"
    )


def test_schemas_are_asked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACH_MEMO_SCHEMAS", str(schema_folder()))
    with process(tmp_path) as (_, url):
        assert send(url, range(1, 3)) == [SendOutcome.ACCEPTED] * 2
        notifier = DigitalPostNotifier.from_settings({"digital_post_url": url})
        composed = notifier.composer(REFERENCE, CREATED, SENDER, message())(message_uuid(3), NANCY)
        # Only the schema knows that no year has 99 months.
        moved = composed.body.replace(b"2026-11-22T08:30:00Z", b"2026-99-99T08:30:00Z")
        assert notifier.send(ComposedMessage.of(message_uuid(3), moved)) == Sent(
            SendOutcome.REJECTED, "memo.invalid"
        )

"""Both shipped channels keep the contract; the kit names what a notifier breaks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from breach.domain.messages import ComposedMessage
from notifiers.digital_post import DigitalPostNotifier
from notifiers.digital_post.simulator import Behaviour, SimulatorServer
from notifiers.outbox import OutboxNotifier
from notifiers.testing import NotifierContract
from tests.notifiers.conftest import served

FAULTS = ("unavailable", "broken", "redirect", "garbage", "reset", "accept_then_reset", "forbidden")


class TestDigitalPost(NotifierContract):
    """Digital Post, on the simulator over real sockets."""

    plugin = DigitalPostNotifier
    unsafe_settings = (
        {"profile": "production"},
        {"digital_post_url": "https://api.digitalpost.dk/apis/v1/"},
        {"digital_post_url": "http://example.org/"},
        {"memo_version": "2.0"},
    )

    @pytest.fixture(autouse=True)
    def far_end(self, simulator: SimulatorServer, tmp_path: Path) -> None:
        self.simulator = simulator
        (tmp_path / "away").mkdir()
        with served(tmp_path / "away", Behaviour()) as closed:
            self.closed = closed.url

    def working(self) -> DigitalPostNotifier:
        return DigitalPostNotifier.from_settings({"digital_post_url": self.simulator.url})

    def unreachable(self) -> DigitalPostNotifier:
        return DigitalPostNotifier.from_settings({"digital_post_url": self.closed})

    def broken(self) -> Iterator[DigitalPostNotifier]:
        for answer in FAULTS:
            self.simulator.switches.change({"answer": answer, "times": 0})
            yield self.working()

    def deliver(self, composed: ComposedMessage) -> None:
        """The simulator says so by itself."""


class TestOutbox(NotifierContract):
    """The outbox, on a folder; a person's empty file says that a message arrived."""

    plugin = OutboxNotifier
    unsafe_settings = ({"memo_version": "2.0"},)

    @pytest.fixture(autouse=True)
    def far_end(self, tmp_path: Path) -> None:
        self.home = tmp_path
        (tmp_path / "blocked").write_text("a file in the way")

    def working(self) -> OutboxNotifier:
        return OutboxNotifier.from_settings({"home": str(self.home)})

    def unreachable(self) -> OutboxNotifier:
        return OutboxNotifier.from_settings({"outbox": str(self.home / "blocked" / "outbox")})

    def deliver(self, composed: ComposedMessage) -> None:
        (self.home / "outbox" / f"{composed.message_uuid}.delivered").touch()

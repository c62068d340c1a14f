"""A running simulator, and notifiers that speak to it over real sockets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from notifiers import outgoing
from notifiers.digital_post import DigitalPostNotifier
from notifiers.digital_post.simulator import Behaviour, SimulatorServer

collect_ignore = ["example_plugin"]
"""A distribution of its own, whose tests run where it is installed: test_example_plugin."""

Serving = Callable[..., SimulatorServer]


@contextmanager
def served(home: Path, behaviour: Behaviour) -> Iterator[SimulatorServer]:
    """Serve on a free port until the end of the block."""
    server = SimulatorServer(0, home, behaviour)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[SimulatorServer]:
    """A simulator that behaves well until it is told otherwise."""
    with served(tmp_path, Behaviour()) as server:
        yield server


@pytest.fixture
def notifier(simulator: SimulatorServer) -> DigitalPostNotifier:
    """The Digital Post channel, pointed at the simulator."""
    return DigitalPostNotifier.from_settings({"digital_post_url": simulator.url})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for an answer for a third of a second only: for tests in which none comes."""
    monkeypatch.setattr(outgoing, "TIMEOUT", (outgoing.TIMEOUT[0], 0.3))

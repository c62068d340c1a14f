"""Five hundred notices while the worker is killed: all told, none twice, the doubtful with a person."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO
from urllib.request import urlopen

import pytest
from sqlalchemy import func, select

from breach.domain.states import NoticeState
from breach.services.sending.claims import HANDFUL
from breach.store.models import Notice
from tests.support.scenario import Service, environ, make_service

PEOPLE = 500
POINTS = (
    "send.before_claim:3",
    "send.after_claim:2",
    "send.after_ledger:2",
    "send.during_contact:21",
    "send.after_contact:2",
    "receipt.stored",
)
BEFORE_CONTACT = 3
"""At how many of the first five points a worker dies holding claims that the channel has not all seen."""
PATIENCE = 90.0
Counts = dict[NoticeState, int]


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def breach(*arguments: str, env: dict[str, str], errors: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start a command of the service as its own process; `errors`: where what it logs goes."""
    command = [sys.executable, "-c", "from breach.cli import main; main()", *arguments]
    return subprocess.Popen(command, env=env, stderr=errors)


@contextmanager
def simulator(env: dict[str, str], home: Path, *options: str) -> Iterator[str]:
    """Run the simulator; yield its address."""
    port = env["BREACH_SIMULATOR_PORT"]
    process = breach("simulator", "--port", port, "--home", str(home), *options, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(f"{address}/control/ledger"), "the simulator does not answer")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def answers(address: str) -> bool:
    """Tell whether something answers at the address."""
    try:
        with urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(done: Callable[[], bool], why: str, patience: float = PATIENCE) -> None:
    """Wait until `done()` holds, or fail with the reason."""
    end = time.monotonic() + patience
    while not done():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def start_worker(
    env: dict[str, str], name: str, fault: str = "", errors: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start a worker, told to die at a point if one is named."""
    more = {"BREACH_FAULT": fault} if fault else {}
    options = ("--name", name, "--dead-after", "4", "--retry-after", "3")
    return breach("worker", *options, env={**env, **more}, errors=errors)


def counts(service: Service) -> Counts:
    """Return how many notices stand in each state."""
    wanted = select(Notice.state, func.count()).group_by(Notice.state)
    with service.runtime.sessions() as session:
        return dict(iter(session.execute(wanted)))


def moved(service: Service, before: dict[NoticeState, int]) -> bool:
    """Tell whether a notice moved since."""
    return counts(service) != before


def copies(address: str) -> list[int]:
    """Return how often each person who was told was told, by the simulator's own ledger."""
    with urlopen(f"{address}/control/ledger?detail=1", timeout=10) as answer:
        return list(json.load(answer)["by_recipient"].values())


@pytest.fixture
def surroundings(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of one service with a simulator of its own."""
    return environ(tmp_path / "home", database_url, BREACH_SIMULATOR_PORT=str(free_port()))


@pytest.fixture
def campaign(surroundings: dict[str, str], database_url: str, tmp_path: Path) -> Iterator[Service]:
    """A released campaign of five hundred."""
    port = surroundings["BREACH_SIMULATOR_PORT"]
    service = make_service(tmp_path / "home", database_url, BREACH_SIMULATOR_PORT=port)
    yield service.released(PEOPLE)
    service.runtime.close()


def run_until_quiet(
    service: Service, env: dict[str, str], quiet: Callable[[Counts], bool], kills: list[str]
) -> None:
    """Let one worker after another die as `kills` says, then let a last one end the work."""
    for number, fault in enumerate(kills):
        worker = start_worker(env, f"doomed-{number}", fault)
        try:
            worker.wait(timeout=45)
        except subprocess.TimeoutExpired:
            worker.kill()
    last = start_worker(env, "last")
    try:
        wait_for(lambda: quiet(counts(service)), f"not quiet: {counts(service)}")
    finally:
        last.send_signal(signal.SIGKILL)
        last.wait()


def all_delivered(found: Counts) -> bool:
    """Tell whether everyone is told."""
    return found == {NoticeState.DELIVERED: PEOPLE}


def told_or_doubtful(address: str, found: Counts) -> bool:
    """Tell whether nothing moves any more: whoever was told is known to be, all others are in doubt."""
    told = len(copies(address))
    return found == {NoticeState.DELIVERED: told, NoticeState.UNKNOWN: PEOPLE - told}


def test_killed_at_every_named_point_all_are_told_and_none_twice(
    campaign: Service, surroundings: dict[str, str], tmp_path: Path
) -> None:
    with simulator(surroundings, tmp_path / "sim") as address:
        run_until_quiet(campaign, surroundings, all_delivered, list(POINTS))
        assert set(copies(address)) == {1}


def test_killed_at_random_moments_all_are_told_and_none_twice(
    campaign: Service,
    surroundings: dict[str, str],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    seed = int(os.environ.get("BREACH_SEED", time.time_ns() % 100_000))
    record_property("BREACH_SEED", seed)
    chance = random.Random(seed)
    with simulator(surroundings, tmp_path / "sim", "--delay", "0.1") as address:
        for number in range(4):
            before = counts(campaign)
            worker = start_worker(surroundings, f"random-{number}")
            wait_for(partial(moved, campaign, before), "the worker does nothing")
            time.sleep(chance.random())
            assert not all_delivered(counts(campaign)), "it died of nothing: all was done"
            worker.kill()
            worker.wait()
        run_until_quiet(campaign, surroundings, all_delivered, [])
        assert set(copies(address)) == {1}


def test_where_a_repeat_would_reach_people_twice_the_doubtful_wait_for_a_person(
    campaign: Service, surroundings: dict[str, str], tmp_path: Path
) -> None:
    env = {**surroundings, "BREACH_DIGITAL_POST_DEDUPLICATES": "no"}
    with simulator(env, tmp_path / "sim", "--no-dedup") as address:
        run_until_quiet(campaign, env, partial(told_or_doubtful, address), list(POINTS[:5]))
        assert set(copies(address)) == {1}
    doubtful = counts(campaign).get(NoticeState.UNKNOWN, 0)
    assert 0 < doubtful <= HANDFUL * BEFORE_CONTACT
    late = {**env, "BREACH_RECEIPT_DEADLINE_HOURS": "0"}
    worker = start_worker(late, "sweeper")
    try:
        wait_for(lambda: counts(campaign).get(NoticeState.NEEDS_PERSON, 0) == doubtful, "not handed over")
    finally:
        worker.kill()
        worker.wait()

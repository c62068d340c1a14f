"""Five hundred notices while the worker is killed: all told, none twice, the doubtful with a person."""

import os
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from breach import faults
from breach.domain.states import NoticeState
from breach.services.sending.batches import BATCH
from breach.services.sending.claims import HANDFUL
from breach.store.models import Notice
from tests.support.processes import copies, free_port, killed_at_the_end, simulator, start_worker
from tests.support.scenario import Service, environ, make_service
from tests.support.waiting import wait_for_end, wait_until

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
Counts = dict[NoticeState, int]


def counts(service: Service) -> Counts:
    """Return how many notices stand in each state."""
    wanted = select(Notice.state, func.count()).group_by(Notice.state)
    with service.runtime.sessions() as session:
        return dict(iter(session.execute(wanted)))


def moved(service: Service, before: Counts) -> bool:
    """Tell whether a notice moved since."""
    return counts(service) != before


def movement(service: Service, address: str) -> object:
    """Return what changes when work is done: the states of the notices, and how many people were told."""
    return counts(service), len(copies(address))


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
    service: Service, env: dict[str, str], address: str, quiet: Callable[[Counts], bool], kills: list[str]
) -> None:
    """Let one worker after another die as `kills` says, then let a last one end the work."""
    moving = partial(movement, service, address)
    for number, fault in enumerate(kills):
        ended = wait_for_end(start_worker(env, f"doomed-{number}", fault), moving, every=0.5)
        assert ended == faults.EXIT, f"it did not die at {fault}"
    with killed_at_the_end(start_worker(env, "last")) as last:
        wait_until(lambda: quiet(counts(service)), "not quiet", moving, alive=last, every=0.5)


def all_delivered(found: Counts) -> bool:
    """Tell whether everyone is told."""
    return found == {NoticeState.DELIVERED: PEOPLE}


def told_or_doubtful(address: str, found: Counts) -> bool:
    """Tell whether nothing moves any more: whoever was told is known to be, all others are in doubt."""
    shown = len(copies(address))
    return found == {NoticeState.DELIVERED: shown, NoticeState.UNKNOWN: PEOPLE - shown}


def test_killed_at_every_named_point_all_are_told_and_none_twice(
    campaign: Service, surroundings: dict[str, str], tmp_path: Path
) -> None:
    with simulator(surroundings, tmp_path / "sim") as address:
        run_until_quiet(campaign, surroundings, address, all_delivered, list(POINTS))
        assert set(copies(address)) == {1}


MANY = 1100
PREPARING = ("prepare.before_part", "prepare.after_part")


@pytest.fixture
def long_list(surroundings: dict[str, str], database_url: str, tmp_path: Path) -> Iterator[Service]:
    """A release of more letters than are made with it."""
    service = make_service(tmp_path / "home", database_url)
    yield service.released(MANY)
    service.runtime.close()


def written_to(service: Service) -> list[UUID]:
    """Return whom the letters are for."""
    with service.runtime.sessions() as session:
        return list(session.scalars(select(Notice.recipient_id)))


def test_killed_while_letters_are_made_each_person_has_one(
    long_list: Service, surroundings: dict[str, str]
) -> None:
    made = [len(written_to(long_list))]
    assert made == [BATCH]
    moving = partial(counts, long_list)
    for number, fault in enumerate(PREPARING):
        ended = wait_for_end(start_worker(surroundings, f"doomed-{number}", fault), moving, every=0.5)
        assert ended == faults.EXIT, f"it did not die at {fault}"
        made.append(len(written_to(long_list)))
    assert made == [BATCH, BATCH, 2 * BATCH]
    with killed_at_the_end(start_worker(surroundings, "last")) as last:
        wait_until(lambda: len(written_to(long_list)) == MANY, "not made", moving, alive=last, every=0.5)
    assert len(set(written_to(long_list))) == MANY
    assert long_list.page().recipients == MANY


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
            with killed_at_the_end(start_worker(surroundings, f"random-{number}")) as worker:
                wait_until(partial(moved, campaign, before), "the worker does nothing", alive=worker)
                time.sleep(chance.random())
                assert not all_delivered(counts(campaign)), "it died of nothing: all was done"
        run_until_quiet(campaign, surroundings, address, all_delivered, [])
        assert set(copies(address)) == {1}


def test_notices_in_doubt_wait_for_a_person_where_a_repeat_reaches_twice(
    campaign: Service, surroundings: dict[str, str], tmp_path: Path
) -> None:
    env = {**surroundings, "BREACH_DIGITAL_POST_DEDUPLICATES": "no"}
    with simulator(env, tmp_path / "sim", "--no-dedup") as address:
        run_until_quiet(campaign, env, address, partial(told_or_doubtful, address), list(POINTS[:5]))
        assert set(copies(address)) == {1}
    doubtful = counts(campaign).get(NoticeState.UNKNOWN, 0)
    assert 0 < doubtful <= HANDFUL * BEFORE_CONTACT
    late = {**env, "BREACH_RECEIPT_DEADLINE_HOURS": "0"}
    with killed_at_the_end(start_worker(late, "sweeper")) as worker:
        found = partial(counts, campaign)
        wait_until(lambda: found().get(NoticeState.NEEDS_PERSON) == doubtful, "not told", found, alive=worker)

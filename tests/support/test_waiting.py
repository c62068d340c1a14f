"""Waiting ends when nothing moves any more, and not by the clock."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy.exc import OperationalError

from tests.support.waiting import QUIET, fair, patience, wait_for_end, wait_until

LAPS = int(QUIET)


@pytest.fixture(autouse=True)
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the load of a machine with two processors; at first it has nothing else to do."""

    def set_to(runnable: float) -> None:
        monkeypatch.setattr(os, "getloadavg", lambda: (runnable, 0.0, 0.0))

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    set_to(0.0)
    return set_to


def laps_until_failure(*watched: Callable[[], object]) -> int:
    """Return how often a wait for nothing looks before it gives up, a second between two looks."""
    laps: list[float] = []
    with pytest.raises(AssertionError, match="it does not come: nothing moved"):
        wait_until(lambda: False, "it does not come", *watched, pause=laps.append, every=1.0)
    return len(laps)


def test_what_holds_is_not_waited_for() -> None:
    wait_until(lambda: True, "never", pause=lambda _: pytest.fail("it waited"))


def test_wait_for_nothing_ends() -> None:
    assert laps_until_failure() == pytest.approx(LAPS, abs=2)


def test_wait_goes_on_as_long_as_something_moves() -> None:
    moving = count()
    assert laps_until_failure(lambda: min(next(moving), 500)) == pytest.approx(500 + LAPS, abs=3)


def test_wait_is_longer_on_a_busy_machine(load: Callable[[float], None]) -> None:
    load(15.0)
    assert laps_until_failure() == pytest.approx(LAPS * 7.5, abs=2)
    assert fair(1.0) == pytest.approx(2 / 15)
    assert patience(30.0) == pytest.approx(225.0)


def test_held_database_is_waited_for() -> None:
    held = sqlite3.OperationalError("database is locked")
    held.sqlite_errorcode = sqlite3.SQLITE_BUSY
    answers = iter([OperationalError("", {}, held), OperationalError("", {}, held)])

    def look() -> bool:
        if error := next(answers, None):
            raise error
        return True

    wait_until(look, "the database stays held", pause=lambda _: None)


def test_fault_of_the_database_is_none_to_wait_for() -> None:
    def look() -> bool:
        raise OperationalError("", {}, sqlite3.OperationalError("no such table: report"))

    with pytest.raises(OperationalError, match="no such table"):
        wait_until(look, "never")


def test_end_of_the_process_ends_the_wait() -> None:
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process:
        assert wait_for_end(process) == 3
        with pytest.raises(AssertionError, match="no answer: the process ended"):
            wait_until(lambda: False, "no answer", alive=process)

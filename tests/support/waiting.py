"""How tests wait: until something holds, for as long as anything moves, however busy the machine is.

No wait here ends at a fixed time. It fails once nothing that is watched has changed for QUIET seconds, and a
second counts for less where others want the processors: with a load of 15 on two processors for 2/15 of one.
"""

import os
import subprocess
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from breach.store.engine import is_busy

QUIET = 60.0
"""Seconds without any change after which nothing more will come, on a machine that has nothing else to do."""
LAP = 0.1
"""Seconds between two looks."""
SLOW = 600.0
"""Seconds for what can wait by the clock only, a request or a thread; no test that passes needs them."""


def wait_until(
    done: Callable[[], bool],
    why: str,
    *watched: Callable[[], object],
    alive: subprocess.Popen[Any] | None = None,
    pause: Callable[[float], object] = time.sleep,
    every: float = LAP,
) -> None:
    """Return as soon as `done()` holds; fail with `why` when it will not come any more.

    watched: what moves meanwhile; each change of one's answer gives another QUIET seconds
    alive: the process that is to bring it about: its end fails the wait at once
    pause: how the time between two looks is spent, given its seconds, which are `every`
    """
    seen: object = None
    idle = 0.0
    while not _free(done):
        ended = alive is not None and alive.poll() is not None
        assert not ended or done(), f"{why}: the process ended; last seen {seen}"
        assert idle < QUIET, f"{why}: nothing moved any more; last seen {seen}"
        pause(every)
        before, seen = seen, [_free(one) for one in watched]
        idle = idle + fair(every) if seen == before else 0.0


def fair(seconds: float) -> float:
    """Return what the seconds are worth to a process on this machine, beside all others that want to run."""
    return seconds * min(1.0, (os.cpu_count() or 1) / max(os.getloadavg()[0], 1.0))


def patience(seconds: float = QUIET) -> float:
    """Return how long to wait by the clock now, for what takes seconds where nobody else is at work."""
    return seconds / fair(1.0)


def stop(process: subprocess.Popen[Any]) -> int:
    """Ask a process to end and return its status; one that does not is killed, and fails the test."""
    process.terminate()
    return wait_for_end(process)


def wait_for_end(process: subprocess.Popen[Any], *watched: Callable[[], object], every: float = LAP) -> int:
    """Return the status of a process that ends by itself; one that does not is killed, and fails the test."""
    try:
        wait_until(lambda: process.poll() is not None, "the process does not end", *watched, every=every)
    finally:
        process.kill()
    return process.wait()


def _free(look: Callable[[], object]) -> object:
    """Return what is seen; nothing while others hold the database, which is no reason to stop waiting."""
    try:
        return look()
    except SQLAlchemyError as error:
        if is_busy(error):
            return None
        raise

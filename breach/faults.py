"""Named points at which a test lets the process die, as kill -9 would. No-ops unless BREACH_FAULT is set."""

import os
from itertools import count

EXIT = 137  # as after SIGKILL
_wanted, _, _nth = os.environ.get("BREACH_FAULT", "").partition(":")
_seen = count(1)


def point(name: str) -> None:
    """Kill the process if BREACH_FAULT names this point, at the nth call (`name:nth`, default the first)."""
    if name == _wanted and next(_seen) == int(_nth or 1):
        os._exit(EXIT)

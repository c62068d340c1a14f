"""Danish time: the clock on the wall in Denmark, by which days begin and deadlines are read."""

from datetime import datetime
from zoneinfo import ZoneInfo

DANISH_TIME = ZoneInfo("Europe/Copenhagen")


def local(at: datetime) -> datetime:
    """Return the moment in Danish time; raise ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a time must name its offset")
    return at.astimezone(DANISH_TIME)

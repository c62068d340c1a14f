"""The clocks of a breach: elapsed hours in UTC, shown in Danish time; never moved for weekends.

Sources: GDPR Art. 33(1); Regulation (EEC, Euratom) No 1182/71 Art. 3, whose readings are shown as
information only and are never planned on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from breach.domain.danish_time import DANISH_TIME
from breach.domain.errors import FieldError, InvalidInput
from breach.domain.holidays import is_working_day

#: GDPR Art. 33(1).
NOTIFICATION_HOURS = 72
#: Hours before the deadline at which a reminder is due; 0 is when it has passed.
REMINDER_HOURS = (48, 24, 6, 1, 0)
_MIDNIGHT = time()
_DAY = timedelta(days=1)


class TimeError(InvalidInput):
    """A time that cannot be used; `code` names why."""

    problem = "invalid_time"

    def __init__(self, field: str = "time", **values: object) -> None:
        super().__init__([FieldError(field, self.problem, values)])


class NaiveTime(TimeError):
    """The time has no offset, so the instant is not known."""

    problem = "time_without_offset"


class ClockState(Enum):
    """How much of the time is left."""

    GOOD_TIME = "good_time"
    UNDER_24H = "under_24h"
    UNDER_6H = "under_6h"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Clock:
    """A deadline seen at one moment; `remaining` is negative once it has passed."""

    due: datetime
    state: ClockState
    remaining: timedelta


def _utc(instant: datetime, field: str = "time") -> datetime:
    if instant.utcoffset() is None:
        raise NaiveTime(field)
    return instant.astimezone(UTC)


def due_after(start: datetime, hours: int) -> datetime:
    """Return the instant that many elapsed hours after an aware start, in UTC; NaiveTime without offset."""
    return _utc(start) + timedelta(hours=hours)


def notification_due(aware_at: datetime) -> datetime:
    """Return when the authority must have been notified: 72 elapsed hours after awareness, in UTC."""
    return due_after(_utc(aware_at, "aware_at"), NOTIFICATION_HOURS)


def is_late(due: datetime, at: datetime) -> bool:
    """Tell whether a moment is past a deadline; at the very deadline it is."""
    return at >= due


def clock_state(due: datetime, now: datetime) -> Clock:
    """Return the clock of a deadline at `now`; at the very deadline it is overdue."""
    remaining = _utc(due, "due") - _utc(now, "now")
    if remaining <= timedelta(0):
        state = ClockState.OVERDUE
    elif remaining < timedelta(hours=6):
        state = ClockState.UNDER_6H
    elif remaining < timedelta(hours=24):
        state = ClockState.UNDER_24H
    else:
        state = ClockState.GOOD_TIME
    return Clock(due, state, remaining)


@dataclass(frozen=True)
class DeadlineReadings:
    """The 72 hours as the strict rule and the readings of Regulation 1182/71 have them, in Danish time.

    strict: the deadline; hours: the end of the 72nd full hour (Art. 3(1), 3(2)(a))
    touched, full: working days that the 72 hours touch, or hold whole
    partial_days, full_days: where Art. 3(5) (at least two working days) would end it, or None
    """

    aware: datetime
    strict: datetime
    hours: datetime
    touched: tuple[date, ...]
    full: tuple[date, ...]
    partial_days: datetime | None
    full_days: datetime | None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, _MIDNIGHT, DANISH_TIME)


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += _DAY


def _working_days(start: datetime, end: datetime) -> tuple[list[date], list[date]]:
    """Return the working days touched and those wholly inside, compared as instants."""
    first = start.date()
    last = end.date()
    spanned = [first + _DAY * step for step in range((last - first).days + 1)]
    working = [day for day in spanned if is_working_day(day) and _midnight(day).astimezone(UTC) < _utc(end)]
    whole = [
        day
        for day in working
        if _midnight(day).astimezone(UTC) >= _utc(start)
        and _midnight(day + _DAY).astimezone(UTC) <= _utc(end)
    ]
    return working, whole


def _extended(held: list[date], after: date) -> datetime | None:
    """Return the end of the second working day, counting those held, or None if two are held."""
    missing = 2 - len(held)
    if missing <= 0:
        return None
    for day in _days_from(after):
        missing -= is_working_day(day)
        if not missing:
            return _midnight(day + _DAY)
    raise AssertionError("days never end")


def deadline_readings(aware_at: datetime) -> DeadlineReadings:
    """Return the deadline of an awareness and the readings to show beside it."""
    start = _utc(aware_at, "aware_at")
    strict = notification_due(start).astimezone(DANISH_TIME)
    # Danish offsets are whole hours, so full hours in UTC are full hours on the wall clock.
    next_hour = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    local = start.astimezone(DANISH_TIME)
    touched, full = _working_days(local, strict)
    last = strict.date()
    ends_at_midnight = strict.timetz().replace(tzinfo=None) == _MIDNIGHT
    return DeadlineReadings(
        aware=local,
        strict=strict,
        hours=(next_hour + timedelta(hours=NOTIFICATION_HOURS)).astimezone(DANISH_TIME),
        touched=tuple(touched),
        full=tuple(full),
        partial_days=_extended(touched, last if ends_at_midnight else last + _DAY),
        full_days=_extended(full, last),
    )

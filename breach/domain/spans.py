"""A time as somebody said it: a moment, or a day where only the day is known."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from breach.domain.danish_time import DANISH_TIME, local

_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class Span:
    """A moment, or a whole day in Danish time when only the date is known. Both ends are aware."""

    start: datetime
    end: datetime

    @property
    def is_day(self) -> bool:
        """Whether only the day is known."""
        return self.start != self.end

    @property
    def day(self) -> date:
        """The day in Danish time."""
        return local(self.start).date()

    @property
    def written(self) -> str:
        """The time as programs write it: `2026-08-12`, or a moment with its offset."""
        return self.day.isoformat() if self.is_day else self.start.isoformat()


def moment(at: datetime) -> Span:
    """Return the span of a moment."""
    there = at.astimezone(UTC)
    return Span(there, there)


def whole_day(day: date) -> Span:
    """Return the span of a day of which no time of day is known."""
    start = datetime.combine(day, time(), DANISH_TIME)
    end = datetime.combine(day, _LAST_SECOND, DANISH_TIME)
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def as_kept(at: datetime | None, is_day: bool | None) -> Span | None:
    """Return the span that two columns keep: a moment of it, and whether it is a day; None for no time.

    is_day: None where that was not kept yet; then the first and the last second of a day mean the day
    """
    if at is None:
        return None
    day = whole_day(local(at).date())
    if is_day is None:
        is_day = at in (day.start, day.end)
    return day if is_day else moment(at)

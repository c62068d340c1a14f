"""Times as programs write them: the one reader for the API, files, commands and channels.

RFC 3339 and ISO 8601 leave much open: a blank or a small `t` between day and time, a comma before a fraction
of any length, an offset with or without its colon, hours and minutes alone. All of it is read here.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction

DAY = r"([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|[0-9]{4}-?W[0-9]{2}-?[1-7])"
CLOCK = r"([0-9]{2})(:?([0-9]{2})(:?([0-9]{2}))?)?([.,][0-9]+)?"
OFFSET = "([Zz]|[+\u2212-][0-9]{2}(:?[0-9]{2})?)"
MOMENT = f"{DAY}[Tt ]{CLOCK} ?{OFFSET}"
_MOMENT = re.compile(MOMENT)
_DAY = re.compile(DAY)
_UNITS = (timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
_MICROSECOND = timedelta(microseconds=1)
_A_DAY = timedelta(days=1)
LONGEST_FRACTION = 30
"""Digits of a fraction that are looked at; the twentieth of an hour is far below a microsecond."""


class NotATime(ValueError):
    """The text is not written as a time or day; code: `not_a_time`, or `time_without_offset`."""

    def __init__(self, code: str = "not_a_time") -> None:
        super().__init__(code)
        self.code = code


def read_moment(text: str) -> datetime:
    """Return the moment in its offset, its fraction cut to microseconds.

    `24:00` and a leap second are the moment after. Raises NotATime, or ValueError or OverflowError for a time
    that is written well and does not exist.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise NotATime("time_without_offset" if _MOMENT.fullmatch(f"{text}Z") else "not_a_time")
    day, hour, _, minute, _, second, fraction, offset, _ = found.groups()
    start = datetime.combine(date.fromisoformat(day), time(), _zone(offset))
    return start + _since_midnight([hour, minute, second], fraction)


def read_day(text: str) -> date:
    """Return the day that a text writes; raise NotATime, or ValueError for one that no calendar has."""
    if not _DAY.fullmatch(text):
        raise NotATime
    return date.fromisoformat(text)


def is_moment(text: str) -> bool:
    """Tell whether a text is written as a time with its offset, whether or not that time exists."""
    return _MOMENT.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Tell whether a text is written as a day alone."""
    return _DAY.fullmatch(text) is not None


def _zone(offset: str) -> timezone:
    if offset in "Zz":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[2:])
    if minutes > 59:
        raise ValueError("an offset has at most 59 minutes")
    span = timedelta(hours=int(digits[:2]), minutes=minutes)
    return timezone(span if offset[0] == "+" else -span)


def _since_midnight(parts: list[str | None], fraction: str | None) -> timedelta:
    """Return the time of day; a fraction is one of the smallest part given."""
    given = [int(part) for part in parts if part is not None]
    whole = sum((number * unit for number, unit in zip(given, _UNITS, strict=False)), timedelta())
    more = _of_unit(fraction or ",0", _UNITS[len(given) - 1])
    is_leap_second = given[1:] == [59, 60]
    most = (24, 59, 60 if is_leap_second else 59)
    is_too_large = any(number > limit for number, limit in zip(given, most, strict=False))
    if is_too_large or whole > _A_DAY or (given[0] == 24 and more):
        raise ValueError("no such time of day")
    return whole + more


def _of_unit(fraction: str, unit: timedelta) -> timedelta:
    digits = fraction[1:LONGEST_FRACTION]
    return int(Fraction(int(digits), 10 ** len(digits)) * (unit // _MICROSECOND)) * _MICROSECOND

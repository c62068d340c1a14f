"""Dates, times, durations and numbers as people read them, in Danish and English, in Danish time.

Every function takes the language, "da" or "en". Times must be aware; they are shown in Europe/Copenhagen.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from breach.domain import telephone
from breach.domain.danish_time import local
from breach.domain.spans import Span

_LOCALES = {"da": "da_DK", "en": "en_GB"}
_ZONE_WORDS = {
    "da": ("dansk tid", "sommertid", "vintertid"),
    "en": ("Danish time", "summer time", "winter time"),
}
_UNIT_WORDS = {
    "da": {"day": ("dag", "dage"), "hour": ("time", "timer"), "minute": ("minut", "minutter"), "and": "og"},
    "en": {"day": ("day", "days"), "hour": ("hour", "hours"), "minute": ("minute", "minutes"), "and": "and"},
}
_SHORT_UNITS = {"da": ("t", "min"), "en": ("h", "min")}


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def date_long(value: date | datetime, language: str) -> str:
    """Return "3. marts 2026" or "3 March 2026"."""
    pattern = "d. MMMM y" if language == "da" else "d MMMM y"
    return format_date(_day(value), pattern, locale=_LOCALES[language])


def date_weekday(value: date | datetime, language: str) -> str:
    """Return "tirsdag den 3. marts 2026" or "Tuesday 3 March 2026"."""
    pattern = "EEEE 'den' d. MMMM y" if language == "da" else "EEEE d MMMM y"
    return format_date(_day(value), pattern, locale=_LOCALES[language])


def date_table(value: date | datetime, language: str) -> str:
    """Return the form for tables: "03.03.2026" or "2026-03-03"."""
    day = _day(value)
    return f"{day:%d.%m.%Y}" if language == "da" else day.isoformat()


def is_doubled(at: datetime) -> bool:
    """Return whether the hour occurs twice that night, because clocks go back."""
    there = local(at)
    return there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()


def clock_time(at: datetime, language: str) -> str:
    """Return "kl. 14.30" or "14:30"; in the doubled hour of autumn also which of the two it is."""
    there = local(at)
    shown = f"kl. {there.hour}.{there:%M}" if language == "da" else f"{there:%H:%M}"
    if not is_doubled(at):
        return shown
    _, summer, winter = _ZONE_WORDS[language]
    return f"{shown} ({winter if there.fold else summer})"


def datetime_long(at: datetime, language: str) -> str:
    """Return "tirsdag den 3. marts 2026 kl. 14.30 (dansk tid)", "Tuesday 3 March 2026 at 14:30 (...)"."""
    joint = " " if language == "da" else " at "
    zone = "" if is_doubled(at) else f" ({_ZONE_WORDS[language][0]})"
    return f"{date_weekday(at, language)}{joint}{clock_time(at, language)}{zone}"


def day_or_moment(span: Span, language: str) -> str:
    """Return a time as it was said: of a day the day, since nobody said a time of day."""
    return date_weekday(span.day, language) if span.is_day else datetime_long(span.start, language)


def datetime_short(at: datetime, language: str) -> str:
    """Return the form for tables: "03.03.2026 kl. 14.30" or "2026-03-03 14:30"."""
    return f"{date_table(at, language)} {clock_time(at, language)}"


def number(value: int | float | Decimal, language: str) -> str:
    """Return "214.300" and "3,25", or "214,300" and "3.25"."""
    return format_decimal(value, locale=_LOCALES[language])


def about(value: int, language: str) -> str:
    """Return an estimated count: "ca. 800" or "about 800"."""
    return f"{'ca.' if language == 'da' else 'about'} {number(value, language)}"


def file_size(size: int, language: str) -> str:
    """Return bytes as "2,5 MB" or "90 kB" (decimal units)."""
    if size >= 1_000_000:
        return f"{number(round(size / 1_000_000, 1), language)} MB"
    return f"{number(max(1, round(size / 1000)), language)} kB"


def phone(value: str, language: str) -> str:
    """Return a Danish number "61 55 55 55", in English with its country code; all others as they are."""
    digits = telephone.danish(value)
    if digits is None:
        return value
    grouped = " ".join(digits[at : at + 2] for at in range(0, 8, 2))
    return grouped if language == "da" else f"+45 {grouped}"


def _counted(amount: int, unit: str, language: str) -> str:
    one, many = _UNIT_WORDS[language][unit]
    return f"{number(amount, language)} {one if amount == 1 else many}"


def duration(span: timedelta, language: str, *, short: bool = False) -> str:
    """Return "41 timer og 12 minutter", or short "41 t 12 min". The sign is dropped; seconds are cut off."""
    minutes = int(abs(span).total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if short:
        hour_unit, minute_unit = _SHORT_UNITS[language]
        shown = [f"{number(hours, language)} {hour_unit}"] if hours else []
        return " ".join(shown + ([f"{rest} {minute_unit}"] if rest or not hours else []))
    words = [_counted(hours, "hour", language)] if hours else []
    if rest or not hours:
        words.append(_counted(rest, "minute", language))
    return f" {_UNIT_WORDS[language]['and']} ".join(words)


def days(amount: int, language: str) -> str:
    """Return "3 dage" or "3 days"."""
    return _counted(amount, "day", language)

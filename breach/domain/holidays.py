"""Danish public holidays, as Regulation 1182/71 counts working days."""

from datetime import date, timedelta
from functools import cache

#: The act that abolished Store Bededag (the fourth Friday after Easter) works from this year.
STORE_BEDEDAG_ABOLISHED = 2024


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the anonymous computus: Nature, 20 April 1876)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - shift + 15) % 30
    quads, rest_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * quads - epact - rest_rest) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the statutory public holidays of a year; 1 May, 5 June, 24 and 31 December are none."""
    easter = easter_sunday(year)
    # Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday and Monday
    offsets = [-3, -2, 0, 1, 39, 49, 50]
    if year < STORE_BEDEDAG_ABOLISHED:
        offsets.append(26)
    moving = {easter + timedelta(days=offset) for offset in offsets}
    return frozenset({date(year, 1, 1), date(year, 12, 25), date(year, 12, 26), *moving})


def is_working_day(day: date) -> bool:
    """Tell whether the day is neither a Saturday, a Sunday nor a holiday (Regulation 1182/71 Art. 2)."""
    return day.weekday() < 5 and day not in public_holidays(day.year)

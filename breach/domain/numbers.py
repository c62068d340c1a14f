"""What looks like a CPR number in a text: the one rule for what is typed, imported, sent and logged.

A number is six digits of a date and four more. Whoever was given one in place of a CPR number has it with 60
added to the day, or with letters among the last four (`010170-1ABC`). How people write it differs: signs that
show nothing are passed over, and every dash, blank and digit of Unicode counts as its plain form.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from breach.domain.values import BLANK_LETTERS

_BETWEEN = r"(?:[ /_-]{0,4}|[\W_])"
"""What may stand before the last four: blanks and dashes, or one sign that is no letter."""
_AFTER_JOINED = r"(?:[^\w,]{0,5}|[ /_-]{0,4}|,)"
"""The same after six digits in a row, which are hardly ever a mere date: `251248: 9996`, `251248 (9996)`."""
_YEAR_AND_BETWEEN = rf"(?:19[0-9]{{2}}{_BETWEEN}|20[0-9]{{2}}[-/](?!20[0-4]))"
"""A whole year. Events of this century are followed by counts, times, years: only by a sign, and no year."""
_FOUR = "[0-9]{2}[ -]?[0-9]{2}"
_BORN = "(?:19[0-9]{2}|20[01][0-9])"
"""A year in which hardly anything happened that people write about today, unlike the latest ones."""
_MONTH_NAMES = "(?:jan|feb|mar|apr|ma[jy]|jun|jul|aug|sep|o[kc]t|nov|dec)[a-z]{0,6}"


def _date(split: str = "", inner: str = "", again: str = "") -> str:
    """Return the pattern of ddmmyy: `split` between its parts (then `again`), `inner` within each part."""
    return f"{_day_and_month(split, inner)}{again or split}[0-9]{inner}[0-9]"


def _day_and_month(split: str = "", inner: str = "") -> str:
    """Return the pattern of ddmm, or of a day with 60 added."""
    return f"{_day(inner)}{split}{_month(inner)}"


def _month_and_day(split: str) -> str:
    return f"{_month()}{split}{_day()}"


def _split_in_threes() -> str:
    """Return the pattern of ddm myy: a blank between the digits of the month."""
    return f"{_day()}(?:0 [1-9]|1 [0-2])[0-9]{{2}}"


def _day(inner: str = "") -> str:
    return f"(?:[06]{inner}[1-9]|[1278]{inner}[0-9]|[39]{inner}[01])"


def _month(inner: str = "") -> str:
    return f"(?:0{inner}[1-9]|1{inner}[0-2])"


_SHAPES = (
    rf"{_date()}{_AFTER_JOINED}{_FOUR}",  # 251248-9996
    rf"{_date()}(?: ?- ?| ?)(?:[0-9][A-Z]{{3}}|[A-Z]{{3}}[0-9])(?![A-Za-z])",  # 010170-1ABC
    rf"{_date()}-(?:[0-9][a-z]{{3}}|[a-z]{{3}}[0-9])(?![A-Za-z])",  # 010170-1abc
    rf"(?<![0-9][./_-]){_date('([ ./_-]{1,2})', again=chr(92) + '1')}{_BETWEEN}[0-9]{{4}}",  # 25.12.48-9996
    rf"(?<![0-9][./_-]){_date('/', again='-')}{_BETWEEN}[0-9]{{4}}",  # 25/12-48 9996
    rf"(?<![0-9][./_-]){_day_and_month('[ ./-]?')}[ ./-]?{_YEAR_AND_BETWEEN}[0-9]{{4}}",  # 25.12.1948-9996
    rf"{_date('[ -]')}(?: ?- ?| )[0-9]{{2}}[ -][0-9]{{2}}(?![ -][0-9])",  # 25 12 48 99 96
    rf"{_day_and_month(' ')}[0-9]{{2}}[ -]?[0-9]{{4}}",  # 25 1248-9996
    rf"{_day_and_month()} [0-9]{{2}}[ -]?[0-9]{{4}}",  # 2512 48-9996
    rf"{_split_in_threes()}[ -]?[0-9]{{4}}",  # 251 248 9996
    rf"(?<![0-9][./_-]){_BORN}[ ./-]?{_month_and_day('[ ./-]?')}{_BETWEEN}[0-9]{{4}}",  # 1948-12-25-9996
    rf"[0-9]{{1,2}}[.]? ?(?i:{_MONTH_NAMES})[.]? ?{_BORN}{_BETWEEN}[0-9]{{4}}",  # 25. december 1948-9996
    rf"{_date(' ', ' ')} ?-? ?[0-9] [0-9] [0-9] [0-9](?! [0-9])",  # 2 5 1 2 4 8 - 9 9 9 6
)
LIKE_CPR = re.compile(rf"(?<![0-9+])(?<!\+[0-9]{{2}} )(?:{'|'.join(_SHAPES)})(?![0-9])")
"""No digit before or after, and no telephone number with its country code."""
_HASH = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-z])", re.IGNORECASE
)
"""A hash or a UUID: ten of its digits may look like a CPR number by chance."""
_TO_BLANK = str.maketrans(dict.fromkeys("\t\n\v\f\r", " "))
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me"})
_BLANKS = frozenset({"Zs", "Zl", "Zp"})
_MORE_DASHES = frozenset("\u02d7\u2043\u2212")
"""Signs that look like a dash and are none to Unicode: a modifier, a bullet, and minus."""


def looks_like_cpr(text: str) -> bool:
    """Tell whether the text holds something that looks like a CPR number, in whatever way it is written."""
    if not any(map(str.isdigit, text)):  # most names of a list have none, and there are millions
        return False
    signs, _ = _plain(text)
    return LIKE_CPR.search(signs) is not None


_REPLACEMENT = re.compile("([0-9]{2})([0-9]{2})([0-9]{2})[ -]?([0-9]{4}|[0-9][A-Z]{3}|[A-Z]{3}[0-9])")
_ADDED_TO_THE_DAY = 60


def replacement_number(text: str) -> str | None:
    """Return the ten signs of a number given in place of a CPR number, or None.

    It has 60 added to the day, or letters among its last four. Nobody has Digital Post by such a number.
    """
    found = _REPLACEMENT.fullmatch(plain(text).strip().upper()) if len(text) <= _LONGEST_NUMBER else None
    if found is None:
        return None
    day = int(found[1])
    is_marked = day > _ADDED_TO_THE_DAY
    if found[4].isdigit() and not is_marked:
        return None
    real_day = day - _ADDED_TO_THE_DAY if is_marked else day
    return "".join(found.groups()) if _is_day(real_day, int(found[2]), int(found[3])) else None


_LONGEST_NUMBER = 40


def _is_day(day: int, month: int, year: int) -> bool:
    """Tell whether the day exists in the year of any century."""
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True


def plain(text: str) -> str:
    """Return the text with every dash, blank and digit in its plain form, without what shows nothing."""
    return "".join(map(_plain_sign, text))


def without_cpr(text: str, mask: str) -> str:
    """Return the text with `mask` in place of everything that looks like a CPR number."""
    signs, places = _plain(text)
    found = [(places[one.start()], places[one.end() - 1] + 1) for one in LIKE_CPR.finditer(signs)]
    edges = [0, *(edge for span in found for edge in span), len(text)]
    return mask.join(text[start:end] for start, end in list(pairwise(edges))[::2])


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """Return the text in plain signs, without hashes and what shows nothing, and where each sign stood."""
    if text.isascii():
        return _HASH.sub(_as_letters, text.translate(_TO_BLANK)), range(len(text))
    signs = [(place, _plain_sign(sign)) for place, sign in enumerate(text)]
    seen = [(place, sign) for place, sign in signs if sign]
    joined = "".join(sign for _, sign in seen)
    return _HASH.sub(_as_letters, joined), [place for place, _ in seen]


def _as_letters(found: re.Match[str]) -> str:
    return "x" * len(found[0])


def _plain_sign(sign: str) -> str:
    """Return a digit, "-" or " " for every sign that is one in some form, "" for one that shows nothing."""
    if sign.isascii():
        return sign.translate(_TO_BLANK)
    digit = unicodedata.digit(sign, None)
    kind = unicodedata.category(sign)
    if digit is not None:
        return str(digit)
    if kind == "Pd" or sign in _MORE_DASHES:
        return "-"
    if kind in _BLANKS:
        return " "
    return "" if kind in _UNSEEN or sign in BLANK_LETTERS else sign

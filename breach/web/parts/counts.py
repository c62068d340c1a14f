"""Whole numbers as people type them: the one rule for reading them on all pages."""

from re import compile as pattern
from typing import Any

from breach.domain.values import LARGEST_COUNT

_NUMBER = pattern(
    "[0-9]{1,15}"
    "|[1-9][0-9]{0,2}(?P<sign>[., '\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}])[0-9]{3}"
    "(?:(?P=sign)[0-9]{3}){0,3}"
)
"""Digits alone, or in groups of three: "1.5" is no number of persons, and neither is "12.34.5"."""


def typed_number(words: Any) -> int | None:
    """Return the number that the words write in ASCII digits, however large, or None."""
    text = str(words or "").strip()
    return int("".join(filter(str.isdigit, text))) if _NUMBER.fullmatch(text) else None


def whole_number(words: Any) -> int | None:
    """Return the number that the words write, or None for what is no number or too large a one."""
    found = typed_number(words)
    return None if found is None or found > LARGEST_COUNT else found

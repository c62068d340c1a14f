"""Telephone numbers as people type them: kept as typed, their digits read where a number is dialled.

A number may have blanks, dashes, dots, brackets and slashes of any kind, a country code, an extension
("lok. 12") and a word before it ("tlf."), and a second number may follow it. Short numbers of a hospital are
numbers too.
"""

import re

from breach.domain.numbers import plain

SHORTEST, LONGEST = 4, 15
"""Digits of a number without its extension: those of a hospital's own lines, and the most of ITU-T E.164."""
_BEFORE = r"(?:[a-zæøå]{1,12}[.:]? ?[.:]? ?)?"
_EXTENSION = (
    r"(?:[ ,;.(]{0,3}(?:lok(?:al)?(?:nr|nummer)?|ext(?:ension)?|x|int(?:ern)?|omst(?:illing)?|#)[ .:=]{0,3}"
    r"([0-9]{1,6})\)?)?"
)
_ONE = re.compile(rf"{_BEFORE}(\(?\+?[0-9(][0-9 ().,/-]*){_EXTENSION}[ .]?")
_BETWEEN = re.compile(r"[;,/]| (?:eller|og|or|and) ")


def numbers_of(typed: str) -> list[tuple[str, str]]:
    """Return the digits of each number that was typed, `+` before a country code, with its extension.

    Empty where the text is no telephone number.
    """
    text = plain(typed).strip(" ").casefold()
    whole = _number(text)
    if whole and len(whole[0].lstrip("+")) <= LONGEST:
        return [whole]
    parts = [_number(part.strip(" ")) for part in _BETWEEN.split(text)]
    found = [part for part in parts if part]
    if len(found) == len(parts):
        return found
    return [whole] if whole else []


def problem(typed: str) -> str | None:
    """Return what is wrong with a telephone number, `phone_invalid` or `phone_length`, or None."""
    found = numbers_of(typed)
    if not found:
        return "phone_invalid"
    lengths = [len(number.lstrip("+")) for number, _ in found]
    return None if all(SHORTEST <= length <= LONGEST for length in lengths) else "phone_length"


def danish(typed: str) -> str | None:
    """Return the eight digits of a text that is one Danish number without an extension, else None."""
    found = numbers_of(typed)
    if len(found) != 1:
        return None
    number, extension = found[0]
    digits = re.sub(r"^(\+|00)45", "", number)
    return digits if re.fullmatch("[0-9]{8}", digits) and not extension else None


def _number(text: str) -> tuple[str, str] | None:
    found = _ONE.fullmatch(text)
    if found is None:
        return None
    plus = "+" if "+" in found[1] else ""
    return plus + re.sub("[^0-9]", "", found[1]), found[2] or ""

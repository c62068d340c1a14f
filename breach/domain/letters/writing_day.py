"""Finds a day of writing that somebody typed.

The day of a letter is set when it is released, so a typed one would be wrong.
"""

import re

from breach.domain.letters.months import MONTHS

_NUMBERS = r"[0-9]{1,2}[./ -]{1,2}[0-9]{1,2}[./ -]{1,2}(?:20)?[0-9]{2}(?![0-9])|20[0-9]{2}-[0-9]{2}-[0-9]{2}"
_MONTH = {
    language: "|".join(
        sorted({one for name in names for one in (name, name[:3], f"{name[:3]}.")}, reverse=True)
    )
    for language, names in MONTHS.items()
}
"""Written out, or cut to three letters; of two that begin alike the longer one first."""
_YEAR = r"(?:,? ?20[0-9]{2})?"
_ORDINAL = "(?:st|nd|rd|th)?"
_WEEKDAY = {
    "da": r"(?:(?:man|tirs|ons|tors|fre|lør|søn)dag,? )?",
    "en": r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?",
}
_BY_NAME = {
    "da": rf"[0-9]{{1,2}}\.? ?(?:{_MONTH['da']})(?![a-zæøå]){_YEAR}",
    "en": (
        rf"[0-9]{{1,2}}{_ORDINAL} ?(?:of )?(?:{_MONTH['en']})(?![a-z]){_YEAR}"
        rf"|(?:{_MONTH['en']}) [0-9]{{1,2}}{_ORDINAL}(?![0-9]){_YEAR}"
    ),
}
_DAY = {
    "da": rf"{_WEEKDAY['da']}(?:den |d\. ?)?(?:{_BY_NAME['da']}|{_NUMBERS})",
    "en": rf"{_WEEKDAY['en']}(?:on |the ){{0,2}}(?:{_BY_NAME['en']}|{_NUMBERS})",
}
_TODAY = {"da": r"\b(?:i dag|dags dato|d\.d\.)", "en": r"\b(?:today|this day)"}
_WRITES = {
    "da": (
        r"\b(?:vi (?:skriver|sender)|(?:brevet|beskeden) er sendt|skrevet|dateret|dato)"
        r"(?:,?:? (?:til|dig|jer|dette|brev|brevet|besked|beskeden|denne|her|nu|først|i dag)){0,6}[:,]? "
    ),
    "en": (
        r"\b(?:we (?:are )?(?:write|writing|send|sending)|letter (?:is|was) sent|written|dated|date)"
        r"(?:,?:? (?:to|you|this|letter|message|now|today|only|on)){0,6}[:,]? "
    ),
}
_PATTERNS = {
    language: re.compile(
        rf"(?:{_TODAY[language]}(?: er det| it is| is)?[,:]? |{_WRITES[language]})({day})"
        rf"|\b({day}),? (?:er i dag|is today|i dag\b|today\b)"
        rf"|^(?:[^\W\d_]{{2,30}}(?: [^\W\d_]{{1,20}}){{0,2}}, ?)?({day})\.?$",
        re.IGNORECASE | re.MULTILINE,
    )
    for language, day in _DAY.items()
}
"""A day beside "we write", beside "today", or alone on a line, after a place or not."""


def typed_day_of_writing(text: str, language: str) -> str:
    """Return the day of writing that the text gives, as it is typed, or ""."""
    found = _PATTERNS[language].search(text)
    return next((day for day in found.groups() if day), "") if found else ""

"""Whether the Danish and the English letter carry the same facts: dates, numbers, phones, sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from breach.domain.letters.form import Letter
from breach.domain.letters.months import MONTHS

_EXACT = re.compile(
    r"(?<![^\s@,;:])[^\s@,;:]+@[^\s@,;:]+\.[a-z]{2,}"  # a mail address
    r"|\b[A-Z]{3,}-[0-9]{4}-[0-9]{6}\b"  # the number of a case
    r"|(?<![\w.-])(?:[a-z0-9-]+\.)+(?:dk|eu)\b"  # an address on the web
)
"""Looked for where a run of such signs begins, and not within it: each run is read once."""
_PHONE = re.compile(r"(?<![0-9])(?:\+45 ?)?([0-9]{2}) ?([0-9]{2}) ?([0-9]{2}) ?([0-9]{2})(?![0-9])")
_TIME = {
    "da": re.compile(r"\bkl\. ([0-9]{1,2})\.([0-9]{2})(?![0-9])"),
    "en": re.compile(r"(?<![0-9])([0-9]{1,2}):([0-9]{2})(?![0-9])"),
}
_THOUSANDS = {
    "da": re.compile(r"(?<=[0-9])\.(?=[0-9]{3}(?![0-9]))"),
    "en": re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))"),
}
_DECIMAL = {"da": re.compile(r"(?<=[0-9]),(?=[0-9])"), "en": re.compile(r"(?<=[0-9])\.(?=[0-9])")}


@dataclass(frozen=True)
class Difference:
    """A fact that one of the two letters has and the other lacks; `only_in` is the language that has it."""

    fact: str
    only_in: str


def facts_of(letter: Letter) -> frozenset[str]:
    """Return the facts of a letter in a form that does not depend on its language, such as "month 3"."""
    return frozenset(_facts("\n".join(letter.lines), letter))


def _facts(text: str, letter: Letter) -> Iterator[str]:
    language = letter.language
    yield f"sections {len(letter.sections)}"
    for section in letter.sections:
        yield from (f"list {len(block.lines)}" for block in section.blocks if block.bullets)
    yield from (match.group().lower() for match in _EXACT.finditer(text))
    text = _EXACT.sub(" ", text)
    yield from ("phone " + "".join(match.groups()) for match in _PHONE.finditer(text))
    text = _PHONE.sub(" ", text)
    yield from (f"time {int(hour)}:{minute}" for hour, minute in _TIME[language].findall(text))
    text = _TIME[language].sub(" ", text)
    for number, name in enumerate(MONTHS[language], start=1):
        # English "may" is a month only with a capital; Danish months are written small.
        written = name.capitalize() if language == "en" else name
        if re.search(rf"(?<=[0-9.] ){written}\b", text):
            yield f"month {number}"
    text = _DECIMAL[language].sub("_", _THOUSANDS[language].sub("", text))
    yield from (f"number {found}" for found in re.findall(r"[0-9]+(?:_[0-9]+)?", text))


def differences(danish: Letter, english: Letter) -> tuple[Difference, ...]:
    """Return what one letter says and the other does not; empty where both carry the same facts.

    Words are not compared: that the two say the same in words is for the person who approves them.
    """
    da = facts_of(danish)
    en = facts_of(english)
    lost = [Difference(fact, "da") for fact in sorted(da - en)]
    return (*lost, *(Difference(fact, "en") for fact in sorted(en - da)))

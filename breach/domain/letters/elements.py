"""The ten things a letter to the people affected must hold, and the case number, looked for one by one.

N1-N6 are GDPR Art. 34(2) with 33(3)(b)-(d) (N6: recital 86 and EDPB Guidelines 9/2022); N7, N9 and N10 the
regions' privacy policies; N8 good practice; N11 our own rule. A draft that lacks one cannot be approved.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from breach.domain.letters import headings
from breach.domain.letters.account import tells_something
from breach.domain.letters.contacts import LetterContacts
from breach.domain.letters.form import Letter
from breach.domain.letters.months import MONTHS
from breach.domain.numbers import looks_like_cpr


@dataclass(frozen=True)
class ElementFacts:
    """What a complete letter has to name: the case number and the contacts.

    phrases: the sentences that a draft makes by itself; none of them is an account of what happened
    """

    reference: str
    contacts: LetterContacts
    phrases: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True)
class ElementCheck:
    """One element: its id (N1 to N11), whether it is there, and the line that shows it ("" where absent)."""

    id: str
    present: bool
    sentence: str = ""


_WHEN = {
    "da": re.compile(
        rf"\b[0-9]{{1,2}}\. (?:{'|'.join(MONTHS['da'])})\b"
        r"|\b(?:ikke endnu|endnu ikke)\b.{0,200}\bhvornår (?!det (?:først )?blev opdaget)"
        r"|\bhvornår (?!det (?:først )?blev opdaget).{0,200}\b(?:ikke endnu|endnu ikke)\b",
        re.I,
    ),
    "en": re.compile(
        rf"\b[0-9]{{1,2}} (?:{'|'.join(MONTHS['en'])})\b"
        r"|\bnot (?:yet known?|known? yet)\b.{0,200}\bwhen (?!it was (?:first )?discovered)"
        r"|\bwhen (?!it was (?:first )?discovered).{0,200}\bnot (?:yet known?|known? yet)\b",
        re.I,
    ),
}
"""A day, or that it is not known yet."""
_SENTENCE_GAP = re.compile(r"\n|(?<=[.!?]) (?=[A-ZÆØÅÉ])")
"""Where a sentence ends for a reader: "We do not know yet: when it happened." is one."""
# The day of writing is not the day it happened.
_WRITING = {
    "da": re.compile(r"\bvi skriver\b", re.I),
    "en": re.compile(r"\bwe (?:are )?writ(?:e|ing)\b", re.I),
}
_APOLOGY = {
    "da": re.compile(r"\bvi beklager\b|\bundskyld\b", re.I),
    "en": re.compile(r"\bsorry\b|\bapolog", re.I),
}
_DPO = {"da": "databeskyttelsesrådgiver", "en": "data protection officer"}
_COMPLAINT = {
    "da": re.compile(r"\bklage til datatilsynet\b", re.I),
    "en": re.compile(r"\bcomplain(?:t)? to datatilsynet\b", re.I),
}
_FIRST = {"da": re.compile(r"\bførst\b", re.I), "en": re.compile(r"\bfirst\b", re.I)}
_RIGHTS = {
    "da": (r"\bse\b|indsigt", r"\bret(?:te|telse|tet)\b", r"\bslet", r"\bbegræns", r"\bindsigelse"),
    "en": (r"\bsee\b|\baccess\b", r"\bcorrect|\brectif", r"\bdelet|\beras", r"\brestrict", r"\bobject"),
}

Finder = Callable[[Letter, ElementFacts], str]
"""Returns the line that shows the element, or ""."""


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _names(line: str, phone: str) -> bool:
    return _digits(phone)[-8:] in _digits(line)


def _first(lines: tuple[str, ...], pattern: re.Pattern[str]) -> str:
    return next((line for line in lines if pattern.search(line)), "")


def _section(kind: str) -> Finder:
    def find(letter: Letter, _: ElementFacts) -> str:
        section = headings.section_about(letter, kind)
        return section.body.splitlines()[0] if section else ""

    return find


def _happened(letter: Letter, facts: ElementFacts) -> str:
    section = headings.section_about(letter, headings.HAPPENED)
    sentences = _SENTENCE_GAP.split(section.body) if section else []
    stated = tuple(line for line in sentences if not _WRITING[letter.language].search(line))
    return (
        _first(stated, _WHEN[letter.language])
        if section and _is_account(section.body, letter.language, facts)
        else ""
    )


def _is_account(body: str, language: str, facts: ElementFacts) -> bool:
    """Tell whether somebody wrote a sentence of it, in words enough to tell something."""
    for phrase in facts.phrases:
        body = phrase.sub("\n", body)
    return any(tells_something(sentence, language) for sentence in _SENTENCE_GAP.split(body))


def _dpo(letter: Letter, facts: ElementFacts) -> str:
    dpo, word = facts.contacts.dpo, _DPO[letter.language]
    lines = (
        line for line in letter.lines if word in line.lower() and _names(line, dpo.phone) and dpo.name in line
    )
    return next(lines, "")


def _controller(letter: Letter, facts: ElementFacts) -> str:
    who = facts.contacts.controller
    whole = "\n".join(letter.lines)
    name = who.name_da if letter.language == "da" else who.name_en
    plain = (name, who.address, who.email)
    if all(part in whole for part in plain) and _names(whole, who.phone) and _names(whole, who.cvr):
        return next(line for line in letter.lines if name in line)
    return ""


def _apology(letter: Letter, _: ElementFacts) -> str:
    return _first(letter.lines, _APOLOGY[letter.language])


def _complaint(letter: Letter, facts: ElementFacts) -> str:
    whole = "\n".join(letter.lines)
    authority = facts.contacts.authority
    section = next((part for part in letter.sections if _COMPLAINT[letter.language].search(part.body)), None)
    named = authority.email in whole and authority.address in whole and _names(whole, authority.phone)
    if section is None or not named or not _FIRST[letter.language].search(section.body):
        return ""
    return _first(tuple(section.body.splitlines()), _COMPLAINT[letter.language])


def _rights(letter: Letter, _: ElementFacts) -> str:
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in _RIGHTS[letter.language]]
    full = (part for part in letter.sections if all(pattern.search(part.body) for pattern in patterns))
    section = next(full, None)
    return section.body.splitlines()[0] if section else ""


def _reference(letter: Letter, facts: ElementFacts) -> str:
    if looks_like_cpr("\n".join(letter.lines)):
        return ""
    return next((line for line in letter.lines if facts.reference in line), "")


FINDERS: dict[str, Finder] = {
    "N1": _happened,
    "N2": _section(headings.KINDS),
    "N3": _dpo,
    "N4": _section(headings.MEANING),
    "N5": _section(headings.DONE),
    "N6": _section(headings.ADVICE),
    "N7": _controller,
    "N8": _apology,
    "N9": _complaint,
    "N10": _rights,
    "N11": _reference,
}


def check_elements(letter: Letter, facts: ElementFacts) -> tuple[ElementCheck, ...]:
    """Return the eleven checks in order. N11 fails also where something looks like a CPR number."""
    found = ((element, finder(letter, facts)) for element, finder in FINDERS.items())
    return tuple(ElementCheck(element, bool(sentence), sentence) for element, sentence in found)


def missing_elements(letter: Letter, facts: ElementFacts) -> tuple[str, ...]:
    """Return the ids that are absent; an empty answer means that the letter can go to approval."""
    return tuple(check.id for check in check_elements(letter, facts) if not check.present)

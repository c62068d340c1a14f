"""Compares what the Danish and the English letter claim: our sentences by their code, the rest side by side.

A sentence of ours that says one thing in Danish and another in English is a difference by itself. What a
person wrote, and what stands in one language alone, is for the person who approves.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from breach.domain.letters.contacts import LetterContacts
from breach.domain.letters.form import Letter, Section
from breach.services.letters.drafting import ONCE, contact_values, known_again
from breach.texts import catalogue

COMPARED = ONCE | {"likely", "returned"}
"""Questions of fact that a letter answers with one sentence at the most."""
_PREFIX = "letters.letter."
_SENTENCE_GAP = re.compile(r"\n|(?<=[.!?]) (?=[A-ZÆØÅÉ])")
Known = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True)
class Unpaired:
    """Sentences of a section without a counterpart of ours in the other language, and its two headings."""

    headings: tuple[str, str]
    danish: tuple[str, ...]
    english: tuple[str, ...]


@dataclass(frozen=True)
class Claims:
    """What two letters claim otherwise: questions answered differently, and sentences without counterpart."""

    differing: tuple[str, ...] = ()
    unpaired: tuple[Unpaired, ...] = ()


NO_CLAIMS = Claims()
"""Of a text that is in one language alone."""


@dataclass(frozen=True)
class _Said:
    """What a section says: our sentences by code, and those of a person."""

    heading: str
    ours: dict[str, str]
    typed: tuple[str, ...]


def compare_claims(danish: Letter, english: Letter, contacts: LetterContacts, reference: str) -> Claims:
    """Return what only one of the two letters claims, as far as it can be told without reading them."""
    said = [_sections(letter, known(letter.language, contacts, reference)) for letter in (danish, english)]
    answers = [_answers(sections) for sections in said]
    both = answers[0].keys() & answers[1].keys()
    differing = sorted(group for group in both if answers[0][group] != answers[1][group])
    nothing = _Said("", {}, ())
    pairs = (_unpaired(da, en) for da, en in zip_longest(*said, fillvalue=nothing))
    return Claims(tuple(differing), tuple(one for one in pairs if one.danish or one.english))


@cache
def known(language: str, contacts: LetterContacts, reference: str) -> Known:
    """Return code and pattern of every sentence that a letter of the case can have, the longest first."""
    values = contact_values(contacts, reference, language)
    found = {
        key.removeprefix(_PREFIX): _with(values, words)
        for key, words in catalogue(language).items()
        if key.startswith(_PREFIX)
    }
    longest_first = sorted(found.items(), key=lambda one: -len(one[1]))
    return tuple((code, _pattern(words, language)) for code, words in longest_first if words)


def _with(values: dict[str, str], words: str) -> str:
    for name, value in values.items():
        words = words.replace(f"{{{name}}}", value)
    return words


def _pattern(words: str, language: str) -> re.Pattern[str]:
    """Return how a sentence is known again; what is no sentence has to be the whole line."""
    pattern = known_again(words, language)
    return pattern if words[-1] in ".?!:" else re.compile(f"^{pattern.pattern}$", re.MULTILINE)


def _sections(letter: Letter, sentences: Known) -> list[_Said]:
    return [_said(section, sentences) for section in letter.sections]


def _said(section: Section, sentences: Known) -> _Said:
    body = section.body
    ours: dict[str, str] = {}
    for code, pattern in sentences:
        if found := pattern.search(body):
            ours[code] = found.group()
            body = pattern.sub("\n", body)
    typed = (one.strip() for one in _SENTENCE_GAP.split(body))
    return _Said(section.heading, ours, tuple(one for one in typed if re.search(r"\w", one)))


def _answers(sections: Sequence[_Said]) -> dict[str, str]:
    """Return by question the code of the sentence that answers it."""
    codes = (code for section in sections for code in section.ours)
    return {group: code for code in codes if (group := code.partition(".")[0]) in COMPARED}


def _unpaired(danish: _Said, english: _Said) -> Unpaired:
    return Unpaired(
        (danish.heading, english.heading),
        (*_only(danish, english), *danish.typed),
        (*_only(english, danish), *english.typed),
    )


def _only(one: _Said, other: _Said) -> Iterator[str]:
    yield from (words for code, words in one.ours.items() if code not in other.ours)

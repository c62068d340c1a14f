"""Finds sentences of a saved letter that contradict the case's facts now.

Only what is certain counts: a sentence of ours that the facts no longer make, or, where a person put it in
other words, an earlier day of awareness and nowhere one that holds. What the facts would add is for the
person who approves.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.form import Letter, parse
from breach.domain.letters.lines import Line
from breach.domain.letters.plan import plan_letter
from breach.services.letters.drafting import ONCE, known_again, say
from breach.texts import catalogue
from breach.texts.formats import date_long

_ONE = ONCE | {"likely", "returned"}
"""Questions that the letter answers with one sentence at the most."""
_MANY = frozenset({"kind", "done.contained", "done.authority", "done.police"})
"""Entries of lists, each of them there or not."""
_SEPARATOR = re.compile(r"(?<=[0-9])[., ](?=[0-9]{3}(?![0-9]))|\b0(?=[1-9]\b)")
"""What a person may write otherwise in a number or a day without saying otherwise."""
_DISCOVERED = {
    "da": re.compile(r"\bopdage|\bbekendt med\b|\bfandt ud af\b|\bblev klar over\b|\bfik at vide\b", re.I),
    "en": re.compile(r"\bdiscover|\baware\b|\bfound out\b|\blearn(?:ed|t)\b|\bnoticed\b", re.I),
}
_REPORTED_TO_US = {
    "da": re.compile(
        r"\bfik (?:vi )?besked\b"
        r"|\bblev (?:vi )?(?:orienteret|informeret|kontaktet|underrettet|gjort opmærksom)\b"
        r"|\b(?:ringede|skrev|meldte|fortalte|sagde|oplyste|kontaktede|orienterede|informerede|underrettede)\b"
        r".{0,200}\bos\b",
        re.I,
    ),
    "en": re.compile(
        r"\bheard (?:of|about)\b|\blet us know\b"
        r"|\b(?:were|was) (?:told|informed|notified|contacted|alerted)\b"
        r"|\b(?:told|informed|notified|contacted|alerted|called|wrote to|reported (?:it|this) to) us\b",
        re.I,
    ),
}
"""How a letter says that others discovered it, and told us on the day that counts."""


@dataclass(frozen=True)
class Outdated:
    """A sentence of a letter that no longer holds, and what the case says instead ("" for nothing)."""

    language: str
    said: str
    now: str


def outdated(body: str, language: str, facts: LetterFacts, former: Set[date]) -> tuple[Outdated, ...]:
    """Return what the letter says otherwise than the facts.

    former: the days on which the controller once counted as aware
    """
    letter = parse(body, language)
    now = _sentences(facts, language)
    holding = {_meaning(_group(code), words) for code, words in now.items()}
    found = [
        Outdated(language, said, now.get(group, "") if group in _ONE else "")
        for group, said in _ours(letter)
        if _meaning(group, said) not in holding and not _may_be_true(group, facts)
    ]
    seen = [one.said for one in found]
    reworded = [
        sentence
        for sentence in _wrong_days(letter, (facts.aware_on, facts.discovered_on), former)
        if sentence not in seen
    ]
    right = now.get("aware") or now.get("found", "")
    return (*found, *(Outdated(language, sentence, right) for sentence in reworded))


def _may_be_true(group: str, facts: LetterFacts) -> bool:
    """Tell whether a sentence is about a day that the case does not know: the writer may know it."""
    return group == "found" and facts.discovered_on is None


def _group(code: str) -> str:
    return code if code in _MANY else code.partition(".")[0]


def _meaning(group: str, words: str) -> str:
    """Return what a sentence of ours says: a count says its number, be it "about" or to one."""
    plain = _SEPARATOR.sub("", words)
    return "".join(filter(str.isdigit, plain)) if group == "count" else plain


def _sentences(facts: LetterFacts, language: str) -> Mapping[str, str]:
    """Return the sentences that the facts make now, by their question, or by their code in a list."""
    plan = plan_letter(facts)
    hidden = plan_letter(replace(facts, what_happened=None)).happened  # an account stands for some of it
    lines = (*hidden, *plan.happened, *plan.kinds, *plan.meaning, *plan.done)
    spoken = [(one.code, say(one, language, {})) for one in lines if isinstance(one, Line)]
    return {_group(code) if _group(code) in _ONE else code: words for code, words in spoken}


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return how each sentence of ours about a fact is known again, whatever day or count it names."""
    prefix = "letters.letter."
    known = (
        (key.removeprefix(prefix), words)
        for key, words in catalogue(language).items()
        if key.startswith(prefix)
    )
    groups = ((_group(code), words) for code, words in known)
    return tuple((group, known_again(words, language)) for group, words in groups if group in _ONE | _MANY)


def _ours(letter: Letter) -> Iterator[tuple[str, str]]:
    """Yield group and words of every sentence of ours in the letter; a part of a longer one is not one."""
    for line in letter.lines:
        every = ((group, one) for group, known in _patterns(letter.language) for one in known.finditer(line))
        found = [(group, one) for group, one in every if group != "kind" or one.group() == line]
        yield from ((group, one.group()) for group, one in found if not any(_holds(o, one) for _, o in found))


def _holds(outer: re.Match[str], inner: re.Match[str]) -> bool:
    return outer.span() != inner.span() and outer.start() <= inner.start() and inner.end() <= outer.end()


def _wrong_days(letter: Letter, days_now: tuple[date | None, ...], former: Set[date]) -> list[str]:
    """Return sentences with an earlier day of awareness, unless another sentence gives one that holds."""
    language = letter.language
    discoveries = [one for one in letter.sentences if _DISCOVERED[language].search(one)]
    known = (*discoveries, *(one for one in letter.sentences if _REPORTED_TO_US[language].search(one)))
    right = {day for day in days_now if day is not None}
    if not right or any(_names(one, day, language) for one in known for day in right):
        return []
    days = former - right
    return [one for one in discoveries if any(_names(one, day, language) for day in days)]


def _names(sentence: str, day: date, language: str) -> bool:
    """Tell whether the sentence names the day, in the year or without one."""
    _, month, year = date_long(day, language).split()
    number = rf"(?<![0-9])0?{day.day}(?![0-9])\.?(?:st|nd|rd|th)?"
    written = rf"(?:{number}(?: of)? ?{month}|\b{month} {number})\b"
    return re.search(rf"{written}(?!,? (?!{year})[0-9]{{4}})", sentence) is not None

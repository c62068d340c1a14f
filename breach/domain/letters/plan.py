"""Which sentences a letter has, chosen by the facts; the words themselves stand in the catalogues."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from breach.domain.letters import told
from breach.domain.letters.advice import advice
from breach.domain.letters.facts import Bilingual, LetterFacts
from breach.domain.letters.harms import harms, likelihood
from breach.domain.letters.lines import Item, Line
from breach.domain.letters.months import MONTHS
from breach.domain.letters.sentences import every, first

GREETED = frozenset({"patients", "relatives", "employees", "applicants", "students", "residents"})
"""Groups whose members can be greeted as such, where the letter goes to no others."""


@dataclass(frozen=True)
class Plan:
    """The sentences of each section of a letter, in order."""

    title: Line
    greeting: Line
    account: tuple[Item, ...]
    happened: tuple[Item, ...]
    opening: tuple[Item, ...]
    timing: tuple[Item, ...]
    kinds: tuple[Item, ...]
    advice: tuple[Item, ...]
    meaning: tuple[Item, ...]
    consequences: tuple[Item, ...]
    done: tuple[Item, ...]
    next_word: tuple[Item, ...]


def _greeting(facts: LetterFacts) -> Line:
    groups = facts.subject_groups or ()
    fits = len(groups) == 1 and groups[0] in GREETED
    return Line(f"greeting.{groups[0]}" if fits else "greeting.any")


def _happened(facts: LetterFacts) -> Iterator[Item]:
    account = facts.what_happened
    if account is None:
        yield from first(told.HOW, facts)
    if account is None or facts.began_on is None or not _names(account, facts.began_on):
        yield from first(told.WHEN, facts)
    if account is None:
        yield from first(told.WHO, facts)
    for choices in (told.REACH, told.COVER, told.CHANGE, told.LOSS):
        yield from first(choices, facts)
    yield from every(told.FOUND, facts)
    yield from first(told.COUNT, facts)


def _names(account: Bilingual, day: date) -> bool:
    """Tell whether the account names the day in every language that it is written in."""
    danish = f"{day.day}. {MONTHS['da'][day.month - 1]}"
    english = f"{day.day} {MONTHS['en'][day.month - 1].capitalize()}"
    return danish in account.da and (english in account.en or not account.en)


def _timing(facts: LetterFacts) -> Iterator[Item]:
    yield from first(told.LATE, facts)
    if facts.reason_for_delay is not None:
        yield Line("late.typed")
        yield facts.reason_for_delay


def _kinds(facts: LetterFacts) -> Iterator[Item]:
    kinds = facts.data_categories or ()
    known = [kind for kind in kinds if kind != "unknown"]
    yield from (Line(f"kind.{kind}") for kind in known)
    if not known or "unknown" in kinds:
        yield Line("kind.more_unknown" if known else "kind.unknown")


def _meaning(facts: LetterFacts) -> Iterator[Item]:
    yield from likelihood(facts)
    if not (harms(facts) or any(likelihood(facts))):
        yield Line("likely.effect_open")


def _done(facts: LetterFacts) -> Iterator[Item]:
    yield from facts.measures_done
    yield from every((*told.STOPPED, *told.ASKED_BACK, *told.REPORTED), facts)
    yield from facts.measures_planned


def plan_letter(facts: LetterFacts) -> Plan:
    """Return the sentences of the letter; one plan for both languages, so both carry the same facts."""
    [title] = first(told.TITLE, facts)
    return Plan(
        title=title,
        greeting=_greeting(facts),
        account=(facts.what_happened,) if facts.what_happened else (),
        happened=tuple(_happened(facts)),
        opening=tuple(first(told.APOLOGY, facts)),
        timing=tuple(_timing(facts)),
        kinds=tuple(_kinds(facts)),
        advice=tuple(advice(facts)),
        meaning=tuple(_meaning(facts)),
        consequences=harms(facts),
        done=tuple(_done(facts)),
        next_word=tuple(every(told.NEXT, facts)),
    )

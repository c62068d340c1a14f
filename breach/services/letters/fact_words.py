"""The words for a fact of a letter that changed: what it is called, what it was, and what it is now."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from breach.domain.letters.basis import ChangedFact
from breach.domain.letters.facts import LetterFacts
from breach.texts import has, text
from breach.texts.formats import date_long, number

_DAYS = frozenset(one.name for one in fields(LetterFacts) if one.type == date | None)


@dataclass(frozen=True)
class FactChange:
    """A changed fact in the words of one language."""

    label: str
    was: str
    now: str


def change_words(changed: ChangedFact, language: str) -> FactChange:
    """Return the fact's name and both values as people read them."""
    label = text(f"letters.fact.{changed.name}", language)
    return FactChange(label, *(_value(changed.name, one, language) for one in (changed.was, changed.now)))


def change_sentence(changed: ChangedFact, language: str) -> str:
    """Return one sentence that says what the fact was when the letter was written, and what it is now."""
    words = change_words(changed, language)
    return text("letters.fact_changed", language, label=words.label, was=words.was, now=words.now)


def _value(name: str, value: object, language: str) -> str:
    match value:
        case None | "" | []:
            return text("letters.fact_unsaid", language)
        case bool():
            return text(f"risk.facts.answer.{'yes' if value else 'no'}", language)
        case int():
            return number(value, language)
        case list():
            return ", ".join(_value(name, one, language) for one in value)
        case Mapping():  # a sentence that a person wrote, in both languages
            return str(value[language])
    if name in _DAYS:
        return date_long(date.fromisoformat(str(value)), language)
    key = _key(name, value)
    return text(key, language) if has(key, language) else str(value)


def _key(name: str, value: object) -> str:
    if name == "consequences":
        return f"cases.consequence.{value}"
    if name == "late_because":
        return f"letters.late_because.{value}"
    return f"risk.facts.value.{name}.{value}"

"""What a letter was written from, kept with it: every fact and every contact by its name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from breach.domain.letters.contacts import LetterContacts
from breach.domain.letters.facts import Bilingual, LetterFacts

Basis = Mapping[str, Any]
"""Name and value of each fact, as JSON holds it; a contact is named by its holder too: `controller.phone`."""


@dataclass(frozen=True)
class ChangedFact:
    """A fact that is not now what it was when the letter was written; values as in a Basis."""

    name: str
    was: object
    now: object


def basis_of(facts: LetterFacts, contacts: LetterContacts) -> Basis:
    """Return what a letter of these facts and contacts is written from; no field of either is left out."""
    named = (*_named(facts), *_named(contacts))
    return dict(sorted(named))


def _named(holder: Any, prefix: str = "") -> Iterator[tuple[str, object]]:
    for one in fields(holder):
        value = getattr(holder, one.name)
        if is_dataclass(value) and not isinstance(value, Bilingual):
            yield from _named(value, f"{prefix}{one.name}.")
        else:
            yield f"{prefix}{one.name}", _plain(value)


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case Bilingual():
            return {"da": value.da, "en": value.en}
        case tuple():
            return [_plain(one) for one in value]
    return value


_UNSAID = dict(_named(LetterFacts()))
"""A fact that a former version of the service did not keep counts as one that nobody had told."""


def changed_facts(was: Basis, now: Basis) -> tuple[ChangedFact, ...]:
    """Return every fact of `now` that was another in `was`, by name; the order of a list is no fact."""
    pairs = ((name, was.get(name, _UNSAID.get(name)), value) for name, value in now.items())
    return tuple(
        ChangedFact(name, old, new) for name, old, new in pairs if _unordered(old) != _unordered(new)
    )


def _unordered(value: object) -> object:
    return sorted(value, key=str) if isinstance(value, list) else value


def written_by_hand(facts: LetterFacts) -> Iterator[str]:
    """Yield the words of the facts that a person typed, in both languages."""
    for one in fields(facts):
        value = getattr(facts, one.name)
        for words in value if isinstance(value, tuple) else (value,):
            if isinstance(words, Bilingual):
                yield from (words.da, words.en)

"""Reads the facts of a letter from a JSON object, strictly, and describes them as a JSON Schema.

One table says what a letter may be told; the reader and the schema are made from it. Every field may be left
out or null: not known, and the letter says nothing that rests on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from breach.domain.letters.facts import DELAYS, MAKERS, WAYS, Bilingual, LetterFacts
from breach.domain.numbers import looks_like_cpr
from breach.domain.risk.facts import ENUM_FACTS, FACT_NAMES, SET_FACTS
from breach.domain.risk.reading import FactsError, read_fact, typed_text
from breach.domain.states import CONSEQUENCES
from breach.domain.values import LARGEST_COUNT

LONGEST_ACCOUNT = 2000
"""Characters of a text that a person writes for the letter."""
MOST_MEASURES = 10
"""Entries of a list of measures."""

Reader = Callable[[str, object], object]


@dataclass(frozen=True)
class Field:
    """One field of the JSON: how it is read, and how the schema describes it."""

    read: Reader
    schema: Mapping[str, Any]


def _choice(values: tuple[str, ...]) -> Field:
    def read(name: str, given: object) -> str:
        if not isinstance(given, str):
            raise FactsError(name, "not_text")
        if given not in values:
            raise FactsError(name, "not_allowed", allowed=", ".join(values))
        return given

    return Field(read, {"type": "string", "enum": list(values)})


def _choices(values: tuple[str, ...]) -> Field:
    one = _choice(values)

    def read(name: str, given: object) -> tuple[object, ...]:
        if not isinstance(given, list):
            raise FactsError(name, "not_a_list")
        found = tuple(one.read(name, item) for item in given)
        if len(set(found)) != len(found):
            raise FactsError(name, "repeated")
        return found

    return Field(read, {"type": "array", "items": one.schema, "uniqueItems": True})


def _count(name: str, given: object) -> int:
    found = (
        read_fact("subject_count", given) if name == "subject_count" else _as(name, "subject_count", given)
    )
    assert isinstance(found, int)
    return found


def _as(name: str, known: str, given: object) -> object:
    """Return the value read as a known fact of the risk is; an error names the field that was given."""
    try:
        return read_fact(known, given)
    except FactsError as error:
        raise FactsError(name, error.problem, **error.values) from error


def _flag(name: str, given: object) -> object:
    return _as(name, "already_public", given)


def _day(name: str, given: object) -> date:
    if not isinstance(given, str):
        raise FactsError(name, "not_a_day")
    try:
        found = date.fromisoformat(given)
    except ValueError as error:
        raise FactsError(name, "not_a_day") from error
    if len(given) != len("2026-03-03") or not 1900 <= found.year <= 2999:
        raise FactsError(name, "not_a_day")
    return found


def read_text(name: str, given: object) -> str:
    """Return a text that a person typed, trimmed; raise FactsError where it cannot stand in a letter."""
    clean = typed_text(name, given, LONGEST_ACCOUNT)
    if not clean:
        raise FactsError(name, "text_empty")
    if looks_like_cpr(clean):
        raise FactsError(name, "cpr_in_text")
    return clean


def _sentence(name: str, given: object) -> Bilingual:
    if not isinstance(given, Mapping):
        words = read_text(name, given)
        return Bilingual(words, words)
    if strange := sorted(str(key) for key in given if key not in ("da", "en")):
        raise FactsError(f"{name}.{strange[0]}", "unknown_fact")
    found = {key: read_text(f"{name}.{key}", value) for key, value in given.items() if value is not None}
    if not found:
        raise FactsError(name, "text_empty")
    return Bilingual(found.get("da", ""), found.get("en", ""))


def _sentences(name: str, given: object) -> tuple[Bilingual, ...]:
    if not isinstance(given, list):
        raise FactsError(name, "not_a_list")
    if len(given) > MOST_MEASURES:
        raise FactsError(name, "list_longer", limit=MOST_MEASURES, n=len(given))
    return tuple(_sentence(f"{name}[{place}]", one) for place, one in enumerate(given))


_TEXT = {
    "oneOf": [
        {"type": "string", "minLength": 1, "maxLength": LONGEST_ACCOUNT},
        {
            "type": "object",
            "properties": {
                "da": {"type": "string", "maxLength": LONGEST_ACCOUNT},
                "en": {"type": "string", "maxLength": LONGEST_ACCOUNT},
            },
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}
_RISK_CHOICES = (
    "confidentiality",
    "integrity",
    "availability",
    "cause",
    "protection",
    "access_log",
    "return_or_deletion",
    "service_impact",
)
_COUNT = Field(_count, {"type": "integer", "minimum": 0, "maximum": LARGEST_COUNT})
_FLAG = Field(_flag, {"type": "boolean"})
_DAY = Field(_day, {"type": "string", "format": "date"})
_SENTENCE = Field(_sentence, _TEXT)
_SENTENCES = Field(_sentences, {"type": "array", "items": _TEXT, "maxItems": MOST_MEASURES})


def _words(name: str) -> tuple[str, ...]:
    vocabulary = {**ENUM_FACTS, **SET_FACTS}[name]
    return tuple(str(member.value) for member in vocabulary)


FIELDS: Mapping[str, Field] = {
    "what_happened": _SENTENCE,
    "way": _choice(WAYS),
    "made_by": _choice(MAKERS),
    **{name: _choice(_words(name)) for name in _RISK_CHOICES},
    **{name: _choices(_words(name)) for name in SET_FACTS},
    "subject_count": _COUNT,
    "subject_count_is_estimate": _FLAG,
    "recipient_count": _COUNT,
    "recipients_per_person": _COUNT,
    "happened_on": _DAY,
    "began_on": _DAY,
    "ended_on": _DAY,
    "day_is_about": _FLAG,
    "discovered_on": _DAY,
    "aware_on": _DAY,
    "late_because": _choice(DELAYS),
    "reason_for_delay": _SENTENCE,
    "consequences": _choices(CONSEQUENCES),
    "contained": _FLAG,
    "authority_notified": _FLAG,
    "police_notified": _FLAG,
    "measures_done": _SENTENCES,
    "measures_planned": _SENTENCES,
    "next_message_by": _DAY,
}
"""Every fact that a letter can tell, in the order of the schema."""


def parse_letter_facts(given: Mapping[str, object]) -> LetterFacts:
    """Return the facts of a decoded JSON object; raise FactsError naming the first bad field.

    Facts of the risk that no letter tells are read as `breach assess` reads them, and left out.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in FIELDS and name not in (*FACT_NAMES, "scenario"):
            raise FactsError(str(name), "unknown_fact")
        if value is None:
            continue
        if name in FIELDS:
            found[name] = FIELDS[name].read(name, value)
        else:
            read_fact(name, value)
    return LetterFacts(**_days(found))


def _days(found: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with one day for beginning and end where it happened on one."""
    day = found.pop("happened_on", None)
    if day is not None:
        for other in ("began_on", "ended_on"):
            if other in found:
                raise FactsError(other, "beside_happened_on")
        return {**found, "began_on": day, "ended_on": day}
    if "ended_on" in found and "began_on" not in found:
        raise FactsError("began_on", "needed_with_end")
    if "ended_on" in found and found["ended_on"] < found["began_on"]:
        raise FactsError("ended_on", "before_begin")
    return found

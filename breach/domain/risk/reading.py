"""Reads the facts of a breach strictly: each from JSON, or a FactsError that names the first wrong one."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.risk.facts import BOOLEAN_FACTS, COUNT_FACTS, ENUM_FACTS, SET_FACTS, Facts, Ordered
from breach.domain.values import LARGEST_COUNT, LONGEST_TEXT, TooMuch, cleaned, unshowable, whole_number


class FactsError(InvalidInput):
    """The facts do not follow the vocabulary; `field` names the first that does not, `problem` how."""

    def __init__(self, field: str, problem: str, **values: object) -> None:
        super().__init__([FieldError(field, problem, values)])
        self.field, self.problem, self.values = field, problem, values


_MEMBERS = {
    name: {str(member.value): member for member in kind} for name, kind in {**ENUM_FACTS, **SET_FACTS}.items()
}


def _member(name: str, value: object) -> Ordered:
    if not isinstance(value, str):
        raise FactsError(name, "not_text")
    found = _MEMBERS[name].get(value)
    if found is None:
        raise FactsError(name, "not_allowed", allowed=", ".join(_MEMBERS[name]))
    return found


def _members(name: str, value: object) -> frozenset[Ordered]:
    if not isinstance(value, list):
        raise FactsError(name, "not_a_list")
    found = [_member(name, item) for item in value]
    if len(set(found)) != len(found):
        raise FactsError(name, "repeated")
    return frozenset(found)


def _boolean(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise FactsError(name, "not_boolean")
    return value


def _count(name: str, value: object) -> int:
    number = whole_number(value)
    if number is None:
        raise FactsError(name, "not_whole_number")
    if number < 0:
        raise FactsError(name, "negative")
    if number > LARGEST_COUNT:
        raise FactsError(name, "above_most", most=LARGEST_COUNT)
    return number


def typed_text(name: str, value: object, longest: int) -> str:
    """Return a text that a person typed, trimmed; raise FactsError where it cannot be shown or is too long.

    longest: characters
    """
    if not isinstance(value, str):
        raise FactsError(name, "not_text")
    try:
        clean = cleaned(value, longest)
    except TooMuch as much:
        code = "text_longer" if much.code == "field_too_long" else "text_marks"
        raise FactsError(name, code, **much.values) from much
    if len(clean) > longest:
        raise FactsError(name, "text_longer", limit=longest, n=len(clean))
    if strange := unshowable(clean, lines=True):
        raise FactsError(name, "text_not_showable", **strange)
    return clean


def _scenario(name: str, value: object) -> str:
    return typed_text(name, value, LONGEST_TEXT)


_READERS: dict[str, Callable[[str, object], object]] = {
    **dict.fromkeys(ENUM_FACTS, _member),
    **dict.fromkeys(SET_FACTS, _members),
    **dict.fromkeys(BOOLEAN_FACTS, _boolean),
    **dict.fromkeys(COUNT_FACTS, _count),
    "scenario": _scenario,
}


def read_fact(name: str, value: object) -> object:
    """Return the value of one fact as `Facts` holds it; raise FactsError naming the fact."""
    return _READERS[name](name, value)


def parse_facts(obj: object) -> Facts:
    """Return the facts of a decoded JSON object; raise FactsError naming the first bad field."""
    if not isinstance(obj, Mapping):
        raise FactsError("facts", "not_an_object")
    found: dict[str, object] = {}
    for name, value in obj.items():
        if name not in _READERS:
            raise FactsError(str(name), "unknown_fact")
        if value is not None or name in ("scenario", "data_categories"):
            found[name] = read_fact(name, value)
    if not found.get("data_categories"):
        raise FactsError("data_categories", "empty" if "data_categories" in found else "missing")
    return Facts(**found)  # type: ignore[arg-type]  # the readers above gave each its type


def facts_to_json(facts: Facts) -> dict[str, object]:
    """Return the facts as `parse_facts` reads them: unknown ones left out, sets in vocabulary order."""
    answer: dict[str, object] = {}
    for item in fields(facts):
        value = getattr(facts, item.name)
        if isinstance(value, frozenset):
            if value:
                answer[item.name] = [member.value for member in SET_FACTS[item.name] if member in value]
        elif value is not None:
            answer[item.name] = value.value if isinstance(value, Enum) else value
    return answer

"""`{name}` in a text that staff edit: a list of names, one pass, no language of its own.

A template engine is no place for text typed into a page: even a sandboxed one can be made to fill the memory.
"""

import re
from collections.abc import Mapping

ALLOWED: Mapping[str, frozenset[str]] = {
    "da": frozenset({"sag", "dato"}),
    "en": frozenset({"case", "date"}),
}
"""A letter serves all its readers: it can give the number of the case and the day it goes, never a name."""

_PLACE = re.compile(r"\{([^{}\n]*)\}")


class UnknownPlaceholder(ValueError):
    """The text asks for something in braces that a letter cannot give; `name` is what it asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown placeholder: {name}")
        self.name = name


def names(text: str) -> tuple[str, ...]:
    """Return what stands in braces, in order, each once."""
    return tuple(dict.fromkeys(match.group(1) for match in _PLACE.finditer(text)))


def unknown(text: str, language: str) -> tuple[str, ...]:
    """Return the names in braces that a letter in this language does not have."""
    return tuple(name for name in names(text) if name not in ALLOWED[language])


def case_values(language: str, reference: str, day: str) -> Mapping[str, str]:
    """Return what the placeholders of a letter stand for; day: of the release, in words of the language."""
    return {"sag": reference, "dato": day} if language == "da" else {"case": reference, "date": day}


def render(text: str, values: Mapping[str, str], *, keep_unknown: bool = False) -> str:
    """Return the text with each `{name}` replaced by its value, as typed; a lone brace stays as it is.

    Raises UnknownPlaceholder for a name that `values` lacks, or leaves it as typed if `keep_unknown`, for a
    look at a draft. Values are not looked at again.
    """

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in values:
            return values[name]
        if keep_unknown:
            return match.group()
        raise UnknownPlaceholder(name)

    return _PLACE.sub(fill, text)

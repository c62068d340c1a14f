"""`{name}` in a text that staff edit: a list of names, one pass, no language of its own.

A template engine is no place for text typed into a page: even a sandboxed one can be made to fill the memory.
"""

import re
from collections.abc import Mapping

ALLOWED: Mapping[str, frozenset[str]] = {
    "da": frozenset({"navn", "sag", "gruppe"}),
    "en": frozenset({"name", "case", "group"}),
}

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


def render(text: str, values: Mapping[str, str]) -> str:
    """Return the text with each `{name}` replaced by its value, as typed; a lone brace stays as it is.

    Raises UnknownPlaceholder for a name that `values` lacks. Values are not looked at again.
    """

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            raise UnknownPlaceholder(name)
        return values[name]

    return _PLACE.sub(fill, text)

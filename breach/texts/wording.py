"""Finds the message of an error code."""

from collections.abc import Mapping

from breach.texts import MissingText, has, text
from breach.texts.formats import number

PLACES = ("errors", "risk.facts.problem", "cases.clock.problem", "sending.rows")
"""Where words for a code are looked for: the rooms of facts, times and lists keep their own."""


def in_figures(values: Mapping[str, object], language: str) -> dict[str, object]:
    """Return the values of an error with whole numbers as the language writes them."""
    return {
        name: number(value, language) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }


def error_words(code: str, language: str, /, **values: object) -> str:
    """Return the sentence for an error's code; raise MissingText where no room has one."""
    for place in PLACES:
        if has(f"{place}.{code}", language):
            return text(f"{place}.{code}", language, **values)
    raise MissingText(f"{language}: no words for the error {code}")


_ROOMS = {"case": "cases", "authority": "authority", "communication": "sending", "notice": "letters"}
"""The room whose texts name the states of a lifecycle."""


def state_key(track: str, state: str) -> str:
    """Return the key of the words for a state of a lifecycle (case, authority, communication, notice)."""
    return f"{_ROOMS[track]}.state.{state}"

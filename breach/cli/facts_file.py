"""Reads a file of facts in JSON, for `assess` and `letter`, and says in one line what is wrong with it."""

import json
from collections.abc import Mapping
from typing import BinaryIO

import click

from breach import texts
from breach.domain.json_text import OtherEncoding, decoded
from breach.domain.risk.reading import FactsError
from breach.texts.formats import number as figures

LONGEST = 80
"""Characters of a name that an error tells."""
UNREADABLE = (ValueError, RecursionError)


def content_of(source: BinaryIO) -> str:
    """Return the text of a file; raise BadParameter where it is not UTF-8."""
    try:
        return decoded(source.read())
    except OtherEncoding as error:
        raise click.BadParameter(f"it is {error.encoding} and must be UTF-8 text") from error


def unlike_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object; a name that stands twice would hide the first value, so it is refused."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise FactsError(name, "named_twice")
        found[name] = value
    return found


def said(error: Exception) -> str:
    """Return what is wrong on one line, without the advice to programmers that may follow a semicolon."""
    return " ".join(str(error).split(";")[0].split())


def one_object(content: str) -> Mapping[str, object]:
    """Return the one object that the text holds; raise BadParameter or FactsError."""
    if not content.strip():
        raise click.BadParameter("there are no facts in it. Give one JSON object, at least {}")
    try:
        found = json.loads(content, object_pairs_hook=unlike_twice)
    except FactsError:
        raise
    except UNREADABLE as error:
        raise click.BadParameter(f"it is not one JSON object: {said(error)}") from error
    if not isinstance(found, Mapping):
        raise FactsError("facts", "not_an_object")
    return found


def refused(error: FactsError, of: str = "") -> click.BadParameter:
    """Return the error in words: field, reason, remedy. of: the object of several that it is about."""
    values = {
        name: figures(value, "en") if isinstance(value, int) else value
        for name, value in error.values.items()
    }
    problem = texts.text(f"risk.facts.problem.{error.problem}", "en", **values)
    field = error.field if error.field.isprintable() else ascii(error.field)
    place = f"object {of[:LONGEST]}: " if of else ""
    return click.BadParameter(f"{place}{field[:LONGEST]}: {problem}")

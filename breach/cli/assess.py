"""`breach assess FILE|-`: the risk assessment of one or many breaches, one JSON line each."""

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NoReturn

import click

from breach import texts
from breach.domain.json_text import OtherEncoding, decoded
from breach.domain.risk import Facts, FactsError, assess, parse_facts
from breach.domain.risk.facts import FACT_NAMES
from breach.services.risk.assessment_json import assessment_to_json
from breach.texts.formats import number as figures

LONGEST = 80
"""Characters of a name that an error tells."""
_UNREADABLE = (ValueError, RecursionError)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object; a name that stands twice would hide the first value, so it is refused."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise FactsError(name, "named_twice")
        found[name] = value
    return found


def _line_by_line(content: str) -> Iterator[tuple[int, object]]:
    # Not by splitlines: a string of JSON may hold other signs that end a line elsewhere.
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line, object_pairs_hook=_object)
            except FactsError as error:
                raise _refused(str(number), error) from error
            except _UNREADABLE as error:
                raise click.BadParameter(f"line {number} is not JSON: {_said(error)}") from error


def _objects(content: str) -> list[tuple[int, object]]:
    """Return the positions, from 1, and the objects: one object, an array, or a line for each."""
    try:
        whole = json.loads(content, object_pairs_hook=_object)
    except FactsError as error:
        raise _refused("1", error) from error
    except _UNREADABLE as error:
        if content.lstrip().startswith("["):
            raise click.BadParameter(f"it is not JSON: {_said(error)}") from error
        return list(_line_by_line(content)) or _nothing()
    if not isinstance(whole, list):
        return [(1, whole)]
    return list(enumerate(whole, start=1)) or _nothing()


def _said(error: Exception) -> str:
    """Return what is wrong on one line, without the advice to programmers that may follow a semicolon."""
    return " ".join(str(error).split(";")[0].split())


def _nothing() -> NoReturn:
    raise click.BadParameter("there are no facts in it")


def _named(position: int, obj: object) -> tuple[str, Facts]:
    """Return the id (as given, else the position) and the facts of one object."""
    name = str(position)
    facts = obj
    if isinstance(obj, dict) and "facts" in obj:
        given = obj.get("id")
        if given is not None:
            if isinstance(given, bool) or not isinstance(given, str | int):
                raise _refused(name, FactsError("id", "not_text"))
            name = str(given)
            if not name.isprintable():
                raise _refused(str(position), FactsError("id", "not_text"))
        for beside in sorted(obj.keys() & set(FACT_NAMES)):
            raise _refused(name, FactsError(beside, "beside_facts"))
        facts = obj["facts"]
    try:
        return name, parse_facts(facts)
    except FactsError as error:
        raise _refused(name, error) from error


def _figures(values: Mapping[str, object]) -> dict[str, object]:
    return {name: figures(value, "en") if isinstance(value, int) else value for name, value in values.items()}


def _refused(name: str, error: FactsError) -> click.BadParameter:
    problem = texts.text(f"risk.facts.problem.{error.problem}", "en", **_figures(error.values))
    field = error.field if error.field.isprintable() else ascii(error.field)
    return click.BadParameter(f"object {name[:LONGEST]}: {field[:LONGEST]}: {problem}")


def _content(source: BinaryIO) -> str:
    try:
        return decoded(source.read())
    except OtherEncoding as error:
        raise click.BadParameter(f"it is {error.encoding} and must be UTF-8 text") from error


@click.command()
@click.argument("source", metavar="FILE|-", type=click.File("rb"))
@click.option("--language", type=click.Choice(texts.LANGUAGES), default="en", help="Of the sentences.")
def command(source: BinaryIO, language: str) -> None:
    """Assess the risk of the breaches in FILE and print one JSON line for each.

    FILE holds one object of facts, an array or JSON lines; each is bare facts or {"id", "facts"}.
    """
    # All of it is checked before any of it is printed: a pipe never sees half an answer.
    found = [_named(position, obj) for position, obj in _objects(_content(source))]
    for name, facts in found:
        click.echo(json.dumps(assessment_to_json(assess(facts), language, name), ensure_ascii=False))

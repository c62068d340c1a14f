"""`breach assess FILE|-`: the risk assessment of one or many breaches, one JSON line each."""

import json
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

import click

from breach import texts
from breach.cli.facts_file import UNREADABLE, content_of, refused, said, unlike_twice
from breach.domain.risk import Facts, FactsError, assess, parse_facts
from breach.domain.risk.facts import FACT_NAMES
from breach.services.risk.assessment_json import assessment_to_json


def _line_by_line(content: str) -> Iterator[tuple[int, object]]:
    # Not by splitlines: a string of JSON may hold other signs that end a line elsewhere.
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line, object_pairs_hook=unlike_twice)
            except FactsError as error:
                raise refused(error, str(number)) from error
            except UNREADABLE as error:
                raise click.BadParameter(f"line {number} is not JSON: {said(error)}") from error


def _objects(content: str) -> list[tuple[int, object]]:
    """Return the positions, from 1, and the objects: one object, an array, or a line for each."""
    try:
        whole = json.loads(content, object_pairs_hook=unlike_twice)
    except FactsError as error:
        raise refused(error, "1") from error
    except UNREADABLE as error:
        if content.lstrip().startswith("["):
            raise click.BadParameter(f"it is not JSON: {said(error)}") from error
        return list(_line_by_line(content)) or _nothing()
    if not isinstance(whole, list):
        return [(1, whole)]
    return list(enumerate(whole, start=1)) or _nothing()


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
                raise refused(FactsError("id", "not_text"), name)
            name = str(given)
            if not name.isprintable():
                raise refused(FactsError("id", "not_text"), str(position))
        for beside in sorted(obj.keys() & set(FACT_NAMES)):
            raise refused(FactsError(beside, "beside_facts"), name)
        facts = obj["facts"]
    try:
        return name, parse_facts(facts)
    except FactsError as error:
        raise refused(error, name) from error


@click.command()
@click.argument("source", metavar="FILE|-", type=click.File("rb"))
@click.option("--language", type=click.Choice(texts.LANGUAGES), default="en", help="Of the sentences.")
def command(source: BinaryIO, language: str) -> None:
    """Assess the risk of the breaches in FILE and print one JSON line for each.

    FILE holds one object of facts, an array or JSON lines; each is bare facts or {"id", "facts"}.
    """
    # All of it is checked before any of it is printed: a pipe never sees half an answer.
    found = [_named(position, obj) for position, obj in _objects(content_of(source))]
    for name, facts in found:
        click.echo(json.dumps(assessment_to_json(assess(facts), language, name), ensure_ascii=False))

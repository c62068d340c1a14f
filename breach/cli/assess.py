"""`breach assess FILE|-`: the risk assessment of one or many breaches, one JSON line each."""

import json
from collections.abc import Iterator
from typing import NoReturn, TextIO

import click

from breach import texts
from breach.domain.risk import Facts, FactsError, assess, parse_facts
from breach.services.assessing import assessment_to_json


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object; a name that stands twice would hide the first value, so it is refused."""
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise FactsError(name, "named_twice")
    return dict(pairs)


def _line_by_line(content: str) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            try:
                yield number, json.loads(line, object_pairs_hook=_object)
            except (json.JSONDecodeError, RecursionError) as error:
                raise click.BadParameter(f"line {number} is not JSON: {error}") from error
            except FactsError as error:
                raise _refused(str(number), error) from error


def _objects(content: str) -> list[tuple[int, object]]:
    """Return the positions, from 1, and the objects: one object, an array, or a line for each."""
    try:
        whole = json.loads(content, object_pairs_hook=_object)
    except FactsError as error:
        raise _refused("1", error) from error
    except (json.JSONDecodeError, RecursionError) as error:
        if content.lstrip().startswith("["):
            raise click.BadParameter(f"it is not JSON: {error}") from error
        return list(_line_by_line(content)) or _nothing()
    if not isinstance(whole, list):
        return [(1, whole)]
    return list(enumerate(whole, start=1)) or _nothing()


def _nothing() -> NoReturn:
    raise click.BadParameter("there are no facts in it")


def _named(position: int, obj: object) -> tuple[str, Facts]:
    """Return the id (as given, else the position) and the facts of one object."""
    name, facts = str(position), obj
    if isinstance(obj, dict) and "facts" in obj:
        given = obj.get("id")
        if given is not None:
            if isinstance(given, bool) or not isinstance(given, str | int):
                raise _refused(name, FactsError("id", "not_text"))
            name = str(given)
        facts = obj["facts"]
    try:
        return name, parse_facts(facts)
    except FactsError as error:
        raise _refused(name, error) from error


def _refused(name: str, error: FactsError) -> click.BadParameter:
    problem = texts.text(f"facts.problem.{error.problem}", "en", **error.values)
    return click.BadParameter(f"object {name}: {error.field}: {problem}")


def _content(source: TextIO) -> str:
    try:
        return source.read().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise click.BadParameter("it is not UTF-8 text") from error


@click.command()
@click.argument("source", metavar="FILE|-", type=click.File(encoding="utf-8"))
@click.option("--language", type=click.Choice(texts.LANGUAGES), default="en", help="Of the sentences.")
def command(source: TextIO, language: str) -> None:
    """Assess the risk of the breaches in FILE and print one JSON line for each.

    FILE holds one object of facts, an array or JSON lines; each is bare facts or {"id", "facts"}.
    """
    # All of it is checked before any of it is printed: a pipe never sees half an answer.
    found = [_named(position, obj) for position, obj in _objects(_content(source))]
    for name, facts in found:
        click.echo(json.dumps(assessment_to_json(assess(facts), language, name), ensure_ascii=False))

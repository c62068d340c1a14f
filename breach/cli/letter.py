"""`breach letter FILE|-`: the letter to the people affected, drafted from one object of facts."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

import click

from breach import texts
from breach.cli.facts_file import content_of, one_object, refused
from breach.domain.danish_time import local
from breach.domain.letters.contacts import ControllerContact, DpoContact, LetterContacts
from breach.domain.letters.reading import FIELDS, parse_letter_facts, read_text
from breach.domain.risk.reading import FactsError
from breach.services.letters.contacts import ADVICE, DATATILSYNET
from breach.services.letters.drafting import compose_letter

SENDER: Mapping[str, str] = {
    "name": "Region Eksempel",
    "name_en": "The Example Region",
    "address": "Prøvevej 1, 4180 Sorø",
    "cvr": "12345674",
    "phone": "70 00 00 00",
    "email": "region@eksempel.example",
    "dpo_name": "Ida Prøve",
    "dpo_phone": "70 00 00 01",
    "dpo_hours": "hverdage kl. 9-14",
    "dpo_hours_en": "weekdays 9-14",
}
"""Who writes, where the file does not say: an invented region."""
REFERENCE = "BRUD-2026-000001"
BESIDE = ("sender", "reference", "written_on")
"""Fields beside the facts."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file."""
    beside: dict[str, Mapping[str, Any]] = {
        "sender": {
            "type": "object",
            "properties": {
                name: {"type": "string", "minLength": 1, "default": value} for name, value in SENDER.items()
            },
            "additionalProperties": False,
        },
        "reference": {"type": "string", "minLength": 1, "default": REFERENCE},
        "written_on": {"type": "string", "format": "date"},
    }
    fields = {**{name: field.schema for name, field in FIELDS.items()}, **beside}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The facts of a letter to the people affected by a personal data breach",
        "description": texts.text("letters.schema.whole", "en"),
        "type": "object",
        "properties": {
            name: {"description": texts.text(f"letters.schema.{name}", "en"), **_or_null(field)}
            for name, field in fields.items()
        },
    }


def _or_null(field: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [dict(field), {"type": "null"}], "default": field.get("default")}


def _sender(given: object) -> LetterContacts:
    if not isinstance(given, Mapping):
        raise FactsError("sender", "not_an_object")
    found = dict(SENDER)
    for name, value in given.items():
        if name not in SENDER:
            raise FactsError(f"sender.{name}", "unknown_fact")
        if value is not None:
            found[name] = read_text(f"sender.{name}", value)
    if "name" in given and "name_en" not in given:
        found["name_en"] = found["name"]
    controller = ControllerContact(
        name_da=found["name"],
        name_en=found["name_en"],
        address=found["address"],
        cvr=found["cvr"],
        phone=found["phone"],
        email=found["email"],
    )
    dpo = DpoContact(found["dpo_phone"], found["dpo_hours"], found["dpo_hours_en"], found["dpo_name"])
    return LetterContacts(controller, dpo, DATATILSYNET, ADVICE)


def _drafted(given: Mapping[str, object], language: str) -> str:
    facts = parse_letter_facts({name: value for name, value in given.items() if name not in BESIDE})
    contacts = _sender(given.get("sender") or {})
    reference = read_text("reference", given.get("reference") or REFERENCE)
    day = given.get("written_on")
    written_on = (
        local(datetime.now(UTC)).date() if day is None else FIELDS["happened_on"].read("written_on", day)
    )
    assert isinstance(written_on, date)
    return compose_letter(facts, contacts, reference, written_on, language).text


@click.command()
@click.argument("source", metavar="FILE|-", type=click.File("rb"), required=False)
@click.option("--language", type=click.Choice(texts.LANGUAGES), default="da", help="Of the letter.")
@click.option("--schema", "wants_schema", is_flag=True, help="Print the JSON Schema of FILE instead.")
def command(source: BinaryIO | None, language: str, wants_schema: bool) -> None:
    """Draft the letter to the people affected from the facts in FILE, one JSON object.

    What rests on a fact that is left out or null is not said. `# ` begins a heading, `- ` an entry of a list.
    """
    if wants_schema:
        click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
        return
    if source is None:
        raise click.UsageError("Give the FILE with the facts, or - to read them from the input")
    try:
        click.echo(_drafted(one_object(content_of(source)), language), nl=False)
    except FactsError as error:
        raise refused(error) from error

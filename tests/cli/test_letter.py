"""`breach letter`: one letter from one object of facts, and one clear error where something is wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from breach.cli.letter import command, schema
from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.reading import parse_letter_facts
from tests.services.letters.situations import SITUATIONS

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "letter.json"


def _run(content: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(command, ["-", *options], input=content)


def test_letter_of_the_example_begins_with_the_account_in_either_language() -> None:
    danish = CliRunner().invoke(command, [str(EXAMPLE)])
    english = CliRunner().invoke(command, [str(EXAMPLE), "--language", "en"])
    assert (danish.exit_code, english.exit_code) == (0, 0)
    assert "Kære patient\n\n# Hvad er der sket?\n\nDen 3. marts 2026 lagde en sygeplejerske" in danish.stdout
    assert "Dear patient\n\n# What happened?\n\nOn 3 March 2026 a nurse" in english.stdout


def test_letter_of_nothing_known_is_whole_and_claims_nothing() -> None:
    result = _run("{}")
    assert result.exit_code == 0
    assert "Vi ved endnu ikke, hvornår det skete." in result.stdout
    assert "medarbejder" not in result.stdout
    assert "Venlig hilsen Region Eksempel" in result.stdout


def test_letter_names_its_sender_its_day_and_who_answers() -> None:
    sender = {"name": "Region Prøve", "dpo_name": "Per Prøve", "dpo_phone": "70 10 20 30"}
    given = {"sender": sender, "written_on": "2026-03-06", "reference": "BRUD-2026-000007"}
    said = _run(json.dumps(given)).stdout
    for words in (
        "\n6. marts 2026\n",
        "Venlig hilsen Region Prøve",
        "Per Prøve, på 70 10 20 30",
        "BRUD-2026-000007",
    ):
        assert words in said


def test_letter_takes_the_facts_of_the_assessment_too() -> None:
    facts = json.loads((EXAMPLE.parent / "facts.json").read_text(encoding="utf-8"))
    one = facts[0] if isinstance(facts, list) else facts
    assert _run(json.dumps(one.get("facts", one))).exit_code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "there are no facts in it. Give one JSON object", id="empty"),
        pytest.param("{", "it is not one JSON object", id="broken"),
        pytest.param("{}\n{}", "it is not one JSON object", id="two"),
        pytest.param("[]", "facts: must be an object", id="a-list"),
        pytest.param('{"way": 1, "way": 2}', "way: stands twice", id="twice"),
        pytest.param('{"colour": 1}', "colour: is not among the known facts", id="unknown"),
        pytest.param('{"way": "post"}', "way: must be one of: sent_to_wrong_recipient", id="choice"),
        pytest.param('{"way": 7}', "way: must be text", id="choice-number"),
        pytest.param('{"consequences": "social"}', "consequences: must be a list", id="no-list"),
        pytest.param('{"consequences": ["social", "social"]}', "consequences: holds the same", id="repeated"),
        pytest.param('{"subject_count": "40"}', "subject_count: must be a whole number", id="count"),
        pytest.param('{"recipients_per_person": -1}', "recipients_per_person: must not be below", id="below"),
        pytest.param('{"contained": "yes"}', "contained: must be true or false", id="flag"),
        pytest.param('{"happened_on": "3 March"}', "happened_on: must be a day such as", id="day"),
        pytest.param('{"happened_on": "2026-02-30"}', "happened_on: must be a day such as", id="no-such-day"),
        pytest.param('{"ended_on": "2026-03-03"}', "began_on: is missing", id="end-alone"),
        pytest.param(
            '{"began_on": "2026-03-03", "ended_on": "2026-03-02"}', "ended_on: is before", id="turned"
        ),
        pytest.param(
            '{"began_on": "2026-03-03", "happened_on": "2026-03-02"}', "began_on: stands beside", id="both"
        ),
        pytest.param('{"what_happened": " "}', "what_happened: is empty", id="blank"),
        pytest.param('{"what_happened": {"de": "x"}}', "what_happened.de: is not among", id="language"),
        pytest.param(
            '{"what_happened": {"da": "251248-9996 fik det"}}', "what_happened.da: holds something", id="cpr"
        ),
        pytest.param(
            json.dumps({"measures_done": ["x"] * 11}), "measures_done: can have at most 10", id="many"
        ),
        pytest.param('{"measures_done": ["x", 7]}', "measures_done[1]: must be text", id="entry"),
        pytest.param('{"sender": {"fax": "1"}}', "sender.fax: is not among", id="sender"),
        pytest.param('{"sender": "Region"}', "sender: must be an object", id="sender-text"),
        pytest.param('{"insight": "much"}', "insight: must be one of", id="fact-of-the-risk"),
    ],
)
def test_fault_is_told_once_with_field_reason_and_remedy(content: str, said: str) -> None:
    result = _run(content)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert "251248" not in result.stderr


def test_letter_without_a_file_says_what_to_give() -> None:
    result = CliRunner().invoke(command, [])
    assert (result.exit_code, "Give the FILE" in result.stderr) == (2, True)


def test_schema_describes_every_fact_that_a_letter_reads() -> None:
    found = json.loads(CliRunner().invoke(command, ["--schema"]).stdout)
    assert found == schema()
    assert all(field["description"] for field in found["properties"].values())
    told = {name for one in SITUATIONS for name in one.given}
    assert told <= set(found["properties"])


def test_every_field_may_be_null() -> None:
    names = [name for name in schema()["properties"] if name not in ("sender", "reference", "written_on")]
    assert parse_letter_facts(dict.fromkeys(names)) == LetterFacts()
    assert _run(json.dumps(dict.fromkeys(schema()["properties"]))).exit_code == 0

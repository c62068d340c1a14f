"""The questions about the facts: those that cannot matter are neither shown nor kept."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from breach.domain.risk import assess, parse_facts
from breach.domain.risk.facts import ASKED_WHERE, ENUM_FACTS
from breach.services.desk.case_page import CasePage
from breach.services.risk.assessment_json import assessment_to_json
from breach.web import app as web
from breach.web.risk import words
from breach.web.risk.forms import FactsForm

STYLES = (Path(web.__file__).parent / "static" / "app.css").read_text("utf-8")
RULE = re.compile(r'^form:has\(\[name="(\w+)"\](.*?):checked\) (.*) \{ display: none; \}$', re.MULTILINE)
HIDDEN = {
    name: (other, set(re.findall(r'value="(\w+)"', values)))
    for other, values, shown in RULE.findall(STYLES)
    for name in re.findall(r'data-fact="(\w+)"', shown)
}


@pytest.mark.parametrize("name", ASKED_WHERE)
def test_style_sheet_hides_a_question_where_it_cannot_matter(name: str) -> None:
    other, values = ASKED_WHERE[name]
    spared = {str(member.value) for member in ENUM_FACTS[other]} - set(values)
    assert HIDDEN[name] == (other, spared)


def test_style_sheet_hides_what_only_lost_data_or_passwords_make_matter() -> None:
    has = (
        'form:has([name="integrity"][value="none"]:checked):has([name="availability"][value="none"]:checked)'
    )
    assert f'{has} :is([data-fact="backup"], [data-fact="service_impact"]) {{ display: none; }}' in STYLES
    among = '[name="data_categories"]:is([value="credentials"], [value="unknown"]):checked'
    has = f'form:has([name="data_categories"]:checked):not(:has({among}))'
    assert f'{has} [data-fact="credentials_hashed"] {{ display: none; }}' in STYLES


@pytest.mark.parametrize(("reach", "is_kept"), [("known_recipients", True), ("published", False)])
def test_answer_to_a_question_that_is_not_asked_is_not_kept(reach: str, is_kept: bool) -> None:
    typed = {"data_categories": "health", "confidentiality": reach, "recipient_opened": "unopened"}
    typed |= {"deleted_at_once": "yes", "recipient_proof": "not_known"}
    with Flask(__name__).test_request_context():
        found = FactsForm(MultiDict(typed), meta={"csrf": False}).facts()
    assert ("recipient_opened" in found, found.get("deleted_at_once")) == (is_kept, True if is_kept else None)
    assert parse_facts(found)


def test_assessment_of_an_older_model_stays_as_it_was_and_can_be_read() -> None:
    facts = {"data_categories": ["health"], "confidentiality": "exposed", "recipients_bound_by_secrecy": True}
    kept = assessment_to_json(assess(parse_facts(facts)), "en")
    kept = {name: value for name, value in kept.items() if name != "practice"} | {"outcome": "register_only"}
    made = SimpleNamespace(facts=facts, model="2026.2", result=kept | {"model": "2026.2"})
    page = SimpleNamespace(assessment=made, case=SimpleNamespace(reference="BRUD-2026-000001"))
    shown = words.stored_result(cast(CasePage, page))
    assert shown is not None
    assert (shown["outcome"], shown["model"]) == ("register_only", "2026.2")
    assert [note["id"] for note in shown["practice"]] == ["open_to_staff"]

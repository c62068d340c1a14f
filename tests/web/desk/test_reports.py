"""What a reporter answered is on the page of the case, every field of it, for those who may read reports."""

from typing import Any

import jsonschema
import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from breach.api.openapi import document
from breach.domain.states import ReporterKind
from breach.services.context import Runtime
from breach.services.demo import DEMO_PASSWORD
from breach.services.field_types import Choice, Choices, Count, Flag, When
from breach.texts import catalogue, text
from breach.texts.formats import number
from breach.web.app import create_app
from tests.support.full_report import ALL, TIMES, filled, leaves
from tests.support.reporting import citizen, key_of, token
from tests.web.conftest import log_in

KEY = {"Idempotency-Key": key_of("every field")}
SHOWN_ABOVE = ("kind", "what", "contact")


@pytest.fixture
def app(desk: Runtime) -> Flask:
    return create_app(desk)


def file(app: Flask, report: dict[str, Any]) -> None:
    answer = app.test_client().post("/api/v1/reports", json=report, headers=KEY)
    assert answer.status_code == 202, answer.text


def case_page(app: Flask, username: str, language: str = "da") -> Tag:
    client = app.test_client()
    log_in(client, DEMO_PASSWORD, username)
    answer = client.get(f"/cases/BRUD-2026-000001?lang={language}")
    page = BeautifulSoup(answer.text.replace("\N{NO-BREAK SPACE}", " "), "lxml").main
    assert isinstance(page, Tag)
    return page


def words_of(path: str, value: Any, language: str) -> list[set[str]]:
    """Return, for everything that the field says, the words of which some must be on the page."""
    match ALL[path]:
        case Count():
            return [{number(value, language)}]
        case Flag():
            return [{text("common.yes", language)}]
        case When():
            return [{TIMES[path][1 + ["da", "en"].index(language)]}]
        case Choice() | Choices():
            chosen = value if isinstance(value, list) else [value]
            return [_words_of_choice(one, language) for one in chosen]
    return [{NAMES[language] if path == "controller" else value}]


NAMES = {"da": "Region Nordjylland", "en": "North Denmark Region"}


def _words_of_choice(value: str, language: str) -> set[str]:
    found = {words for key, words in catalogue(language).items() if key.endswith(f".{value}")}
    return found | ({text("common.not_known", language)} if value == "unknown" else set())


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("kind", [kind.value for kind in ReporterKind])
def test_reports_show_every_field_that_was_given(app: Flask, kind: str, language: str) -> None:
    report = filled(kind)
    file(app, report)
    page = case_page(app, "sagsbehandler", language)
    seen = page.get_text().casefold()
    given = list(leaves(report))
    lacking = [
        path
        for path, value in given
        if not all(any(one.casefold() in seen for one in words) for words in words_of(path, value, language))
    ]
    assert lacking == []
    questions = [row.get_text() for row in page.select("details .app-summary th")]
    assert len(questions) == sum(path.split(".")[0] not in SHOWN_ABOVE for path, _ in given)
    assert [one for one in questions if "_" in one or "." in one] == []
    shown = {row.get_text() for row in page.select("details .app-summary td")}
    assert shown.isdisjoint(one for node in ALL.values() if isinstance(node, Choice) for one in node.options)


def test_reports_of_the_tests_fill_every_field_of_the_schema() -> None:
    shown = {path for kind in ReporterKind for path, _ in leaves(filled(kind.value))}
    assert shown == set(ALL) - {"anonymous"}


def test_anonymous_report_tells_what_it_says(app: Flask) -> None:
    file(app, {**filled("citizen"), "anonymous": True, "contact": None})
    page = case_page(app, "sagsbehandler").get_text()
    assert "Anonym" in page
    assert "Om containment <b>&</b>" in page


def test_reports_show_only_what_was_given(app: Flask) -> None:
    file(app, citizen())
    rows = case_page(app, "sagsbehandler").select("details .app-summary tr")
    assert [row.get_text(" ", strip=True) for row in rows] == [
        "Hvilken region handler det om? Region Nordjylland",
        "Hvornår skete det? Ved ikke endnu",
    ]


@pytest.mark.parametrize(
    ("username", "reads"),
    [
        ("sagsbehandler", True),
        ("beslutter", True),
        ("godkender", False),
        ("frigiver", False),
        ("revisor", False),
    ],
)
def test_reports_are_read_by_case_handlers_and_deciders_only(
    app: Flask, desk: Runtime, username: str, reads: bool
) -> None:
    file(app, filled("processor"))
    assert ("Om evidence <b>&</b>" in case_page(app, username).get_text()) is reads
    headers = {"Authorization": f"Bearer {token(desk, username)}"}
    case = app.test_client().get("/api/v1/cases/BRUD-2026-000001", headers=headers).json
    assert case is not None
    assert [one["content"]["processor"]["evidence"] for one in case["reports"]] == [
        "Om evidence <b>&</b>"
    ] * reads
    jsonschema.validate(case, document()["components"]["schemas"]["Case"])

"""Every text field of every form refuses what it can never hold, and does no work on it first."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from breach.domain.values import MOST_MARKS
from breach.services import actions
from breach.services.context import Runtime
from breach.store.models import Report, ReportDraft
from breach.texts import text
from breach.web.app import create_app
from breach.web.desk.step_views import form_of
from breach.web.letters.words import differences
from breach.web.parts.forms import BaseForm, TextField
from tests.support.normalising import LONG, MARKS, watched
from tests.web.conftest import PASSWORD, USERNAME, log_in
from tests.web.intake.test_report import Reporter, errors, to_check

ASCII = "a" * 900_000
"""As many characters as a form can carry."""
SHORT = "e" + "\u0301" * (MOST_MARKS + 1)
MADE = {form_of(one.asks) for one in actions.offered() if one.asks and not one.page}
"""The forms of the small steps: some are made from what the steps ask when they are first wanted."""


@pytest.fixture(autouse=True)
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every text that is normalised; none may be long or hold a run of marks."""
    yield from watched(monkeypatch)


def forms(base: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    for one in base.__subclasses__():
        if one.__module__.startswith("breach."):
            yield one
            yield from forms(one)


def made(form: type[BaseForm], typed: dict[str, str] | None = None) -> Any:
    return form(formdata=MultiDict(typed or {}), meta={"csrf": False})


def refusals(form: type[BaseForm], name: str, typed: str) -> list[str]:
    filled = made(form, {name: typed})
    filled.validate()
    assert filled[name].data == typed
    return [str(one) for one in filled[name].errors]


@pytest.mark.parametrize("form", sorted(MADE | set(forms()), key=str), ids=lambda form: form.__name__)
def test_field_refuses_what_it_can_never_hold(app: Flask, form: type[BaseForm]) -> None:
    with app.test_request_context("/?lang=en"):
        fields = [field for field in made(form) if isinstance(field, TextField)]
        for field in fields:
            for typed in (MARKS, LONG):
                (shown,) = refusals(form, field.name, typed)
                assert "You used" in shown or "must be 8 digits" in shown
            (shown,) = refusals(form, field.name, SHORT)
            assert "more than 30 accents" in shown or field.limit.limit * 4 < len(SHORT)


def test_forms_with_text_are_there(app: Flask) -> None:
    with app.test_request_context():
        fields = [one for form in set(forms()) for one in made(form) if isinstance(one, TextField)]
    assert len(fields) > 40


@pytest.fixture
def reporter(desk: Runtime) -> Reporter:
    return Reporter(create_app(desk).test_client())


@pytest.mark.parametrize("typed", [MARKS, ASCII], ids=["marks", "long"])
def test_report_is_refused_and_its_draft_stays_small(reporter: Reporter, desk: Runtime, typed: str) -> None:
    to_check(reporter, {"kind": "citizen"})
    answer = reporter.send("/report/what", what=typed, strange=typed[:9_000])
    assert errors(answer) == {
        "what": text("errors.text_too_long", "da", limit="4.000", n="16.001"),
    }
    for page in ("/report/what", "/report/check"):
        assert reporter.client.get(reporter.address(page)).status_code == 200
    assert set(errors(reporter.send("/report/check"))) == {"answer-what"}
    with desk.transaction() as ctx:
        assert len(ctx.session.scalars(select(ReportDraft)).one().cell) < 40_000
        assert ctx.session.scalars(select(Report)).all() == []


def test_draft_keeps_all_that_its_fields_can_hold(reporter: Reporter) -> None:
    written = "\r\n".join(["ka\u030a" * 1300] + ["x"] * 30)
    reporter.goes("/report", kind="citizen")
    assert reporter.goes("/report/what", what=written) == "/report/when"
    shown = reporter.page("/report/what").find("textarea", {"name": "what"})
    assert shown is not None
    assert shown.get_text().strip() == "\n".join(["kå" * 1300] + ["x"] * 30)


@pytest.mark.parametrize("typed", [MARKS, ASCII], ids=["marks", "long"])
@pytest.mark.parametrize(("path", "field"), [("/report/resume", "draft"), ("/status", "status_word")])
def test_code_is_refused(reporter: Reporter, path: str, field: str, typed: str) -> None:
    answer = reporter.send(path, **{"reference": "BRUD-2026-000001", field: typed})
    assert answer.status_code == 422
    assert set(errors(answer)) == {field}


@pytest.mark.parametrize("typed", [MARKS, ASCII], ids=["marks", "long"])
@pytest.mark.parametrize("field", ["username", "password"])
def test_log_in_is_refused(visitor: FlaskClient, field: str, typed: str) -> None:
    given = {"username": USERNAME, "password": PASSWORD, field: typed}
    assert log_in(visitor, **given).status_code == 422


@pytest.mark.parametrize("path", ["/cases?tab=all&search={}", "/register?search={}"])
def test_search_is_cut(visitor: FlaskClient, path: str) -> None:
    log_in(visitor)
    assert visitor.get(path.format(MARKS)).status_code == 200


def test_letters_of_many_lines_are_compared_by_whole_lines() -> None:
    before = [f"Linje {n}" for n in range(3_000)]
    after = [f"Ny linje {n}" for n in range(3_000)]
    found = differences("\n".join(before), "\n".join(after))
    assert found == [*(("removed", one) for one in before), *(("added", one) for one in after)]
    assert differences("a\nb\n\nc", "a\nx\n\nc") == [("removed", "b"), ("added", "x")]

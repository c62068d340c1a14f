"""Which region a page speaks for: the first to visitors, a person's own once logged in."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from breach.domain.states import Role
from breach.services.access.controllers import Details, change_controller
from breach.services.context import Runtime
from breach.services.demo import DEMO_PASSWORD
from breach.store.models import BreachCase, Controller, Person
from tests.support.access import add_role
from tests.support.reporting import Clock
from tests.web.conftest import log_in
from tests.web.intake.test_report import Reporter, errors, to_check

NORTH, EXAMPLE = "Region Nordjylland", "Region Eksempel"


@pytest.fixture
def runtime(desk: Runtime) -> Runtime:
    """The two regions of the demonstration."""
    return desk


def logo(client: FlaskClient) -> str:
    page = client.get("/").text
    return page.split('class="logo"', 1)[1].split("<span>", 1)[1].split("<", 1)[0]


@pytest.mark.parametrize(
    ("slug", "region", "phone"),
    [
        pytest.param("nordjylland", NORTH, "70\u00a000\u00a000\u00a003", id="first"),
        pytest.param("eksempel", EXAMPLE, "70\u00a000\u00a000\u00a001", id="second"),
    ],
)
def test_report_lands_with_the_region_chosen_and_says_whom_to_call(
    app: Flask, runtime: Runtime, slug: str, region: str, phone: str
) -> None:
    reporter = Reporter(app.test_client())
    assert region in reporter.page("/report").get_text()
    to_check(reporter, {"kind": "citizen", "controller": slug})
    assert reporter.goes("/report/check") == "/report/receipt"
    shown = reporter.page("/report/receipt").main
    assert shown is not None
    assert phone in shown.get_text()
    with runtime.transaction() as ctx:
        controller = ctx.session.scalars(select(BreachCase.controller_id)).one()
        assert ctx.session.get_one(Controller, controller).slug == slug


def chosen(client: FlaskClient) -> list[str]:
    page = Reporter(client).page("/report")
    return [str(one["value"]) for one in page.find_all("input", {"name": "controller", "checked": True})]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("da", "Vælg, hvilken region det handler om", id="danish"),
        pytest.param("en", "Choose which region it is about", id="english"),
    ],
)
def test_visitor_has_to_choose_the_region(app: Flask, language: str, words: str) -> None:
    reporter = Reporter(app.test_client())
    reporter.client.get(f"/report?lang={language}")
    assert chosen(reporter.client) == []
    answer = reporter.send("/report", kind="staff", unit="Skadestuen", controller="")
    assert answer.status_code == 422
    assert errors(answer) == {"controller": words}
    assert "Skadestuen" in answer.text


def test_draft_without_a_region_is_not_sent(app: Flask, runtime: Runtime) -> None:
    reporter = Reporter(app.test_client())
    to_check(reporter, {"kind": "citizen"})
    reporter.send("/report/who", kind="citizen", controller="")
    answer = reporter.send("/report/check")
    assert answer.status_code == 422
    assert errors(answer) == {"answer-controller": "Vælg, hvilken region det handler om"}
    with runtime.transaction() as ctx:
        assert ctx.session.scalars(select(BreachCase)).all() == []


@pytest.mark.parametrize(
    ("username", "own"),
    [
        pytest.param("sagsbehandler", ["nordjylland"], id="of-the-first"),
        pytest.param("fremmed", ["eksempel"], id="of-the-second"),
    ],
)
def test_person_logged_in_has_their_own_region_chosen(app: Flask, username: str, own: list[str]) -> None:
    client = app.test_client()
    log_in(client, DEMO_PASSWORD, username)
    assert chosen(client) == own


def test_person_of_several_regions_chooses(app: Flask, runtime: Runtime, clock: Clock) -> None:
    with runtime.transaction() as ctx:
        person = ctx.session.scalars(select(Person).where(Person.username == "fremmed")).one()
        first = ctx.session.scalars(select(Controller).where(Controller.slug == "nordjylland")).one()
        add_role(ctx.session, person.id, first.id, Role.CASE_HANDLER, clock.now)
    client = app.test_client()
    log_in(client, DEMO_PASSWORD, "fremmed")
    assert chosen(client) == []


def test_region_whose_time_is_over_takes_no_report(app: Flask, runtime: Runtime, clock: Clock) -> None:
    first_of_month = clock.now.date().replace(day=1)
    with runtime.transaction() as ctx:
        change_controller(ctx, "nordjylland", Details(valid_to=first_of_month))
    reporter = Reporter(app.test_client())
    assert reporter.page("/report").find("input", {"name": "controller"}) is None
    to_check(reporter, {"kind": "citizen"})
    reporter.goes("/report/check")
    with runtime.transaction() as ctx:
        controller = ctx.session.scalars(select(BreachCase.controller_id)).one()
        assert ctx.session.get_one(Controller, controller).slug == "eksempel"


@pytest.mark.parametrize(
    ("username", "region"),
    [pytest.param("sagsbehandler", NORTH, id="first"), pytest.param("fremmed", EXAMPLE, id="second")],
)
def test_person_logged_in_sees_the_name_of_their_own_region(app: Flask, username: str, region: str) -> None:
    client = app.test_client()
    assert logo(client) == NORTH
    assert log_in(client, DEMO_PASSWORD, username).status_code == 303
    assert logo(client) == region


@pytest.mark.parametrize("path", ["/privatliv", "/report"])
def test_controllers_that_may_get_the_report_are_named_with_their_advisers(app: Flask, path: str) -> None:
    page = Reporter(app.test_client()).page(path)
    shown = [tag.get_text() for tag in page.select('[data-told="P1"], [data-told="P2"]')]
    assert [NORTH in words for words in shown] == [True, False, True, False]
    assert [EXAMPLE in words for words in shown] == [False, True, False, True]
    assert "Dagny Prøve" in shown[2]
    assert "Ida Prøve" in shown[3]


def test_changed_telephone_shows_within_a_minute(app: Flask, runtime: Runtime, clock: Clock) -> None:
    client = app.test_client()
    assert "70\u00a000\u00a000\u00a003" in client.get("/").text
    with runtime.transaction() as ctx:
        change_controller(ctx, "nordjylland", Details(dpo_phone="61 00 00 00"))
    clock.move(minutes=1, seconds=1)
    assert "61\u00a000\u00a000\u00a000" in client.get("/").text


@pytest.mark.parametrize("language", ["da", "en"])
def test_report_without_any_controller_is_not_received(app: Flask, runtime: Runtime, language: str) -> None:
    with runtime.transaction() as ctx:
        ctx.session.execute(update(Controller).values(valid_to=date(2007, 12, 31)))
    client = app.test_client()
    answer = client.get(f"/report?lang={language}")
    assert answer.status_code == 503
    assert {"da": "ikke indberettes endnu", "en": "cannot be made here yet"}[language] in answer.text
    assert client.get("/").status_code == 200
    assert client.get("/privatliv").status_code == 200
    assert client.get("/status").status_code == 200

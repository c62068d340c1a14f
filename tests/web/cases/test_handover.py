"""The pages of a case whose handler has left, in both languages: queue, overview, the step, the log."""

import html
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from breach.domain.states import Role
from breach.services.access import accounts
from breach.services.access.people import NewPerson, RoleAt, add_person
from breach.services.cases import steps as case_steps
from breach.services.demo import DEMO_PASSWORD
from breach.texts import LANGUAGES, text
from breach.web.app import create_app
from tests.support.access import confirm_all
from tests.support.scenario import Service, actors_of, make_service
from tests.web.conftest import token_of


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A case that Sara took, and Ida who may take it over."""
    made = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    made.open()
    made.do("sagsbehandler", case_steps.take)
    with made.runtime.transaction() as ctx:
        ida = (RoleAt(Role.CASE_HANDLER, "nordjylland"),)
        add_person(ctx, NewPerson("ida", "Ida Prøve", DEMO_PASSWORD, ida))
    confirm_all(made.runtime)
    made.actors = actors_of(made.runtime)
    return made


@pytest.fixture
def ida(service: Service) -> FlaskClient:
    client = create_app(service.runtime).test_client()
    fields = {"csrf_token": token_of(client), "username": "ida", "password": DEMO_PASSWORD}
    assert client.post("/login", data=fields).status_code == 303
    return client


def leave(service: Service) -> None:
    with service.runtime.transaction() as ctx:
        accounts.disable(ctx, "sagsbehandler")


@pytest.mark.parametrize("language", LANGUAGES)
def test_case_is_found_and_taken_over(service: Service, ida: FlaskClient, language: str) -> None:
    leave(service)
    case, said = f"/cases/{service.reference}", f"?lang={language}"
    name = text("desk.handler_left", language, name="Sara Sagsbehandler")
    listed = ida.get(f"/cases{said}&tab=untaken").text
    assert name in listed
    assert text("desk.next.take_over", language) in listed
    overview = ida.get(case).text
    assert name in overview
    assert f'href="{case}/step/take-over"' in overview
    page = ida.get(f"{case}/step/take-over").text
    assert text("cases.step.take_over.lead", language) in html.unescape(page)
    fields = {"csrf_token": token_of(ida, "/cases"), "version": str(service.version()), "reason": ""}
    empty = ida.post(f"{case}/step/take-over", data=fields)
    assert empty.status_code == 422
    answer = ida.post(f"{case}/step/take-over", data={**fields, "reason": "Sara er rejst."})
    assert (answer.status_code, answer.location) == (303, f"{case}/risk?message=cases.step.take_over")
    assert "Ida Prøve" in ida.get("/cases?tab=mine").text
    log = ida.get(f"{case}/log").text
    assert text("audit.event.case.taken_over", language) in html.unescape(log)
    assert "Sara er rejst." in log


def test_take_over_from_a_stale_page_gives_the_reason_back(service: Service, ida: FlaskClient) -> None:
    leave(service)
    path = f"/cases/{service.reference}/step/take-over"
    fields = {"csrf_token": token_of(ida, "/cases"), "version": "1", "reason": "Sara er rejst."}
    answer = ida.post(path, data=fields)
    assert answer.status_code == 409
    assert "Sara er rejst." in answer.text


def test_take_over_page_says_that_the_handler_is_there(service: Service, ida: FlaskClient) -> None:
    page = ida.get(f"/cases/{service.reference}/step/take-over").text
    assert "Sara Sagsbehandler er stadig sagsbehandler på sagen." in html.unescape(page)
    assert 'name="reason"' not in page
    assert "take-over" not in ida.get(f"/cases/{service.reference}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_colleague_reads_the_note_of_who_handed_over(
    service: Service, ida: FlaskClient, language: str
) -> None:
    sara = create_app(service.runtime).test_client()
    fields = {"csrf_token": token_of(sara), "username": "sagsbehandler", "password": DEMO_PASSWORD}
    assert sara.post("/login", data=fields).status_code == 303
    case = f"/cases/{service.reference}"
    address = f"{case}/step/hand-over"
    assert 'value="ida"' in sara.get(address).text
    sent = {"csrf_token": token_of(sara, address), "version": service.version(), "reason": "Ring tirsdag."}
    assert text("errors.to_missing", language) in html.unescape(
        sara.post(f"{address}?lang={language}", data=sent).text
    )
    assert sara.post(address, data={**sent, "to": "ida"}).status_code == 303
    for tab in ("", "/facts", "/log"):
        assert "Ring tirsdag." in html.unescape(ida.get(f"{case}{tab}").text).split('class="tab-container')[0]
    assert "Ring tirsdag." not in sara.get(case).text


def test_colleague_is_told_whom_to_ask(service: Service, ida: FlaskClient) -> None:
    page = html.unescape(ida.get(f"/cases/{service.reference}/step/take-over").text)
    assert "Bed om sagen, så overdrager Sara Sagsbehandler den eller beholder den." in page
    assert "kan en beslutningstager overdrage den: Bo Beslutter." in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_colleague_asks_for_the_case_and_the_handler_answers(
    service: Service, ida: FlaskClient, language: str
) -> None:
    case = f"/cases/{service.reference}"
    assert f'href="{case}/step/ask-for-case"' in ida.get(case).text
    asked = {"csrf_token": token_of(ida, "/cases"), "version": service.version()}
    assert ida.post(f"{case}/step/ask-for-case", data={**asked, "reason": ""}).status_code == 422
    answer = ida.post(f"{case}/step/ask-for-case", data={**asked, "reason": "Jeg kender afdelingen."})
    assert answer.status_code == 303
    sara = create_app(service.runtime).test_client()
    fields = {"csrf_token": token_of(sara), "username": "sagsbehandler", "password": DEMO_PASSWORD}
    assert sara.post("/login", data=fields).status_code == 303
    page = html.unescape(sara.get(f"{case}?lang={language}").text)
    assert text("desk.asked_for", language, name="Ida Prøve", reason="Jeg kender afdelingen.") in page
    assert service.reference in sara.get("/cases?tab=waiting").text
    assert 'value="ida" checked' in " ".join(sara.get(f"{case}/step/hand-over").text.split())
    kept = {"csrf_token": token_of(sara, "/cases"), "version": service.version(), "reason": "Snart færdig."}
    assert sara.post(f"{case}/step/keep-case", data=kept).status_code == 303
    log = html.unescape(ida.get(f"{case}/log?lang={language}").text)
    assert text("audit.event.case.kept", language) in log
    assert "Snart færdig." in log

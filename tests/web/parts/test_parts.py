"""The parts of a page that htmx asks for alone: the same words as on the whole page, at the same address."""

import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from breach.domain.states import NoticeState
from breach.services.cases import steps as case_steps
from breach.services.demo import DEMO_PASSWORD
from breach.services.letters import text as letters_text
from breach.services.risk import assessment
from breach.services.sending import release
from breach.services.sending.receipts import complete_where_all_told
from breach.store.models import AuditEvent, Notice
from breach.texts import LANGUAGES, formats, text
from breach.web.app import create_app
from breach.web.frame.sessions import POLLED
from tests.support.scenario import FACTS, Service, make_service
from tests.web.cases.test_walk import FORM_FACTS
from tests.web.conftest import token_of

TAG = re.compile(r"<[^>]*>")
RESULT = {"HX-Request": "true", "HX-Target": "result"}
POLL = {"HX-Request": "true", "HX-Target": POLLED}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")


def client_of(service: Service, username: str = "sagsbehandler") -> FlaskClient:
    client = create_app(service.runtime).test_client()
    fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
    assert client.post("/login", data=fields).status_code == 303
    return client


def reads(service: Service) -> int:
    with service.runtime.transaction() as ctx:
        wanted = select(func.count()).select_from(AuditEvent).where(AuditEvent.kind == "case.read")
        return ctx.session.scalar(wanted) or 0


def words(page: str) -> str:
    return " ".join(html.unescape(TAG.sub(" ", page)).split())


def section(page: str) -> str:
    return page.split('<section id="progress"', 1)[1].split("</section>", 1)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_letter_says_in_words_when_it_was_saved(service: Service, language: str) -> None:
    service.decided()
    service.do("sagsbehandler", letters_text.start_letter)
    page = service.page().text
    assert page is not None
    shown = client_of(service).get(f"/cases/{service.reference}/communication/text?lang={language}").text
    at = formats.datetime_long(page.written_at, language).replace("kl. ", "kl.\u00a0")
    assert text("letters.version", language, n=1, at=at) in words(shown).replace("kl. ", "kl.\u00a0")


def test_progress_alone_is_that_of_the_page_and_is_no_look_at_the_case(service: Service) -> None:
    service.released(3)
    client = client_of(service)
    path = f"/cases/{service.reference}/communication"
    whole = section(client.get(path).text)
    before = reads(service)
    part = client.get(f"{path}?seen=sending&listed=0", headers=POLL)
    assert part.status_code == 200
    assert section(part.text) == whole
    assert 'hx-trigger="every 5s"' in part.text
    assert "<html" not in part.text
    assert reads(service) == before


@pytest.mark.parametrize("username", ["fremmed", "administrator"])
def test_stranger_sees_no_progress(service: Service, username: str) -> None:
    service.released(1)
    path = f"/cases/{service.reference}/communication"
    assert client_of(service, username).get(path, headers=POLL).status_code == 404


def test_progress_says_that_somebody_stopped_it_and_rests(service: Service) -> None:
    service.released(3)
    client = client_of(service)
    path = f"/cases/{service.reference}/communication?seen=sending&listed=0"
    service.do("frigiver", release.pause)
    part = client.get(path, headers=POLL).text
    state = text("sending.state.paused", "da")
    assert text("sending.state_changed", "da", state=state) in words(part)
    assert "hx-trigger" not in part
    assert f'href="/cases/{service.reference}/communication"' in part
    assert words(part).endswith(state)


def tab_of(client: FlaskClient, path: str) -> str:
    """Return what the tab is about, without the frame of the case around it."""
    return client.get(path).text.split('id="tab-content"')[1].split('class="case-others"')[0]


SWITCH = re.compile(r'<a[^>]*href="/cases/[^"]*/step/(pause|resume)"')


@pytest.mark.parametrize(
    ("username", "sending", "paused"),
    [
        ("sagsbehandler", ["pause"], []),
        ("frigiver", ["pause"], ["resume"]),
        ("revisor", [], []),
    ],
)
def test_pausing_is_offered_while_sending(
    service: Service, username: str, sending: list[str], paused: list[str]
) -> None:
    """The page of one person follows what another did, each with the steps of their own roles."""
    service.released(3)
    client = client_of(service, username)
    path = f"/cases/{service.reference}/communication"
    assert SWITCH.findall(tab_of(client, path)) == sending
    known = client.get(f"{path}?seen=sending&shown=sending", headers=POLL).text
    assert 'id="track-switch"' not in known
    service.do("frigiver", release.pause)
    part = client.get(f"{path}?seen=sending&shown=sending", headers=POLL).text
    assert SWITCH.findall(part) == SWITCH.findall(tab_of(client, path)) == paused
    assert part.count('id="track-switch" hx-swap-oob="true"') == 1
    service.do("frigiver", release.resume)
    again = client.get(f"{path}?seen=sending&shown=paused", headers=POLL).text
    assert SWITCH.findall(again) == sending
    assert 'hx-trigger="every 5s"' in again
    assert "shown=sending" in again


def test_sending_that_is_over_offers_nothing_to_stop(service: Service) -> None:
    service.released(3)
    with service.runtime.transaction() as ctx:
        ctx.session.execute(update(Notice).values(state=NoticeState.DELIVERED))
        complete_where_all_told(ctx)
    path = f"/cases/{service.reference}/communication?seen=sending&shown=sending"
    part = client_of(service).get(path, headers=POLL).text
    assert SWITCH.findall(part) == []
    state = text("sending.state.completed", "da")
    shown = text("sending.state_changed", "da", state=state)
    assert f'<p id="track-step" tabindex="-1">{shown}</p>' in part


def test_progress_says_that_letters_wait_for_a_person(service: Service) -> None:
    service.released(3)
    client = client_of(service)
    path = f"/cases/{service.reference}/communication?seen=sending"
    with service.runtime.transaction() as ctx:
        one = ctx.session.scalars(select(Notice.id)).first()
        stands = {"state": NoticeState.NEEDS_PERSON}
        ctx.session.execute(update(Notice).where(Notice.id == one).values(stands))
    line = text("sending.waiting_lead", "da", n="1")
    assert line in words(client.get(f"{path}&listed=0", headers=POLL).text)
    known = client.get(f"{path}&listed=1", headers=POLL).text
    assert line not in words(known)
    assert 'hx-trigger="every 5s"' in known


def test_result_alone_is_that_of_the_page_and_stores_nothing(service: Service) -> None:
    service.open()
    service.do("sagsbehandler", case_steps.take)
    service.do("sagsbehandler", assessment.score, FACTS)
    client = client_of(service)
    path = f"/cases/{service.reference}/risk"
    fields = {"csrf_token": token_of(client, path), "do": "preview", **FORM_FACTS}
    whole = client.post(path, data=fields).text.split('<div id="result"', 1)[1].split(">", 1)[1]
    before = reads(service)
    version = service.version()
    part = client.post(path, data=fields, headers=RESULT)
    assert part.status_code == 200
    assert words(whole).startswith(words(part.text))
    assert (reads(service), service.version()) == (before, version)


@pytest.mark.parametrize(
    "wrong", [{"subject_count": "ti"}, {"data_categories": ""}], ids=["no-number", "no-kinds"]
)
def test_result_alone_shows_the_errors_of_the_page(service: Service, wrong: dict[str, str]) -> None:
    service.open()
    service.do("sagsbehandler", case_steps.take)
    client = client_of(service)
    path = f"/cases/{service.reference}/risk"
    fields = {"csrf_token": token_of(client, path), "do": "preview", **FORM_FACTS, **wrong}
    answers = [client.post(path, data=fields, headers=asked) for asked in ({}, RESULT)]
    listed = [
        re.findall(r'<li><a class="function-link" href="(#[^"]*)">([^<]*)', one.text) for one in answers
    ]
    assert [one.status_code for one in answers] == [422, 422]
    assert listed[0] == listed[1]
    assert len(listed[0]) == 1


def test_result_needs_the_form_token(service: Service) -> None:
    service.open()
    path = f"/cases/{service.reference}/risk"
    assert client_of(service).post(path, data=FORM_FACTS, headers=RESULT).status_code == 400

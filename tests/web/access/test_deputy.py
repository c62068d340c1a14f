"""The page on which a person who handles cases names a deputy, and what the deputy then sees."""

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from breach.domain.danish_time import local
from breach.services.cases import steps as case_steps
from breach.services.demo import DEMO_PASSWORD
from breach.texts import LANGUAGES, text
from breach.texts.formats import date_long
from breach.web.app import create_app
from tests.services.cases.test_handover import with_ida
from tests.support.scenario import Service, make_service
from tests.web.conftest import token_of

END = re.compile(r'action="(/deputy/[0-9a-f-]+/end)"')


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A case that Sara took, and Ida who handles cases too."""
    made = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    made.open()
    made.do("sagsbehandler", case_steps.take)
    yield with_ida(made)
    made.runtime.close()


def client_of(service: Service, username: str) -> FlaskClient:
    """Return the browser of a person who is logged in."""
    client = create_app(service.runtime).test_client()
    fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
    assert client.post("/login", data=fields).status_code == 303
    return client


def name(client: FlaskClient, first: date | None, last: date | None, **fields: str) -> TestResponse:
    """Send the form, by default with Ida."""
    days = {
        f"{field}-{part}": str(getattr(day, part)) if day else ""
        for field, day in (("from_day", first), ("to_day", last))
        for part in ("day", "month", "year")
    }
    return client.post(
        "/deputy", data={"csrf_token": token_of(client, "/deputy"), "to": "ida", **days, **fields}
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_deputy_is_named_seen_and_ended(service: Service, language: str) -> None:
    today = local(service.runtime.clock()).date()
    sara = client_of(service, "sagsbehandler")
    ida = client_of(service, "ida")
    assert 'href="/deputy"' in sara.get("/cases").text
    assert service.reference not in ida.get("/cases?tab=mine").text
    assert name(sara, today, today + timedelta(days=7)).status_code == 303
    page = sara.get(f"/deputy?lang={language}").text
    assert text("access.deputy.end", language) in page
    listed = html.unescape(ida.get(f"/cases?tab=mine&lang={language}").text)
    until = date_long(today + timedelta(days=7), language)
    assert text("desk.stands_for", language, name="Sara Sagsbehandler", to=until) in listed
    assert service.reference in listed
    assert ida.get(f"/cases/{service.reference}/step/hand-over").status_code == 200
    [address] = END.findall(page)
    token = {"csrf_token": token_of(ida, "/deputy")}
    assert ida.post(address, data=token).status_code == 404
    assert sara.post(address, data={"csrf_token": token_of(sara, "/deputy")}).status_code == 303
    assert service.reference not in ida.get("/cases?tab=mine").text


def test_form_that_will_not_do_says_why_at_its_field(service: Service) -> None:
    today = local(service.runtime.clock()).date()
    sara = client_of(service, "sagsbehandler")
    yesterday = today - timedelta(days=1)
    wrong = {
        "errors.deputy_days": name(sara, today, yesterday),
        "errors.deputy_missing": name(sara, today, today, to=""),
        "errors.choice_unknown": name(sara, today, today, to="beslutter"),
    }
    for key, answer in wrong.items():
        assert answer.status_code == 422
        said = (
            text(key, "da", label=text("access.field.deputy", "da")) if "unknown" in key else text(key, "da")
        )
        assert said in html.unescape(answer.text)
    empty = name(sara, None, None)
    assert (empty.status_code, empty.text.count('class="form-error-message"') >= 2) == (422, True)


@pytest.mark.parametrize("username", ["beslutter", "godkender", "frigiver", "revisor", "administrator"])
def test_page_is_for_those_who_handle_cases(service: Service, username: str) -> None:
    client = client_of(service, username)
    assert client.get("/deputy").status_code == 403
    assert 'href="/deputy"' not in client.get("/cases").text


def test_visitor_is_sent_to_the_log_in(service: Service) -> None:
    assert create_app(service.runtime).test_client().get("/deputy").status_code == 302

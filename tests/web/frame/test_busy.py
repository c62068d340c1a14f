"""While somebody else holds the database: who only reads is served, who writes is told when to try again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from breach.services.cases import steps as case_steps
from breach.services.demo import DEMO_PASSWORD
from breach.store import engine
from breach.texts import LANGUAGES, text
from breach.web.app import create_app
from tests.support.scenario import Service, make_service
from tests.web.conftest import token_of

REASON = "Kuverten var åben, da den kom."


@pytest.fixture
def service(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setitem(engine.SQLITE_PRAGMAS, "busy_timeout", "50")
    monkeypatch.setitem(engine.POSTGRESQL_SETTINGS, "lock_timeout", "50")
    found = make_service(tmp_path, database_url)
    found.open()
    found.do("sagsbehandler", case_steps.take)
    yield found
    found.runtime.close()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    found = create_app(service.runtime).test_client()
    fields = {"csrf_token": token_of(found), "username": "sagsbehandler", "password": DEMO_PASSWORD}
    assert found.post("/login", data=fields).status_code == 303
    return found


@contextmanager
def held(service: Service) -> Iterator[None]:
    """Hold what every writer needs."""
    with service.runtime.transaction() as ctx:
        if ctx.session.connection().dialect.name == "postgresql":
            ctx.session.execute(sql("LOCK TABLE audit_stream, report_draft IN EXCLUSIVE MODE"))
        yield


@pytest.mark.parametrize(
    "path", ["/", "/report", "/report/what", "/report/resume", "/status", "/cases", "/logins", "/readyz"]
)
def test_reading_waits_for_nobody(service: Service, client: FlaskClient, path: str) -> None:
    before = client.get(path).status_code
    with held(service):
        assert client.get(path).status_code == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_busy_page_lets_what_was_typed_be_sent_again(
    service: Service, client: FlaskClient, language: str
) -> None:
    address = f"/cases/{service.reference}/step/ask-dismissal?lang={language}"
    token = token_of(client, address)
    fields = {"csrf_token": token, "version": str(service.version()), "reason": REASON}
    with held(service):
        answer = client.post(address, data=fields)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    for key in ("busy_title", "busy", "expired_send"):
        assert text(f"errors.page.{key}", language) in page
    assert f'<div class="app-kept">{REASON}</div>' in page
    assert f'action="{address}"' in page
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in page
    assert client.post(address, data=fields).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_secret_is_not_on_the_page(service: Service, client: FlaskClient, language: str) -> None:
    address = f"/cases/{service.reference}/communication/recipients/one?lang={language}"
    fields = {"csrf_token": token_of(client, "/cases"), "version": "1", "cpr": "2512489996", "name": "Nancy"}
    with held(service):
        answer = client.post(address, data=fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert not [one for one in ("251248", "Nancy") if one in page]
    assert text("errors.page.busy_back", language) in page
    assert "<form" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_that_must_write_says_when_to_try_again(
    service: Service, client: FlaskClient, language: str
) -> None:
    with held(service):
        answer = client.get(f"/cases/{service.reference}?lang={language}")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert text("errors.page.busy_again", language) in page
    assert f'<html lang="{language}">' in page


def test_log_names_the_fault_and_nothing_typed(
    service: Service, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    token = token_of(client, "/report/resume")
    with held(service):
        answer = client.post("/report", data={"csrf_token": token, "kind": "citizen", "who": REASON})
    assert answer.status_code == 503
    assert [one.getMessage() for one in caplog.records if one.name == "breach.web"] == ["web.database_busy"]
    assert REASON not in caplog.text


def test_database_that_holds_no_table_is_not_busy(service: Service) -> None:
    with pytest.raises(Exception, match="nowhere") as raised, service.runtime.reading() as ctx:
        ctx.session.execute(sql("SELECT 1 FROM nowhere"))
    assert not engine.is_busy(raised.value)

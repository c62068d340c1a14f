"""A disk that is full, or a file that is read only: the page says so, and so does readiness."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from breach.services.context import Runtime
from breach.store import engine as engines
from breach.texts import LANGUAGES, text
from breach.web.app import create_app
from tests.support.reporting import Clock, citizen, key_of
from tests.web.conftest import token_of

PRAGMAS = ["max_page_count=1", "query_only=ON"]


@pytest.fixture
def app(desk: Runtime) -> Flask:
    return create_app(desk)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@contextmanager
def nothing_fits(desk: Runtime, pragma: str) -> Iterator[None]:
    """Let every new connection to the database store nothing: the database itself refuses."""
    bind: Engine = desk.sessions.kw["bind"]

    def limit(connection: Any, _: Any) -> None:
        connection.set_authorizer(None)
        connection.execute(f"PRAGMA {pragma}")

    bind.dispose()
    event.listen(bind, "connect", limit)
    try:
        yield
    finally:
        event.remove(bind, "connect", limit)
        bind.dispose()


def report(client: FlaskClient, number: int) -> TestResponse:
    headers = {"Idempotency-Key": key_of(f"report {number}")}
    return client.post("/api/v1/reports", json=citizen(what="Et brev. " * 400), headers=headers)


def until_refused(send: Callable[[int], TestResponse]) -> TestResponse:
    """Send again and again until the last free page of the file is used; return the first refusal."""
    answers = map(send, range(200))
    return next(one for one in answers if one.status_code >= 500)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pragma", PRAGMAS)
def test_page_says_that_nothing_was_received(
    client: FlaskClient, desk: Runtime, pragma: str, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = token_of(client, "/report/resume")
    fields = {"csrf_token": token, "kind": "staff", "unit": "Skadestuen", "controller": "nordjylland"}
    with nothing_fits(desk, pragma):
        answer = until_refused(lambda _: client.post(f"/report?lang={language}", data=fields))
        assert client.get("/").status_code == 200
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert text("errors.page.not_stored_title", language) in answer.text
    assert "Skadestuen" in answer.text
    assert "web.database_cannot_store" in [one.getMessage() for one in caplog.records]
    assert client.post("/report", data=fields).status_code == 302


@pytest.mark.parametrize("pragma", PRAGMAS)
def test_program_is_told_and_readiness_follows_for_a_minute(
    client: FlaskClient, desk: Runtime, pragma: str, clock: Clock
) -> None:
    assert client.get("/readyz").status_code == 200
    with nothing_fits(desk, pragma):
        answer = until_refused(lambda number: report(client, number))
    assert answer.json is not None
    assert (answer.status_code, answer.json["title"]) == (503, "not_stored")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"status": "unavailable", "database": "cannot store"})
    assert client.get("/healthz").status_code == 200
    clock.move(seconds=61)
    assert client.get("/readyz").status_code == 200
    assert report(client, -1).status_code == 202


def test_readiness_sees_a_full_disk_before_anybody_reports(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(engines, "TemporaryFile", full)
    assert client.get("/readyz").status_code == 503


def test_probe_leaves_nothing(client: FlaskClient, tmp_path: Path) -> None:
    before = {one.name for one in tmp_path.iterdir()}
    assert client.get("/readyz").status_code == 200
    assert {one.name for one in tmp_path.iterdir()} - before <= {"breach.db-wal", "breach.db-shm"}

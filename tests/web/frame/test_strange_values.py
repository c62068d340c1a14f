"""Strange values at every address, on both databases: each is answered, none is a fault of ours."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import BuildError, Rule

from breach.services.demo import DEMO_PASSWORD
from breach.services.paging import cursor
from breach.web.app import create_app
from tests.support.reporting import token
from tests.support.scenario import Service, make_service
from tests.web.conftest import token_of

DEEP = base64.urlsafe_b64encode(b"[" * 5_000).decode()
STRANGE = ("a\0b", "%00", "\u202e", "\\", "9" * 40, DEEP)
"""A NUL, also one written twice over; what turns text around; a number of no column; a cursor without end."""
BROKEN: tuple[object, ...] = ({}, ["\0", "\0"], [1, 2])
CURSORS = (
    *(cursor(datetime(1, 1, 1, tzinfo=UTC), uuid4()), cursor(datetime(9999, 12, 31, tzinfo=UTC), uuid4())),
    *(base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in BROKEN),
)
TOGETHER = ("q", "message", "lang", "show", "to", "next", "seen", "listed", "version")
"""Parameters that hide no fault of one another; a list refuses a strange one of the others outright."""
FIELDS = (
    *("version", "reason", "comment", "text_da", "text_en", "name", "cpr", "purpose", "draft", "reference"),
    *("status_word", "shown", "what", "kind", "controller", "typed_count", "target_reference", "username"),
    *(
        "exact-day",
        "exact-month",
        "exact-year",
        "exact_clock",
        "affected_subject_count",
        "person",
        "role",
        "region",
    ),
)


@pytest.fixture
def service(tmp_path: Path, database_url: str) -> Iterator[Service]:
    found = make_service(tmp_path, database_url)
    found.released(1)
    yield found
    found.runtime.close()


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service.runtime)


def logged_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
    assert client.post("/login", data=fields).status_code == 303
    return client


def filled(app: Flask, rule: Rule, service: Service, strange: str) -> Iterator[str]:
    """Yield the address with good values, and with each value in turn a strange one."""
    good: dict[str, Any] = {name: _good(name, service) for name in rule.arguments}
    for name in (None, *rule.arguments):
        with app.test_request_context():
            try:
                adapter = app.url_map.bind("localhost")
                yield adapter.build(rule.endpoint, {**good, **({name: strange} if name else {})})
            except (BuildError, ValueError):
                continue


def _good(name: str, service: Service) -> object:
    if name == "reference":
        return service.reference
    if name == "name":
        return "abcdefghijklmnop"
    if name.endswith("_id"):
        return uuid4()
    return {"step": "what", "page": "check", "filename": "app.css"}.get(name, "take")


def rules(app: Flask, method: str) -> list[Rule]:
    return [
        one for one in app.url_map.iter_rules() if method in (one.methods or ()) and one.endpoint != "static"
    ]


def test_no_address_fails_by_what_stands_in_it(app: Flask, service: Service) -> None:
    client = logged_in(app, "sagsbehandler")
    api = {"Authorization": f"Bearer {token(service.runtime, 'sagsbehandler')}"}
    asked = [
        (path, client.get(path, headers=api if path.startswith("/api/") else {}).status_code)
        for rule in rules(app, "GET")
        for strange in STRANGE
        for path in filled(app, rule, service, strange)
    ]
    assert len(asked) > 200
    assert [one for one in asked if one[1] >= 500] == []


def test_no_list_fails_by_a_parameter(app: Flask, service: Service) -> None:
    api = {"Authorization": f"Bearer {token(service.runtime, 'sagsbehandler')}"}
    clients = {name: logged_in(app, name) for name in ("sagsbehandler", "revisor")}
    pages = [
        ("sagsbehandler", path) for path in ("/", "/cases", "/register", "/api/v1/cases", "/login", "/status")
    ]
    pages += [
        ("sagsbehandler", f"/cases/{service.reference}{part}") for part in ("", "/log", "/communication")
    ]
    pages += [("revisor", "/access/changes"), ("revisor", "/access")]
    queries = ["&".join(f"{name}={quote(strange)}" for name in TOGETHER) for strange in STRANGE]
    queries += [f"{name}={quote(strange)}" for name in ("state", "tab") for strange in STRANGE[:3]]
    queries += [f"after={quote(strange)}" for strange in (*STRANGE, *CURSORS)]
    asked = [
        (path, query, clients[who].get(f"{path}?{query}", headers=api).status_code)
        for who, path in pages
        for query in queries
    ]
    assert [one for one in asked if one[2] >= 500] == []


def test_no_form_fails_by_what_is_typed(app: Flask, service: Service) -> None:
    client = logged_in(app, "sagsbehandler")
    token_there = token_of(client, "/cases")
    sent = [
        (str(rule), strange, _post(client, path, token_there, strange))
        for rule in rules(app, "POST")
        if not str(rule).startswith(("/api/", "/logout"))
        for strange in ("\0", "\ufeff", "9" * 40, "\u202e", DEEP)
        for path in [next(filled(app, rule, service, strange), "/")]
    ]
    assert [one for one in sent if one[2] >= 500] == []


def _post(client: FlaskClient, path: str, form_token: str, strange: str) -> int:
    fields = {**dict.fromkeys(FIELDS, strange), "csrf_token": form_token}
    return int(client.post(path, data=fields).status_code)

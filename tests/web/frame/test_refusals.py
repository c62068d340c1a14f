"""Refused requests are counted and recorded, and nobody is named in what is recorded."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from breach.domain.events import EventKind
from breach.services.context import Runtime
from breach.store.models import AuditEvent, Person
from breach.web.frame.refusals import KINDS, Refusals
from tests.web.conftest import Clock, log_in, token_of

Ask = Callable[[FlaskClient], int]


def events_of(runtime: Runtime, kind: EventKind) -> list[AuditEvent]:
    with runtime.transaction() as ctx:
        wanted = select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.seq)
        return list(ctx.session.scalars(wanted))


def counted(runtime: Runtime) -> list[dict[str, int]]:
    found = events_of(runtime, EventKind.REQUESTS_REFUSED)
    assert {one.actor_id for one in found} <= {None}
    return [json.loads(one.body)["data"]["counts"] for one in found]


def _no_role(client: FlaskClient) -> int:
    log_in(client)
    return client.get("/access").status_code


def _foreign(client: FlaskClient) -> int:
    answer = client.post(
        "/logout", data={"csrf_token": token_of(client)}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    return answer.status_code


REFUSED: dict[str, tuple[str, int, Ask]] = {
    "role": ("no_right", 403, _no_role),
    "token": ("no_token", 401, lambda client: client.get("/api/v1/cases").status_code),
    "form": ("form", 400, lambda client: client.post("/login", data={"username": "x"}).status_code),
    "foreign": ("form", 400, _foreign),
    "guesses": ("too_many", 429, lambda client: [log_in(client, "nej") for _ in range(6)][-1].status_code),
}


@pytest.mark.parametrize(("kind", "status", "ask"), REFUSED.values(), ids=REFUSED)
def test_refused_request_is_recorded(
    visitor: FlaskClient, runtime: Runtime, kind: str, status: int, ask: Ask
) -> None:
    assert ask(visitor) == status
    assert counted(runtime) == [{kind: 1}]


def test_kinds_are_those_that_are_met() -> None:
    assert {kind for kind, _, _ in REFUSED.values()} == set(KINDS)


def test_flood_is_recorded_once_a_minute(visitor: FlaskClient, runtime: Runtime, clock: Clock) -> None:
    for _ in range(40):
        visitor.get("/api/v1/cases")
    assert counted(runtime) == [{"no_token": 1}]
    clock.move(seconds=61)
    visitor.get("/api/v1/cases")
    assert counted(runtime) == [{"no_token": 1}, {"no_token": 40}]


def test_counts_wait_while_the_database_is_busy(
    runtime: Runtime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = Refusals(runtime)

    def busy(*_: object, **__: object) -> None:
        raise OperationalError(str(text("BEGIN")), {}, Exception("locked"))

    with monkeypatch.context() as patch:
        patch.setattr("breach.web.frame.refusals.append_event", busy)
        refusals.count("form")
    assert counted(runtime) == []
    clock.move(seconds=61)
    refusals.count("form")
    assert counted(runtime) == [{"form": 2}]


def test_question_for_the_password_is_no_refusal(app: Flask, visitor: FlaskClient, runtime: Runtime) -> None:
    log_in(visitor)
    assert visitor.get("/nowhere").status_code == 404
    assert counted(runtime) == []


def test_log_out_is_recorded_with_its_person(visitor: FlaskClient, runtime: Runtime) -> None:
    log_in(visitor)
    visitor.post("/logout", data={"csrf_token": token_of(visitor, "/")})
    with runtime.transaction() as ctx:
        person = ctx.session.scalars(select(Person.id)).one()
    assert [one.actor_id for one in events_of(runtime, EventKind.SESSION_LOGGED_OUT)] == [person]

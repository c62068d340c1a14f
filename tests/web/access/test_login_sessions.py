"""A person's own log-ins: who sees them, what is told of them, and which can be ended."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from breach.services.access.live_logins import digest
from breach.services.access.login_sessions import MOST_SESSIONS, NUMBER_LENGTH
from breach.services.context import Runtime
from breach.store.models import AuditEvent, LoginSession, Person
from breach.store.verify.chain import verify
from breach.texts import LANGUAGES, text
from tests.web.access.test_login import cookie
from tests.web.conftest import USERNAME, Clock, log_in, token_of

CELLS = re.compile(r'<th scope="row"[^>]*>(.*?)</th>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>', re.S)
ENDED = "/logins?message=access.login."


@pytest.fixture
def other(app: Flask, visitor: FlaskClient, clock: Clock) -> FlaskClient:
    """A second browser of the person that `visitor` becomes, logged in ten minutes later."""
    log_in(visitor)
    clock.move(minutes=10)
    client = app.test_client()
    log_in(client)
    clock.move(minutes=5)
    return client


@pytest.fixture
def stranger(app: Flask, runtime: Runtime, other: FlaskClient) -> FlaskClient:
    """Somebody else, without any role, logged in."""
    with runtime.transaction() as context:
        known = context.session.scalars(select(Person)).one()
        context.session.add(
            Person(
                username="bo",
                name="Bo",
                password_hash=known.password_hash,
                created_at=context.now,
                disabled_at=None,
            )
        )
    client = app.test_client()
    log_in(client, username="bo")
    return client


def number(client: FlaskClient) -> str:
    return digest(cookie(client) or "")[:NUMBER_LENGTH]


def rows(client: FlaskClient, language: str = "da") -> list[tuple[str, ...]]:
    """Return the log-ins on the page: begun, used, and the words or the address of what can be done."""
    page = client.get(f"/logins?lang={language}").text.split("<main", 1)[1]
    found: list[tuple[str, ...]] = []
    for begun, used, action in CELLS.findall(page):
        address = re.search(r'action="([^"]*)"', action)
        found.append((begun, used, address[1] if address else re.sub("<[^>]*>", "", action)))
    return found


def post(client: FlaskClient, path: str) -> tuple[int, str]:
    answer = client.post(path, data={"csrf_token": token_of(client, "/logins")})
    return answer.status_code, answer.headers.get("Location", "")


def is_in(client: FlaskClient) -> bool:
    return client.get("/logins").status_code == 200


def ended(runtime: Runtime) -> list[list[str]]:
    """Return the numbers in every event of an ending."""
    with runtime.transaction() as context:
        wanted = select(AuditEvent).where(AuditEvent.kind == "session.ended").order_by(AuditEvent.seq)
        return [json.loads(one.body)["data"]["numbers"] for one in context.session.scalars(wanted)]


@pytest.mark.parametrize(
    ("language", "day", "clocks"),
    [
        ("da", "03.03.2026 kl.\u00a0", ("14.30", "14.45", "14.40", "14.40")),
        ("en", "2026-03-03\u00a0", ("14:30", "14:45", "14:40", "14:40")),
    ],
)
def test_own_log_ins_are_listed_this_one_first(
    visitor: FlaskClient, other: FlaskClient, language: str, day: str, clocks: tuple[str, ...]
) -> None:
    begun, used, other_begun, other_used = (day + clock for clock in clocks)
    assert rows(visitor, language) == [
        (begun, used, text("access.login.mine.this", language)),
        (other_begun, other_used, f"/logins/{number(other)}/end"),
    ]


def test_log_ins_over_or_of_others_are_not_listed(
    visitor: FlaskClient, other: FlaskClient, stranger: FlaskClient, clock: Clock
) -> None:
    assert len(rows(visitor)) == 2
    assert len(rows(stranger)) == 1
    clock.move(minutes=26)  # `other` has done nothing for 31 minutes
    assert len(rows(visitor)) == 1
    assert text("access.login.mine.end_others", "da") not in visitor.get("/logins").text


def test_log_in_is_ended_and_logged(visitor: FlaskClient, other: FlaskClient, runtime: Runtime) -> None:
    gone = number(other)
    assert post(visitor, f"/logins/{gone}/end") == (303, ENDED + "one")
    assert (is_in(visitor), is_in(other)) == (True, False)
    assert ended(runtime) == [[gone]]
    with runtime.sessions() as session:
        assert verify(session, runtime.settings.anchor_file) is None
    assert post(visitor, f"/logins/{gone}/end")[0] == 404


def test_log_ins_are_all_ended_but_this_one(
    app: Flask, visitor: FlaskClient, other: FlaskClient, stranger: FlaskClient, runtime: Runtime
) -> None:
    third = app.test_client()
    log_in(third)
    gone = sorted([number(other), number(third)])
    assert post(visitor, "/logins/end-others") == (303, ENDED + "others")
    assert [is_in(one) for one in (visitor, other, third, stranger)] == [True, False, False, True]
    assert post(visitor, "/logins/end-others") == (303, "/logins")
    assert ended(runtime) == [gone]


def test_log_in_of_another_or_unknown_or_this_one_is_not_ended(
    visitor: FlaskClient, other: FlaskClient, stranger: FlaskClient, runtime: Runtime
) -> None:
    for client in (visitor, stranger):
        for wanted in (number(client), number(other) if client is stranger else number(stranger), "0" * 12):
            assert post(client, f"/logins/{wanted}/end")[0] == 404
    assert [is_in(one) for one in (visitor, other, stranger)] == [True] * 3
    assert ended(runtime) == []


@pytest.mark.parametrize("path", ["/logins/end-others", "/logins/0123456789ab/end"])
def test_log_ins_are_not_ended_without_a_log_in_or_a_form_token(
    app: Flask, other: FlaskClient, path: str
) -> None:
    visitor = app.test_client()
    assert visitor.get("/logins").location == "/login?next=/logins"
    answer = visitor.post(path, data={"csrf_token": token_of(visitor)})
    assert answer.location == f"/login?next={path}"
    assert other.post(path).status_code == 400
    assert other.get(path).status_code in (404, 405)


def test_log_ins_over_take_no_place(app: Flask, clock: Clock, runtime: Runtime) -> None:
    first = app.test_client()
    log_in(first)
    for _ in range(MOST_SESSIONS - 1):
        clock.move(seconds=1)
        log_in(app.test_client())
    for _ in range(2):
        clock.move(minutes=20)
        assert is_in(first)
    log_in(app.test_client())
    assert is_in(first)
    with runtime.transaction() as context:
        assert len(context.session.scalars(select(LoginSession)).all()) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_log_ins_are_linked_from_every_staff_page(visitor: FlaskClient, language: str) -> None:
    link = f'href="/logins">{text("common.menu.logins", language)}</a>'
    assert link not in visitor.get(f"/?lang={language}").text
    log_in(visitor, username=USERNAME)
    assert visitor.get(f"/cases?lang={language}").text.count(link) == 2  # beside the name, and in the drawer

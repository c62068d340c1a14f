"""Log-in, its limits, its end, and the addresses it leads to."""

import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, select, update

from breach.services.access import passwords
from breach.services.access.live_logins import digest
from breach.services.access.login_sessions import MOST_SESSIONS
from breach.services.access.passwords import (
    OF_ALL_NETWORKS,
    OF_ONE_NETWORK,
    WeakPassword,
    hash_password,
    wait_until,
)
from breach.services.context import Runtime
from breach.store.models import LoginSession, Person
from breach.web.access.login_views import FIRST_PAGE, known_address
from tests.web.conftest import PASSWORD, USERNAME, Clock, log_in, token_of

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def sessions_in(runtime: Runtime) -> int:
    with runtime.transaction() as context:
        return context.session.scalar(select(func.count()).select_from(LoginSession)) or 0


def cookie(client: FlaskClient) -> str | None:
    found = client.get_cookie("breach")
    return None if found is None else found.value


def is_in(client: FlaskClient) -> bool:
    return "Anna Andersen" in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        pytest.param(USERNAME, "en helt anden sætning", id="wrong-password"),
        pytest.param("ukendt.person", PASSWORD, id="unknown-name"),
        pytest.param(USERNAME, "x" * 5000, id="endless-password"),
    ],
)
def test_log_in_failures_read_the_same(visitor: FlaskClient, username: str, password: str) -> None:
    answer = log_in(visitor, password, username)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Brugernavn eller adgangskode passer ikke" in page
    assert "<title>Fejl: Log ind" in page
    assert f'value="{username}"' in page
    assert not is_in(visitor)


def test_disabled_person_stays_outside_and_is_thrown_out(visitor: FlaskClient, runtime: Runtime) -> None:
    assert log_in(visitor).status_code == 303
    with runtime.transaction() as context:
        context.session.execute(update(Person).values(disabled_at=context.now))
    assert not is_in(visitor)
    assert log_in(visitor).status_code == 422


def test_log_in_gives_a_new_id_that_is_stored_as_hash(visitor: FlaskClient, runtime: Runtime) -> None:
    visitor.set_cookie("breach", "chosen-by-an-attacker")
    answer = log_in(visitor)
    identifier = cookie(visitor)
    assert identifier is not None
    assert identifier != "chosen-by-an-attacker"
    with runtime.transaction() as context:
        assert context.session.scalars(select(LoginSession.id_hash)).all() == [digest(identifier)]
    flags = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("breach="))
    assert flags.endswith("; HttpOnly; Path=/; SameSite=Lax")


def test_form_token_from_before_the_log_in_is_worthless_after(visitor: FlaskClient) -> None:
    before = token_of(visitor)
    log_in(visitor)
    assert visitor.post("/logout", data={"csrf_token": before}).status_code == 400
    assert is_in(visitor)


def test_log_out_ends_the_session_for_everybody_who_holds_the_id(app: Flask, visitor: FlaskClient) -> None:
    log_in(visitor)
    stolen = app.test_client()
    stolen.set_cookie("breach", cookie(visitor) or "")
    assert is_in(stolen)
    answer = visitor.post("/logout", data={"csrf_token": token_of(visitor, "/")})
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')
    assert not is_in(visitor)
    assert not is_in(stolen)


@pytest.mark.parametrize(
    ("steps", "inside"),
    [
        pytest.param([29], True, id="before-idle"),
        pytest.param([31], False, id="after-idle"),
        pytest.param([25] * 19, True, id="busy-before-eight-hours"),
        pytest.param([25] * 20, False, id="busy-after-eight-hours"),
    ],
)
def test_sessions_end(visitor: FlaskClient, clock: Clock, steps: list[int], inside: bool) -> None:
    log_in(visitor)
    seen = []
    for minutes in steps:
        clock.move(minutes=minutes)
        seen.append(is_in(visitor))
    assert seen == [True] * (len(steps) - 1) + [inside]


def test_log_ins_of_one_person_are_five_at_most(app: Flask, runtime: Runtime, clock: Clock) -> None:
    clients = []
    for _ in range(MOST_SESSIONS + 1):
        clock.move(seconds=1)
        clients.append(app.test_client())
        log_in(clients[-1])
    assert sessions_in(runtime) == MOST_SESSIONS
    assert [is_in(client) for client in clients] == [False] + [True] * MOST_SESSIONS


def test_guesses_must_wait_a_minute_even_with_the_right_password(visitor: FlaskClient, clock: Clock) -> None:
    statuses = [log_in(visitor, "forkert").status_code for _ in range(OF_ONE_NETWORK.per_minute)]
    assert statuses == [422] * OF_ONE_NETWORK.per_minute
    waiting = log_in(visitor)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "60")
    assert "Prøv igen kl.\u00a014.31" in waiting.get_data(as_text=True)
    clock.move(seconds=61)
    assert log_in(visitor).status_code == 303


def from_network(app: Flask, number: int) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"10.0.{number}.1"
    return client


def test_guesses_from_other_networks_do_not_keep_a_person_out(app: Flask, visitor: FlaskClient) -> None:
    guessed = range(1, OF_ALL_NETWORKS.per_minute // OF_ONE_NETWORK.per_minute)
    for number in guessed:
        guesser = from_network(app, number)
        assert [log_in(guesser, "forkert").status_code for _ in range(6)] == [422] * 5 + [429]
    assert log_in(visitor).status_code == 303


def test_guesses_from_very_many_networks_must_wait_together(app: Flask, visitor: FlaskClient) -> None:
    for number in range(OF_ALL_NETWORKS.per_minute // OF_ONE_NETWORK.per_minute):
        guesser = from_network(app, number + 1)
        for _ in range(OF_ONE_NETWORK.per_minute):
            log_in(guesser, "forkert")
    assert log_in(visitor).status_code == 429


def test_crowd_of_log_ins_is_told_to_come_again(visitor: FlaskClient) -> None:
    with ExitStack() as crowd:
        for _ in range(6):
            assert passwords._IN_LINE.acquire(blocking=False)
            crowd.callback(passwords._IN_LINE.release)
        answer = log_in(visitor)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert log_in(visitor).status_code == 303


@pytest.mark.parametrize(
    ("seconds_ago", "wait"),
    [
        pytest.param([], None, id="none"),
        pytest.param([1, 2, 3, 4], None, id="four-in-a-minute"),
        pytest.param([1, 2, 3, 4, 50], 10, id="five-in-a-minute"),
        pytest.param([61] * 19, None, id="nineteen-in-an-hour"),
        pytest.param([30] + [120] * 19, 30, id="twenty-in-an-hour"),
        pytest.param([61] * 20, None, id="twenty-but-a-minute-ago"),
        pytest.param([-3600] * 20, None, id="the-clock-was-set-back"),
    ],
)
def test_waiting(seconds_ago: list[int], wait: int | None) -> None:
    failed = [NOON - timedelta(seconds=ago) for ago in seconds_ago]
    assert wait_until(failed, NOON, OF_ONE_NETWORK) == (
        None if wait is None else NOON + timedelta(seconds=wait)
    )


@given(some.lists(some.integers(0, 3599), max_size=60))
def test_log_in_wait_is_a_minute_at_most(seconds_ago: list[int]) -> None:
    until = wait_until([NOON - timedelta(seconds=ago) for ago in seconds_ago], NOON, OF_ONE_NETWORK)
    assert until is None or NOON < until <= NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        pytest.param("/aegte", "/aegte", id="known"),
        pytest.param("/aegte?lang=en", "/aegte?lang=en", id="with-query"),
        pytest.param(None, FIRST_PAGE, id="none"),
        pytest.param("https://evil.example/", FIRST_PAGE, id="other-site"),
        pytest.param("//evil.example/aegte", FIRST_PAGE, id="no-scheme"),
        pytest.param("/\\evil.example", FIRST_PAGE, id="backslash"),
        pytest.param("/aegte\r\nX: y", FIRST_PAGE, id="line-end"),
        pytest.param("/nowhere", FIRST_PAGE, id="unknown"),
        pytest.param("/logout", FIRST_PAGE, id="post-only"),
        pytest.param("/login", FIRST_PAGE, id="itself"),
    ],
)
def test_log_in_leads_only_to_known_pages(app: Flask, wanted: str | None, leads_to: str) -> None:
    with app.test_request_context("/login"):
        assert known_address(wanted) == leads_to


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("kort", id="short"),
        pytest.param("x" * 129, id="long"),
        pytest.param("anna.sagsbehandler er mig", id="holds-name"),
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        hash_password(password, USERNAME)


def test_passwords_are_hashed_at_the_cost_that_the_documents_name() -> None:
    """In a process of its own: tests hash at less."""
    code = (
        "from breach.services.access.passwords import hash_password\n"
        "print(hash_password('en sætning om vejret'))"
    )
    stored = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")

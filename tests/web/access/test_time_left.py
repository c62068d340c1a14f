"""The end of a log-in: told in time, put off by its person alone, and no loss for what was typed."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from breach.services.access.login_sessions import ABSOLUTE, IDLE
from breach.texts import LANGUAGES, text
from breach.web.frame.sessions import POLLED
from tests.web.conftest import PASSWORD, USERNAME, Clock, log_in, token_of

POLL = {"HX-Request": "true", "HX-Target": POLLED}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
ACTION = re.compile(r'<form method="post" novalidate action="([^"]*)"')
DISMISS = "/cases/BRUD-2026-000001/step/ask-dismissal"


def seconds_left(client: FlaskClient) -> int:
    return int(client.get("/session").json["left"])  # type: ignore[index]  # an object


def hidden(page: str) -> dict[str, str]:
    main = page.split("<main", 1)[1].split("</main", 1)[0]
    return {html.unescape(name): html.unescape(value) for name, value in HIDDEN.findall(main)}


def test_time_left_is_told_and_staying_renews_it(visitor: FlaskClient, clock: Clock) -> None:
    log_in(visitor)
    token = token_of(visitor, "/cases")
    clock.move(minutes=26)
    assert visitor.get("/session").json == {"left": 240, "at": "kl.\u00a015.00", "may_stay": True}
    answer = visitor.post("/session", headers={"X-CSRFToken": token})
    assert answer.json == {"left": 1800, "at": "kl.\u00a015.26", "may_stay": True}


def test_staying_needs_the_token_of_the_log_in(visitor: FlaskClient) -> None:
    log_in(visitor)
    assert visitor.post("/session").status_code == 400


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param("/session", {}, id="question"),
        pytest.param("/cases/BRUD-2026-000001/communication", POLL, id="progress"),
    ],
)
def test_page_that_asks_by_itself_keeps_nobody_logged_in(
    visitor: FlaskClient, clock: Clock, path: str, headers: dict[str, str]
) -> None:
    log_in(visitor)
    for _ in range(29):
        clock.move(minutes=1)
        visitor.get(path, headers=headers)
    assert seconds_left(visitor) == 60
    clock.move(seconds=61)
    assert seconds_left(visitor) == 0


def test_time_told_is_never_later_than_the_end(visitor: FlaskClient, clock: Clock) -> None:
    log_in(visitor)
    clock.move(seconds=50)  # so soon after the last visit this one is not written down
    visitor.get("/cases")
    left = seconds_left(visitor)
    clock.move(seconds=left)
    assert "Anna Andersen" in visitor.get("/", headers=POLL).text
    clock.move(seconds=1)
    assert seconds_left(visitor) == 0


def test_last_half_hour_of_a_day_cannot_be_made_longer(visitor: FlaskClient, clock: Clock) -> None:
    log_in(visitor)
    for _ in range(int(ABSOLUTE / IDLE)):
        clock.move(minutes=29)
        visitor.get("/cases")
    page = visitor.get("/cases").text
    left = ABSOLUTE - timedelta(minutes=29) * int(ABSOLUTE / IDLE)
    assert visitor.get("/session").json == {
        "left": int(left.total_seconds()),
        "at": "kl.\u00a022.30",
        "may_stay": False,
    }
    assert text("access.login.ends_for_good", "da", at="kl.\u00a022.30") in page
    assert "app-no-scripts" not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/cases", "/register"])
def test_page_says_when_its_reader_is_logged_out(visitor: FlaskClient, path: str, language: str) -> None:
    at = {"da": "kl.\u00a015.00", "en": "15:00"}[language]
    words = text("access.login.ends", language, at=at)
    assert words not in visitor.get(f"/?lang={language}").text
    log_in(visitor)
    page = visitor.get(f"{path}?lang={language}").text
    under = page.split("</h1>", 1)[1].lstrip()
    assert under.startswith('<p class="small-text d-print-none app-no-scripts">' + words)
    assert 'id="session-modal"' in page


def test_time_left_warns_nobody_else(visitor: FlaskClient) -> None:
    page = visitor.get("/").text
    assert "session-modal" not in page
    assert "session.js" not in page
    assert visitor.get("/session").json == {"left": 0, "at": "", "may_stay": False}


def test_poll_after_the_end_sends_the_whole_page_to_the_log_in(visitor: FlaskClient, clock: Clock) -> None:
    log_in(visitor)
    clock.move(minutes=31)
    answer = visitor.get("/cases/BRUD-2026-000001/communication?seen=sending", headers=POLL)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["HX-Redirect"] == "/login?next=/cases/BRUD-2026-000001/communication&expired=1"


def late(visitor: FlaskClient, clock: Clock, path: str = DISMISS, **typed: str) -> str:
    """Send a form half an hour too late; return the log-in page it leads to."""
    log_in(visitor)
    token = token_of(visitor, "/cases")
    clock.move(minutes=31)
    answer = visitor.post(path, data={"csrf_token": token, **typed})
    assert answer.status_code == 400
    return answer.text


def log_in_from(visitor: FlaskClient, page: str, password: str = PASSWORD) -> tuple[int, str]:
    """Log in on a page that carries a form; return status and page of the answer."""
    action = html.unescape(ACTION.findall(page)[0])
    fields = {**hidden(page), "username": USERNAME, "password": password}
    answer = visitor.post(action, data=fields)
    return answer.status_code, answer.text


TYPED = {"reason": 'Det var "en øvelse",\nog <b>ingen</b> så noget.', "version": "3", "recipient_count": "7"}


def test_time_left_log_in_gives_back_what_was_typed(visitor: FlaskClient, clock: Clock) -> None:
    page = late(visitor, clock, **TYPED)
    assert text("access.login.carried", "da") in page
    status, again = log_in_from(visitor, page.replace('action=""', ""), "forkert")
    assert status == 422
    assert {name for name in hidden(again) if name.startswith("kept")} == {
        "kept-for",
        "kept.reason",
        "kept.version",
        "kept.recipient_count",
    }
    fields = {**hidden(again), "username": USERNAME, "password": PASSWORD}
    answer = visitor.post("/login", data=fields)
    assert answer.status_code == 200
    back = hidden(answer.text)
    token = back.pop("csrf_token")
    assert back == TYPED
    assert ACTION.findall(answer.text) == [DISMISS]
    assert "<b>ingen" not in answer.text
    assert "Anna Andersen" in answer.text
    assert visitor.post(DISMISS, data={"csrf_token": token, **back}).status_code == 404  # no such case here


def test_time_left_shows_nothing_typed_before_the_log_in(visitor: FlaskClient, clock: Clock) -> None:
    page = late(visitor, clock, **TYPED)
    assert "øvelse" not in HIDDEN.sub("", page)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        pytest.param(DISMISS, {"cpr": "2512489996", "password": "hemmeligt"}, id="secrets"),
        pytest.param(
            "/cases/BRUD-2026-000001/communication/recipients/one", {"name": "Prøve Person"}, id="who-is-told"
        ),
    ],
)
def test_secrets_are_not_carried(
    visitor: FlaskClient, clock: Clock, path: str, typed: dict[str, str]
) -> None:
    page = late(visitor, clock, path, **typed)
    assert set(hidden(page)) == {"csrf_token", "kept-for"}
    assert [value for value in typed.values() if value in page] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/cases",
        "//evil.example/cases",
        "/\\evil.example",
        "/nowhere",
        "/logout",
        "/report/what",
        "/api/v1/reports",
        "/cases",
        "",
    ],
)
def test_form_is_given_back_for_our_own_addresses_only(app: Flask, address: str) -> None:
    visitor = app.test_client()
    fields = {"kept-for": address, "kept.reason": "Ord", "csrf_token": token_of(visitor)}
    answer = visitor.post("/login", data={**fields, "username": USERNAME, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/cases")

"""What matters most asks for the password again, renews the log-in, and loses nothing that was typed."""

import html
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from breach.services.access.live_logins import digest
from breach.services.access.login_sessions import ABSOLUTE, FRESH
from breach.services.access.passwords import OF_ONE_NETWORK, Outcome
from breach.services.context import Runtime
from breach.store.models import AuditEvent, LoginSession
from breach.store.verify.chain import verify
from breach.texts import LANGUAGES, catalogue, text
from breach.web.app import create_app
from breach.web.frame import typed_back
from breach.web.frame.sessions import needs_fresh_login, require_fresh_login, require_login
from tests.web.access.test_login import cookie, is_in
from tests.web.access.test_time_left import ACTION, HIDDEN, hidden
from tests.web.conftest import PASSWORD, USERNAME, Clock, log_in, token_of

RELEASE = "/cases/BRUD-2026-000001/step/release"
"""A step that wants a fresh log-in; there is no such case here, so what gets through to it answers 404."""
CONFIRM = "/login/confirm?next=" + RELEASE


def rows(runtime: Runtime) -> list[LoginSession]:
    with runtime.transaction() as context:
        return list(context.session.scalars(select(LoginSession)))


def kinds(runtime: Runtime) -> list[str]:
    """Return what the record says of log-ins, in order."""
    with runtime.transaction() as context:
        wanted = select(AuditEvent.kind).where(AuditEvent.kind.startswith("login."))
        return list(context.session.scalars(wanted.order_by(AuditEvent.at, AuditEvent.seq)))


def stale(visitor: FlaskClient, clock: Clock) -> None:
    """Log in, and let the quarter of an hour pass."""
    log_in(visitor)
    clock.move(seconds=FRESH.total_seconds())


def confirm(visitor: FlaskClient, password: str = PASSWORD, path: str = CONFIRM, **more: str) -> TestResponse:
    fields = {"csrf_token": token_of(visitor, path), "password": password, **more}
    return visitor.post(path, data=fields)


@pytest.mark.parametrize(
    ("seconds", "status"), [(0, 404), (FRESH.total_seconds() - 1, 404), (FRESH.total_seconds(), 302)]
)
def test_quarter_of_an_hour_is_fresh(visitor: FlaskClient, clock: Clock, seconds: float, status: int) -> None:
    log_in(visitor)
    clock.move(seconds=seconds)
    assert visitor.get(RELEASE).status_code == status


def test_confirmation_is_not_asked_by_other_pages(visitor: FlaskClient, clock: Clock) -> None:
    stale(visitor, clock)
    assert visitor.get("/cases").status_code == 200
    assert visitor.get("/cases/BRUD-2026-000001/step/take").status_code == 404


def test_page_waits_for_the_password_and_then_opens(visitor: FlaskClient, clock: Clock) -> None:
    stale(visitor, clock)
    asked = visitor.get(RELEASE + "?lang=da")
    assert (asked.status_code, asked.location) == (302, f"{CONFIRM}?lang%3Dda")
    page = visitor.get(asked.location).text
    assert text("access.login.confirm_title", "da") in page
    assert f'value="{USERNAME}" autocomplete="username" readonly' in " ".join(page.split())
    assert 'name="username"' not in page
    answer = confirm(visitor)
    assert (answer.status_code, answer.location) == (303, RELEASE)
    assert visitor.get(RELEASE).status_code == 404


def test_log_in_gets_a_new_id_and_lasts_no_longer(
    visitor: FlaskClient, runtime: Runtime, clock: Clock, app: Flask
) -> None:
    log_in(visitor)
    before = cookie(visitor)
    [old] = rows(runtime)
    begun = clock.now
    clock.move(minutes=20)
    token = token_of(visitor, "/cases")
    answer = confirm(visitor)
    [row] = rows(runtime)
    now = clock.now
    assert row.id_hash == digest(cookie(visitor) or "") != old.id_hash
    assert (row.created_at, row.authenticated_at, row.seen_at) == (begun, now, now)
    flags = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("breach="))
    assert flags.endswith("; HttpOnly; Path=/; SameSite=Lax")
    thief = app.test_client()
    thief.set_cookie("breach", before or "")
    assert not is_in(thief)
    assert visitor.post("/session", headers={"X-CSRFToken": token}).status_code == 200  # a page open beside
    with runtime.sessions() as session:
        assert verify(session, runtime.settings.anchor_file) is None
    for _ in range(int((ABSOLUTE - timedelta(minutes=20)) / timedelta(minutes=20))):
        clock.move(minutes=20)
        assert is_in(visitor)
    clock.move(minutes=1)
    assert not is_in(visitor)


def test_confirmation_and_a_wrong_password_are_on_record(
    visitor: FlaskClient, runtime: Runtime, clock: Clock
) -> None:
    stale(visitor, clock)
    answer = confirm(visitor, "forkert")
    assert answer.status_code == 422
    assert text("errors.confirm_failed", "da") in answer.text
    assert visitor.get(RELEASE).status_code == 302
    clock.move(seconds=1)
    confirm(visitor)
    assert kinds(runtime) == ["login.succeeded", "login.failed", "login.confirmed"]
    with runtime.transaction() as context:
        events = context.session.scalars(select(AuditEvent)).all()
    assert [one.actor_id for one in events if one.kind == "login.confirmed"] == [1]
    assert not [one for one in events if PASSWORD in one.body.decode()]


def test_empty_password_is_no_try(visitor: FlaskClient, runtime: Runtime, clock: Clock) -> None:
    stale(visitor, clock)
    answer = confirm(visitor, "")
    assert answer.status_code == 422
    assert text("errors.password_missing", "da") in answer.text
    assert kinds(runtime) == ["login.succeeded"]


def test_guesses_wait_as_those_of_a_log_in(visitor: FlaskClient, app: Flask, clock: Clock) -> None:
    stale(visitor, clock)
    other = app.test_client()
    statuses = [log_in(other, "forkert").status_code for _ in range(OF_ONE_NETWORK.per_minute - 1)]
    statuses.append(confirm(visitor, "forkert").status_code)
    assert statuses == [422] * OF_ONE_NETWORK.per_minute
    waiting = confirm(visitor)
    assert waiting.status_code == 429
    assert "Prøv igen kl.\u00a014.46" in waiting.text
    assert log_in(other).status_code == 429
    clock.move(seconds=61)
    assert confirm(visitor).status_code == 303


def late(visitor: FlaskClient, clock: Clock, **typed: str) -> str:
    """Send a form that was opened in time and sent too late; return the page that asks for the password."""
    log_in(visitor)
    token = token_of(visitor, "/cases")
    clock.move(minutes=16)
    answer = visitor.post(RELEASE, data={"csrf_token": token, **typed})
    assert answer.status_code == 403
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_confirmation_gives_back_what_was_typed(visitor: FlaskClient, clock: Clock, language: str) -> None:
    visitor.get(f"/?lang={language}")
    typed = {"typed_count": "3", "version": "7", "reason": 'Fordi "det" haster'}
    page = late(visitor, clock, **typed)
    assert text("access.login.confirm_carried", language) in page
    assert "haster" not in HIDDEN.sub("", page)
    action = html.unescape(ACTION.findall(page)[0])
    assert action == CONFIRM
    wrong = visitor.post(action, data={**hidden(page), "password": "forkert"})
    assert wrong.status_code == 422
    back = visitor.post(action, data={**hidden(wrong.text), "password": PASSWORD})
    assert back.status_code == 200
    assert text("access.login.confirmed_lead", language) in back.text
    assert text("access.login.doing.cases_step_release", language, n="3") in back.text
    fields = hidden(back.text)
    token = fields.pop("csrf_token")
    assert fields == typed
    assert ACTION.findall(back.text) == [RELEASE]
    assert visitor.post(RELEASE, data={"csrf_token": token, **fields}).status_code == 404


def test_confirmation_carries_no_password(visitor: FlaskClient, clock: Clock) -> None:
    page = late(visitor, clock, password="hemmeligt", cpr="2512489996")
    assert set(hidden(page)) == {"csrf_token", "kept-for"}


def test_log_in_that_ends_at_the_question_keeps_what_was_typed(visitor: FlaskClient, clock: Clock) -> None:
    page = late(visitor, clock, typed_count="3")
    clock.move(minutes=31)
    action = html.unescape(ACTION.findall(page)[0])
    expired = visitor.post(action, data={**hidden(page), "password": PASSWORD})
    assert expired.status_code == 400
    again = visitor.post(action, data=hidden(expired.text))
    assert again.status_code == 400
    assert text("access.login.carried", "da") in again.text
    fields = {**hidden(again.text), "username": USERNAME, "password": PASSWORD}
    back = visitor.post(html.unescape(ACTION.findall(again.text)[0]), data=fields)
    assert back.status_code == 200
    assert hidden(back.text)["typed_count"] == "3"


@pytest.mark.parametrize(("method", "back"), [("GET", RELEASE + "?show%3Dprint"), ("POST", RELEASE)])
def test_part_of_a_page_gives_way_to_the_question(
    visitor: FlaskClient, clock: Clock, method: str, back: str
) -> None:
    log_in(visitor)
    token = token_of(visitor, "/cases")
    clock.move(minutes=16)
    headers = {"HX-Request": "true", "X-CSRFToken": token}
    answer = visitor.open(RELEASE + "?show=print", method=method, headers=headers)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["HX-Redirect"] == "/login/confirm?next=" + back


def test_form_without_its_token_is_not_even_asked_about(visitor: FlaskClient, clock: Clock) -> None:
    stale(visitor, clock)
    assert visitor.post(RELEASE, data={"typed_count": "3"}).status_code == 400


def test_log_in_that_was_ended_meanwhile_is_not_renewed(
    visitor: FlaskClient, runtime: Runtime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale(visitor, clock)
    [row] = rows(runtime)

    def meanwhile(*_: object) -> object:
        with runtime.transaction() as context:
            context.session.delete(context.session.get_one(LoginSession, row.id_hash))
        return Outcome(row.person_id)

    monkeypatch.setattr("breach.services.access.passwords.confirm", meanwhile)
    answer = confirm(visitor)
    assert answer.status_code == 400
    assert text("access.login.title", "da") in answer.text
    assert (rows(runtime), is_in(visitor)) == ([], False)


@pytest.mark.parametrize("headers", [{}, {"HX-Target": "progress"}], ids=["question", "progress"])
def test_question_asked_under_the_old_id_does_not_take_the_new_one(
    visitor: FlaskClient, clock: Clock, headers: dict[str, str]
) -> None:
    stale(visitor, clock)
    before = cookie(visitor) or ""
    path = "/cases" if headers else "/session"
    confirm(visitor)
    now = cookie(visitor) or ""
    visitor.set_cookie("breach", before)  # as it was sent before the new one came
    answer = visitor.get(path, headers=headers)
    assert [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("breach=")] == []
    visitor.set_cookie("breach", now)
    assert is_in(visitor)


def test_visitor_is_sent_to_the_log_in(visitor: FlaskClient) -> None:
    answer = visitor.get(CONFIRM)
    assert (answer.status_code, answer.location) == (302, "/login?next=" + RELEASE)
    assert visitor.get(RELEASE).location == "/login?next=" + RELEASE


def test_confirmation_is_not_asked_of_a_fresh_log_in(visitor: FlaskClient) -> None:
    log_in(visitor)
    assert visitor.get(CONFIRM).location == RELEASE


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/login/confirm", "/logout"])
def test_password_leads_to_known_pages_only(visitor: FlaskClient, clock: Clock, wanted: str) -> None:
    stale(visitor, clock)
    assert confirm(visitor, path="/login/confirm?next=" + wanted).location == "/cases"


@pytest.mark.parametrize("hooked", [True, False], ids=["before-request", "one-view"])
def test_whole_blueprint_or_one_view_can_ask(runtime: Runtime, clock: Clock, hooked: bool) -> None:
    bp = Blueprint("important", __name__)

    def page() -> str:
        return "important"

    bp.before_request(require_fresh_login if hooked else require_login)
    view = page if hooked else needs_fresh_login(page)
    bp.add_url_rule("/important", "page", view, methods=["GET", "POST"])
    app = create_app(runtime)
    app.register_blueprint(bp)
    visitor = app.test_client()
    assert visitor.get("/important").location == "/login?next=/important"
    log_in(visitor)
    assert visitor.get("/important").text == "important"
    token = token_of(visitor, "/cases")
    clock.move(minutes=15)
    assert visitor.get("/important").location == "/login/confirm?next=/important"
    asked = visitor.post("/important", data={"csrf_token": token, "reason": "Fordi"})
    fields = {**hidden(asked.text), "password": PASSWORD}
    back = hidden(visitor.post("/login/confirm?next=/important", data=fields).text)
    assert back["reason"] == "Fordi"
    assert visitor.post("/important", data=back).text == "important"


def test_confirmation_names_every_form_before_it_is_sent(app: Flask, visitor: FlaskClient) -> None:
    named = {key.rpartition(".")[2] for key in catalogue("da") if key.startswith("access.login.doing.")}
    addresses = (
        RELEASE,
        f"/cases/BRUD-2026-000001/communication/recipients/{uuid4()}",
        "/cases/BRUD-2026-000001/communication/recipients/find",
        f"/cases/BRUD-2026-000001/communication/notice/{uuid4()}/recipient",
        "/access/ask",
        f"/access/requests/{uuid4()}",
        "/access/people/1",
    )
    log_in(visitor)
    with app.test_request_context():
        assert {typed_back.purpose(one) for one in addresses} == named

"""Every route of the case pages meets every role, a visitor, and another controller's people."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from breach.domain.states import Role
from breach.services import actions
from breach.services.cases import action as cases_action
from breach.services.demo import DEMO_PASSWORD
from breach.services.letters import text
from breach.services.sending.by_hand import BY_HAND
from breach.web.app import create_app
from tests.support.scenario import Service, make_service
from tests.web.conftest import TABS, token_of

ROLES = ("sagsbehandler", "beslutter", "godkender", "frigiver", "revisor", "administrator", "fremmed")
SMALL = [action for action in actions.ACTIONS if not action.page]
READ = (*TABS, *(f"/step/{action.address}" for action in SMALL), "/awareness/answer")
SEES_NOTHING = frozenset({"administrator", "fremmed"})
RECIPIENT = "/communication/recipients/00000000-0000-7000-8000-000000000000/"
NOTICE = "/communication/notice/00000000-0000-7000-8000-000000000000/"
WRITES: dict[str, frozenset[str]] = {
    "/step/take": frozenset({"sagsbehandler"}),
    "/step/take-over": frozenset({"sagsbehandler"}),
    "/step/hand-over": frozenset({"sagsbehandler", "beslutter"}),
    "/step/ask-for-case": frozenset({"sagsbehandler"}),
    "/step/keep-case": frozenset({"sagsbehandler", "beslutter"}),
    "/step/refuse-dismissal": frozenset({"sagsbehandler", "beslutter"}),
    "/step/ask-dismissal": frozenset({"sagsbehandler", "beslutter"}),
    "/step/dismiss": frozenset({"sagsbehandler", "beslutter"}),
    "/step/merge": frozenset({"sagsbehandler"}),
    "/step/split": frozenset({"sagsbehandler"}),
    "/step/save-measures": frozenset({"sagsbehandler"}),
    "/step/reassess": frozenset({"sagsbehandler"}),
    "/step/conclude": frozenset({"sagsbehandler"}),
    "/step/reopen": frozenset({"sagsbehandler", "beslutter"}),
    "/step/submit-notification": frozenset({"sagsbehandler", "beslutter"}),
    "/step/supplement": frozenset({"sagsbehandler", "beslutter"}),
    "/step/complete-notification": frozenset({"sagsbehandler", "beslutter"}),
    "/step/withdraw-notification": frozenset({"sagsbehandler", "beslutter"}),
    "/step/ask-awareness": frozenset({"sagsbehandler", "beslutter"}),
    "/awareness/answer": frozenset({"beslutter"}),
    "/step/withdraw-awareness": frozenset({"sagsbehandler", "beslutter"}),
    "/step/draft-text": frozenset({"sagsbehandler", "godkender"}),
    "/step/rewrite": frozenset({"sagsbehandler", "godkender"}),
    "/step/save-notice": frozenset({"sagsbehandler", "godkender"}),
    "/step/approve-notice": frozenset({"godkender"}),
    "/step/prove-notice": frozenset({"sagsbehandler", "godkender"}),
    "/step/withdraw-notice": frozenset({"sagsbehandler", "beslutter", "godkender"}),
    "/step/ask-segment": frozenset({"sagsbehandler", "beslutter"}),
    "/step/confirm-segment": frozenset({"beslutter"}),
    "/step/refuse-segment": frozenset({"beslutter"}),
    "/step/withdraw-segment": frozenset({"sagsbehandler", "beslutter"}),
    "/step/complete-informing": frozenset({"sagsbehandler", "frigiver"}),
    "/step/correct-recipient": frozenset({"sagsbehandler", "frigiver"}),
    "/step/remove-recipient": frozenset({"sagsbehandler", "frigiver"}),
    f"{RECIPIENT}correct-recipient": frozenset({"sagsbehandler", "frigiver"}),
    f"{RECIPIENT}remove-recipient": frozenset({"sagsbehandler", "frigiver"}),
    "/step/send-on-paper": frozenset({"sagsbehandler", "frigiver"}),
    "/step/post-letters": frozenset({"sagsbehandler", "frigiver"}),
    "/step/ask-release": frozenset({"sagsbehandler", "frigiver"}),
    "/step/withdraw-release": frozenset({"sagsbehandler", "frigiver"}),
    "/step/release": frozenset({"frigiver"}),
    "/step/open-round": frozenset({"sagsbehandler", "frigiver"}),
    "/step/pause": frozenset({"sagsbehandler", "beslutter", "godkender", "frigiver"}),
    "/step/resume": frozenset({"frigiver"}),
    "/risk": frozenset({"sagsbehandler"}),
    "/facts/revise": frozenset({"sagsbehandler"}),
    "/decision/propose": frozenset({"sagsbehandler"}),
    "/decision/decide": frozenset({"beslutter"}),
    "/communication/text": frozenset({"sagsbehandler", "godkender"}),
    "/communication/text/approve": frozenset({"godkender"}),
    "/communication/text/send-back": frozenset({"godkender"}),
    "/communication/recipients/one": frozenset({"sagsbehandler", "frigiver"}),
    "/communication/recipients/list": frozenset({"sagsbehandler", "frigiver"}),
    **{f"{NOTICE}{step}": frozenset({"sagsbehandler", "frigiver"}) for step in BY_HAND},
}
"""Who may post where. The version posted is an old one, so those who may get 409, and nothing changes."""
ANSWERS = {
    "reason": "Fordi",
    "note": "Sendt",
    "to": "ida",
    "target_reference": "BRUD-2020-000001",
    "places": "Forsiden",
    "proof_address": "https://region.example/brud",
    "shown_from-day": "1",
    "shown_from-month": "1",
    "shown_from-year": "2026",
    "shown_to-day": "1",
    "shown_to-month": "1",
    "shown_to-year": "2026",
    "proven_on-day": "1",
    "proven_on-month": "1",
    "proven_on-year": "2026",
    "whom": "all",
    "why": "unintelligible",
    "segment": "01948f3e-7c00-7000-8000-000000000001",
    "comment": "Vi har deres adresser",
    "typed_count": "1",
    "submitted_at-day": "1",
    "submitted_at-month": "1",
    "submitted_at-year": "2026",
    "answer": "confirm_awareness",
    "aware_at-day": "1",
    "aware_at-month": "1",
    "aware_at-year": "2026",
    "contained_at-day": "1",
    "contained_at-month": "1",
    "contained_at-year": "2026",
    "at": "10.00",
    "data_categories": "health",
    "outcome": "register_only",
    "reasoning": "Fordi",
    "choice": "decide",
    "danish": "Brev",
    "english": "Letter",
    "cpr": "2512489996",
    "name": "Prøve Person",
    "audience": "all",
    "new_cpr": "0101901000",
    "list_version": "1",
    "posted_on-day": "1",
    "posted_on-month": "1",
    "posted_on-year": "2026",
}


HOLDS = {
    "sagsbehandler": Role.CASE_HANDLER,
    "beslutter": Role.DECIDER,
    "godkender": Role.APPROVER,
    "frigiver": Role.RELEASER,
}


@pytest.mark.parametrize("action", SMALL, ids=[action.name for action in SMALL])
def test_table_says_of_a_step_what_its_row_says(action: cases_action.Action) -> None:
    may = {who for who, role in HOLDS.items() if role in action.roles}
    assert WRITES[f"/step/{action.address}"] == may


OLD = sorted((old, action.name) for action in actions.ACTIONS for old in action.old_addresses)


@pytest.mark.parametrize(("old", "name"), OLD)
def test_address_of_earlier_versions_leads_to_the_page(
    clients: dict[str, FlaskClient], service: Service, old: str, name: str
) -> None:
    action = actions.named(name)
    case = f"/cases/{service.reference}"
    new = "/awareness/answer" if action.page else f"/step/{action.address}"
    fields = {"csrf_token": token_of(clients["sagsbehandler"], "/cases")}
    for answer in (
        clients["sagsbehandler"].get(f"{case}/step/{old}?lang=en"),
        clients["sagsbehandler"].post(f"{case}/step/{old}?lang=en", data=fields),
    ):
        assert (answer.status_code, answer.location) == (308, f"{case}{new}?lang=en")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    home = tmp_path_factory.mktemp("rights")
    made = make_service(Path(home), f"sqlite:///{home / 'breach.db'}")
    made.decided()
    made.do("sagsbehandler", text.start_letter)
    return made


@pytest.fixture(scope="module")
def app(service: Service) -> Flask:
    return create_app(service.runtime)


@pytest.fixture(scope="module")
def clients(app: Flask) -> dict[str, FlaskClient]:
    found = {}
    for username in ROLES:
        client = app.test_client()
        fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
        assert client.post("/login", data=fields).status_code == 303
        found[username] = client
    return found


def case_routes(app: Flask) -> set[str]:
    return {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("cases.")}


def test_tables_below_hold_every_route(app: Flask) -> None:
    shown = {f"/cases/<reference>{path}" for path in (*READ, *WRITES)}
    shown = {rule for rule in shown if not any(one in rule for one in ("/step/", NOTICE, RECIPIENT))}
    assert case_routes(app) == shown | {
        "/cases",
        "/cases/<reference>/step/<step>",
        "/cases/<reference>/communication/preview.pdf",
        "/cases/<reference>/communication/notice/<uuid:notice_id>/<step>",
        "/cases/reminders/<uuid:reminder_id>",  # who may: test_cases_waiting.py
        "/cases/<reference>/communication/notice/<uuid:notice_id>/recipient",  # test_recipient_pages.py
        "/cases/<reference>/communication/recipients/<uuid:recipient_id>",  # there as well
        "/cases/<reference>/communication/recipients/find",  # there as well
        "/cases/<reference>/communication/recipients/<uuid:recipient_id>/<step>",
        "/cases/<reference>/communication/paper",  # test_paper.py
        "/cases/<reference>/public-notice/<uuid:notice_id>/proof",  # test_notice_pages.py
    }


@pytest.mark.parametrize("path", ["/cases", *(f"/cases/BRUD-2026-000001{path}" for path in READ)])
def test_visitor_is_sent_to_the_log_in(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?")


@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize("path", READ)
def test_reading_is_for(clients: dict[str, FlaskClient], service: Service, path: str, username: str) -> None:
    answer = clients[username].get(f"/cases/{service.reference}{path}")
    assert answer.status_code == (404 if username in SEES_NOTHING else 200)
    if answer.status_code == 200:
        assert answer.text.count("<h1") == 1
        assert "style=" not in answer.text


@pytest.mark.parametrize("username", ROLES)
def test_queue_shows_only_own_cases(clients: dict[str, FlaskClient], service: Service, username: str) -> None:
    answer = clients[username].get("/cases?tab=all")
    assert answer.status_code == 200
    assert (service.reference in answer.text) == (username not in SEES_NOTHING)


@pytest.mark.parametrize("username", ROLES)
def test_log_ins_are_seen_by_their_own_person(clients: dict[str, FlaskClient], username: str) -> None:
    assert clients[username].get("/logins").status_code == 200
    token = {"csrf_token": token_of(clients[username], "/logins")}
    assert clients[username].post("/logins/end-others", data=token).location == "/logins"
    first = "/access" if username.startswith("administrator") else "/cases"
    assert clients[username].get("/login/confirm").location == first  # just logged in: nothing to ask


@pytest.mark.parametrize("username", ROLES)
def test_password_is_asked_for_before_a_right(
    app: Flask, service: Service, monkeypatch: pytest.MonkeyPatch, username: str
) -> None:
    client = app.test_client()
    fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
    client.post("/login", data=fields)
    monkeypatch.setattr("breach.services.access.live_logins.FRESH", timedelta())
    path = f"/cases/{service.reference}/step/release"
    assert client.get(path).location == f"/login/confirm?next={path}"


@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize("path", WRITES)
def test_writing_is_for(clients: dict[str, FlaskClient], service: Service, path: str, username: str) -> None:
    before = service.version()
    fields = {"csrf_token": token_of(clients[username], "/cases"), "version": "0", **ANSWERS}
    answer = clients[username].post(f"/cases/{service.reference}{path}", data=fields)
    known = 409 if username in WRITES[path] else 403
    wanted = 404 if username in SEES_NOTHING else known
    assert answer.status_code == wanted
    assert service.version() == before


@pytest.mark.parametrize("path", WRITES)
def test_visitor_changes_nothing(app: Flask, service: Service, path: str) -> None:
    client = app.test_client()
    before = service.version()
    fields = {"csrf_token": token_of(client), "version": str(before), **ANSWERS}
    assert client.post(f"/cases/{service.reference}{path}", data=fields).status_code == 302
    assert service.version() == before


@pytest.mark.parametrize("path", WRITES)
def test_post_without_a_token_is_refused(
    clients: dict[str, FlaskClient], service: Service, path: str
) -> None:
    before = service.version()
    answer = clients["sagsbehandler"].post(
        f"/cases/{service.reference}{path}", data={"version": "1", **ANSWERS}
    )
    assert answer.status_code == 400
    assert service.version() == before

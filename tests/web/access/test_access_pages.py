"""The pages of access: every route meets every role, and two administrators give a role by forms."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from breach.domain.states import Role
from breach.services.access import accounts, role_requests
from breach.services.access.people import NewPerson, RoleAt, add_person
from breach.services.demo import DEMO_PASSWORD
from breach.store.models import AccessChange, Person, RoleRequest
from breach.texts import LANGUAGES, text
from breach.web.app import create_app
from tests.support.access import add_role
from tests.support.scenario import Service, actors_of, make_service
from tests.web.conftest import token_of

ANN, ADAM, AUDITOR = "administrator", "administrator2", "revisor"
ROLES = ("sagsbehandler", "beslutter", "godkender", "frigiver", AUDITOR, ANN, ADAM, "fremmed", "olga")
ADMINISTRATORS = frozenset({ANN, ADAM})
READ: dict[str, dict[str, int]] = {
    "/access": {AUDITOR: 200, ANN: 200, ADAM: 200, "olga": 200},
    "/access/changes": {AUDITOR: 200, ANN: 200, ADAM: 200, "olga": 200},
    "/access/ask": {ANN: 200, ADAM: 200, "olga": 200},
    "/access/requests/{request}": {ANN: 200, ADAM: 200, "olga": 404},
    "/access/people/{person}": {ANN: 200, ADAM: 200, "olga": 404},
}
"""Who may read what; everybody else gets 403. Olga, who administers another region, sees nothing of this."""
WRITES: dict[str, tuple[dict[str, str], dict[str, int]]] = {
    "/access/ask": (
        {"username": "ingen", "role": "decider", "region": "1"},
        {ANN: 422, ADAM: 422, "olga": 422},
    ),
    "/access/requests/{request}": ({"answer": "refuse"}, {ANN: 409, ADAM: 422, "olga": 404}),
    "/access/people/{person}": ({"held": "1-decider"}, {ANN: 422, ADAM: 422, "olga": 404}),
    "/access/changes/seen": ({"change": "x"}, {AUDITOR: 303}),
}
"""Who may post where, with answers that change nothing; everybody else gets 403."""
PERSON = "<int(max=2147483647):person_id>"
Fields = dict[str, str]


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The demonstration, an administrator of the other region, and a role that Ann asked for."""
    made = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    with made.runtime.transaction() as ctx:
        roles = (RoleAt(Role.ADMINISTRATOR, "eksempel"),)
        add_person(ctx, NewPerson("olga", "Olga Prøve", DEMO_PASSWORD, roles))
    made.actors = actors_of(made.runtime)
    with made.runtime.transaction(made.actors[ANN]) as ctx:
        role_requests.ask(ctx, "sagsbehandler", Role.RELEASER.value, 1)
    return made


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service.runtime)


@pytest.fixture
def client(app: Flask) -> Callable[[str], FlaskClient]:
    """Logs somebody of the demonstration in."""

    def logged_in(username: str) -> FlaskClient:
        made = app.test_client()
        fields = {"csrf_token": token_of(made), "username": username, "password": DEMO_PASSWORD}
        assert made.post("/login", data=fields).status_code == 303
        return made

    return logged_in


def request_of(service: Service, state: str = "asked") -> UUID:
    with service.runtime.transaction() as ctx:
        return ctx.session.scalars(select(RoleRequest.id).where(RoleRequest.state == state)).all()[-1]


def place(service: Service, path: str) -> str:
    return path.format(request=request_of(service), person=service.actors["sagsbehandler"].person_id)


def send(made: FlaskClient, path: str, fields: Fields, page: str = "/report/resume") -> tuple[int, str, str]:
    """Post a form; return status, where it leads, and the page."""
    answer = made.post(path, data={"csrf_token": token_of(made, page), **fields})
    return answer.status_code, answer.headers.get("Location", ""), html.unescape(answer.text)


def rows(service: Service) -> list[tuple[str, str]]:
    with service.runtime.transaction() as ctx:
        found = [("request", one.state) for one in ctx.session.scalars(select(RoleRequest))]
        return sorted(
            found + [("change", str(one.seen_by)) for one in ctx.session.scalars(select(AccessChange))]
        )


def test_tables_hold_every_route(app: Flask) -> None:
    shown = {path.format(request="<uuid:request_id>", person=PERSON) for path in (*READ, *WRITES)}
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("access.")} == shown


@pytest.mark.parametrize("number", [0, 2**31 - 1, 2**31, 2**63])
def test_number_of_nobody_is_not_found(client: Callable[[str], FlaskClient], number: int) -> None:
    assert client(ANN).get(f"/access/people/{number}").status_code == 404


@pytest.mark.parametrize("username", ROLES)
def test_access_pages_are_for(client: Callable[[str], FlaskClient], service: Service, username: str) -> None:
    made = client(username)
    before = rows(service)
    for path, allowed in READ.items():
        answer = made.get(place(service, path))
        assert answer.status_code == allowed.get(username, 403), path
        assert "Sara Sagsbehandler" not in answer.text or username != "olga"
    for path, (fields, answers) in WRITES.items():
        status, _, _ = send(made, place(service, path), fields)
        assert status == answers.get(username, 403), path
    assert rows(service) == before


def test_access_pages_work_for_an_auditor_who_administers_elsewhere(
    client: Callable[[str], FlaskClient], service: Service
) -> None:
    with service.runtime.transaction() as ctx:
        olga = ctx.session.scalars(select(Person).where(Person.username == "olga")).one()
        add_role(ctx.session, olga.id, 1, Role.AUDITOR, ctx.now)
        stranger = ctx.session.scalars(select(Person).where(Person.username == "fremmed")).one()
    with service.runtime.transaction(actors_of(service.runtime)["olga"]) as ctx:
        own = role_requests.ask(ctx, "godkender", Role.APPROVER.value, 2)
    made = client("olga")
    page = made.get("/access").text
    links = set(re.findall(r'href="(/access/(?:people|requests)/[^"]+)"', page))
    approver = service.actors["godkender"].person_id
    people = {f"/access/people/{one}" for one in (stranger.id, olga.id, approver)}
    assert links == {f"/access/requests/{own.id}", *people}
    assert {made.get(link).status_code for link in links} == {200}
    assert 'href=""' not in page
    assert "Sara Sagsbehandler" in page


@pytest.mark.parametrize("path", sorted({*READ, *WRITES}))
def test_visitor_and_a_post_without_a_token_change_nothing(
    app: Flask, client: Callable[[str], FlaskClient], service: Service, path: str
) -> None:
    visitor = app.test_client()
    address = place(service, path)
    before = rows(service)
    fields = WRITES.get(path, ({}, {}))[0]
    if path in READ:
        assert visitor.get(address).headers["Location"].startswith("/login?")
    if path in WRITES:
        assert send(visitor, address, fields, "/login")[:2][0] == 302
        assert client(ADAM).post(address, data={"answer": "confirm"}).status_code == 400
    assert rows(service) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_role_is_given_by_two_administrators_with_forms(
    client: Callable[[str], FlaskClient], service: Service, language: str
) -> None:
    ann = client(ANN)
    adam = client(ADAM)
    said = f"?lang={language}"
    fields = {"username": "godkender", "role": "releaser"}
    status, where, _ = send(ann, "/access/ask", fields, "/access/ask")
    assert (status, where) == (303, "/access?message=access.asked")
    assert text("access.done.asked", language) in html.unescape(ann.get(f"{where}&lang={language}").text)
    address = f"/access/requests/{request_of(service)}"
    shown = html.unescape(ann.get(address + said).text)
    assert text("errors.barred.confirmer_differs_from_asker", language) in shown
    assert text("access.who_may", language, names="Adam Administrator") in shown
    assert send(ann, address, {"answer": "confirm"})[0] == 409
    shown = html.unescape(adam.get(f"/access{said}").text)
    assert text("access.do.answer", language) in shown
    status, _, page = send(adam, address, {"answer": "refuse", "comment": ""}, address)
    assert status == 422
    assert text("errors.role_refusal_unexplained", language) in page
    status, where, _ = send(adam, address, {"answer": "confirm"}, address)
    assert (status, where) == (303, "/access?message=access.confirmed")
    status, _, page = send(adam, address, {"answer": "refuse", "comment": "Jeg fortryder det hele."})
    assert status == 409
    assert text("errors.barred.request_answered", language) in page
    assert "Jeg fortryder det hele." in page
    with service.runtime.transaction() as ctx:
        assert accounts.listed(ctx, "godkender").roles == ("approver@nordjylland", "releaser@nordjylland")


@pytest.mark.parametrize("language", LANGUAGES)
def test_role_request_barred_for_all_names_nobody_else(
    client: Callable[[str], FlaskClient], service: Service, language: str
) -> None:
    with service.runtime.transaction(service.actors[ANN]) as ctx:
        role_requests.close_out(ctx, service.actors["sagsbehandler"].person_id or 0)
    page = html.unescape(client(ADAM).get(f"/access/requests/{request_of(service)}?lang={language}").text)
    assert text("errors.barred.person_is_closed_out", language) in page
    assert text("access.nobody_may", language) not in page
    assert text("access.do.answer", language) in page  # to refuse is open


def test_asker_takes_the_request_back(client: Callable[[str], FlaskClient], service: Service) -> None:
    address = f"/access/requests/{request_of(service)}"
    assert send(client(ADAM), address, {"do": "withdraw"})[0] == 409
    status, where, _ = send(client(ANN), address, {"do": "withdraw"}, address)
    assert (status, where) == (303, "/access?message=access.withdrawn")
    assert request_of(service, "withdrawn")


def test_access_form_keeps_what_was_typed_after_an_error(
    client: Callable[[str], FlaskClient], service: Service
) -> None:
    fields = {"username": "ingen.saadan", "role": "approver"}
    status, _, page = send(client(ANN), "/access/ask", fields)
    assert status == 422
    assert 'value="ingen.saadan"' in page
    assert 'value="approver" checked' in page
    assert text("errors.username_unknown", "da") in page


def test_role_is_taken_and_a_person_closed_out_and_let_in(
    client: Callable[[str], FlaskClient], service: Service
) -> None:
    ann = client(ANN)
    person = service.actors["beslutter"].person_id
    bo = client("beslutter")
    address = f"/access/people/{person}"
    assert send(ann, address, {"held": "1-decider"}, address)[1] == "/access?message=access.taken"
    assert bo.get("/cases").status_code == 302  # logged out
    assert send(ann, address, {"do": "close"}, address)[1] == "/access?message=access.closed"
    assert send(ann, address, {"do": "close"})[0] == 422
    assert "Luk op igen" in ann.get(address).text
    assert send(ann, address, {"do": "let_in"}, address)[1] == "/access?message=access.let_in"
    assert send(client(ADAM), f"/access/people/{service.actors[ADAM].person_id}", {"do": "close"})[0] == 409
    with service.runtime.transaction() as ctx:
        listed = accounts.listed(ctx, "beslutter")
    assert (listed.roles, listed.waiting) == ((), ("recipients_identity@nordjylland",))


@pytest.mark.parametrize("language", LANGUAGES)
def test_auditor_is_told_until_the_changes_are_seen(
    client: Callable[[str], FlaskClient], service: Service, language: str
) -> None:
    rie = client(AUDITOR)
    said = f"lang={language}"
    assert text("access.notice_one", language) in rie.get(f"/cases?{said}").text
    with service.runtime.transaction() as ctx:
        accounts.set_password(ctx, "godkender", "tre nye cykler i gården")
    assert text("access.notice_many", language, n=2) in rie.get(f"/cases?{said}").text
    page = html.unescape(rie.get(f"/access/changes?only=new&{said}").text)
    assert text("access.kind.password", language) in page
    assert text("access.operator", language) in page
    ids = [part.split('"', 1)[0] for part in page.split('name="change" value="')[1:]]
    answer = rie.post(
        "/access/changes/seen", data={"csrf_token": token_of(rie, "/access/changes"), "change": ids}
    )
    assert answer.headers["Location"] == "/access/changes?only=new&message=access.seen"
    assert text("access.done.seen", language) in html.unescape(rie.get(answer.headers["Location"]).text)
    assert text("access.notice_link", language) not in rie.get(f"/cases?{said}").text
    assert "Rie Revisor" in rie.get("/access/changes").text


@pytest.mark.parametrize(
    ("username", "first", "menu"),
    [
        (ANN, "/access", ["/access", "/report"]),
        (AUDITOR, "/cases", ["/cases", "/register", "/access", "/report"]),
        ("sagsbehandler", "/cases", ["/cases", "/register", "/report"]),
    ],
)
def test_log_in_leads_to_ones_own_work(app: Flask, username: str, first: str, menu: list[str]) -> None:
    made = app.test_client()
    fields = {"csrf_token": token_of(made), "username": username, "password": DEMO_PASSWORD}
    assert made.post("/login", data=fields, follow_redirects=False).headers["Location"] == first
    assert made.get("/login").headers["Location"] == first
    page = made.get(first).text
    links = page.split('class="mainmenu"', 1)[1].split("</ul>", 1)[0]
    assert [part.split('"', 1)[0] for part in links.split('href="')[1:]] == menu


@pytest.mark.parametrize(
    ("username", "role", "said"),
    [
        ("frigiver", "releaser", 'Personen har allerede rollen "frigiver".'),
        ("sagsbehandler", "releaser", 'Der er allerede bedt om rollen "frigiver".'),
        (AUDITOR, "decider", 'Samme person kan ikke have både rollen "revision" og "beslutningstager".'),
    ],
)
def test_role_that_cannot_be_asked_for_is_named_in_words(
    client: Callable[[str], FlaskClient], username: str, role: str, said: str
) -> None:
    fields = {"username": username, "role": role, "region": "1"}
    status, _, page = send(client(ADAM), "/access/ask", fields)
    assert status == 422
    assert said in page
    assert "nordjylland." not in page
    assert "@nordjylland" not in page

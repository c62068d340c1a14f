"""Who one recipient is: in the answer to a form that says what for, to those with the right alone."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from breach.domain.states import NoticeState
from breach.services.demo import DEMO_PASSWORD
from breach.services.sending.identity import IDENTITY_READS, LIMITS
from breach.store.models import AuditEvent, Notice, Recipient
from breach.texts import LANGUAGES, text
from breach.web.app import create_app
from tests.support.scenario import Service, make_service
from tests.web.conftest import token_of

ROLES = ("sagsbehandler", "beslutter", "godkender", "frigiver", "revisor", "administrator", "fremmed")
STRANGERS = frozenset({"administrator", "fremmed"})
S = NoticeState
NAME = "Prøve Person"
NUMBER = re.compile(r"[0-9]{6}-xxxx")
# A number by itself: ten digits may follow each other in the id of a letter.
WHOLE = re.compile(r"(?<![0-9A-Za-z-])[0-9]{6}-?[0-9]{4}(?![0-9A-Za-z-])")


CPR = "010190-1000"
SOUGHT: dict[str, dict[str, str]] = {"list": {}, "letter": {}, "find": {"cpr": CPR}}
"""What each form asks for besides the purpose."""


@dataclass
class RecipientPages:
    """A case with letters sent, a browser for each role, and a clock that the test moves."""

    service: Service
    letter: UUID
    person: UUID
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    later: timedelta = timedelta()

    def __post_init__(self) -> None:
        runtime = self.service.runtime
        app = create_app(replace(runtime, clock=lambda: datetime.now(UTC) + self.later))
        for username in ROLES:
            self.clients[username] = client = app.test_client()
            fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
            assert client.post("/login", data=fields).status_code == 303

    def path(self, place: str, of: UUID | None = None) -> str:
        communication = f"/cases/{self.service.reference}/communication"
        if place == "find":
            return f"{communication}/recipients/find"
        if place == "list":
            return f"{communication}/recipients/{of or self.person}"
        return f"{communication}/notice/{of or self.letter}/recipient"

    def identify(self, who: str, place: str, of: UUID | None = None, **fields: str) -> TestResponse:
        """Send the form that asks for one person."""
        client = self.clients[who]
        data = {"csrf_token": token_of(client, "/cases"), **SOUGHT[place], **fields}
        return client.post(f"{self.path(place, of)}?lang=en", data=data)

    def put(self, state: NoticeState) -> None:
        with self.service.runtime.transaction() as ctx:
            ctx.session.execute(update(Notice).values(state=state, code="recipient.is.closed"))

    def reads(self) -> int:
        with self.service.runtime.transaction() as ctx:
            wanted = select(func.count()).select_from(AuditEvent).where(AuditEvent.kind.in_(IDENTITY_READS))
            return ctx.session.scalar(wanted) or 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    path: Path = tmp_path_factory.mktemp("recipients")
    service = make_service(path, f"sqlite:///{path / 'breach.db'}")
    service.released(2)
    yield service
    service.runtime.close()


@pytest.fixture(scope="module")
def shared(home: Service) -> RecipientPages:
    with home.runtime.transaction() as ctx:
        letter = ctx.session.scalars(select(Notice).order_by(Notice.id)).first()
        people = ctx.session.scalars(select(Recipient.id).order_by(Recipient.id)).all()
    assert letter is not None
    return RecipientPages(home, letter.id, people[0])


@pytest.fixture
def pages(shared: RecipientPages) -> Iterator[RecipientPages]:
    """The case with its letters waiting for a person, and the clock set right again afterwards."""
    shared.put(S.REJECTED)
    yield shared
    shared.later = timedelta()


PLACES = pytest.mark.parametrize("place", list(SOUGHT))


@PLACES
@pytest.mark.parametrize("username", ROLES)
def test_identity_is_shown_to(pages: RecipientPages, place: str, username: str) -> None:
    may = username == "beslutter"
    before = pages.reads()
    known = 200 if may else 403
    status = 404 if username in STRANGERS else known
    asked = pages.clients[username].get(pages.path(place))
    answer = pages.identify(username, place, purpose="returned")
    assert (asked.status_code, answer.status_code) == (status, status)
    assert (NAME in asked.text, NAME in answer.text) == (False, may)
    assert pages.reads() == before + may
    assert answer.headers["Cache-Control"] == "no-store"


@PLACES
def test_identity_is_shown_and_its_purpose_logged(pages: RecipientPages, place: str) -> None:
    page = pages.identify("beslutter", place, purpose="supervision").text
    main = page.split("<main", 1)[1]
    assert NUMBER.search(main)
    assert not WHOLE.search(main)
    assert NAME not in page.split("</title>", 1)[0]
    said = "Found a recipient by the CPR number" if place == "find" else "Looked at who a recipient is"
    assert f"{said}: Supervision or internal control" in log_of(pages)


def log_of(pages: RecipientPages) -> str:
    return pages.clients["revisor"].get(f"/cases/{pages.service.reference}/log?lang=en").text


@PLACES
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fields", [{}, {"purpose": ""}, {"purpose": "curiosity"}], ids=str)
def test_identity_is_not_shown_without_a_purpose(
    pages: RecipientPages, place: str, language: str, fields: dict[str, str]
) -> None:
    client = pages.clients["beslutter"]
    before = pages.reads()
    token = {"csrf_token": token_of(client, "/cases")}
    asked = {**token, **SOUGHT[place], **fields}
    answer = client.post(f"{pages.path(place)}?lang={language}", data=asked)
    assert (answer.status_code, pages.reads()) == (422, before)
    key = "errors.choice_unknown" if fields.get("purpose") else "errors.purpose_missing"
    page = html.unescape(answer.text)
    assert page.count(text(key, language, label=text("sending.field.purpose", language))) == 2
    assert NAME not in page


@PLACES
def test_form_needs_its_token(pages: RecipientPages, place: str) -> None:
    client = pages.clients["beslutter"]
    before = pages.reads()
    assert client.post(pages.path(place), data={"purpose": "request"}).status_code == 400
    assert pages.reads() == before


@PLACES
def test_identity_is_shown_by_no_address(pages: RecipientPages, place: str) -> None:
    client = pages.clients["beslutter"]
    before = pages.reads()
    assert NAME not in client.get(pages.path(place) + "?purpose=request").text
    people = client.get(f"/cases/{pages.service.reference}/communication/recipients?reveal=1").text
    assert NAME not in people
    assert pages.path("list") in people
    assert pages.reads() == before


@pytest.mark.parametrize("username", ["sagsbehandler", "revisor"])
def test_list_leads_only_those_who_may_see(pages: RecipientPages, username: str) -> None:
    page = pages.clients[username].get(f"/cases/{pages.service.reference}/communication/recipients?lang=en")
    assert "Recipient 1" in page.text
    assert pages.path("list") not in page.text


@pytest.mark.parametrize("place", ["list", "letter"])
def test_identity_of_an_unknown_recipient_page_is_not_found(pages: RecipientPages, place: str) -> None:
    assert pages.identify("beslutter", place, uuid4(), purpose="request").status_code == 404
    assert pages.clients["beslutter"].get(pages.path(place, uuid4())).status_code == 404


@pytest.mark.parametrize("written", [CPR, "0101901000", " 010190 1000 "])
def test_identity_is_found_by_the_number(pages: RecipientPages, written: str) -> None:
    before = pages.reads()
    page = pages.identify("beslutter", "find", cpr=written, purpose="request").text
    main = page.split("<main", 1)[1]
    assert re.search("Recipient [12] on the list", main)
    assert f"{NAME} 0" in main
    assert "010190-xxxx" in main
    assert not WHOLE.search(main)
    assert pages.reads() == before + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_identity_search_for_a_number_not_listed_finds_nobody_and_is_logged(
    pages: RecipientPages, language: str
) -> None:
    before = pages.reads()
    client = pages.clients["beslutter"]
    fields = {"csrf_token": token_of(client, "/cases"), "cpr": "251248-9996", "purpose": "request"}
    answer = client.post(f"{pages.path('find')}?lang={language}", data=fields)
    assert answer.status_code == 200
    assert text("sending.find_nobody", language) in html.unescape(answer.text)
    assert "251248" not in answer.text
    assert pages.reads() == before + 1
    assert "Looked for a person who is not on the list" in log_of(pages)
    assert "251248" not in log_of(pages)


@pytest.mark.parametrize("purpose", ["request", ""])
@pytest.mark.parametrize("number", ["", "12", "991399-0000", "ÆØÅ"])
def test_identity_search_for_no_number_is_refused_and_not_logged(
    pages: RecipientPages, number: str, purpose: str
) -> None:
    before = pages.reads()
    answer = pages.identify("beslutter", "find", cpr=number, purpose=purpose)
    assert answer.status_code == 422
    said = text("errors.purpose_missing", "en", label=text("sending.field.purpose", "en"))
    assert html.unescape(answer.text).count(said) == (0 if purpose else 2)
    assert html.unescape(answer.text).count(text("errors.cpr_invalid", "en", label="CPR number")) == 2
    assert pages.reads() == before


@pytest.mark.parametrize(
    ("number", "sign", "place"), [(f"\u202e{CPR}", "U+202E", 1), (f"{CPR}\0", "U+0000", len(CPR) + 1)]
)
def test_signs_that_cannot_be_shown_are_the_one_error_of_the_field(
    pages: RecipientPages, number: str, sign: str, place: int
) -> None:
    before = pages.reads()
    answer = pages.identify("beslutter", "find", cpr=number)
    assert answer.status_code == 422
    said = [
        text("errors.control_characters", "en", label="CPR number", sign=sign, line=1, n=place),
        text("errors.purpose_missing", "en", label=text("sending.field.purpose", "en")),
    ]
    summary = answer.text.split('data-module="error-summary"')[1].split("</nav>")[0]
    assert [html.unescape(one) for one in re.findall(r"<a [^>]*>([^<]*)</a>", summary)] == said
    assert text("errors.cpr_invalid", "en", label="CPR number") not in html.unescape(answer.text)
    assert pages.reads() == before


def test_identity_is_not_shown_once_the_letter_needs_no_action(pages: RecipientPages) -> None:
    pages.put(S.DELIVERED)
    before = pages.reads()
    for answer in (
        pages.clients["beslutter"].get(pages.path("letter")),
        pages.identify("beslutter", "letter", purpose="returned"),
    ):
        assert answer.status_code == 409
        assert NAME not in answer.text
    assert pages.reads() == before


@PLACES
def test_identity_needs_the_password_typed_recently(pages: RecipientPages, place: str) -> None:
    pages.later = timedelta(minutes=16)
    before = pages.reads()
    path = pages.path(place)
    assert pages.clients["beslutter"].get(path).location == f"/login/confirm?next={path}"
    asked = pages.identify("beslutter", place, purpose="address")
    assert asked.status_code == 403
    assert f'name="kept-for" value="{path}"' in asked.text
    kept = 'name="kept.purpose" value="address"' in asked.text
    assert kept is (place != "find")  # a number is never carried, and without it there is nothing to send
    assert NAME not in asked.text
    assert CPR not in asked.text
    assert pages.reads() == before


@PLACES
@pytest.mark.parametrize("language", LANGUAGES)
def test_identity_read_over_the_limit_says_when_to_come_back(
    pages: RecipientPages, place: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour, day = LIMITS
    monkeypatch.setattr("breach.services.sending.identity.LIMITS", ((pages.reads() + 1, hour[1]), day))
    assert pages.identify("beslutter", place, purpose="request").status_code == 200
    client = pages.clients["beslutter"]
    before = pages.reads()
    fields = {"csrf_token": token_of(client, "/cases"), "purpose": "request", **SOUGHT[place]}
    answer = client.post(f"{pages.path(place)}?lang={language}", data=fields)
    assert (answer.status_code, pages.reads()) == (429, before)
    assert text("errors.page.too_many_looks_title", language) in answer.text
    assert re.search(r"kl.\u00a0[0-9]{1,2}\.[0-9]{2}|\u00a0[0-9]{2}:[0-9]{2}", answer.text)
    assert NAME not in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= hour[1].total_seconds() + 1

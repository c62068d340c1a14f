"""What waits for a person on the case pages: reminders of a deadline, and letters that were not delivered."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from breach.domain.states import NoticeState
from breach.services.cases import reminders
from breach.services.demo import DEMO_PASSWORD
from breach.services.paging import cursor
from breach.store.models import Notice, Reminder
from breach.web.app import create_app
from tests.support.scenario import Service, make_service
from tests.web.conftest import token_of

ROLES = ("sagsbehandler", "beslutter", "godkender", "frigiver", "revisor", "administrator", "fremmed")
STRANGERS = frozenset({"administrator", "fremmed"})
S = NoticeState
LATER = cursor(datetime(2026, 1, 1, tzinfo=UTC), UUID(int=1))


@dataclass
class Waiting:
    """A case with letters sent and a reminder given, and a browser for each role."""

    service: Service
    clients: dict[str, FlaskClient]
    letter: UUID
    reminder: UUID

    def put(self, state: NoticeState, code: str = "") -> None:
        """Put the letter into a state."""
        with self.service.runtime.transaction() as ctx:
            found = ctx.session.get_one(Notice, self.letter)
            found.state, found.code = state, code or None

    def state(self) -> NoticeState:
        with self.service.runtime.transaction() as ctx:
            return ctx.session.get_one(Notice, self.letter).state

    def unseen(self) -> bool:
        with self.service.runtime.transaction() as ctx:
            return ctx.session.get_one(Reminder, self.reminder).acknowledged_at is None

    def forget(self) -> None:
        """Let nobody have seen the reminder."""
        with self.service.runtime.transaction() as ctx:
            found = ctx.session.get_one(Reminder, self.reminder)
            found.acknowledged_at, found.acknowledged_by = None, None

    def path(self, step: str, letter: UUID | None = None) -> str:
        return f"/cases/{self.service.reference}/communication/notice/{letter or self.letter}/{step}"

    def post(self, who: str, path: str) -> tuple[int, str]:
        client = self.clients[who]
        fields = {"csrf_token": token_of(client, "/cases"), "version": str(self.service.version())}
        answer = client.post(path, data=fields)
        return answer.status_code, answer.headers.get("Location", "")

    def see(self, who: str, path: str = "/communication?lang=en") -> str:
        return self.clients[who].get(f"/cases/{self.service.reference}{path}").text


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    home: Path = tmp_path_factory.mktemp("waiting")
    service = make_service(home, f"sqlite:///{home / 'breach.db'}")
    service.released(2)
    first = service.reference
    near = service.runtime.clock() - timedelta(hours=71, minutes=30)
    service.open(aware_at=near)
    service.reference = first
    with service.runtime.transaction() as ctx:
        assert reminders.give_reminders(ctx) == 1
        reminder = ctx.session.scalars(select(Reminder.id)).one()
        letter = ctx.session.scalars(select(Notice.id).order_by(Notice.id)).first()
    assert letter is not None
    app = create_app(service.runtime)
    clients = {}
    for username in ROLES:
        clients[username] = client = app.test_client()
        fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
        assert client.post("/login", data=fields).status_code == 303
    yield Waiting(service, clients, letter, reminder)
    service.runtime.close()


@pytest.mark.parametrize("username", ROLES)
def test_reminder_is_acknowledged_by(waiting: Waiting, username: str) -> None:
    waiting.forget()
    status, _ = waiting.post(username, f"/cases/reminders/{waiting.reminder}")
    may = username in ("sagsbehandler", "beslutter")
    known = 303 if may else 403
    assert status == (404 if username in STRANGERS else known)
    assert waiting.unseen() is not may


@pytest.mark.parametrize(
    ("username", "shown", "button"),
    [("sagsbehandler", True, True), ("revisor", True, False), ("fremmed", False, False)],
)
def test_queue_shows_the_reminder(waiting: Waiting, username: str, shown: bool, button: bool) -> None:
    waiting.forget()
    page = waiting.clients[username].get("/cases?lang=en").text
    assert ("1 hour before the deadline" in page) is shown
    assert (f"/cases/reminders/{waiting.reminder}" in page) is button


def test_reminder_seen_is_gone_and_the_first_who_saw_it_stays(waiting: Waiting) -> None:
    waiting.forget()
    path = f"/cases/reminders/{waiting.reminder}"
    assert waiting.post("sagsbehandler", path) == (303, "/cases?message=desk.reminder")
    assert waiting.post("beslutter", path)[0] == 303
    assert "1 hour before the deadline" not in waiting.clients["beslutter"].get("/cases?lang=en").text
    with waiting.service.runtime.transaction() as ctx:
        first = ctx.session.get_one(Reminder, waiting.reminder).acknowledged_by
    assert first == waiting.service.actors["sagsbehandler"].person_id


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("tab=all&state=assessing&search=BRUD", id="filtered"),
        pytest.param("tab=overdue", id="tab"),
        pytest.param(
            f"tab=all&after={cursor(datetime(2026, 1, 1, tzinfo=UTC), UUID(int=1))}", id="later-page"
        ),
    ],
)
def test_reminder_leads_back_to_the_same_place(waiting: Waiting, place: str) -> None:
    waiting.forget()
    page = waiting.clients["sagsbehandler"].get(f"/cases?{place}").text
    address = f"/cases/reminders/{waiting.reminder}?{place}"
    forms = [html.unescape(found) for found in re.findall(r'action="([^"]*/reminders/[^"]*)"', page)]
    assert [query_of(one) for one in forms] == [query_of(address)]
    status, to = waiting.post("sagsbehandler", forms[0])
    assert (status, urlsplit(to).path) == (303, "/cases")
    assert query_of(to) == query_of(address) | {"message": ["desk.reminder"]}


def query_of(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_reminder_without_a_form_token_stays(waiting: Waiting) -> None:
    waiting.forget()
    answer = waiting.clients["sagsbehandler"].post(f"/cases/reminders/{waiting.reminder}")
    assert (answer.status_code, waiting.unseen()) == (400, True)


@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        (S.REJECTED, "fall_back", S.NEEDS_LETTER),
        (S.NEEDS_LETTER, "print", S.PRINTING),
        (S.PRINTING, "post", S.POSTED),
        (S.NEEDS_PERSON, "cancel", S.CANCELLED),
    ],
)
def test_letter_is_handled_by(
    waiting: Waiting, before: NoticeState, step: str, after: NoticeState, username: str
) -> None:
    waiting.put(before)
    status, to = waiting.post(username, waiting.path(step))
    may = username in ("sagsbehandler", "frigiver")
    known = 303 if may else 403
    assert status == (404 if username in STRANGERS else known)
    assert waiting.state() is (after if may else before)
    assert to.endswith(f"message=sending.notice_{step}") is may


@pytest.mark.parametrize(
    ("state", "step", "letter", "status"),
    [
        pytest.param(S.DELIVERED, "fall_back", None, 409, id="settled-meanwhile"),
        pytest.param(S.REJECTED, "deliver", None, 404, id="the-channel's-step"),
        pytest.param(S.REJECTED, "fall_back", uuid4(), 404, id="no-such-letter"),
    ],
)
def test_letter_stays_where_it_is(
    waiting: Waiting, state: NoticeState, step: str, letter: UUID | None, status: int
) -> None:
    waiting.put(state)
    assert waiting.post("sagsbehandler", waiting.path(step, letter))[0] == status
    assert waiting.state() is state


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("recipient.is.closed", "The mailbox is closed"),
        ("quite.new", "quite.new"),
        ("", "No reason was given"),
    ],
    ids=["known", "unknown", "none"],
)
def test_reason_stands_in_words(waiting: Waiting, code: str, words: str) -> None:
    waiting.put(S.REJECTED, code)
    assert words in waiting.see("sagsbehandler")


@pytest.mark.parametrize(
    ("username", "offered"), [("frigiver", True), ("beslutter", False), ("revisor", False)]
)
def test_letter_buttons_are_for_those_who_may(waiting: Waiting, username: str, offered: bool) -> None:
    waiting.put(S.NEEDS_PERSON)
    page = waiting.see(username)
    assert "Letters that need a person" in page
    assert (waiting.path("fall_back") in page) is offered
    assert (waiting.path("cancel") in page) is offered


@pytest.mark.parametrize("username", ROLES)
def test_giving_up_asks_first(waiting: Waiting, username: str) -> None:
    waiting.put(S.NEEDS_PERSON)
    answer = waiting.clients[username].get(waiting.path("cancel") + "?lang=en")
    assert answer.status_code == (404 if username in STRANGERS else 200)
    may = username in ("sagsbehandler", "frigiver")
    assert ('class="button button-warning' in answer.text) is may
    assert waiting.state() is S.NEEDS_PERSON


def test_stale_page_moves_no_letter_and_says_so(waiting: Waiting) -> None:
    waiting.put(S.REJECTED)
    stale = waiting.service.version()
    assert waiting.post("sagsbehandler", waiting.path("fall_back"))[0] == 303
    client = waiting.clients["frigiver"]
    fields = {"csrf_token": token_of(client, "/cases"), "version": str(stale)}
    answer = client.post(waiting.path("cancel") + "?lang=en", data=fields)
    assert answer.status_code == 409
    assert "The case was changed while you worked" in answer.text
    assert waiting.state() is S.NEEDS_LETTER


@pytest.mark.parametrize(("username", "button"), [("beslutter", True), ("sagsbehandler", False)])
def test_letter_page_offers_the_identity_or_says_who_may(
    waiting: Waiting, username: str, button: bool
) -> None:
    waiting.put(S.REJECTED)
    page = html.unescape(waiting.see(username))
    assert (waiting.path("recipient") in page) is button
    shown = 'the right "can see who the recipients are": Bo Beslutter.'
    assert (shown in page) is not button
    assert "Prøve Person" not in page


def test_letter_page_is_for_giving_up_only(waiting: Waiting) -> None:
    assert waiting.clients["sagsbehandler"].get(waiting.path("post")).status_code == 404

"""The pages that correct the list and that send letters on paper: what was typed is shown, masked, once."""

import csv
import html
from io import StringIO

import pytest
from sqlalchemy import select, update

from breach.domain.danish_time import local
from breach.domain.states import NoticeState
from breach.store.models import Notice, Recipient
from breach.texts import text
from breach.web.app import create_app
from tests.services.conftest import At
from tests.services.conftest import at as at
from tests.services.conftest import stages as stages
from tests.services.steps import LISTED
from tests.support.scenario import Service
from tests.support.stages import PEOPLE
from tests.web.cases.test_walk import People

LIST = "/communication/recipients"
CPR, NAME = "251248-9996", "Prøve Person"


def people(service: Service) -> People:
    """Return those of the case, each with a browser."""
    return People(create_app(service.runtime), service)


def test_typist_sees_what_was_typed_masked_and_can_correct_it(at: At) -> None:
    service = at("approved")
    sara = people(service)["sagsbehandler"]
    answer = sara.send(f"{LIST}/one", page=LIST, cpr=CPR, name=NAME)
    assert answer.status_code == 200
    assert (NAME in answer.text, "251248-xxxx" in answer.text, "9996" in answer.text) == (True, True, False)
    with service.runtime.transaction() as ctx:
        row = ctx.session.scalars(select(Recipient)).one()
    one = f"{LIST}/{row.id}"
    assert f"/cases/{service.reference}{one}/correct-recipient" in answer.text
    assert f"/cases/{service.reference}{one}/remove-recipient" in answer.text
    assert NAME not in sara.see(LIST)
    typed = {"new_cpr": LISTED, "name": NAME, "reason": "Byttet om."}
    assert sara.send(f"{one}/correct-recipient", f"{one}/correct-recipient", **typed).status_code == 303
    removed = sara.send(f"{one}/remove-recipient", f"{one}/remove-recipient", reason="Forkert person.")
    assert removed.status_code == 303
    assert service.page().recipients == 0


def test_list_that_differs_from_the_number_affected_is_told(at: At) -> None:
    service = at("listed")
    sara = people(service)["sagsbehandler"]
    told = text("informing.remedy.surplus", "da", n="1")
    assert told not in sara.see(LIST)
    answer = sara.send(f"{LIST}/one", page=LIST, cpr=CPR, name=NAME)
    for page in (answer.text, sara.see(LIST), sara.see("/step/ask-release")):
        assert told in html.unescape(page)


def test_release_is_asked_for_at_once_only_where_the_list_fits(at: At) -> None:
    service = at("listed")
    sara = people(service)["sagsbehandler"]
    pressed = f'<input type="hidden" name="list_version" value="{PEOPLE}">'
    assert pressed in sara.see()
    sara.send(f"{LIST}/one", page=LIST, cpr=CPR, name=NAME)
    page = sara.see()
    assert ("list_version" in page, "/step/ask-release" in page) == (False, True)


def test_release_asked_for_on_a_list_that_grew_unseen_is_a_conflict(at: At) -> None:
    service = at("listed")
    both = people(service)
    sara, frode = both["sagsbehandler"], both["frigiver"]
    sara.see("/step/ask-release")
    frode.send(f"{LIST}/one", page=LIST, cpr=CPR, name=NAME)
    assert sara.send("/step/ask-release", list_version=str(PEOPLE)).status_code == 409
    assert sara.send("/step/ask-release", list_version="x").status_code == 409
    assert sara.send("/step/ask-release", list_version=str(PEOPLE + 1)).status_code == 303


def come_back(service: Service) -> None:
    """Let all letters come back."""
    with service.runtime.transaction() as ctx:
        ctx.session.execute(update(Notice).values(state=NoticeState.REJECTED, code="recipient.is.closed"))


def test_letters_that_came_back_are_fetched_as_a_file_and_posted_at_once(at: At) -> None:
    service = at("released")
    come_back(service)
    both = people(service)
    sara, bent = both["sagsbehandler"], both["beslutter"]
    assert "/step/send-on-paper" in sara.see("/communication")
    assert sara.send("/step/send-on-paper").status_code == 303
    page = sara.see("/communication")
    assert ("/step/post-letters" in page, "/communication/paper" in page) == (True, False)
    assert "/communication/paper" in bent.see("/communication")
    assert bent.send("/communication/paper", "/communication/paper", purpose="").status_code == 422
    answer = bent.send("/communication/paper", "/communication/paper", purpose="paper")
    assert answer.headers["Content-Disposition"].endswith(f"{service.reference}-breve-til-posten.csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == ["Brev", "Navn", "CPR-nummer", "Adresse"]
    assert sorted(row[1:] for row in rows[1:]) == [
        [f"Prøve Person {n}", f"0{n + 1}0190-1000", ""] for n in range(PEOPLE)
    ]
    assert text("sending.row.on_paper", "da") in html.unescape(sara.see("/step/post-letters"))
    today = local(service.runtime.clock())
    day = {f"posted_on-{part}": str(getattr(today, part)) for part in ("day", "month", "year")}
    assert sara.send("/step/post-letters", **day).status_code == 303
    assert service.page().told == PEOPLE


@pytest.mark.parametrize("who", ["sagsbehandler", "frigiver", "godkender", "revisor"])
def test_file_for_the_post_wants_the_right(at: At, who: str) -> None:
    service = at("on_paper")
    person = people(service)[who]
    assert person.client.get(f"/cases/{service.reference}/communication/paper").status_code == 403

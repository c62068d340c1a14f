"""A page offers a person what that person may do, and says of nothing that it is decided before it is."""

import html
import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from breach.domain.danish_time import DANISH_TIME
from breach.domain.states import OccurredKind
from breach.services.access import role_requests
from breach.services.authority import notification
from breach.services.cases import steps as case_steps
from breach.services.letters import text
from breach.services.risk import assessment
from breach.store.models import BreachCase
from breach.web.app import create_app
from tests.support.scenario import FACTS, Service, import_csv, make_service, people_csv
from tests.web.cases.test_walk import People
from tests.web.conftest import TABS

PAGES = (*TABS, "/step/ask-dismissal", "/step/save-measures", "/step/merge")
CURRENT = re.compile(r'class="tab-button"[^>]* aria-current="true"><span>([^<(]+) \(')
FIRST_BUTTON = re.compile(r'class="button button-primary[^>]*>([^<]+)<')
OPENS_AT = {
    "sagsbehandler": "Mine",
    "beslutter": "Venter på mig",
    "godkender": "Venter på mig",
    "frigiver": "Venter på mig",
    "revisor": "Alle åbne",
}
UNDECIDED = "Underretning er ikke påkrævet"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")


@pytest.fixture
def people(service: Service) -> People:
    return People(create_app(service.runtime), service)


def main_of(page: str) -> str:
    """Return what stands between the head and the foot of a page."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_auditor_is_shown_no_form_and_no_step(service: Service, people: People) -> None:
    service.open()
    offered = [path for path in PAGES if "<form" in main_of(people["revisor"].see(path))]
    assert offered == []
    assert "/step/" not in main_of(people["revisor"].see())


def test_auditor_is_shown_no_form_while_the_letter_is_written(service: Service, people: People) -> None:
    service.decided()
    service.do("sagsbehandler", text.start_letter)
    assert [path for path in PAGES if "<form" in main_of(people["revisor"].see(path))] == []
    assert "Kun en sagsbehandler eller en frigiver kan ændre listen." in people["revisor"].see(
        "/communication/recipients"
    )


def test_case_handler_is_shown_the_forms(service: Service, people: People) -> None:
    service.decided()
    service.do("sagsbehandler", text.start_letter)
    shown = {path for path in PAGES if "<form" in main_of(people["sagsbehandler"].see(path))}
    assert {
        "/facts/revise",
        "/communication/text",
        "/communication/recipients",
        "/step/save-measures",
    } <= shown


@pytest.mark.parametrize("path", ["", "/communication"])
def test_communication_is_not_mentioned_before_the_decision(
    service: Service, people: People, path: str
) -> None:
    service.open()
    badges = main_of(people["sagsbehandler"].see(path)).split("<figure", 1)[0]
    assert "Ikke besluttet" in badges
    assert UNDECIDED not in badges


def test_register_says_that_a_new_case_is_not_decided(service: Service, people: People) -> None:
    service.open()
    sara = people["sagsbehandler"].client
    assert "Ikke besluttet" in main_of(sara.get("/register").text)
    assert UNDECIDED not in main_of(sara.get("/register").text)


def test_scored_case_is_not_said_to_need_its_risk_assessed(service: Service, people: People) -> None:
    service.open()
    assert "Risikoen skal vurderes først." in people["sagsbehandler"].see("/decision")
    service.do("sagsbehandler", case_steps.take)
    service.do("sagsbehandler", assessment.score, FACTS)
    page = people["sagsbehandler"].see("/decision")
    assert "Ingen har foreslået en beslutning endnu." in page
    assert "Risikoen skal vurderes først." not in page


def test_page_of_genuine_letters_names_every_sender_and_number(people: People) -> None:
    words = html.unescape(main_of(people["sagsbehandler"].client.get("/aegte").text))
    assert "Afsenderen er Region Nordjylland eller Region Eksempel." in words
    assert "Region Nordjylland: 70\N{NO-BREAK SPACE}00" in words
    assert "Region Eksempel: 70\N{NO-BREAK SPACE}00" in words


def test_queue_opens_where_ones_own_work_stands(service: Service, people: People) -> None:
    service.decided()
    service.do("sagsbehandler", text.start_letter)
    chosen = {who: CURRENT.findall(people[who].client.get("/cases").text) for who in OPENS_AT}
    assert chosen == {who: [words] for who, words in OPENS_AT.items()}
    waiting = main_of(people["godkender"].client.get("/cases").text)
    assert service.reference in waiting
    nothing = main_of(people["frigiver"].client.get("/cases?tab=mine").text)
    assert "Du har ingen åbne sager." in nothing
    assert "Ingen sager venter på dig." not in nothing


def test_empty_tab_leads_to_what_waits(service: Service, people: People) -> None:
    service.open()
    opened = people["sagsbehandler"].client.get("/cases").text
    assert service.reference in main_of(opened)
    assert [words.split()[0] for words in CURRENT.findall(opened)] == ["Ikke"]
    mine = main_of(people["sagsbehandler"].client.get("/cases?tab=mine").text)
    assert "Du har ingen åbne sager." in mine
    assert mine.count('href="/cases?tab=untaken"') == 2
    approver = main_of(people["godkender"].client.get("/cases").text)
    assert approver.count('href="/cases?tab=untaken"') == 1  # the tab alone: an approver takes no case


def test_queue_says_that_one_has_no_role(service: Service, people: People) -> None:
    service.open()
    frode = service.actors["frigiver"].person_id or 0
    for step in (role_requests.close_out, role_requests.let_in):
        with service.runtime.transaction(service.actors["administrator"]) as ctx:
            step(ctx, frode)
    assert "Du har ingen rolle endnu" in main_of(people["frigiver"].client.get("/cases").text)


def test_queue_says_what_a_letter_waits_for(service: Service, people: People) -> None:
    service.decided()
    service.do("sagsbehandler", notification.submit, service.runtime.clock(), "a" * 40)
    service.do("sagsbehandler", text.start_letter)
    assert "Godkend brevet" in main_of(people["godkender"].client.get("/cases").text)


def test_approved_letter_without_recipients_asks_for_them_first(service: Service, people: People) -> None:
    service.approved()
    page = main_of(people["sagsbehandler"].see())
    assert FIRST_BUTTON.findall(page)[:1] == ["Tilføj modtagere"]
    decider = main_of(people["beslutter"].see())
    assert "Tilføj modtagere" not in FIRST_BUTTON.findall(decider)
    assert "Venter på Sara Sagsbehandler: Tilføj modtagere" in decider
    service.do("sagsbehandler", import_csv, people_csv(2))
    assert FIRST_BUTTON.findall(main_of(people["sagsbehandler"].see()))[:1] == ["Bed om frigivelse"]


def test_list_that_is_refused_says_so_and_one_that_is_taken_too(service: Service, people: People) -> None:
    service.decided()
    sara, path = people["sagsbehandler"], "/communication/recipients"
    said = []
    for data in (b"cpr;navn\n310290-1003;A\n991399-0000;B", people_csv(1)):
        answer = sara.send(f"{path}/list", page=path, file=(io.BytesIO(data), "liste.csv"))
        said.append([t in answer.text for t in ("ingen er føjet til listen", "Listen er importeret.")])
    assert said == [[True, False], [False, True]]


def test_release_is_shown_with_its_persons(service: Service, people: People) -> None:
    service.released(1)
    rows = main_of(people["sagsbehandler"].see("/communication"))
    assert "Frode Frigiver, " in rows.partition("Frigivet")[2]


def test_day_told_without_a_time_is_shown_without_one(service: Service, people: People) -> None:
    service.open()
    day = datetime(2026, 3, 3, tzinfo=DANISH_TIME)
    with service.runtime.transaction() as ctx:
        case = ctx.session.scalars(select(BreachCase)).one()
        case.occurred_kind = OccurredKind.APPROXIMATE
        case.occurred_from_at = day
        case.occurred_to_at = day.replace(hour=23, minute=59, second=59)
        case.occurred_from_is_day = case.occurred_to_is_day = True
    assert "cirka tirsdag den 3. marts 2026<" in main_of(people["sagsbehandler"].see())


def test_moment_is_told_once(service: Service, people: People) -> None:
    service.open()
    moment = datetime(2026, 3, 3, 10, 0, tzinfo=DANISH_TIME)
    with service.runtime.transaction() as ctx:
        case = ctx.session.scalars(select(BreachCase)).one()
        case.occurred_kind = OccurredKind.EXACT
        case.occurred_from_at = case.occurred_to_at = moment
    assert "3. marts 2026 kl." in main_of(people["sagsbehandler"].see())
    assert main_of(people["sagsbehandler"].see()).count("3. marts 2026") == 1

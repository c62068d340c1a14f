"""A page offers a person what that person may do, and says of nothing that it is decided before it is."""

import html
from pathlib import Path

import pytest

from breach.services import cases, communication, risk
from breach.web.app import create_app
from tests.support.scenario import FACTS, Service, make_service
from tests.web.test_cases_walk import People

PAGES = (
    "",
    "/facts",
    "/facts/revise",
    "/risk",
    "/decision",
    "/authority",
    "/communication",
    "/communication/text",
    "/communication/recipients",
    "/step/dismiss",
    "/step/measures",
    "/step/merge",
    "/log",
)
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


def test_an_auditor_is_shown_no_form_and_no_step(service: Service, people: People) -> None:
    service.open()
    offered = [path for path in PAGES if "<form" in main_of(people["revisor"].see(path))]
    assert offered == []
    assert "/step/" not in main_of(people["revisor"].see())


def test_an_auditor_is_shown_no_form_while_the_letter_is_written(service: Service, people: People) -> None:
    service.decided()
    service.do("sagsbehandler", communication.start_draft)
    assert [path for path in PAGES if "<form" in main_of(people["revisor"].see(path))] == []
    assert "Kun en sagsbehandler eller en frigiver kan ændre listen." in people["revisor"].see(
        "/communication/recipients"
    )


def test_the_case_handler_is_shown_the_forms(service: Service, people: People) -> None:
    service.decided()
    service.do("sagsbehandler", communication.start_draft)
    shown = {path for path in PAGES if "<form" in main_of(people["sagsbehandler"].see(path))}
    assert {"/facts/revise", "/communication/text", "/communication/recipients", "/step/measures"} <= shown


@pytest.mark.parametrize("path", ["", "/communication"])
def test_nothing_is_said_of_telling_people_before_the_decision(
    service: Service, people: People, path: str
) -> None:
    service.open()
    badges = main_of(people["sagsbehandler"].see(path)).split("<figure", 1)[0]
    assert "Ikke besluttet" in badges
    assert UNDECIDED not in badges


def test_the_register_says_that_a_new_case_is_not_decided(service: Service, people: People) -> None:
    service.open()
    sara = people["sagsbehandler"].client
    assert "Ikke besluttet" in main_of(sara.get("/register").text)
    assert UNDECIDED not in main_of(sara.get("/register").text)


def test_a_scored_case_is_not_said_to_need_its_risk_assessed(service: Service, people: People) -> None:
    service.open()
    assert "Risikoen skal vurderes først." in people["sagsbehandler"].see("/decision")
    service.do("sagsbehandler", cases.take)
    service.do("sagsbehandler", risk.score, FACTS)
    page = people["sagsbehandler"].see("/decision")
    assert "Ingen har foreslået en beslutning endnu." in page
    assert "Risikoen skal vurderes først." not in page


def test_the_page_of_genuine_letters_names_every_sender_and_number(people: People) -> None:
    words = html.unescape(main_of(people["sagsbehandler"].client.get("/aegte").text))
    assert "Afsenderen er Region Nordjylland eller Region Eksempel." in words
    assert "Region Nordjylland: 97\N{NO-BREAK SPACE}64" in words
    assert "Region Eksempel: 70\N{NO-BREAK SPACE}00" in words

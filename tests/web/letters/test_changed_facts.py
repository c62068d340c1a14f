"""The page of a letter when facts of the case have changed: what changed, and the one way on."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from breach.services.letters import text
from breach.services.risk import assessment
from breach.services.sending import release
from breach.web.app import create_app
from tests.support.scenario import FACTS, Service, import_csv, make_service, people_csv
from tests.web.cases.test_walk import People, done

TEXT = "/communication/text"
HASH = re.compile(r'name="facts_sha256" value="([0-9a-f]{64})"')
AREA = re.compile(r'<textarea[^>]* name="(danish|english)"[^>]*>\n?(.*?)</textarea>', re.S)
CHANGED = "Sagen er ændret, siden brevet blev skrevet"
FITS = "Brevet passer med sagen, som den er nu"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}").approved()


@pytest.fixture
def people(service: Service) -> People:
    return People(create_app(service.runtime), service)


def change(service: Service) -> None:
    service.do("sagsbehandler", assessment.revise_facts, {**FACTS, "subject_count": 1250})


def words_of(page: str) -> str:
    """Return the words of a page without its marks."""
    main = re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1])
    return " ".join(html.unescape(main).replace("\N{NO-BREAK SPACE}", " ").split())


def save(people: People, **more: Any) -> TestResponse:
    sara = people["sagsbehandler"]
    page = sara.see(TEXT)
    letters = {name: html.unescape(words) for name, words in AREA.findall(page)}
    return sara.send(TEXT, **letters, facts_sha256="".join(HASH.findall(page)), **more)


def test_letter_of_the_facts_of_now_asks_for_no_tick(service: Service, people: People) -> None:
    service.do("sagsbehandler", text.rewrite)
    page = people["sagsbehandler"].see(TEXT)
    assert CHANGED not in words_of(page)
    assert FITS not in words_of(page)
    assert "facts_sha256" not in page
    done(save(people), "letters.step.save_text")


def test_changed_fact_is_shown_as_it_was_and_is_and_settled_by_a_tick(
    service: Service, people: People
) -> None:
    service.do("sagsbehandler", text.rewrite)
    change(service)
    shown = words_of(people["sagsbehandler"].see(TEXT))
    assert CHANGED in shown
    assert "Oplysning Da brevet blev skrevet Nu Antal berørte 3 1.250" in shown
    assert "Sæt kryds, når du har rettet brevet efter det, der er ændret: Antal berørte." in shown
    done(save(people), "letters.step.save_text")
    assert CHANGED in words_of(people["sagsbehandler"].see(TEXT))
    done(save(people, up_to_date="y"), "letters.step.save_text")
    assert CHANGED not in words_of(people["sagsbehandler"].see(TEXT))
    done(people["godkender"].send(f"{TEXT}/approve", TEXT), "letters.step.approve_text")


def test_tick_holds_for_the_facts_that_were_shown(service: Service, people: People) -> None:
    service.do("sagsbehandler", text.rewrite)
    change(service)
    sara = people["sagsbehandler"]
    letters = {name: html.unescape(words) for name, words in AREA.findall(sara.see(TEXT))}
    answer = sara.send(TEXT, **letters, facts_sha256="0" * 64, up_to_date="y")
    assert answer.status_code == 409
    assert FITS in words_of(answer.text)


def test_approved_letter_leads_to_where_it_is_opened(service: Service, people: People) -> None:
    change(service)
    page = people["sagsbehandler"].see(TEXT).split(CHANGED, 1)[1]
    assert f'href="/cases/{service.reference}/step/rewrite"' in page.split('class="case-letter"', 1)[0]
    assert "En sagsbehandler eller en godkender skal rette brevet." in words_of(people["revisor"].see(TEXT))


def test_letter_that_was_sent_says_what_changed_since(service: Service, people: People) -> None:
    service.do("sagsbehandler", import_csv, people_csv(1))
    service.do("sagsbehandler", release.ask_release, service.page().list_version)
    service.do("frigiver", release.release, 1)
    change(service)
    shown = words_of(people["sagsbehandler"].see(TEXT))
    assert "Brevet er sendt. Det her er ændret siden." in shown
    assert FITS not in shown


def test_outdated_is_listed_in_english_too(service: Service, people: People) -> None:
    change(service)
    shown = words_of(people["sagsbehandler"].see(f"{TEXT}?lang=en"))
    assert "The case has changed since the letter was written" in shown
    assert "Fact When the letter was written Now People affected 3 1,250" in shown

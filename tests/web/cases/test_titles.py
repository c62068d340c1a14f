"""A case that a report opened has its title in the language of the page, wherever the title stands."""

import html
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from breach.services.demo import DEMO_PASSWORD
from breach.services.intake.filing import submit
from breach.services.intake.report import parse_report
from breach.web.app import create_app
from tests.support.reporting import citizen
from tests.support.scenario import Service, make_service
from tests.web.conftest import log_in

DANISH, ENGLISH = "Indberetning fra en borger: helbred", "Report from a citizen: health"
WRITTEN = "Oplysninger sendt til forkert modtager"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A case that a report opened, and one with a title that a person wrote."""
    home: Path = tmp_path_factory.mktemp("titles")
    made = make_service(home, f"sqlite:///{home / 'breach.db'}")
    made.open()
    report = parse_report(citizen(affected={"data_categories": ["health"]}), made.runtime.clock())
    made.reference = submit(
        made.runtime, report, "nordjylland", "titles", "page", made.actors["sagsbehandler"]
    ).reference
    return made


@pytest.fixture(scope="module")
def client(service: Service) -> FlaskClient:
    client = create_app(service.runtime).test_client()
    assert log_in(client, DEMO_PASSWORD, "sagsbehandler").status_code == 303
    return client


@pytest.mark.parametrize(("language", "shown", "hidden"), [("da", DANISH, ENGLISH), ("en", ENGLISH, DANISH)])
@pytest.mark.parametrize(
    "path", ["/cases?tab=all", "/register?", "/register?search={words}", "/cases/{case}?"]
)
def test_title_is_in_the_language_of_the_page(
    service: Service, client: FlaskClient, path: str, language: str, shown: str, hidden: str
) -> None:
    address = path.format(case=service.reference, words=shown)
    page = html.unescape(client.get(f"{address}&lang={language}").text)
    main = page.split("<main", 1)[1].replace(f'value="{shown}"', "")
    assert shown in main
    assert hidden not in page


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("path", ["/cases?tab=all", "/register?"])
def test_titles_a_person_wrote_stay(client: FlaskClient, path: str, language: str) -> None:
    assert WRITTEN in client.get(f"{path}&lang={language}").text

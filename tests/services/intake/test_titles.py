"""The titles of cases: stored in Danish, known again in English, and found by the words of the page."""

from collections.abc import Iterator

import pytest

from breach.domain.states import ReporterKind
from breach.services.desk.queue import QueueFilter, queue
from breach.services.intake.filing import submit
from breach.services.intake.report import parse_report
from breach.services.intake.titles import TELLING, holding, in_language, title_of
from breach.services.register.register import register
from breach.texts import LANGUAGES
from tests.support.reporting import NOW, citizen
from tests.support.scenario import Service
from tests.support.stages import Stages

MADE = "Indberetning fra en borger: helbred"
WRITTEN = "Oplysninger sendt til forkert modtager"


@pytest.mark.parametrize(
    ("stored", "danish", "english"),
    [
        pytest.param(MADE, MADE, "Report from a citizen: health", id="with-a-kind-of-data"),
        pytest.param(
            "Indberetning fra en databehandler",
            "Indberetning fra en databehandler",
            "Report from a data processor",
            id="who-alone",
        ),
        pytest.param(WRITTEN, WRITTEN, WRITTEN, id="as-a-person-wrote-it"),
    ],
)
def test_title_in_each_language(stored: str, danish: str, english: str) -> None:
    assert (in_language(stored, "da"), in_language(stored, "en")) == (danish, english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_differ_for_different_facts(language: str) -> None:
    """Two facts with one title would be shown as each other in the other language."""
    stored = holding("", language)
    assert len(stored) == len({in_language(one, language) for one in stored})
    assert len(stored) == len(ReporterKind) * (len(TELLING) + 1)


@pytest.fixture(scope="module")
def reported(stages: Stages) -> Iterator[Service]:
    """A case that a report opened, beside those that stand at the stage."""
    service = stages.at("decided")
    report = parse_report(citizen(affected={"data_categories": ["health"]}), NOW)
    assert title_of(report) == MADE
    submit(service.runtime, report, "nordjylland", "titles", "page", service.actors["sagsbehandler"])
    yield service
    stages.remove(service)


@pytest.mark.parametrize(
    ("language", "search", "titles"),
    [
        ("en", "FROM A CITIZEN", [MADE]),
        ("en", "health", [MADE]),
        ("en", "helbred", [MADE]),
        ("en", "forkert", [WRITTEN]),
        ("en", "employee", []),
        ("da", "helbred", [MADE]),
        ("da", "from a citizen", []),
    ],
)
def test_search_finds_the_words_of_the_page(
    reported: Service, language: str, search: str, titles: list[str]
) -> None:
    asked = QueueFilter(search=search, language=language)
    with reported.runtime.transaction(reported.actors["sagsbehandler"]) as ctx:
        assert [row.title for row in queue(ctx, "all", asked).rows] == titles
        assert [row.title for row in register(ctx, asked).rows] == titles

"""A receipt number from Datatilsynet that is really somebody's CPR number is refused where it was typed."""

import html
from pathlib import Path

import pytest

from breach.domain.danish_time import local
from breach.domain.states import AuthorityState
from breach.web.app import create_app
from tests.support.scenario import Service, make_service
from tests.web.cases.test_walk import Worker


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    made.open()
    return made


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param(
            "da",
            'Feltet "Kvitteringsnummer fra Datatilsynet" ser ud til at indeholde et CPR-nummer. Fjern det',
            id="danish",
        ),
        pytest.param(
            "en",
            'The field "Receipt number from Datatilsynet" seems to contain a CPR number. Remove it',
            id="english",
        ),
    ],
)
def test_page_says_so_in_both_languages_and_keeps_what_was_typed(
    service: Service, language: str, words: str
) -> None:
    sara = Worker(create_app(service.runtime), "sagsbehandler", lambda: service.reference)
    sara.see(f"/step/submit-notification?lang={language}")
    now = local(service.runtime.clock())
    day = {f"submitted_at-{part}": str(getattr(now, part)) for part in ("day", "month", "year")}
    answer = sara.send("/step/submit-notification", **day, at=f"{now:%H.%M}", receipt_number="251248-9996")
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert 'href="#receipt_number"' in answer.text
    assert 'value="251248-9996"' in answer.text
    assert service.page().authority.state is AuthorityState.DUE
    service.runtime.close()

"""A letter to a wrong patient is walked from its report to its end, by people who type nothing twice."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.desk import open_desk
from tests.walks.breaches import BREACHES, WRONG_PATIENT
from tests.walks.walking import walk

pytestmark = pytest.mark.browser
MOST_CLICKS, MOST_PAGES = 46, 38
"""What the walk costs all its people together; it may become less."""


def test_letter_to_a_wrong_patient_costs_no_more_than_it_does(chromium: Browser, tmp_path: Path) -> None:
    with open_desk(tmp_path, states=False) as desk:
        cost = walk(chromium, desk, WRONG_PATIENT)
    assert (cost.typed_twice, cost.clicks <= MOST_CLICKS, cost.pages <= MOST_PAGES) == ([], True, True)


def test_eleven_breaches_are_told_apart() -> None:
    assert len({breach.name for breach in BREACHES}) == 11
    assert all(breach.reasoning and breach.account for breach in BREACHES)

"""The sum of the people affected: it adds up only when everybody is told, or not told for a reason."""

import pytest

from breach.domain.states import NoLetter
from breach.domain.tally import Exempted, Tally, tally_of

MANY = 260_000


@pytest.mark.parametrize(
    ("tally", "missing", "surplus", "adds_up"),
    [
        pytest.param(Tally(affected=3, listed=3, by_letter=3), 0, 0, True, id="all-by-letter"),
        pytest.param(Tally(affected=MANY, listed=2_000, by_letter=2_000), 258_000, 0, False, id="one-list"),
        pytest.param(Tally(affected=MANY, by_letter=2_000, by_notice=258_000), 0, 0, True, id="side-by-side"),
        pytest.param(
            Tally(affected=5, by_letter=1, by_notice=1, otherwise=1, not_told=2), 0, 0, True, id="every-why"
        ),
        pytest.param(Tally(affected=3, by_letter=3, not_told=1), 0, 1, False, id="too-many"),
        pytest.param(Tally(affected=3, listed=4, by_letter=3), 0, 1, False, id="more-on-the-list"),
        pytest.param(Tally(affected=None, by_letter=3), 0, 0, False, id="nobody-knows-how-many"),
        pytest.param(Tally(affected=0), 0, 0, True, id="nobody-affected"),
        pytest.param(Tally(affected=MANY, covers_rest=True), 0, 0, True, id="exempted"),
        pytest.param(Tally(affected=None, covers_rest=True), 0, 0, True, id="exempted-however-many"),
        pytest.param(Tally(affected=3, listed=9, covers_rest=True), 0, 0, True, id="exempted-with-a-list"),
    ],
)
def test_tally_adds_up(tally: Tally, missing: int, surplus: int, adds_up: bool) -> None:
    assert (tally.missing, tally.surplus, tally.adds_up) == (missing, surplus, adds_up)


def test_tally_counts_each_segment_by_its_way() -> None:
    parts = [(why, 10) for why in NoLetter]
    found = tally_of(100, 40, 40, parts)
    assert (found.by_letter, found.by_notice, found.otherwise, found.not_told) == (40, 0, 10, 40)
    published = tally_of(100, 40, 40, parts, is_published=True)
    assert (published.by_notice, published.missing) == (10, 0)


def test_everybody_exempted_for_a_public_notice_counts_once_it_is_proven() -> None:
    waiting = tally_of(100, 0, 0, [], rest=Exempted(by_notice=True))
    assert (waiting.missing, waiting.adds_up) == (100, False)
    proven = tally_of(100, 0, 10, [], rest=Exempted(by_notice=True), is_published=True)
    assert (proven.by_notice, proven.rest, proven.adds_up) == (90, 0, True)
    unknown = tally_of(None, 0, 0, [], rest=Exempted(by_notice=True), is_published=True)
    assert (unknown.by_notice, unknown.adds_up) == (0, True)

"""LIX is counted as Björnsson did: colon ends a sentence, long words have seven letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain.letters.form import parse
from breach.domain.letters.lix import Band, Gate, Lix, count, measure
from tests.domain.letters import model_letters


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        pytest.param("Jeg har en hund. Den sover.", Lix(6, 2, 0), 3.0, id="hund"),
        pytest.param("", Lix(0, 0, 0), 0.0, id="nothing"),
        pytest.param("Det ved vi: Intet.", Lix(4, 2, 0), 2.0, id="colon-ends"),
        pytest.param("Den 3. marts 2026 kl. 14.30 kom brevet.", Lix(8, 1, 0), 8.0, id="date-and-time"),
        pytest.param("Det var i 2026. Så kom brevet.", Lix(7, 2, 0), 3.5, id="year-ends"),
        pytest.param("Ring på 33 98 00 98 nu.", Lix(3, 1, 0), 3.0, id="phone-left-out"),
        pytest.param("Kære {navn}.", Lix(1, 1, 0), 1.0, id="placeholder-left-out"),
        pytest.param("Uden prik", Lix(2, 1, 0), 2.0, id="line-ends-sentence"),
        pytest.param("Hunden sprang tolv", Lix(3, 1, 0), 3.0, id="six-letters-are-short"),
        pytest.param("springe", Lix(1, 1, 1), 101.0, id="seven-letters-are-long"),
        pytest.param('Han sagde "nej". Så gik han.', Lix(6, 2, 0), 3.0, id="quotation"),
        pytest.param("1234567 kr.", Lix(2, 1, 0), 2.0, id="digits-are-not-letters"),
    ],
)
def test_words_sentences_and_long_words(text: str, expected: Lix, value: float) -> None:
    assert count([text]) == expected
    assert count([text]).value == value


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        pytest.param(model_letters.WRONG_PERSON_DA, Lix(385, 47, 52), 21.7, id="wrong-person"),
        pytest.param(model_letters.LARGE_LEAK_DA, Lix(443, 52, 50), 19.8, id="large-leak"),
    ],
)
def test_model_letters_have_the_figures_of_the_language_guide(text: str, expected: Lix, value: float) -> None:
    lix = measure(parse(text, "da"))
    assert lix == expected
    assert lix.value == value


def test_block_of_addresses_is_left_out() -> None:
    block = "\n# Kontakt\n\nRegion Nordjylland, Niels Bohrs Vej 30, 9220 Aalborg Øst."
    assert measure(parse("Jeg har en hund. Den sover." + block, "da")) == Lix(6, 2, 0)


@pytest.mark.parametrize(
    ("lix", "band", "gate"),
    [
        pytest.param(Lix(24, 1, 0), Band.VERY_EASY, Gate.OK, id="24"),
        pytest.param(Lix(25, 1, 0), Band.EASY, Gate.OK, id="25"),
        pytest.param(Lix(35, 1, 0), Band.MEDIUM, Gate.OK, id="35"),
        pytest.param(Lix(40, 1, 0), Band.MEDIUM, Gate.OK, id="40-is-the-aim"),
        pytest.param(Lix(401, 10, 0), Band.MEDIUM, Gate.WARN, id="above-40-warns"),
        pytest.param(Lix(45, 1, 0), Band.HARD, Gate.WARN, id="45"),
        pytest.param(Lix(50, 1, 0), Band.HARD, Gate.WARN, id="50-still-warns"),
        pytest.param(Lix(501, 10, 0), Band.HARD, Gate.CONFIRM, id="above-50-takes-a-reason"),
        pytest.param(Lix(55, 1, 0), Band.VERY_HARD, Gate.CONFIRM, id="55"),
    ],
)
def test_bands_and_gates_at_their_edges(lix: Lix, band: Band, gate: Gate) -> None:
    assert (lix.band, lix.gate) == (band, gate)


@given(st.lists(st.text(max_size=60), max_size=5))
def test_lix_of_any_text_is_finite(lines: list[str]) -> None:
    lix = count(lines)
    assert 0 <= lix.long_words <= lix.words
    assert (lix.words > 0) <= (lix.sentences > 0)

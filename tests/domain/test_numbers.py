"""What looks like a CPR number is seen in every spelling, and little else is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain.numbers import LIKE_CPR, looks_like_cpr, replacement_number, without_cpr
from tests.support.spellings import NONE_OF_THEM, SPELLINGS

EACH_SPELLING = pytest.mark.parametrize("written", SPELLINGS.values(), ids=SPELLINGS.keys())
AROUND = ("{}", "Gælder {}, siger hun.", "({})", "a\n{}\nb", "1. {}", "\u200b{}\u2026")


@EACH_SPELLING
@pytest.mark.parametrize("around", AROUND)
def test_cpr_number_in_any_spelling_is_seen_and_masked(written: str, around: str) -> None:
    text = around.format(written)
    assert looks_like_cpr(text)
    masked = without_cpr(text, "***")
    assert not looks_like_cpr(masked)
    assert re.sub(r"\W", "", masked.replace("cpr", "")) == re.sub(r"\W", "", around.replace("{}", ""))


@pytest.mark.parametrize("text", NONE_OF_THEM.values(), ids=NONE_OF_THEM.keys())
def test_text_that_is_no_cpr_number_is_left_alone(text: str) -> None:
    for around in AROUND:
        assert not looks_like_cpr(around.format(text))
        assert without_cpr(around.format(text), "***") == around.format(text)


def test_cpr_numbers_of_a_text_are_masked_and_nothing_else() -> None:
    text = "Åse 251248-9996 og 25\u201012\u201048\u20139996\u200b: BRUD-2026-000003, 0101701ABC."
    assert without_cpr(text, "***") == "Åse *** og ***\u200b: BRUD-2026-000003, ***."


def test_cpr_number_glued_to_words_is_masked_alone() -> None:
    assert without_cpr("cpr251248-9996x", "***") == "cpr***x"


@given(st.text(alphabet="0123456789 -./+aA\u200b\u2013", max_size=60))
def test_masked_text_holds_no_cpr_number_and_other_text_stays(text: str) -> None:
    masked = without_cpr(text, "*")
    assert (masked == text) is not looks_like_cpr(text)


def test_pattern_cannot_be_made_slow() -> None:
    """No part that repeats holds another that repeats, and none repeats without an end."""
    bounded = re.sub(r"\[[^]]*\]", "c", LIKE_CPR.pattern)
    assert re.findall(r"(?<!\\)[*+]|\{[0-9]*,\}", bounded.replace(r"\+", "")) == []
    assert re.findall(r"\)(?:\?|\{)", bounded) == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0101701ABC", "0101701ABC"),
        ("010170-1abc", "0101701ABC"),
        ("010170 ABC1", "010170ABC1"),
        ("700170-1254", "7001701254"),
        ("700170\u20131ABC", "7001701ABC"),
        ("290200-1ABC", "2902001ABC"),
        ("010170-1254", None),
        ("920170-1254", None),
        ("600170-1254", None),
        ("310270-1ABC", None),
        ("010170-12O4", None),
        ("010170-ABCD", None),
        ("700170-12543", None),
        ("", None),
    ],
)
def test_replacement_number_has_a_day_of_sixty_more_or_letters(typed: str, number: str | None) -> None:
    assert replacement_number(typed) == number

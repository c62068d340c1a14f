"""What was typed and cannot be seen is nothing, or named with its place."""

import pytest

from breach.domain.values import cleaned, trimmed, unshowable, whole_number


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("  a b\n", "a b", id="blanks-around"),
        pytest.param("\u200b", "", id="zero-width-space"),
        pytest.param("\u00ad \u2060\ufeff\t", "", id="several-unseen"),
        pytest.param("\u3164\u2800", "", id="blank-letters"),
        pytest.param("\u200ba", "\u200ba", id="something-among-them"),
        pytest.param("1\u00a0000", "1\u00a0000", id="blank-inside"),
    ],
)
def test_text_that_cannot_be_seen_is_empty(typed: str, read: str) -> None:
    assert trimmed(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("data\u00adbeskyttelse", "databeskyttelse", id="soft-hyphen"),
        pytest.param("\ufeffa\u200bb\u2060c", "abc", id="no-width"),
        pytest.param("\u202a97 64\u202c \u2068x\u2069\u200e\u200f", "97 64 x", id="marks-of-direction"),
        pytest.param("a\u202db", "ab", id="from-left-to-right"),
        pytest.param("a\u202eb", "a\u202eb", id="turned-around-is-not-dropped"),
        pytest.param("a\u200d\u200cb", "ab", id="joiners-between-letters"),
        pytest.param("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", id="family"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="persian"),
        pytest.param("a\u030a", "å", id="decomposed"),
        pytest.param("a\r\nb\rc\x0bd\x0ce\u2028f\u2029g", "a\nb\nc\nd\ne\nf\ng", id="line-ends"),
        pytest.param("10\u00a0000", "10\u00a0000", id="blank-that-does-not-break"),
        pytest.param("tag\U000e0041\U000e007f", "tag", id="tags"),
    ],
)
def test_unseen_signs_are_dropped(typed: str, read: str) -> None:
    assert cleaned(typed, 4000) == read


@pytest.mark.parametrize(
    ("text", "lines", "found"),
    [
        ("Kære Mette\nvi skrev\tforkert", True, None),
        ("a\x07", True, {"sign": "U+0007", "line": 1, "n": 2}),
        ("Kære\n\nMette\x00", True, {"sign": "U+0000", "line": 3, "n": 6}),
        ("a\u202eb", False, {"sign": "U+202E", "line": 1, "n": 2}),
        ("a\ud800", False, {"sign": "U+D800", "line": 1, "n": 2}),
        ("a\nb", False, {"sign": "U+000A", "line": 1, "n": 2}),
        ("a\x92s", True, {"sign": "U+0092", "line": 1, "n": 2}),
    ],
)
def test_sign_that_cannot_be_shown_is_named_with_its_place(
    text: str, lines: bool, found: dict[str, object] | None
) -> None:
    assert unshowable(text, lines=lines) == found


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (1.0, 1),
        (-2.0, -2),
        (1e3, 1000),
        (1.5, None),
        (float("inf"), None),
        (float("nan"), None),
        (True, None),
        ("1", None),
        (None, None),
    ],
)
def test_whole_number_of_json_may_have_a_point(value: object, number: int | None) -> None:
    assert whole_number(value) == number

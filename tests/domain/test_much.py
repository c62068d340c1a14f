"""No work is done on a text before its length and its marks are known: every reader, and what it says."""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from unicodedata import combining

import pytest

from breach.domain.passwords import LONGEST, weakness
from breach.domain.recipients.reading import read_text
from breach.domain.risk import FactsError, parse_facts
from breach.domain.values import MOST_MARKS, MOST_RAW, TooMuch, composed, has_run_of_marks
from breach.services.access import passwords
from breach.services.field_types import Text, Wrong
from tests.support.normalising import LONG, MARKS, watched

NOW = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
LINE = Text(200)
LINES = Text(4000, lines=True)
LETTER = Text(20_000, lines=True)
ALTERNATING = "e" + "\u0301\u200b" * 15
"""With 15 marks, and signs of no width between them."""


@pytest.fixture(autouse=True)
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every text that is normalised; none may be long or hold a run of marks."""
    yield from watched(monkeypatch)


def of_text(node: Text) -> Callable[[str], str]:
    def read(words: str) -> str:
        with pytest.raises(Wrong) as wrong:
            node.read(words, NOW)
        return wrong.value.code

    return read


def of_facts(words: str) -> str:
    with pytest.raises(FactsError) as wrong:
        parse_facts({"scenario": words})
    return wrong.value.problem


def of_cell(column: str) -> Callable[[str], str]:
    def read(words: str) -> str:
        row = {"cpr": "2512489996", "navn": "Mette Prøve", "adresse": "A", column: words[:9_000]}
        file = "cpr;navn;adresse\n" + ";".join(row.values())
        (fault,) = read_text(file.encode(), lambda cpr: cpr).faults
        assert fault.column == column
        return fault.code

    return read


def of_line(words: str) -> str:
    file = f"cpr;navn\n2512489996;{words}\n2512489996;Mette Prøve\n"
    (fault,) = read_text(file.encode(), lambda cpr: cpr).faults
    assert fault.row == 2
    return fault.code


def of_password(words: str) -> str:
    return weakness(words) or ""


READERS = [
    pytest.param(of_text(LINE), "field_too_long", "field_too_long", id="line"),
    pytest.param(of_text(LINES), "field_too_long", "field_too_long", id="lines"),
    pytest.param(of_text(LETTER), "field_too_long", "field_too_long", id="letter"),
    pytest.param(of_text(Text(8, too_long="cvr_length")), "cvr_length", "cvr_length", id="own-code"),
    pytest.param(of_text(Text(100_000)), "too_many_marks", "field_too_long", id="marks-that-fit"),
    pytest.param(of_facts, "text_longer", "text_longer", id="facts"),
    pytest.param(of_cell("cpr"), "cpr", "cpr", id="cell-cpr"),
    pytest.param(of_cell("navn"), "too_long", "too_long", id="cell-name"),
    pytest.param(of_cell("adresse"), "too_long", "too_long", id="cell-address"),
    pytest.param(of_line, "broken", "broken", id="line-of-a-list"),
    pytest.param(of_password, "password_length", "password_length", id="password"),
]


@pytest.mark.parametrize(("read", "marks", "long"), READERS)
def test_reader_refuses_a_run_of_marks_and_a_long_text(
    read: Callable[[str], str], marks: str, long: str
) -> None:
    assert (read(MARKS), read(LONG)) == (marks, long)


SHORT = "e" + "\u0301" * (MOST_MARKS + 1)
SHORT_READERS = [
    pytest.param(of_text(LINE), "too_many_marks", id="line"),
    pytest.param(of_text(LINES), "too_many_marks", id="lines"),
    pytest.param(of_facts, "text_marks", id="facts"),
    pytest.param(of_cell("navn"), "marks", id="cell"),
    pytest.param(of_password, "password_marks", id="password"),
]


@pytest.mark.parametrize(("read", "code"), SHORT_READERS)
def test_short_text_with_one_mark_too_many_is_refused(read: Callable[[str], str], code: str) -> None:
    assert read(SHORT) == code


@pytest.mark.parametrize(("read", "code"), [SHORT_READERS[0], SHORT_READERS[3]])
def test_signs_of_no_width_part_no_run(read: Callable[[str], str], code: str) -> None:
    assert read("e" + "\u0301\u200b" * (MOST_MARKS + 1)) == code


@pytest.mark.parametrize("words", ["e" + "\u0301" * MOST_MARKS, ALTERNATING, "e\u0301" * 50, "Ấn", ""])
def test_text_that_people_write_is_composed(words: str) -> None:
    assert composed(words, 200) == unicodedata.normalize("NFC", words)


def test_four_times_the_limit_is_looked_at_and_one_more_is_not(looked_at: list[str]) -> None:
    assert composed("A" * MOST_RAW * 10, 10) == "A" * 40
    with pytest.raises(TooMuch) as much:
        composed("A" * (MOST_RAW * 10 + 1), 10)
    assert (much.value.code, much.value.values) == ("field_too_long", {"limit": 10, "n": 41})
    assert looked_at == ["A" * 40]


def test_marks_include_whatever_normalising_takes_apart_into_marks() -> None:
    parts = {chr(one): unicodedata.normalize("NFD", chr(one)) for one in range(0x110000)}
    missed = [sign for sign, made in parts.items() if combining(made[0]) and not has_run_of_marks(sign * 31)]
    assert missed == []


@pytest.mark.parametrize("password", [MARKS, LONG, SHORT])
def test_password_nobody_can_have_fits_nobody(password: str) -> None:
    assert not passwords._fits(passwords.hash_password("en lang sætning om ingenting"), password)
    assert not passwords._fits(None, password)


def test_long_password_is_not_cut_to_one_that_fits() -> None:
    password = "en lang sætning om ingenting" + "x" * LONGEST
    assert not passwords._fits(passwords.hash_password(password[:LONGEST]), password)

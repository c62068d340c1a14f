"""A list as real systems write it gives every good row, every fault once, and no fault holds a CPR number."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain.errors import MOST_LISTED
from breach.domain.recipients import reading
from breach.domain.recipients.reading import read_text
from breach.domain.recipients.rows import ReadingChoices, RecipientList, RecipientRow
from breach.texts import LANGUAGES, text

HEADING = "cpr;navn\n"
CPR = "2512489996"
ONE = [(CPR, "Åse Prøve")]


def ten_digits(value: str) -> str | None:
    """Stand in for the check of the services: ten digits that begin with a day and a month."""
    return value if re.fullmatch("(?:[012][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{6}", value) else None


def read(content: str | bytes, **choices: object) -> RecipientList:
    data = content.encode() if isinstance(content, str) else content
    return read_text(data, ten_digits, ReadingChoices(**choices))  # type: ignore[arg-type]  # as a test gives them


def people(found: RecipientList) -> list[tuple[str, str]]:
    return [(row.cpr, row.name) for row in found.rows]


REAL = {
    "plain": "cpr;navn\n2512489996;Åse Prøve\n",
    "mark": "\ufeffcpr;navn\n251248-9996;Åse Prøve\n",
    "comma, other order, CRLF": "navn,cpr\r\nÅse Prøve,251248 9996\r\n",
    "tab, no last newline": "CPR\tNavn\n2512489996\tÅse Prøve",
    "old line ends": "cpr;navn\r2512489996;Åse Prøve\r",
    "CPR-nr.": "CPR-nr.;Navn\n2512489996;Åse Prøve\n",
    "Cprnummer": "Navn;Cprnummer\nÅse Prøve;2512489996\n",
    "Personnummer": '"Personnummer";"Navn"\n"2512489996";"Åse Prøve"\n',
    "first and last name": "CPR;Fornavn;Efternavn\n2512489996;Åse;Prøve\n",
    "last name first": "Efternavn;Fornavn(e);Cpr nr\nPrøve;Åse;2512489996\n",
    "more columns": "Afdeling;CPR;Navn;Dato;Beløb\nB12;2512489996;Åse Prøve;01-02-2026;=1+1\n",
    "empty columns behind": "cpr;navn;;\n2512489996;Åse Prøve;;\n",
    "fewer cells than columns": "cpr;navn;note;;\n2512489996;Åse Prøve\n",
    "title above": "Patientliste\nUdtrukket 1. december 2026\n\nCPR-nummer;Navn\n2512489996;Åse Prøve\n",
    "title of commas above": "Liste, udtrukket, i dag\ncpr;navn\n2512489996;Åse Prøve\n",
    "empty lines": "cpr;navn\n\n;;\n2512489996;Åse Prøve\n\n\n",
    "delimiter told": "sep=;\r\ncpr;navn\r\n2512489996;Åse Prøve\r\n",
    "semicolon in quotes": 'cpr,navn,note\n2512489996,Åse Prøve,"a;b;c;d;e;f;g"\n',
    "line end in a note": 'cpr;navn;note\n2512489996;Åse Prøve;"to\nlinjer"\n',
    "number as text": 'cpr;navn\n="2512489996";Åse Prøve\n',
    "number as text, quoted": 'cpr;navn\n"=""2512489996""";Åse Prøve\n',
    "decimals": "cpr;navn\n2512489996,00;Åse Prøve\n",
    "decimal point": "cpr;navn\n2512489996.0;Åse Prøve\n",
    "thousands": "cpr;navn\n2.512.489.996;Åse Prøve\n",
    "all digits of a power": "cpr;navn\n2,512489996E+09;Åse Prøve\n",
    "en dash": "cpr;navn\n251248\u20139996;Åse Prøve\n",
    "dots in the date": "cpr;navn\n25.12.48-9996;Åse Prøve\n",
    "no-break space": "cpr;navn\n251248\u00a09996;Åse Prøve\u00a0\n",
    "in composed form": "cpr;navn\n2512489996;A\u030ase Prøve\u200b\n",
    "capitals": "CPR NUMMER;NAVN\n2512489996;Åse Prøve\n",
}


@pytest.mark.parametrize("name", REAL)
def test_list_of_a_real_system_is_read(name: str) -> None:
    found = read(REAL[name])
    assert (people(found), found.faults) == (ONE, ())


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
    ],
)
def test_encoding_is_read_and_told_with_a_sample(encoding: str, read_as: str) -> None:
    found = read(REAL["plain"].encode(encoding))
    assert (people(found), found.encoding, found.sample) == (ONE, read_as, ("Åse",))


def test_declared_encoding_is_held_to() -> None:
    assert people(read(REAL["plain"].encode("cp1252"), charset="windows-1252")) == ONE
    assert [one.code for one in read(REAL["plain"].encode("cp1252"), charset="utf-8").faults] == ["encoding"]


def test_names_with_commas_and_addresses_are_kept() -> None:
    found = read('cpr,navn,adresse,postnr,by\n2512489996,"Prøve, Åse","Vej 1, 2. tv",9000,Aalborg\n')
    [row] = found.rows
    assert (row.name, row.postal_address) == ("Prøve, Åse", "Vej 1, 2. tv\n9000 Aalborg")


FAULTS = {
    "empty": ("", [(0, "", "empty_file")]),
    "mark alone": ("\ufeff\n", [(0, "", "empty_file")]),
    "heading alone": (HEADING, [(0, "", "no_rows")]),
    "delimiter alone": ("sep=;\n", [(0, "", "empty_file")]),
    "no cpr column": ("navn;gruppe\nA;B\n", [(1, "", "no_cpr_column")]),
    "no name column": ("cpr\n2512489996\n", [(1, "", "no_name_column")]),
    "two names": ("cpr;navn;navn\n2512489996;A;B\n", [(1, "", "no_name_column")]),
    "no heading": ("2512489996;A\n", [(1, "", "no_cpr_column")]),
    "too many cells": (HEADING + "2512489996;A;B\n", [(2, "", "cell_count")]),
    "no cpr": (HEADING + ";A\n", [(2, "cpr", "cpr")]),
    "date": (HEADING + "25-12-1948;A\n", [(2, "cpr", "cpr")]),
    "eleven digits": (HEADING + "25124899961;A\n", [(2, "cpr", "cpr")]),
    "no name": (HEADING + "2512489996;\n", [(2, "navn", "name_missing")]),
    "two faults": (HEADING + "1;\n", [(2, "cpr", "cpr"), (2, "navn", "name_missing")]),
    "newline in a name": (HEADING + '2512489996;"A\nB"\n', [(2, "navn", "control")]),
    "nul": (HEADING + "2512489996;A\x00B\n", [(2, "navn", "control")]),
    "lost letter": (HEADING + "2512489996;\ufffdse\n", [(2, "navn", "lost_letter")]),
    "long name": (HEADING + f"2512489996;{'A' * 201}\n", [(2, "navn", "too_long")]),
    "long cpr": (HEADING + f"{'1' * 41};A\n", [(2, "cpr", "cpr")]),
    "quotation never closed": (HEADING + '2512489996;"A\n', [(2, "", "broken")]),
    **{sign: (HEADING + f"2512489996;{sign}1+1\n", [(2, "navn", "formula")]) for sign in "=+-@＝＋－＠"},
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_name_their_row_and_column(name: str) -> None:
    content, faults = FAULTS[name]
    found = read(content)
    assert found.rows == ()
    assert [(fault.row, fault.column, fault.code) for fault in found.faults] == faults


@pytest.mark.parametrize("rest", [b"", b"\n", b"x" * 50_000, b"\x00cpr;navn\r\n"])
@pytest.mark.parametrize("start", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7"])
def test_file_that_is_no_text_is_named(start: bytes, rest: bytes) -> None:
    assert [(fault.row, fault.code) for fault in read(start + rest).faults] == [(0, "not_csv")]


@pytest.mark.parametrize(
    "cell", ["101701234", "10170-1234", "101701234,00", '="101701234"', "1,01701234E+08"]
)
def test_lost_zero_is_said_once_and_put_back_when_confirmed(cell: str) -> None:
    content = HEADING + f"2512489996;A\n{cell};B\n" + "".join(f"10170{n};C\n" for n in range(2000, 2136))
    found = read(content)
    [fault] = found.faults
    assert (fault.code, fault.values, found.count) == ("zero", {"rows": 137, "n": 3}, 1)
    assert found.lacking_zero == 137
    mended = read(content, adds_zero=True)
    assert (len(mended.rows), mended.faults) == (138, ())
    assert people(mended)[1] == ("0101701234", "B")


def test_rounded_numbers_are_said_once_with_the_way_out() -> None:
    found = read(HEADING + "1,02E+08;A\n" * 136, adds_zero=True)
    [fault] = found.faults
    assert (fault.code, fault.values["rows"]) == ("rounded", 136)
    for language in LANGUAGES:
        assert text("sending.rows.rounded", language, **fault.values)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("0101701ABC", "0101701ABC"),
        ("010170-1abc", "0101701ABC"),
        ("700170-1254", "7001701254"),
        ("7001701254", "7001701254"),
    ],
)
def test_replacement_number_is_taken_for_what_it_is(cell: str, number: str) -> None:
    [row] = read(HEADING + f"{cell};A\n").rows
    assert (row.cpr, row.is_replacement) == (number, True)


def test_double_counts_once_and_is_told() -> None:
    found = read(HEADING + "2512489996;A\n251248-9996;B\n")
    assert (people(found), found.doubles, found.faults) == ([(CPR, "A")], 1, ())


def test_faulty_rows_are_named_beside_the_good_ones() -> None:
    found = read(HEADING + "1;A\n2512489996;B\n101701234;C\n0101900001;D\n")
    assert [row.number for row in found.rows] == [3, 5]
    assert (found.faulty, found.may_skip) == ((2, 4), True)
    assert [(one.row, one.code) for one in found.named] == [(2, "cpr"), (4, "zero")]


def test_columns_are_mapped_by_a_person() -> None:
    content = "Nr.;Hvem;Hvad\n2512489996;Åse Prøve;x\n"
    assert read(content).heads == ("Nr.", "Hvem", "Hvad")
    assert people(read(content, columns={"cpr": 0, "name": 1})) == ONE
    bare = "2512489996;Åse;Prøve\n0101900001;Bo;Bo\n"
    assert read(bare).heads == ("", "Åse", "Prøve")
    mapped = read(bare, columns={"cpr": 0, "first_name": 1, "last_name": 2})
    assert people(mapped) == [*ONE, ("0101900001", "Bo Bo")]


def test_first_of_many_faults_are_kept_and_all_are_counted() -> None:
    found = read(HEADING + "x;y\n" * 5000)
    assert [fault.row for fault in found.faults] == list(range(2, 2 + MOST_LISTED))
    assert (found.count, len(found.faulty)) == (5000, 5000)


def test_list_beyond_its_rows_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    found = read(HEADING + "2512489996;A\n0101900001;B\n")
    assert ([fault.code for fault in found.faults], found.rows) == (["too_many_rows"], ())


def test_file_without_lines_is_given_up() -> None:
    assert [(fault.row, fault.code) for fault in read(b"x" * 5_000_000).faults] == [(1, "broken")]


def test_identity_is_not_shown_by_repr() -> None:
    assert repr(RecipientRow(2, CPR, "Åse")) == "RecipientRow(number=2, is_replacement=False)"
    assert "Åse" not in repr(read(REAL["plain"]))


@given(st.text(max_size=60), st.text(max_size=30))
def test_list_of_any_text_gives_rows_or_faults_without_cpr(cells: str, name: str) -> None:
    found = read((HEADING + f"251248-9996;{name}\n" + cells).encode("utf-8", "surrogatepass"))
    assert found.rows or found.faults
    for fault in found.faults:
        assert "9996" not in repr(fault)
        for language in LANGUAGES:
            assert text(f"sending.rows.{fault.code}", language, **fault.values)

"""A list of recipients gives every good row and every fault, and no fault holds a CPR number."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain.errors import MOST_LISTED
from breach.domain.recipient_list import (
    ListLimits,
    RecipientRow,
    RowFault,
    read_recipients,
    scan_recipients,
)
from breach.texts import text

HEADING = "cpr;navn;gruppe\n"


def ten_digits(value: str) -> str | None:
    """Stand in for the check of the services: ten digits, a hyphen or space allowed."""
    digits = value.replace("-", "").replace(" ", "")
    return digits if re.fullmatch("[0-9]{10}", digits) else None


def read(
    content: str | bytes, limits: ListLimits | None = None
) -> tuple[list[tuple[str, ...]], list[RowFault]]:
    data = content.encode() if isinstance(content, str) else content
    result = read_recipients([data], ten_digits, limits)
    rows: list[tuple[str, ...]] = [(str(row.number), row.cpr, row.name, row.group) for row in result.rows]
    return rows, list(result.faults)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(
            HEADING + "2512489996;Åse Prøve;A\n", [("2", "2512489996", "Åse Prøve", "A")], id="plain"
        ),
        pytest.param(
            "\ufeff" + HEADING + "251248-9996;B;\n", [("2", "2512489996", "B", "")], id="mark-and-hyphen"
        ),
        pytest.param(
            "navn,cpr\r\nÅse,251248 9996\r\n", [("2", "2512489996", "Åse", "")], id="comma-other-order"
        ),
        pytest.param(
            "CPR\tNavn\n2512489996\tÅse", [("2", "2512489996", "Åse", "")], id="tab-no-last-newline"
        ),
        pytest.param(
            'cpr;navn\n"2512489996";"Prøve; ""Åse"""\n',
            [("2", "2512489996", 'Prøve; "Åse"', "")],
            id="quoted",
        ),
        pytest.param(
            HEADING + "\n;;\n2512489996;A;\n",
            [("4", "2512489996", "A", "")],
            id="empty-rows-keep-their-number",
        ),
        pytest.param(
            HEADING + "2512489996;A\u030ase\u200b;\n", [("2", "2512489996", "Åse", "")], id="normal-form"
        ),
        pytest.param(
            "\ufeffsep=;\r\ncpr;navn\r\n2512489996;Åse, B\r\n",
            [("2", "2512489996", "Åse, B", "")],
            id="delimiter-told",
        ),
        pytest.param(
            '"sep=\t"\ncpr\tnavn\n2512489996\tÅse; B\n',
            [("2", "2512489996", "Åse; B", "")],
            id="delimiter-told-in-quotes",
        ),
    ],
)
def test_good_rows_are_read(content: str, rows: list[tuple[str, ...]]) -> None:
    assert read(content) == (rows, [])


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        pytest.param("", [(0, "", "empty_file")], id="empty"),
        pytest.param("\ufeff\n", [(0, "", "empty_file")], id="mark-alone"),
        pytest.param(HEADING, [(0, "", "no_rows")], id="heading-alone"),
        pytest.param("sep=;\n", [(0, "", "empty_file")], id="delimiter-alone"),
        pytest.param("sep=;\nnavn\n", [(1, "cpr", "columns")], id="delimiter-told-and-no-cpr-column"),
        pytest.param("cpr;navn\r2512489996;A\r", [(0, "", "line_ends")], id="old-line-ends"),
        pytest.param("cpr;navn\r" + "2512489996;A\r" * 9999, [(0, "", "line_ends")], id="many-old-line-ends"),
        pytest.param("navn;gruppe\nA;B\n", [(1, "cpr", "columns")], id="no-cpr-column"),
        pytest.param("cpr\n2512489996\n", [(1, "navn", "columns")], id="no-name-column"),
        pytest.param("cpr;navn;adresse\n", [(1, "", "unknown_column")], id="unknown-column"),
        pytest.param("cpr;navn;navn\n", [(1, "navn", "repeated_column")], id="repeated-column"),
        pytest.param(HEADING + "2512489996;A\n", [(2, "", "cell_count")], id="too-few-cells"),
        pytest.param(HEADING + "251248999;A;\n", [(2, "cpr", "cpr")], id="nine-digits"),
        pytest.param(HEADING + ";A;\n", [(2, "cpr", "cpr")], id="no-cpr"),
        pytest.param(HEADING + "2512489996;;\n", [(2, "navn", "name_missing")], id="no-name"),
        pytest.param(HEADING + "1;;\n", [(2, "cpr", "cpr"), (2, "navn", "name_missing")], id="two-faults"),
        pytest.param(HEADING + '2512489996;"A\nB";\n', [(2, "navn", "control")], id="newline-in-cell"),
        pytest.param(HEADING + "2512489996;A\x00B;\n", [(2, "navn", "control")], id="nul"),
        pytest.param(HEADING + "2512489996;A\u202eB;\n", [(2, "navn", "control")], id="turned-text"),
        pytest.param(HEADING + f"2512489996;{'A' * 201};\n", [(2, "navn", "too_long")], id="long-name"),
        pytest.param(HEADING + f"{'1' * 21};A;\n", [(2, "cpr", "too_long")], id="long-cpr"),
        pytest.param(HEADING + '2512489996;"A;\n', [(2, "", "broken")], id="quotation-never-closed"),
        *(
            pytest.param(HEADING + f"2512489996;{sign}1+1;\n", [(2, "navn", "formula")], id=f"formula-{sign}")
            for sign in "=+-@＝＋－＠"
        ),
        pytest.param(HEADING + "2512489996;A;=1\n", [(2, "gruppe", "formula")], id="formula-in-group"),
    ],
)
def test_faults_name_their_row_and_column(content: str, faults: list[tuple[int, str, str]]) -> None:
    rows, found = read(content)
    assert rows == []
    assert [(fault.row, fault.column, fault.code) for fault in found] == faults


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(HEADING.encode() + "2512489996;Åse;\n".encode("latin-1"), id="latin-1"),
        pytest.param(HEADING.encode() + b"2512489996;\xff\xfe;\n", id="broken"),
        pytest.param((HEADING + "2512489996;Åse;\n").encode("utf-16"), id="utf-16"),
        pytest.param((HEADING + "2512489996;Åse;\n").encode("utf-16-le"), id="utf-16-without-mark"),
        pytest.param((HEADING + "2512489996;Åse;\n").encode("utf-16-be"), id="utf-16-big-without-mark"),
    ],
)
def test_encoding_other_than_utf_8_is_named_with_the_remedy(content: bytes) -> None:
    _, faults = read(content)
    assert [fault.code for fault in faults] == ["encoding"]
    assert text("sending.rows.encoding", "da", **faults[0].values).startswith(
        'Filen er ikke gemt som UTF-8. Gem den igen som "CSV UTF-8"'
    )


@pytest.mark.parametrize("rest", [b"", b"\n", b"x" * 50_000, b"\x00cpr;navn\r\n"])
@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7"])
def test_file_that_is_no_text_is_named(start: bytes, rest: bytes) -> None:
    _, faults = read(start + rest)
    assert [(fault.row, fault.code) for fault in faults] == [(0, "not_csv")]


def test_first_of_many_faults_are_kept_and_all_are_counted() -> None:
    result = read_recipients([(HEADING + "x;y;\n" * 5000).encode()], ten_digits)
    assert [fault.row for fault in result.faults] == list(range(2, 2 + MOST_LISTED))
    assert result.count == 5000


def test_same_person_twice_is_kept_once_and_both_rows_are_named() -> None:
    rows, faults = read(HEADING + "2512489996;A;\n251248-9996;B;\n")
    assert [row[2] for row in rows] == ["A"]
    assert [text(f"sending.rows.{fault.code}", "da", **fault.values) for fault in faults] == [
        "Række 3: personen står også i række 2. Vi sender kun ét brev"
    ]


def test_good_rows_stand_beside_all_faults() -> None:
    rows, faults = read(HEADING + "1;A;\n2512489996;B;\n=2;C;\n0101900001;D;\n")
    assert [row[0] for row in rows] == ["3", "5"]
    assert [(fault.row, fault.code) for fault in faults] == [(2, "cpr"), (4, "formula")]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        pytest.param(ListLimits(max_bytes=30), "too_large", id="bytes"),
        pytest.param(ListLimits(max_rows=1), "too_many_rows", id="rows"),
    ],
)
def test_list_beyond_its_limits_stops(limits: ListLimits, code: str) -> None:
    _, faults = read(HEADING + "2512489996;A;\n0101900001;B;\n", limits)
    assert [fault.code for fault in faults] == [code]


def test_list_is_read_as_it_comes_in() -> None:
    taken: list[int] = []

    def upload() -> Iterator[bytes]:
        yield HEADING.encode()
        for number in range(1000):
            taken.append(number)
            yield f"0101{number:06};A;\n".encode()

    scan = scan_recipients(upload(), ten_digits)
    assert isinstance(next(scan), RecipientRow)
    assert len(taken) <= 2


def test_file_without_lines_is_given_up_early() -> None:
    taken: list[int] = []

    def upload() -> Iterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield b"x" * 4096

    result = read_recipients(upload(), ten_digits)
    assert [(fault.row, fault.code) for fault in result.faults] == [(1, "broken")]
    assert len(taken) < 10


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pieces_of_any_size_give_the_same_list(size: int) -> None:
    data = ("\ufeff" + HEADING + "2512489996;Åse;Ø\n0101900001;Bo;\n1;C;\n").encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert read_recipients(pieces, ten_digits) == read_recipients([data], ten_digits)


def test_identity_is_not_shown_by_repr() -> None:
    assert repr(RecipientRow(2, "2512489996", "Åse", "A")) == "RecipientRow(number=2)"


@given(st.text(max_size=60), st.text(max_size=30))
def test_list_of_any_text_gives_rows_or_faults_without_cpr(cells: str, name: str) -> None:
    data = (HEADING + f"251248-9996;{name};\n" + cells).encode("utf-8", "surrogatepass")
    result = read_recipients([data], ten_digits)
    assert result.rows or result.faults
    for fault in result.faults:
        assert "9996" not in repr(fault)
        for language in ("da", "en"):
            assert text(f"sending.rows.{fault.code}", language, **fault.values)

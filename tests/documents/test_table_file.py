"""A table as a file that Excel opens right: its mark, its semicolons, and no cell that calculates."""

import csv
from io import StringIO

import pytest

from breach.documents.table_file import table_file


def read(data: bytes) -> list[list[str]]:
    """Return the rows as a spreadsheet with semicolons reads them."""
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_table_begins_with_the_mark_and_has_semicolons() -> None:
    data = table_file(["Brev", "CPR-nummer"], [("A1", "010170-1234")])
    assert data == b"\xef\xbb\xbfBrev;CPR-nummer\r\nA1;010170-1234\r\n"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_cell_that_could_be_a_formula_is_a_text(sign: str) -> None:
    assert read(table_file(["a"], [(f"{sign}1+1",)]))[1] == [f"'{sign}1+1"]


def test_cells_keep_what_they_hold() -> None:
    row = ("Åse \N{LATIN SMALL LETTER O WITH STROKE}", 'Prøvevej 1; 2. "th"', "a-b", "")
    assert read(table_file(["a", "b", "c", "d"], [row]))[1] == list(row)

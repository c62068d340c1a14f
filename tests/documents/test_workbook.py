"""A workbook is read as a list, row by row; what unpacks to too much is refused before it is read."""

from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from breach.documents import workbook
from breach.documents.workbook import workbook_rows
from breach.domain.recipients.rows import ListStopped


def book(*sheets: list[list[object]], number_format: str = "General") -> bytes:
    made = Workbook()
    made.remove(made["Sheet"])
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
        sheet["A2"].number_format = number_format
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def stopped(data: bytes) -> str:
    with pytest.raises(ListStopped) as stop:
        list(workbook_rows(data))
    return stop.value.fault.code


def test_numbers_are_read_without_decimals_and_rows_keep_their_number() -> None:
    data = book([["cpr", "navn"], [2512489996.0, "Åse"], [], [date(2026, 1, 2), "Bo"], ["=1+1", "Ib"]])
    rows = [(number, cells[:2]) for number, cells in workbook_rows(data)]
    assert rows == [
        (1, ["cpr", "navn"]),
        (2, ["2512489996", "Åse"]),
        (4, ["2026-01-02", "Bo"]),
        (5, ["", "Ib"]),
    ]


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [("General", "101701234"), ("0" * 10, "0101701234"), ("000000-0000", "0101701234")],
)
def test_zero_that_the_format_shows_is_kept(number_format: str, shown: str) -> None:
    data = book([["cpr"], [101701234]], number_format=number_format)
    assert [cells[0] for _, cells in workbook_rows(data)] == ["cpr", shown]


def test_sheet_with_the_list_is_found_among_others() -> None:
    cover: list[list[object]] = [["Om listen"], ["x"]]
    people: list[list[object]] = [["cpr", "navn"], ["2512489996", "Åse"]]
    assert len(list(workbook_rows(book(cover, people)))) == 2
    assert stopped(book(people, people)) == "many_sheets"
    assert stopped(book([[]])) == "empty_file"


def test_what_is_no_workbook_is_named() -> None:
    assert stopped(b"PK\x03\x04 and no more") == "workbook_broken"
    file = BytesIO()
    with ZipFile(file, "w") as packed:
        packed.writestr("a.txt", "no workbook")
    assert stopped(file.getvalue()) == "workbook_broken"


def test_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"0" * 2_000_000)
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1_000_000)
    monkeypatch.setattr(workbook, "load_workbook", lambda *_, **__: pytest.fail("it was read"))
    assert stopped(file.getvalue()) == "workbook_large"


def test_entities_are_refused() -> None:
    data = BytesIO(book([["cpr", "navn"], ["2512489996", "Åse"]]))
    bombed = BytesIO()
    with ZipFile(data) as old, ZipFile(bombed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + part
            new.writestr(name, part)
    assert stopped(bombed.getvalue()) == "workbook_broken"

"""Reads the rows of a workbook (XLSX) with openpyxl, within limits that a zip bomb cannot pass."""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from breach.domain.recipients.columns import known_columns
from breach.domain.recipients.rows import ListStopped, RowFault
from breach.domain.recipients.text_file import Row

XLSX = b"PK\x03\x04"
"""How a workbook begins."""
MOST_UNPACKED = 200_000_000
"""Bytes of all parts of the workbook together, unpacked: some 500,000 rows."""
_MOST_PARTS = 1000
_MOST_COLUMNS = 60
_LONGEST_CELL = 4000
_TITLE_ROWS = 10
_ALL_ZEROS = re.compile(r'(0+)\\?(?:"?-"?)?(0*)')


def workbook_rows(data: bytes) -> Iterator[Row]:
    """Yield every row of the sheet with the list; raise ListStopped for what is no workbook of one list."""
    _refuse_bombs(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        yield from _rows(_sheet(book))
    except ListStopped:
        raise
    except Exception:  # whatever a broken part makes openpyxl raise, which may quote a cell
        raise ListStopped(RowFault(0, "", "workbook_broken")) from None


def _refuse_bombs(data: bytes) -> None:
    """Stop at a workbook that unpacks to more than any list; no part gives more than its directory says."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
    except BadZipFile:
        raise ListStopped(RowFault(0, "", "workbook_broken")) from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ListStopped(RowFault(0, "", "workbook_large", {"limit": MOST_UNPACKED}))


def _sheet(book: object) -> object:
    """Return the one sheet that has a heading we know, or the only sheet that holds anything."""
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]  # type: ignore[attr-defined]  # read-only books
    for sheet in seen:
        sheet.reset_dimensions()  # what the file says of its size may be wrong
    filled = [sheet for sheet in seen if next(_rows(sheet), None)]
    listed = [sheet for sheet in filled if _has_heading(sheet)]
    chosen = listed or filled
    if len(chosen) > 1:
        raise ListStopped(RowFault(0, "", "many_sheets", {"sheets": len(chosen)}))
    if not chosen:
        raise ListStopped(RowFault(0, "", "empty_file"))
    return chosen[0]


def _has_heading(sheet: object) -> bool:
    top = (cells for number, cells in _rows(sheet, _TITLE_ROWS))
    return any("cpr" in known_columns(cells) for cells in top)


def _rows(sheet: object, last: int | None = None) -> Iterator[Row]:
    rows = sheet.iter_rows(max_row=last, max_col=_MOST_COLUMNS)  # type: ignore[attr-defined]  # read-only sheets
    for number, row in enumerate(rows, 1):
        cells = [_text(cell) for cell in row]
        if any(cells):
            yield number, cells


def _text(cell: object) -> str:
    """Return a cell as it is shown: a whole number without decimals, with the zeros its format asks for."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value).zfill(_zeros(str(getattr(cell, "number_format", ""))))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)[: _LONGEST_CELL + 1].strip()


def _zeros(number_format: str) -> int:
    """Return how many digits a format such as `0000000000` or `000000-0000` shows at least."""
    found = _ALL_ZEROS.fullmatch(number_format)
    return len(found[1]) + len(found[2]) if found else 0

"""Writes a table as a CSV file that a spreadsheet opens right, and where no cell is taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def table_file(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the table with semicolons between the cells, in UTF-8 with a byte order mark as Excel wants it.

    A cell that a spreadsheet could take for a formula gets an apostrophe before it.
    """
    file = StringIO()
    writer = csv.writer(file, delimiter=";")
    for row in (head, *rows):
        writer.writerow([_defused(str(cell)) for cell in row])
    return file.getvalue().encode("utf-8-sig")


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_BEGINS_FORMULA) else cell

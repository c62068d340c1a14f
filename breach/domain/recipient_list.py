"""Reading a list of recipients (CSV): every good row, the first faults with their rows, no value in a fault.

Columns `cpr`, `navn` and, if wished, `gruppe`, in any order, split by `;` or `,` or a tab; UTF-8 with or
without a mark at its beginning. Rows are counted as a spreadsheet shows them: the heading is row 1.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from breach.domain.errors import MOST_LISTED
from breach.domain.numbers import looks_like_cpr
from breach.domain.values import FORBIDDEN, LONGEST_LINE, MOST_MARKS, TooMuch, composed

COLUMNS = ("cpr", "navn", "gruppe")
REQUIRED = ("cpr", "navn")
_LIMITS = {"cpr": 20, "navn": LONGEST_LINE, "gruppe": 100}
LARGEST_LIST = 50_000_000
"""Bytes that a page and the API take: 1.5 million rows of about 30 bytes fit."""
MAX_LINE_BYTES = 20_000  # many times the longest row allowed: a file that is no list must not fill the memory
# A spreadsheet runs a cell that begins so; the second half are the full-width forms (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LINE_ENDS = frozenset("\t\n\u2028\u2029")
_DELIMITER_LINE = re.compile(r'"?sep=([;,\t])"?', re.IGNORECASE)
"""What spreadsheets write above the heading, and do not count as a row."""
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
"""How files begin that hold no text: workbooks and other archives, older workbooks, and PDF."""
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True)
class ListLimits:
    """How large a list may be: bytes of the file, rows under the heading."""

    max_bytes: int = 200_000_000
    max_rows: int = 2_000_000


@dataclass(frozen=True)
class RecipientRow:
    """One person of the list. What it holds never shows in `repr`."""

    number: int
    cpr: str = field(repr=False)
    name: str = field(repr=False)
    group: str = field(repr=False, default="")


@dataclass(frozen=True)
class RowFault:
    """One fault: the row (0: the whole file), the column ("": none), `sending.rows.<code>` and its values."""

    row: int
    column: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RecipientList:
    """What a whole file gave: all good rows, the first faults, and how many faults there are."""

    rows: tuple[RecipientRow, ...]
    faults: tuple[RowFault, ...]
    count: int


CheckCpr = Callable[[str], str | None]
"""Returns the ten digits of a valid CPR number, or None."""


class _Stop(Exception):
    """Reading stops: the rest of the file cannot be trusted."""

    def __init__(self, fault: RowFault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def _lines(source: Iterable[bytes], limits: ListLimits) -> Iterator[str]:
    """Yield the lines; `source` yields pieces of any size, such as an open file or the parts of an upload."""
    read, rest, number = 0, b"", 0
    for piece in source:
        read += len(piece)
        if read > limits.max_bytes:
            raise _Stop(RowFault(0, "", "too_large", {"limit": limits.max_bytes}))
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            number += 1
            yield _decoded(line, number) + "\n"
        _refuse_long(rest, number + 1)
    if rest:
        yield _decoded(rest, number + 1)


def _refuse_long(line: bytes, number: int) -> None:
    """Stop at a line that no list has; the first one tells rather what kind of file it is."""
    if len(line) > MAX_LINE_BYTES:
        if number == 1:
            _refuse_other_kinds(line)
        raise _Stop(RowFault(number, "", "broken", {"n": number}))


def _refuse_other_kinds(first: bytes) -> None:
    """Stop at a first line that no CSV in UTF-8 has, and say what the file is rather than what it lacks."""
    if first.startswith(_NO_TEXT):
        raise _Stop(RowFault(0, "", "not_csv"))
    if b"\0" in first:  # UTF-16 without a mark at its beginning
        raise _Stop(RowFault(1, "", "encoding", {"n": 1}))
    if b"\r" in first.removesuffix(b"\r"):
        raise _Stop(RowFault(0, "", "line_ends"))


def _decoded(line: bytes, number: int) -> str:
    _refuse_long(line, number)
    if number == 1:
        _refuse_other_kinds(line)
    try:
        shown = line.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        raise _Stop(RowFault(number, "", "encoding", {"n": number})) from None  # it would quote the bytes
    return shown.removeprefix("\ufeff") if number == 1 else shown


def _heading(line: str, declared: str | None) -> tuple[str, tuple[str, ...]]:
    delimiter = declared or max(";,\t", key=line.count)
    names = tuple(name.strip().strip('"').strip().casefold() for name in line.split(delimiter))
    for required in REQUIRED:
        if required not in names:
            raise _Stop(RowFault(1, required, "columns", {"column": required}))
    for position, name in enumerate(names, start=1):
        if name not in COLUMNS:
            raise _Stop(RowFault(1, "", "unknown_column", {"position": position}))
        if names.count(name) > 1:
            raise _Stop(RowFault(1, name, "repeated_column", {"column": name}))
    return delimiter, names


def clean_cell(column: str, value: str) -> tuple[str, str]:
    """Return a cell in composed form and the code of what is wrong with it, empty where nothing is.

    Blanks around it and signs of no width are gone. A cell that cannot be composed comes back as it was.
    """
    bare = value.strip(" \u00a0")
    try:
        clean = composed(bare, _LIMITS[column], _ZERO_WIDTH)
    except TooMuch as much:
        return bare, "too_long" if much.code == "field_too_long" else "marks"
    return clean, _cell_problem(column, clean)


def _cell_problem(column: str, value: str) -> str:
    if value.startswith(_FORMULA):
        return "formula"
    if FORBIDDEN.search(value) or not _LINE_ENDS.isdisjoint(value):
        return "control"
    if len(value) > _LIMITS[column]:
        return "too_long"
    return "holds_cpr" if column != "cpr" and looks_like_cpr(value) else ""


def _cell_fault(number: int, column: str, code: str) -> RowFault:
    values = {"n": number, "column": column, "limit": _LIMITS[column], "marks": MOST_MARKS}
    return RowFault(number, column, code, values)


def _row(number: int, cells: Mapping[str, str], check_cpr: CheckCpr) -> RecipientRow | list[RowFault]:
    read = {column: clean_cell(column, value) for column, value in cells.items()}
    clean = {column: value for column, (value, _) in read.items()}
    faults = [_cell_fault(number, column, code) for column, (_, code) in read.items() if code]
    faulty = {fault.column for fault in faults}
    cpr = check_cpr(clean["cpr"]) if "cpr" not in faulty else None
    if cpr is None and "cpr" not in faulty:
        faults.append(RowFault(number, "cpr", "cpr", {"n": number}))
    if not clean["navn"]:
        faults.append(RowFault(number, "navn", "name_missing", {"n": number}))
    if faults or cpr is None:
        return faults
    return RecipientRow(number, cpr, clean["navn"], clean.get("gruppe", ""))


def _records(lines: Iterator[str], delimiter: str, limits: ListLimits) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number, filled = 1, 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _Stop(RowFault(number, "", "broken", {"n": number})) from None
        if any(cell.strip() for cell in cells):
            filled += 1
            if filled > limits.max_rows:
                raise _Stop(RowFault(0, "", "too_many_rows", {"limit": limits.max_rows}))
            yield number, cells


def _scan(
    source: Iterable[bytes], check_cpr: CheckCpr, limits: ListLimits
) -> Iterator[RecipientRow | RowFault]:
    lines = _lines(source, limits)
    heading = next(lines, "")
    declared = _DELIMITER_LINE.fullmatch(heading.strip())
    if declared:
        heading = next(lines, "")
    if not heading.strip():
        raise _Stop(RowFault(0, "", "empty_file"))
    delimiter, names = _heading(heading, declared[1] if declared else None)
    seen: dict[str, int] = {}
    empty = True
    for number, cells in _records(lines, delimiter, limits):
        empty = False
        if len(cells) != len(names):
            values = {"n": number, "found": len(cells), "expected": len(names)}
            yield RowFault(number, "", "cell_count", values)
            continue
        result = _row(number, dict(zip(names, cells, strict=True)), check_cpr)
        if isinstance(result, list):
            yield from result
        elif result.cpr in seen:
            yield RowFault(number, "cpr", "duplicate", {"n": number, "m": seen[result.cpr]})
        else:
            seen[result.cpr] = number
            yield result
    if empty:
        yield RowFault(0, "", "no_rows")


def scan_recipients(
    source: Iterable[bytes], check_cpr: CheckCpr, limits: ListLimits | None = None
) -> Iterator[RecipientRow | RowFault]:
    """Yield each good row and each fault in the order of the file, never holding more than the numbers seen.

    A fault of the whole file (columns, encoding, a quotation mark never closed, size) is the last item.
    """
    try:
        yield from _scan(source, check_cpr, limits or ListLimits())
    except _Stop as stop:
        yield stop.fault


def read_recipients(
    source: Iterable[bytes], check_cpr: CheckCpr, limits: ListLimits | None = None
) -> RecipientList:
    """Return the whole list at once: all good rows, and the first of all faults."""
    rows: list[RecipientRow] = []
    faults: list[RowFault] = []
    count = 0
    for item in scan_recipients(source, check_cpr, limits):
        if isinstance(item, RecipientRow):
            rows.append(item)
            continue
        count += 1
        if count <= MOST_LISTED:
            faults.append(item)
    return RecipientList(tuple(rows), tuple(faults), count)

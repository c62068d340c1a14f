"""Reads a text file of rows: in which encoding, split by which sign. Nothing is guessed in silence."""

import csv
import io
import re
from collections.abc import Iterator

from breach.domain.recipients.rows import ListStopped, RowFault

MAX_LINE = 20_000
"""Characters of a line, many times the longest row: a file that is no list must not fill the memory."""
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
"""How files begin that hold no text: archives, older workbooks, and PDF."""
_DELIMITER_LINE = re.compile(r'"?sep=([;,\t])"?', re.IGNORECASE)
"""What spreadsheets write above the heading, and do not count as a row."""
_CHUNK = 1_000_000
CHARSETS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
    "latin-1": "latin-1",
}
"""The encodings that a program may declare, and what Python calls them."""

Row = tuple[int, list[str]]


def encoding_of(data: bytes, charset: str = "") -> str:
    """Return the encoding of the text, as Python calls it; raise ListStopped for what is no text.

    charset: what the sender declared. Without it a mark at the beginning and zeros tell UTF-16, and what is
    no UTF-8 has one byte a letter: Windows-1252, which holds Latin-1.
    """
    if data.startswith(_NO_TEXT):
        raise ListStopped(RowFault(0, "", "not_csv"))
    if charset:
        return _fitting(data, CHARSETS[charset])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _fitting(data, "utf-16")
    if _are_mostly_zero(data[1:200:2]):
        return _fitting(data, "utf-16-le")
    if _are_mostly_zero(data[:200:2]):
        return _fitting(data, "utf-16-be")
    return "utf-8-sig" if _fits(data, "utf-8-sig") else _fitting(data, "cp1252")


def _are_mostly_zero(part: bytes) -> bool:
    return part.count(0) * 2 > len(part)


def _fitting(data: bytes, encoding: str) -> str:
    if not _fits(data, encoding):
        raise ListStopped(RowFault(0, "", "encoding"))
    return encoding


def _fits(data: bytes, encoding: str) -> bool:
    text = io.TextIOWrapper(io.BytesIO(data), encoding)
    try:
        while text.read(_CHUNK):
            pass
    except UnicodeError:
        return False
    return True


def text_rows(data: bytes, encoding: str) -> Iterator[Row]:
    """Yield every row that holds something, with its number as a spreadsheet counts; raise ListStopped."""
    lines = _lines(data, encoding)
    first = next(lines, "")
    declared = _DELIMITER_LINE.fullmatch(first.strip())
    top = [] if declared else [first]
    delimiter = declared[1] if declared else _delimiter(top, lines)
    number = 0
    reader = csv.reader(_joined(top, lines), delimiter=delimiter, strict=True)
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise ListStopped(RowFault(number, "", "broken", {"n": number})) from None
        if any(cell.strip() for cell in cells):
            yield number, cells


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(io.BytesIO(data), encoding)
    number = 0
    while line := text.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise ListStopped(RowFault(number, "", "broken", {"n": number}))
        yield line


def _delimiter(top: list[str], lines: Iterator[str]) -> str:
    """Return the sign between the cells: the most frequent of the first ten lines; they are kept in `top`."""
    while len(top) < 10 and (line := next(lines, "")):
        top.append(line)
    joined = "".join(top)
    outside = re.sub(r'"[^"\n]*"', "", joined)
    return max(";,\t", key=outside.count)


def _joined(top: list[str], lines: Iterator[str]) -> Iterator[str]:
    yield from top
    yield from lines

"""Hashes of rows, kept in the audit log, so that a change outside the service is found.

A row hash is a SHA-256 over every column as it is stored; ciphertexts are hashed without decryption.
NULL columns are left out, so that a new empty column does not invalidate older hashes.
docs/decisions/fingerprints-in-the-events.md
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import crc32
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, Table, Uuid

from breach.store.base import Base, UTCDateTime

Form = bool | int | str | None
Forms = dict[str, Form]
Stream = tuple[str, str]
"""Kind and key of a stream of events."""

SYSTEM: Stream = ("system", "system")
UNHASHED = {
    "audit_anchor": "checked against its own chain and the file outside",
    "audit_event": "checked against its own chain",
    "audit_stream": "checked against its events",
    "case_number": "compared with the cases",
    "login_attempt": "failed log-ins of the last hour",
    "report_draft": "sealed, and nobody's record until it is sent",
    "worker_beat": "a heartbeat, updated every few seconds",
}
"""Tables whose rows are not hashed, and why."""
FLEETING = {
    "login_session": frozenset({"seen_at"}),
    "release": frozenset({"unprepared", "prepared_to", "preparation"}),
    "send_batch": frozenset({"epoch", "state", "worker", "touched_at"}),
}
"""Columns that are left out: the last visit, and a worker's notes on how far it came with a list. What was
sent to whom stands in the notices."""
VANISHING = frozenset({"login_session"})
"""Tables whose rows may be deleted without an event: expired log-ins."""


@dataclass(frozen=True)
class Part:
    """A hashed column: its name, and how a Python value and a value from the driver are converted."""

    name: str
    write: Callable[[object], Form]
    read: Callable[[object], Form]


@cache
def parts(table: str) -> tuple[Part, ...]:
    """Return the table's hashed columns, in the table's order."""
    found = Base.metadata.tables[table].columns
    left_out = FLEETING.get(table, frozenset())
    return tuple(_part(column) for column in found if column.name not in left_out)


@cache
def hashed_tables() -> dict[str, Table]:
    """Return the tables whose rows are hashed, by name."""
    return {table.name: table for table in Base.metadata.sorted_tables if table.name not in UNHASHED}


@cache
def key_columns(table: str) -> tuple[str, ...]:
    """Return the names of the primary key's columns."""
    return tuple(column.name for column in Base.metadata.tables[table].primary_key)


def written(table: str, values: Mapping[str, object]) -> Forms:
    """Convert Python values for hashing; a missing one is NULL."""
    return {
        part.name: None if (value := values.get(part.name)) is None else part.write(value)
        for part in parts(table)
    }


def read(table: str, raw: Mapping[str, object]) -> Forms:
    """Convert values from the driver for hashing; a value of a wrong type never matches."""
    return {
        part.name: None if (value := raw[part.name]) is None else part.read(value) for part in parts(table)
    }


def key_of(table: str, forms: Forms) -> str:
    """Return the row's key as the audit log spells it."""
    return "/".join(str(forms[name]) for name in key_columns(table))


def stream_of(table: str, forms: Forms) -> Stream:
    """Return the stream of the row's events; ("notice", id) means the stream of the notice's case."""
    case = forms["id"] if table == "breach_case" else forms.get("case_id")
    if case is not None:
        return "case", dashed(str(case))
    if forms.get("notice_id") is not None:
        return "notice", str(forms["notice_id"])
    if table == "login_session" and forms["person_id"] is not None:
        return "person", str(forms["person_id"])
    return SYSTEM


def row_hash(table: str, forms: Forms) -> str:
    """Return SHA-256 of the row (43 characters), a point, and two bytes a column that tell which one differs.

    The two bytes are a checksum and no proof: they only name the column once the SHA-256 has differed.
    """
    there = {name: form for name, form in forms.items() if form is not None}
    digest = sha256(json.dumps([table, there], sort_keys=True).encode()).digest()
    hints = b"".join(_hint(form) for form in forms.values())
    return f"{_short(digest)}.{_short(hints)}"


def differing(table: str, said: str, found: str) -> str:
    """Return the first column in which two row hashes differ, or '' if their checksums do not show it."""
    names = [part.name for part in parts(table)]
    old, new = (_hints(one) for one in (said, found))
    old += b"\0\0" * (len(names) - len(old) // 2)  # columns that were added later and held nothing
    pairs = enumerate(names)
    return next((name for at, name in pairs if old[2 * at : 2 * at + 2] != new[2 * at : 2 * at + 2]), "")


def dashed(digits: str) -> str:
    """Return an identifier of 32 digits as it is commonly written; anything else as it is."""
    if len(digits) != 32:
        return digits
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _hint(form: Form) -> bytes:
    if form is None:
        return b"\0\0"
    return (crc32(str(form).encode("utf-8", "backslashreplace")) & 0xFFFF).to_bytes(2, "big")


def _hints(said: str) -> bytes:
    text = said.partition(".")[2]
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _short(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _part(column: Column[object]) -> Part:
    kind = column.type
    if isinstance(kind, JSON):
        return Part(column.name, json.dumps, _read_text)
    for one, write, read_ in _BY_TYPE:
        if isinstance(kind, one):
            return Part(column.name, write, read_)
    return Part(column.name, _word, _read_text)


def _odd(value: object) -> str:
    """Return the form of a value that no column of ours would hold."""
    return f"{type(value).__name__} {value!r}"


def _word(value: object) -> Form:
    return value.value if isinstance(value, Enum) else value  # type: ignore[return-value]  # text


def _read_text(value: object) -> Form:
    return value if isinstance(value, str) else _odd(value)


def _same(value: object) -> Form:
    return value  # type: ignore[return-value]  # the column's type made it a form


def _read_number(value: object) -> Form:
    return value if isinstance(value, int) else _odd(value)


def _truth(value: object) -> Form:
    return bool(value)


def _read_truth(value: object) -> Form:
    return bool(value) if isinstance(value, int) and value in (0, 1) else _odd(value)


def _moment(value: object) -> Form:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def _day(value: object) -> Form:
    assert isinstance(value, date)
    return value.isoformat()


def _read_moment(value: object) -> Form:
    return _moment(value) if isinstance(value, datetime) else _read_text(value)


def _read_day(value: object) -> Form:
    return _day(value) if isinstance(value, date) else _read_text(value)


def _digits(value: object) -> Form:
    return value.hex if isinstance(value, UUID) else str(value)


def _read_digits(value: object) -> Form:
    return value.hex if isinstance(value, UUID) else _read_text(value)


def _bytes(value: object) -> Form:
    assert isinstance(value, bytes)
    return value.hex() if len(value) <= 64 else f"{len(value)} {sha256(value).hexdigest()}"


def _read_bytes(value: object) -> Form:
    return _bytes(bytes(value)) if isinstance(value, bytes | memoryview) else _odd(value)


_BY_TYPE: tuple[tuple[type, Callable[[object], Form], Callable[[object], Form]], ...] = (
    (Boolean, _truth, _read_truth),
    (Integer, _same, _read_number),
    (UTCDateTime, _moment, _read_moment),
    (Date, _day, _read_day),
    (Uuid, _digits, _read_digits),
    (LargeBinary, _bytes, _read_bytes),
)

"""Verifies the whole audit log, and every row against it; names the first problem."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.store.audit import anchor
from breach.store.audit.canonical import timestamp
from breach.store.audit.events import ZEROS, event_hash
from breach.store.guards.check import differences
from breach.store.keys.event_seal import EventSeal
from breach.store.verify.hash_index import HashIndex
from breach.store.verify.integrity import integrity
from breach.store.verify.problem import Finding, Problem
from breach.store.verify.rows import contents
from breach.store.verify.seals import Seals

Leaves = dict[str, dict[int, bytes]]

# Plain text, so that a value which our types could not read is still read, and named.
_STREAMS = "SELECT id, kind, key, head, length, anchored FROM audit_stream ORDER BY id"
_EVENTS = (
    "SELECT stream_id, seq, at, actor_id, controller_id, case_id, kind, body, prev, hash"
    " FROM audit_event ORDER BY stream_id, seq"
)
_ANCHORS = "SELECT id, at, leaves, prev_root, root FROM audit_anchor ORDER BY id"


def verify(session: Session, anchor_file: Path) -> Problem | None:
    """Return the first problem that `check` finds, or None when everything holds."""
    return check(session, anchor_file).problem


def check(session: Session, anchor_file: Path, keys: EventSeal | None = None) -> Finding:
    """Return the first problem of the audit log or of a row that it covers.

    keys: check the seals of the events too
    It shows every change of the database but one made together with the anchor file, or since its last line,
    and with `keys` those too; docs/operations.md lists the columns that nothing is recorded of.
    """
    outside = anchor.lines(anchor_file)  # read first: the database may be ahead of it, never behind
    hash_index = HashIndex()
    try:
        with _one_view(session) as connection:
            return _check(connection, outside, hash_index, Seals(keys))
    except (DatabaseError, sqlite3.Error, UnicodeError):  # pages of the file that no longer fit each other
        return Finding(Problem("database", "file", 0, "unreadable"))
    finally:
        hash_index.close()


def _check(connection: Connection, outside: list[str], hash_index: HashIndex, seals: Seals) -> Finding:
    """Check the audit log, then the rows against it, then the database's own integrity."""
    for found in differences(connection):
        return Finding(Problem("schema", found.name, 0, found.what))
    leaves: Leaves = {}
    if problem := _anchors(connection, outside, leaves) or _streams(connection, leaves, hash_index, seals):
        return Finding(problem)
    rows = contents(connection, hash_index)
    problem = rows.problem or next(integrity(connection), None)
    return Finding(problem, rows.unchecked)


@contextmanager
def _one_view(session: Session) -> Iterator[Connection]:
    """Give a connection with one snapshot for all statements, even while the service writes."""
    if session.get_bind().dialect.name == "postgresql":
        alone = {} if session.in_transaction() else {"isolation_level": "REPEATABLE READ"}
        yield session.connection(execution_options=alone)
        return
    connection = session.connection()
    driver: Any = connection.connection.dbapi_connection
    before = driver.text_factory
    driver.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
    try:
        yield connection
    finally:
        driver.text_factory = before


def _anchors(connection: Connection, outside: list[str], leaves: Leaves) -> Problem | None:
    """Check the chain of roots and its copy outside, and collect what each anchor says of each stream."""
    prev_root, number = ZEROS, 0
    for row in connection.execute(text(_ANCHORS)):
        number += 1
        if row.id != number:
            return Problem("anchor", str(number), number, "missing")
        stored = _bytes(row.leaves)
        if _bytes(row.prev_root) != prev_root or _bytes(row.root) != anchor.root_of(stored, prev_root):
            return Problem("anchor", str(number), number, "root")
        line = (number, _time(row.at), row.root)
        if number <= len(outside) and anchor.parse(outside[number - 1]) != line:
            return Problem("anchor", str(number), number, "line")
        for leaf in anchor.unpack(stored):
            leaves.setdefault(leaf.stream_id.hex, {})[leaf.length] = leaf.head
        prev_root = row.root
    # one line may be missing: a stop between the commit and the line, which the next anchor repairs
    if number > len(outside) + 1:
        return Problem("anchor", str(len(outside) + 1), len(outside) + 1, "line")
    if number < len(outside):
        return Problem("anchor", str(number + 1), number + 1, "missing")
    return None


def _streams(connection: Connection, leaves: Leaves, hash_index: HashIndex, seals: Seals) -> Problem | None:
    """Check every stream with its events, then that no event and no anchored stream is without one.

    What the events say of rows is gathered on the way.
    """
    streams = connection.execute(text(_STREAMS)).all()
    with connection.execute(text(_EVENTS), execution_options={"yield_per": 2000}) as found:
        by_stream = _Groups(found)
        for stream in streams:
            events = by_stream.of(_hex(stream.id))
            if problem := _stream(stream, events, leaves.get(_hex(stream.id), {}), hash_index, seals):
                return problem
        strangers = by_stream.strangers() | (leaves.keys() - {_hex(stream.id) for stream in streams})
    for stream_id in sorted(strangers):
        return Problem("stream", stream_id, 0, "stream")
    return seals.late()


class _Groups:
    """Events by stream, read once in the order of the streams; those of no stream are set aside."""

    def __init__(self, events: Iterable[Row[Any]]) -> None:
        self._groups = groupby(events, key=lambda row: _hex(row.stream_id))
        self._next: tuple[str, Iterator[Row[Any]]] | None = next(self._groups, None)
        self._seen: set[str] = set()

    def strangers(self) -> set[str]:
        """Return the streams of events that no stream row asked for."""
        rest = {self._next[0]} if self._next else set()
        return self._seen | rest | {stream_id for stream_id, _ in self._groups}

    def of(self, stream_id: str) -> Iterator[Row[Any]]:
        """Yield the events of a stream; streams are asked for in their order."""
        while self._next is not None and self._next[0] < stream_id:
            self._seen.add(self._next[0])
            self._next = next(self._groups, None)
        if self._next is not None and self._next[0] == stream_id:
            yield from self._next[1]
            self._next = next(self._groups, None)


def _stream(
    stream: Row[Any],
    events: Iterator[Row[Any]],
    anchored: dict[int, bytes],
    hash_index: HashIndex,
    seals: Seals,
) -> Problem | None:
    """Check one stream from its first event to its head."""
    prev, seq = ZEROS, 0
    for row in events:
        seq += 1
        what = _event(row, seq, prev) or _against_anchor(row, anchored)
        if what := what or _body(stream, row, hash_index, seals):
            return Problem(stream.kind, stream.key, seq, what)
        prev = row.hash
    if (longest := max(anchored, default=0)) > seq:
        return Problem(stream.kind, stream.key, seq + 1, "tail")
    whole = {
        "length": stream.length == seq,
        "head": stream.head == prev,
        "anchored": stream.anchored == longest,
    }
    for what, holds in whole.items():
        if not holds:
            return Problem(stream.kind, stream.key, seq, what)
    return None


def _event(row: Row[Any], seq: int, prev: bytes) -> str | None:
    """Return what is wrong with one event, given the number and the hash that it must follow."""
    if row.seq != seq:
        return "seq"
    if row.prev != prev:
        return "prev"
    if not isinstance(row.body, bytes) or row.hash != event_hash(_stream_id(row), seq, prev, row.body):
        return "hash"
    return None


def _body(stream: Row[Any], row: Row[Any], hash_index: HashIndex, seals: Seals) -> str | None:
    """Return what is wrong with the body of an event whose hash is right; add its row hashes to the index."""
    try:
        said = json.loads(row.body)
        place = Problem(stream.kind, stream.key, row.seq, "unsealed")
        wrong = _read(stream, row, said, hash_index)
        return wrong or seals.look(_stream_id(row), place, row.prev, said)
    except (ValueError, KeyError, TypeError, AttributeError, sqlite3.Error):  # hashed, but not our spelling
        return "column"


def _read(stream: Row[Any], row: Row[Any], said: dict[str, Any], hash_index: HashIndex) -> str | None:
    if _copies(row) != _said(said):
        return "column"
    begun = said.get("stream", [stream.kind, stream.key])
    is_named = begun == [stream.kind, stream.key]
    if not is_named or (stream.kind == "case" and said["case"] not in (None, stream.key)):
        return "name"
    if "stream" in said:
        hash_index.begin((stream.kind, stream.key))
    rows = said.get("rows", {})
    is_no_step = said["kind"] == EventKind.ROWS_CHANGED and "migrated" not in said["data"]
    if is_no_step and hash_index.knows_settled(rows):
        return "restated"
    hash_index.tell(rows)
    return None


def _against_anchor(row: Row[Any], anchored: dict[int, bytes]) -> str | None:
    return "anchored" if anchored.get(row.seq, row.hash) != row.hash else None


def _copies(row: Row[Any]) -> dict[str, object]:
    case = None if row.case_id is None else _hex(row.case_id)
    columns = {"actor": row.actor_id, "case": case, "controller": row.controller_id, "kind": row.kind}
    return {**columns, "at": _time(row.at)}


def _said(said: dict[str, Any]) -> dict[str, object]:
    case = None if said["case"] is None else _hex(said["case"])
    return {name: said[name] for name in ("actor", "at", "controller", "kind")} | {"case": case}


def _stream_id(row: Row[Any]) -> UUID:
    return UUID(_hex(row.stream_id))


def _hex(value: object) -> str:
    """Return an identifier as 32 digits, whether the database gave an object or a text."""
    return str(value).replace("-", "")


def _bytes(value: object) -> bytes:
    """Return the value if it is bytes; anything else cannot be what was written."""
    return value if isinstance(value, bytes) else b""


def _time(value: object) -> str:
    """Return a stored time as the body spells it, or what stands there if it is none."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return timestamp(at if at.tzinfo else at.replace(tzinfo=UTC))

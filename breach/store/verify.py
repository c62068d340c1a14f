"""Checks the record from end to end and names the first thing that is wrong."""

import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from breach.store import anchor
from breach.store.audit import ZEROS, event_hash
from breach.store.canonical import timestamp
from breach.store.models.audit import AuditAnchor, AuditEvent, AuditStream
from breach.store.schema import differences


@dataclass(frozen=True)
class Problem:
    """The first broken event, or what else is broken.

    kind, key: the stream; `schema` and `anchor` are not streams but say what was changed
    seq: the event's number in its stream, the anchor's number, or 0 for the stream as a whole
    what: the code of the finding: seq, prev, hash, column, head, length, anchored, tail, stream, root,
    line, missing, trigger, table or function
    """

    kind: str
    key: str
    seq: int
    what: str

    def to_json(self) -> dict[str, object]:
        """Return the finding as plain values."""
        return asdict(self)


Leaves = dict[UUID, dict[int, bytes]]


def verify(session: Session, anchor_file: Path) -> Problem | None:
    """Return the first problem of the record, or None when all of it holds.

    It shows every change of the database but one made together with the anchor file, or since its last line.
    """
    outside = anchor.lines(anchor_file)  # read first: the database may be ahead of it, never behind
    _one_view(session)
    for found in differences(session.connection()):
        return Problem("schema", found.name, 0, found.what)
    leaves: Leaves = {}
    return _anchors(session, outside, leaves) or _streams(session, leaves)


def _one_view(session: Session) -> None:
    """Make all statements of the check see one moment, also while the service writes."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _anchors(session: Session, outside: list[str], leaves: Leaves) -> Problem | None:
    """Check the chain of roots and its copy outside, and collect what each anchor says of each stream."""
    prev_root, number = ZEROS, 0
    for row in session.connection().execute(select(AuditAnchor.__table__).order_by(AuditAnchor.id)):
        number += 1
        if row.id != number:
            return Problem("anchor", str(number), number, "missing")
        if row.prev_root != prev_root or row.root != anchor.root_of(row.leaves, prev_root):
            return Problem("anchor", str(number), number, "root")
        if number <= len(outside) and anchor.parse(outside[number - 1]) != (number, row.root):
            return Problem("anchor", str(number), number, "line")
        for leaf in anchor.unpack(row.leaves):
            leaves.setdefault(leaf.stream_id, {})[leaf.length] = leaf.head
        prev_root = row.root
    # one line may be missing: a stop between the commit and the line, which the next anchor repairs
    if number > len(outside) + 1:
        return Problem("anchor", str(len(outside) + 1), len(outside) + 1, "line")
    if number < len(outside):
        return Problem("anchor", str(number + 1), number + 1, "missing")
    return None


def _streams(session: Session, leaves: Leaves) -> Problem | None:
    """Check every stream with its events, then that no event and no anchored stream is without one."""
    connection = session.connection()
    streams = connection.execute(select(AuditStream.__table__).order_by(AuditStream.id)).all()
    events = select(AuditEvent.__table__).order_by(AuditEvent.stream_id, AuditEvent.seq)
    with connection.execute(events, execution_options={"yield_per": 2000}) as found:
        by_stream = _Groups(found)
        for stream in streams:
            if problem := _stream(stream, by_stream.of(stream.id), leaves.get(stream.id, {})):
                return problem
        strangers = by_stream.strangers() | (leaves.keys() - {stream.id for stream in streams})
    for stream_id in sorted(strangers):
        return Problem("stream", str(stream_id), 0, "stream")
    return None


class _Groups:
    """Events by stream, read once in the order of the streams; those of no stream are set aside."""

    def __init__(self, events: Iterable[Row[Any]]) -> None:
        self._groups = groupby(events, key=lambda row: row.stream_id)
        self._next: tuple[UUID, Iterator[Row[Any]]] | None = next(self._groups, None)
        self._seen: set[UUID] = set()

    def strangers(self) -> set[UUID]:
        """Return the streams of events that no stream row asked for."""
        rest = {self._next[0]} if self._next else set()
        return self._seen | rest | {stream_id for stream_id, _ in self._groups}

    def of(self, stream_id: UUID) -> Iterator[Row[Any]]:
        """Yield the events of a stream; streams are asked for in their order."""
        while self._next is not None and self._next[0].hex < stream_id.hex:
            self._seen.add(self._next[0])
            self._next = next(self._groups, None)
        if self._next is not None and self._next[0] == stream_id:
            yield from self._next[1]
            self._next = next(self._groups, None)


def _stream(stream: Row[Any], events: Iterator[Row[Any]], anchored: dict[int, bytes]) -> Problem | None:
    """Check one stream from its first event to its head."""
    prev, seq = ZEROS, 0
    for row in events:
        seq += 1
        if what := _event(row, seq, prev) or _against_anchor(row, anchored):
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
    if not hmac.compare_digest(row.hash, event_hash(row.stream_id, seq, prev, row.body)):
        return "hash"
    return None if _copies(row) == _said(row.body) else "column"


def _against_anchor(row: Row[Any], anchored: dict[int, bytes]) -> str | None:
    return "anchored" if anchored.get(row.seq, row.hash) != row.hash else None


def _copies(row: Row[Any]) -> dict[str, object]:
    case = str(row.case_id) if row.case_id else None
    columns = {"actor": row.actor_id, "case": case, "controller": row.controller_id, "kind": row.kind}
    return {**columns, "at": timestamp(row.at)}


def _said(body: bytes) -> dict[str, object]:
    said = json.loads(body)
    return {name: said.get(name) for name in ("actor", "at", "case", "controller", "kind")}

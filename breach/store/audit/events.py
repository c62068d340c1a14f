"""The audit log: append-only events, each chained to the one before it in its stream.

One stream for each case, one for each person's log-ins, one for each process and day of reads, and `system`.
What a body may hold: ids, states, field names, hashes. Never personal data: the record outlives it.

Events are written right before the commit, with the fingerprints of all rows that the transaction wrote
(`breach.store.audit.pending`), so nothing can change without the record saying how it left the row.
"""

import hashlib
import os
import socket
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, event, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.store.audit import row_hashes
from breach.store.audit.canonical import plain, spelled, timestamp
from breach.store.audit.pending import Event, Pending, pending_of, taken
from breach.store.audit.row_hashes import SYSTEM, Stream
from breach.store.base import Base
from breach.store.keys.event_seal import EventSeal
from breach.store.models import AuditEvent, AuditStream, Notice

ZEROS = bytes(32)
PERSONAL = frozenset({"login", "logout", "person", "session", "token"})
"""First words of the kinds of event that belong to a person's own stream, as `login.failed`."""
SETTLED = frozenset({"assessment", "awareness_correction", "decision", "notice_text", "release", "report"})
"""Tables whose rows change by a step alone, so never in an event that says no more than that rows changed."""
FEW = 500
"""Most row hashes in one event."""

_EVENTS = Base.metadata.tables[AuditEvent.__tablename__]
_STREAMS = Base.metadata.tables[AuditStream.__tablename__]
Said = dict[str, dict[str, str | None]]
"""Row hashes by table and key."""


def event_hash(stream_id: UUID, seq: int, prev: bytes, body: bytes) -> bytes:
    """Return the hash of an event: over its stream, its number, the hash before it and its body."""
    start = b"breach-audit-1\0" + stream_id.bytes + seq.to_bytes(8, "big")
    return hashlib.sha256(start + prev + body).digest()


def append(
    session: Session,
    at: datetime,
    kind: EventKind,
    actor_id: int | None,
    controller_id: int | None,
    case_id: UUID | None,
    body: Mapping[str, object],
) -> None:
    """Append an event to the stream of the case, of the person, or of the system, before the commit.

    body: see `canonical`
    """
    if case_id is not None:
        stream = ("case", str(case_id))
    elif actor_id is not None and kind.partition(".")[0] in PERSONAL:
        stream = ("person", str(actor_id))
    else:
        stream = SYSTEM
    one = Event(at, kind, actor_id, controller_id, case_id, plain(body))
    pending_of(session).events.append((stream, one))


def append_read(
    session: Session,
    at: datetime,
    kind: EventKind,
    actor_id: int | None,
    controller_id: int | None,
    case_id: UUID | None,
    body: Mapping[str, object],
) -> None:
    """Append a read to the stream of this process and day, not to the case's own stream.

    Written at once: the look stands in the record before anything is shown.
    """
    day = at.astimezone(UTC).date().isoformat()
    stream = ("reads", f"{day}/{socket.gethostname()[:40]}/{os.getpid()}")
    one = Event(at, kind, actor_id, controller_id, case_id, plain(body))
    _append(session.connection(), stream, [(one, {})])


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint: what it wrote is recorded with the whole
        return
    session.flush()
    if (found := taken(session)) is not None:
        _write(session, found)


def _write(session: Session, found: Pending) -> None:
    """Append the pending entries; streams are locked in one order, so that transactions cannot deadlock."""
    connection = session.connection()
    _read_again(connection, found)
    events: dict[Stream, list[Event]] = defaultdict(list)
    for stream, one in found.events:
        events[stream].append(one)
    rows: dict[Stream, list[tuple[str, str, str | None]]] = defaultdict(list)
    cases = _cases_of_notices(connection, found)
    for (table, key), (stream, said) in sorted(found.rows.items(), key=_few_first):
        rows[cases.get(stream, stream)].append((table, key, said))
    for stream in sorted(events.keys() | rows.keys()):
        _append(connection, stream, list(_together(events[stream], rows[stream])))


def _few_first(noted: tuple[tuple[str, str], object]) -> bool:
    """Put the rows of a decision, a release or a letter before those of many people, beside their event."""
    (table, _), _ = noted
    return table not in SETTLED


def _read_again(connection: Connection, found: Pending) -> None:
    for name, ids in found.again.items():
        table = Base.metadata.tables[name]
        wanted = list(ids)
        [key] = table.primary_key
        for start in range(0, len(wanted), FEW):
            rows = connection.execute(select(table).where(key.in_(wanted[start : start + FEW])))
            for row in rows:
                found.note(name, row_hashes.written(name, dict(row._mapping)))


def _cases_of_notices(connection: Connection, found: Pending) -> dict[Stream, Stream]:
    """Return the streams of the cases of notices whose attempts and receipts were written."""
    wanted = [UUID(hex=stream[1]) for stream, _ in found.rows.values() if stream[0] == "notice"]
    cases: dict[Stream, Stream] = {}
    for start in range(0, len(wanted), FEW):
        part = wanted[start : start + FEW]
        rows = connection.execute(select(Notice.id, Notice.case_id).where(Notice.id.in_(part)))
        cases |= {("notice", row.id.hex): ("case", str(row.case_id)) for row in rows}
    return cases


def _together(
    events: Sequence[Event], rows: Sequence[tuple[str, str, str | None]]
) -> Iterator[tuple[Event, Said]]:
    """Yield the events in order, the last with the row hashes; add events if there are too many for one.

    The added events hold row hashes only and name no case, so no page lists them.
    """
    parts = [_said(rows[start : start + FEW]) for start in range(0, len(rows), FEW)]
    for one in events[:-1]:
        yield one, {}
    if events:
        yield events[-1], parts.pop(0) if parts else {}
    at = events[-1].at if events else datetime.now(UTC)
    for part in parts:
        yield Event(at, EventKind.ROWS_CHANGED, None, None, None, {}), part


def _said(rows: Sequence[tuple[str, str, str | None]]) -> Said:
    found: Said = defaultdict(dict)
    for table, key, said in rows:
        found[table][key] = said
    return dict(found)


def _append(connection: Connection, stream: Stream, events: Sequence[tuple[Event, Said]]) -> None:
    """Insert the events after the stream's head; a trigger moves the head and refuses any other order."""
    stream_id, prev, length = _locked(connection, stream)
    seal: EventSeal | None = connection.get_execution_options().get("event_seal")
    values = []
    for seq, (one, rows) in enumerate(events, length + 1):
        said = event_said(one, rows, stream if seq == 1 else None)
        if seal is not None:
            said["seal"] = seal.seal(sealed_part(stream_id, seq, prev, said))
        body = spelled(said)
        new = event_hash(stream_id, seq, prev, body)
        values.append(
            {
                "stream_id": stream_id,
                "seq": seq,
                "at": one.at,
                "actor_id": one.actor_id,
                "controller_id": one.controller_id,
                "case_id": one.case_id,
                "kind": one.kind.value,
                "body": body,
                "prev": prev,
                "hash": new,
            }
        )
        prev = new
    connection.execute(insert(_EVENTS), values)


def sealed_part(stream_id: UUID, seq: int, prev: bytes, said: Mapping[str, object]) -> bytes:
    """Return what the seal of an event covers: its place in its stream, and all that it says."""
    return b"breach-audit-seal-1\0" + stream_id.bytes + seq.to_bytes(8, "big") + prev + spelled(said)


def event_said(one: Event, rows: Said, begun: Stream | None) -> dict[str, object]:
    """Return what is spelled, hashed and stored: the event's columns, its data, the row hashes.

    begun: the stream, in its first event: from there on every row that it records has a fingerprint
    """
    said: dict[str, object] = {
        "actor": one.actor_id,
        "at": timestamp(one.at),
        "case": None if one.case_id is None else str(one.case_id),
        "controller": one.controller_id,
        "data": one.data,
        "kind": one.kind.value,
    }
    if rows:
        said["rows"] = rows
    if begun is not None:
        said["stream"] = list(begun)
    return said


def _locked(connection: Connection, stream: tuple[str, str]) -> tuple[UUID, bytes, int]:
    """Return id, head and length of the stream, locked until the commit; a new one is begun."""
    kind, key = stream
    columns = (_STREAMS.c.id, _STREAMS.c.head, _STREAMS.c.length)
    found = select(*columns).where(_STREAMS.c.kind == kind, _STREAMS.c.key == key).with_for_update()
    if (row := connection.execute(found).one_or_none()) is not None:
        return row.id, row.head, row.length
    new: dict[str, Any] = {"id": uuid4(), "kind": kind, "key": key, "head": ZEROS, "length": 0, "anchored": 0}
    if connection.dialect.name != "postgresql":  # SQLite has one writer: nobody can have begun it meanwhile
        connection.execute(insert(_STREAMS).values(new))
        return new["id"], ZEROS, 0
    begun = postgresql.insert(_STREAMS).values(new).on_conflict_do_nothing().returning(_STREAMS.c.id)
    if (stream_id := connection.execute(begun).scalar()) is not None:
        return stream_id, ZEROS, 0
    row = connection.execute(found).one()
    return row.id, row.head, row.length

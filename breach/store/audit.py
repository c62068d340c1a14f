"""The record of who did what: append-only events, each chained to the one before it in its stream.

One stream for each case, one for each person's log-ins, one for each process and day of reads, and `system`.
What a body may hold: ids, states, field names, hashes. Never personal data: the record outlives it.
"""

import hashlib
import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from breach.store.base import Base
from breach.store.canonical import canonical
from breach.store.models import AuditEvent, AuditStream

ZEROS = bytes(32)
PERSONAL = frozenset({"login", "logout", "person", "session", "token"})
"""First words of the kinds of event that belong to a person's own stream, as `login.failed`."""

_EVENTS = Base.metadata.tables[AuditEvent.__tablename__]
_STREAMS = Base.metadata.tables[AuditStream.__tablename__]


def event_hash(stream_id: UUID, seq: int, prev: bytes, body: bytes) -> bytes:
    """Return the hash of an event: over its stream, its number, the hash before it and its body."""
    start = b"breach-audit-1\0" + stream_id.bytes + seq.to_bytes(8, "big")
    return hashlib.sha256(start + prev + body).digest()


def body_bytes(
    at: datetime,
    kind: str,
    actor_id: int | None,
    controller_id: int | None,
    case_id: UUID | None,
    body: Mapping[str, object],
) -> bytes:
    """Return the bytes that are hashed and stored: the columns of the event and what happened."""
    return canonical(
        {
            "actor": actor_id,
            "at": at,
            "case": case_id,
            "controller": controller_id,
            "data": body,
            "kind": kind,
        }
    )


def record(
    session: Session,
    at: datetime,
    kind: str,
    actor_id: int | None,
    controller_id: int | None,
    case_id: UUID | None,
    body: Mapping[str, object],
) -> None:
    """Append an event to the stream of the case, of the person, or of the system.

    kind: `<what>.<happened>`, at most 60 characters; body: see `canonical`
    """
    if case_id is not None:
        stream = ("case", str(case_id))
    elif actor_id is not None and kind.partition(".")[0] in PERSONAL:
        stream = ("person", str(actor_id))
    else:
        stream = ("system", "system")
    text = body_bytes(at, kind, actor_id, controller_id, case_id, body)
    _append(session.connection(), stream, at, kind, actor_id, controller_id, case_id, text)


def record_read(
    session: Session,
    at: datetime,
    kind: str,
    actor_id: int | None,
    controller_id: int | None,
    case_id: UUID | None,
    body: Mapping[str, object],
) -> None:
    """Append a look at something to the reads of this process and day; the case's own chain is left alone."""
    day = at.astimezone(UTC).date().isoformat()
    stream = ("reads", f"{day}/{socket.gethostname()[:40]}/{os.getpid()}")
    text = body_bytes(at, kind, actor_id, controller_id, case_id, body)
    _append(session.connection(), stream, at, kind, actor_id, controller_id, case_id, text)


def _append(
    connection: Connection,
    stream: tuple[str, str],
    at: datetime,
    kind: str,
    actor_id: int | None,
    controller_id: int | None,
    case_id: UUID | None,
    body: bytes,
) -> None:
    """Insert the event after the stream's head; a trigger moves the head and refuses any other order."""
    stream_id, head, length = _locked(connection, stream)
    seq = length + 1
    connection.execute(
        insert(_EVENTS).values(
            stream_id=stream_id,
            seq=seq,
            at=at,
            actor_id=actor_id,
            controller_id=controller_id,
            case_id=case_id,
            kind=kind,
            body=body,
            prev=head,
            hash=event_hash(stream_id, seq, head, body),
        )
    )


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

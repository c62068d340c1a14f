"""Anchors: a root over the heads of all streams, kept in the database and as a line of an outside file.

Somebody who can write the whole database could make a new chain that fits; not one that fits the file too.
docs/decisions/anchors-follow-the-commit.md
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, event, insert, select, update
from sqlalchemy.orm import Session

from breach.store.audit.canonical import canonical, timestamp
from breach.store.audit.events import ZEROS
from breach.store.base import Base
from breach.store.models import AuditAnchor, AuditStream

_LEAF = 16 + 8 + 32
_ANCHORS = Base.metadata.tables[AuditAnchor.__tablename__]
_STREAMS = Base.metadata.tables[AuditStream.__tablename__]


@dataclass(frozen=True)
class Leaf:
    """How far a stream had come at an anchor."""

    stream_id: UUID
    length: int
    head: bytes

    def pack(self) -> bytes:
        """Return the 56 bytes that are stored: stream, length, head."""
        return self.stream_id.bytes + self.length.to_bytes(8, "big") + self.head


def unpack(leaves: bytes) -> Iterator[Leaf]:
    """Yield the leaves of an anchor as stored."""
    for start in range(0, len(leaves), _LEAF):
        part = leaves[start : start + _LEAF]
        yield Leaf(UUID(bytes=part[:16]), int.from_bytes(part[16:24], "big"), part[24:])


def root_of(leaves: bytes, prev_root: bytes) -> bytes:
    """Return the root: a Merkle tree of leaves (0x00) and nodes (0x01), tied to the root before."""
    packed = (leaves[start : start + _LEAF] for start in range(0, len(leaves), _LEAF))
    level = sorted(hashlib.sha256(b"\x00" + part).digest() for part in packed)
    while len(level) > 1:
        level = [_node(level[start : start + 2]) for start in range(0, len(level), 2)]
    return hashlib.sha256(b"\x01" + prev_root + (level[0] if level else ZEROS)).digest()


def anchor(session: Session, file: Path, at: datetime) -> bool:
    """Anchor the streams that have grown, if any, and return whether; the line is written after the commit.

    A line that an earlier run did not get to write is written first. Only the worker anchors.
    """
    connection = session.connection()
    publish(session, file)
    grown = select(_STREAMS.c.id, _STREAMS.c.length, _STREAMS.c.head)
    grown = grown.where(_STREAMS.c.length > _STREAMS.c.anchored).order_by(_STREAMS.c.id).with_for_update()
    leaves = [Leaf(row.id, row.length, row.head) for row in connection.execute(grown)]
    if not leaves:
        return False
    newest = select(_ANCHORS.c.id, _ANCHORS.c.root).order_by(_ANCHORS.c.id.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    number, prev_root = (last.id + 1, last.root) if last is not None else (1, ZEROS)
    packed = b"".join(sorted(leaf.pack() for leaf in leaves))
    root = root_of(packed, prev_root)
    row = {"id": number, "at": at, "leaves": packed, "prev_root": prev_root, "root": root}
    connection.execute(insert(_ANCHORS).values(row))
    connection.execute(
        update(_STREAMS).where(_STREAMS.c.length > _STREAMS.c.anchored).values(anchored=_STREAMS.c.length)
    )
    _after_commit(session, file, _line(number, at, root))
    return True


def publish(session: Session, file: Path) -> None:
    """Write the lines of stored anchors that the file lacks."""
    known = len(lines(file))
    query = select(_ANCHORS.c.id, _ANCHORS.c.at, _ANCHORS.c.root).where(_ANCHORS.c.id > known)
    missing = session.connection().execute(query.order_by(_ANCHORS.c.id)).all()
    _write(file, [_line(row.id, row.at, row.root) for row in missing])


def left_behind(connection: Connection, file: Path) -> str:
    """Return in what the database is behind the anchor file, or differs from it; empty when they fit."""
    found = [one for one in map(parse, lines(file)[-1:]) if one is not None]
    if not found:
        return ""
    number, _, root = found[0]
    stored = connection.execute(select(_ANCHORS.c.root).where(_ANCHORS.c.id == number)).scalar()
    if stored is None:
        return f"the file knows anchor {number}, the database does not"
    return "" if stored == root else f"anchor {number} is another in the database than in the file"


def lines(file: Path) -> list[str]:
    """Return the lines of the anchor file, none if it is not there."""
    return file.read_text("utf-8", errors="replace").splitlines() if file.exists() else []


def parse(line: str) -> tuple[int, str, bytes] | None:
    """Return number, time and root of a line, or None if it is not one."""
    try:
        found = json.loads(line)
        number = found["n"]
        at = found["at"]
        root = bytes.fromhex(found["root"])
    except (ValueError, TypeError, KeyError):
        return None
    return (number, at, root) if isinstance(number, int) else None


def _line(number: int, at: datetime, root: bytes) -> str:
    return canonical({"at": timestamp(at), "n": number, "root": root}).decode()


def _node(children: Sequence[bytes]) -> bytes:
    """Return the node over one or two children; the odd one out goes up as it is."""
    return hashlib.sha256(b"\x01" + b"".join(children)).digest() if len(children) == 2 else children[0]


def _after_commit(session: Session, file: Path, line: str) -> None:
    """Write the line once this transaction is committed, never if it is rolled back."""

    def write(_session: Session) -> None:
        event.remove(session, "after_rollback", forget)
        _write(file, [line])

    def forget(_session: Session) -> None:
        event.remove(session, "after_commit", write)

    event.listen(session, "after_commit", write, once=True)
    event.listen(session, "after_rollback", forget, once=True)


def _write(file: Path, new: Sequence[str]) -> None:
    """Append lines and have them on the disk before returning."""
    if not new:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        out.write("".join(f"{line}\n" for line in new))
        out.flush()
        os.fsync(out.fileno())

"""Collects the audit events and row hashes of a transaction until its commit.

Rows that the session writes are noticed by themselves, one by one or by a bulk UPDATE or DELETE. What is sent
past the session, on its connection, says so by `note_row` or `read_again`. All of it is recorded right before
the commit, in `breach.store.audit.events`.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from breach.domain.events import EventKind
from breach.store.audit import row_hashes
from breach.store.audit.row_hashes import Stream
from breach.store.base import Base


@dataclass(frozen=True)
class Event:
    """An audit event to append; `data` holds plain values. Raises TypeError if `kind` is no EventKind."""

    at: datetime
    kind: EventKind
    actor_id: int | None
    controller_id: int | None
    case_id: UUID | None
    data: object

    def __post_init__(self) -> None:
        if not isinstance(self.kind, EventKind):
            raise TypeError(f"not a kind of event: {self.kind!r}")


Row = tuple[str, str]
"""A table and the row's key in it."""
Note = tuple[Row, tuple[Stream, str | None]]
"""A row, the stream of its events and its hash, which is None for a deleted row."""


@dataclass
class Pending:
    """The events and row hashes to append before the commit.

    rows: by row, the stream of its events and its hash, which is None for a deleted row
    again: ids by table of the rows that are read again before the commit to hash them
    """

    events: list[tuple[Stream, Event]] = field(default_factory=list)
    rows: dict[Row, tuple[Stream, str | None]] = field(default_factory=dict)
    again: dict[str, set[object]] = field(default_factory=dict)

    def __copy__(self) -> "Pending":
        again = {table: set(ids) for table, ids in self.again.items()}
        return Pending(list(self.events), dict(self.rows), again)

    def note(self, table: str, forms: row_hashes.Forms, *, gone: bool = False) -> None:
        """Note the row's hash as it is now, or that the row was deleted."""
        row, said = note_of(table, forms, gone=gone)
        self.rows[row] = said


def note_of(table: str, forms: row_hashes.Forms, *, gone: bool = False) -> Note:
    """Return a row's entry: its key, its stream and its hash."""
    said = None if gone else row_hashes.row_hash(table, forms)
    return (table, row_hashes.key_of(table, forms)), (row_hashes.stream_of(table, forms), said)


_HELD: WeakKeyDictionary[SessionTransaction, Pending] = WeakKeyDictionary()
_SAVEPOINTS: WeakKeyDictionary[SessionTransaction, Pending] = WeakKeyDictionary()
_GONE = object()


def pending_of(session: Session) -> Pending:
    """Return the pending entries of the session's transaction; begin one if there is none."""
    root = session.get_transaction()
    if root is None:
        session.connection()
        return pending_of(session)
    return _HELD.setdefault(root, Pending())


def taken(session: Session) -> Pending | None:
    """Return and clear the pending entries; None if there are none."""
    root = session.get_transaction()
    return _HELD.pop(root, None) if root is not None else None


def note_row(session: Session, table: str, values: Mapping[str, object]) -> None:
    """Note the hash of a row that a Core statement inserted, from all its values."""
    pending_of(session).note(table, row_hashes.written(table, values))


def read_again(session: Session, table: str, ids: Iterable[object]) -> None:
    """Note rows that a Core statement changed; they are read and hashed before the commit."""
    pending_of(session).again.setdefault(table, set()).update(ids)


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, _flushing: UOWTransaction) -> None:
    for row in session.new:
        _note(session, row)
    for row in session.dirty:
        if _is_changed(row):
            _note(session, row)
    for row in session.deleted:
        _note(session, row, gone=True)


@event.listens_for(Session, "do_orm_execute")
def _before_bulk(state: ORMExecuteState) -> None:
    """Find and lock the rows that a bulk statement is about to change or delete."""
    if not state.is_update and not state.is_delete:
        return
    statement: Any = state.statement
    table = statement.table
    if table.name not in row_hashes.hashed_tables() or _is_never_hashed(statement, table.name):
        return
    session = state.session
    if session.autoflush:
        session.flush()
    # in the order in which all lock them, or two that change many rows wait for one another
    wanted = select(table).order_by(*table.primary_key).with_for_update()
    if statement.whereclause is not None:
        wanted = wanted.where(statement.whereclause)
    rows = session.connection().execute(wanted)
    if state.is_update:
        [key] = row_hashes.key_columns(table.name)
        read_again(session, table.name, [row._mapping[key] for row in rows])
        return
    for row in rows:
        pending_of(session).note(table.name, row_hashes.written(table.name, dict(row._mapping)), gone=True)


def _is_never_hashed(statement: Any, table: str) -> bool:
    """Return whether the statement touches only columns without a hash, or deletes rows that may vanish."""
    if statement.is_delete:
        return table in row_hashes.VANISHING
    written = {getattr(column, "name", column) for column in statement._values or ()}
    return bool(written) and written <= row_hashes.FLEETING.get(table, frozenset())


@event.listens_for(Session, "after_transaction_create")
def _keep(session: Session, transaction: SessionTransaction) -> None:
    """Keep a copy of the pending entries when a savepoint begins."""
    root = session.get_transaction()
    if transaction.nested and root is not None:
        _SAVEPOINTS[transaction] = copy(_HELD.get(root, Pending()))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    """Restore the pending entries after a savepoint's rollback; drop them after a transaction's."""
    root = session.get_transaction()
    if transaction.nested and root is not None:
        _HELD[root] = _SAVEPOINTS.pop(transaction, Pending())
    else:
        _HELD.pop(transaction, None)


def _note(session: Session, row: object, *, gone: bool = False) -> None:
    table = getattr(row, "__tablename__", "")
    if isinstance(row, Base) and table in row_hashes.hashed_tables():
        pending_of(session).note(table, row_hashes.written(table, _values(table, row)), gone=gone)


def _values(table: str, row: Base) -> dict[str, Any]:
    """Return the row's values; attributes never set are NULL, expired ones are loaded."""
    state = inspect(row)
    held = state.dict
    loaded = {name: getattr(row, name) for name in state.expired_attributes}
    return {part.name: held.get(part.name, loaded.get(part.name)) for part in row_hashes.parts(table)}


def _is_changed(row: object) -> bool:
    """Return whether a hashed column changed; relationships have rows of their own."""
    table = getattr(row, "__tablename__", "")
    if table not in row_hashes.hashed_tables():
        return False
    state: Any = inspect(row)
    covered = {part.name for part in row_hashes.parts(table)}
    before = state.committed_state
    return any(state.dict.get(name, _GONE) != before[name] for name in covered & before.keys())

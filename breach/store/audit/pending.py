"""What a transaction will record: its events, and a fingerprint of every row it wrote.

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
    """An event that is to be recorded; `data` holds plain values only. Raises TypeError for no known kind."""

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
"""A table and what names the row in it."""
Note = tuple[Row, tuple[Stream, str | None]]
"""A row, the stream that records it and its fingerprint, None when it was deleted."""


@dataclass
class Waiting:
    """What is to be recorded before the commit.

    rows: by row, the stream that records it and its fingerprint, None when it was deleted
    again: ids of rows by table that are read from the database for their fingerprint
    """

    events: list[tuple[Stream, Event]] = field(default_factory=list)
    rows: dict[Row, tuple[Stream, str | None]] = field(default_factory=dict)
    again: dict[str, set[object]] = field(default_factory=dict)

    def __copy__(self) -> "Waiting":
        again = {table: set(ids) for table, ids in self.again.items()}
        return Waiting(list(self.events), dict(self.rows), again)

    def note(self, table: str, forms: row_hashes.Forms, *, gone: bool = False) -> None:
        """Take down a row as it stands now, or that it was deleted."""
        row, said = note_of(table, forms, gone=gone)
        self.rows[row] = said


def note_of(table: str, forms: row_hashes.Forms, *, gone: bool = False) -> Note:
    """Return what is to be taken down of a row."""
    said = None if gone else row_hashes.fingerprint(table, forms)
    return (table, row_hashes.key_of(table, forms)), (row_hashes.owner_of(table, forms), said)


_HELD: WeakKeyDictionary[SessionTransaction, Waiting] = WeakKeyDictionary()
_SAVEPOINTS: WeakKeyDictionary[SessionTransaction, Waiting] = WeakKeyDictionary()
_GONE = object()


def waiting(session: Session) -> Waiting:
    """Return what waits in the session's transaction; begins one if there is none."""
    root = session.get_transaction()
    if root is None:
        session.connection()
        return waiting(session)
    return _HELD.setdefault(root, Waiting())


def taken(session: Session) -> Waiting | None:
    """Return what waits and forget it; None when nothing does."""
    root = session.get_transaction()
    return _HELD.pop(root, None) if root is not None else None


def note_row(session: Session, table: str, values: Mapping[str, object]) -> None:
    """Take down a row that a Core statement inserted, with all its values."""
    waiting(session).note(table, row_hashes.written(table, values))


def read_again(session: Session, table: str, ids: Iterable[object]) -> None:
    """Take down rows that a Core statement changed; they are read before the commit."""
    waiting(session).again.setdefault(table, set()).update(ids)


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
    if table.name not in row_hashes.recorded() or _leaves_no_trace(statement, table.name):
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
        waiting(session).note(table.name, row_hashes.written(table.name, dict(row._mapping)), gone=True)


def _leaves_no_trace(statement: Any, table: str) -> bool:
    """Tell whether the statement touches only what is not recorded."""
    if statement.is_delete:
        return table in row_hashes.VANISHING
    written = {getattr(column, "name", column) for column in statement._values or ()}
    return bool(written) and written <= row_hashes.FLEETING.get(table, frozenset())


@event.listens_for(Session, "after_transaction_create")
def _keep(session: Session, transaction: SessionTransaction) -> None:
    """Remember what waited when a savepoint was set."""
    root = session.get_transaction()
    if transaction.nested and root is not None:
        _SAVEPOINTS[transaction] = copy(_HELD.get(root, Waiting()))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    """Forget what a savepoint took back; a whole transaction takes its own with it."""
    root = session.get_transaction()
    if transaction.nested and root is not None:
        _HELD[root] = _SAVEPOINTS.pop(transaction, Waiting())
    else:
        _HELD.pop(transaction, None)


def _note(session: Session, row: object, *, gone: bool = False) -> None:
    table = getattr(row, "__tablename__", "")
    if isinstance(row, Base) and table in row_hashes.recorded():
        waiting(session).note(table, row_hashes.written(table, _values(table, row)), gone=gone)


def _values(table: str, row: Base) -> dict[str, Any]:
    """Return the row's values; what was never set is NULL, what was set aside is loaded."""
    state = inspect(row)
    held = state.dict
    loaded = {name: getattr(row, name) for name in state.expired_attributes}
    return {part.name: held.get(part.name, loaded.get(part.name)) for part in row_hashes.parts(table)}


def _is_changed(row: object) -> bool:
    """Tell whether a column changed that the fingerprint covers; relationships are rows of their own."""
    table = getattr(row, "__tablename__", "")
    if table not in row_hashes.recorded():
        return False
    state: Any = inspect(row)
    covered = {part.name for part in row_hashes.parts(table)}
    before = state.committed_state
    return any(state.dict.get(name, _GONE) != before[name] for name in covered & before.keys())

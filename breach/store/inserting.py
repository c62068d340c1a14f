"""INSERT .. ON CONFLICT DO NOTHING and bulk inserts that also register row hashes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from breach.store.audit import row_hashes
from breach.store.audit.pending import Note, note_of, note_row, pending_of
from breach.store.base import Base


def insert_into(session: Session, table: Table | type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return the INSERT of the session's database, which knows `on_conflict_...`."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Insert the rows that do not exist yet and register their hashes; return the inserted ones.

    The loser of a race waits here for the winner's commit. Give rows in an order that all keep, or two that
    hold the same rows wait for one another.
    """
    if not rows:
        return []
    statement = insert_into(session, table).values(rows).on_conflict_do_nothing().returning(table)
    made = [dict(row) for row in session.connection().execute(statement).mappings()]
    for row in made:
        note_row(session, table.name, row)
    return made


@dataclass(frozen=True)
class Ready:
    """A row ready to insert, with its hash, made outside a transaction."""

    values: Mapping[str, Any]
    note: Note


def ready(table: Table, values: Mapping[str, Any]) -> Ready:
    """Return a row ready to be inserted."""
    return Ready(values, note_of(table.name, row_hashes.written(table.name, values)))


def insert_ready(session: Session, table: Table, rows: Sequence[Ready]) -> None:
    """Bulk-insert rows and register their hashes; an existing row is an error.

    By one statement and without an object a row: what a long list takes is what everybody else waits.
    """
    if rows:
        session.flush()
        session.connection().execute(insert(table), [row.values for row in rows])
        pending_of(session).rows.update(row.note for row in rows)

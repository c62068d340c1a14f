"""Inserts that give way: a row that is there already is left as it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from breach.store.base import Base
from breach.store.waiting import note_row


def insert_into(session: Session, table: Table | type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return the INSERT of the session's database, which knows `on_conflict_...`."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Insert those of the rows that are not there yet, and record them; return them as stored.

    The loser of a race waits here for the winner's commit. Give rows in an order that all keep, or two that
    hold the same rows wait for one another.
    """
    if not rows:
        return []
    insert = insert_into(session, table).values(rows).on_conflict_do_nothing().returning(table)
    made = [dict(row) for row in session.connection().execute(insert).mappings()]
    for row in made:
        note_row(session, table.name, row)
    return made

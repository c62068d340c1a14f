"""Changes rows in a migration and records them as they then are, so that the audit knows them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, inspect, select, update
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.store.audit.events import append
from breach.store.audit.pending import note_row
from breach.store.base import Base

Row = dict[str, Any]


def rows_now(bind: Connection, name: str) -> list[Row]:
    """Return the rows of a table with the columns that it has by now; later migrations add others."""
    there = {column["name"] for column in inspect(bind).get_columns(name)}
    wanted = [column for column in Base.metadata.tables[name].columns if column.name in there]
    return [dict(row) for row in bind.execute(select(*wanted)).mappings()]


def change_rows(bind: Connection, name: str, changes: Iterable[tuple[Row, Mapping[str, Any]]]) -> None:
    """Give each row its new values; one event of the system says that rows changed, with their hashes."""
    table = Base.metadata.tables[name]
    with Session(bind) as session:  # the connection's own transaction is not ended by it
        count = 0
        for row, values in changes:
            same = [column == row[column.name] for column in table.primary_key]
            session.connection().execute(update(table).where(*same).values(values))
            note_row(session, name, {**row, **values})
            count += 1
        if count:
            append(session, datetime.now(UTC), EventKind.ROWS_CHANGED, None, None, None, {"migrated": count})
        session.commit()

"""Compares the triggers and tables of a database with those of this version."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.schema import CreateIndex, CreateTable

from breach.domain.errors import StartRefused
from breach.store.base import Base
from breach.store.guards import triggers
from breach.store.guards.shipped import differing


@dataclass(frozen=True)
class Difference:
    """A trigger, table, constraint or function that is not as shipped."""

    what: str
    name: str


class SchemaChanged(StartRefused):
    """The database's triggers or tables are not those shipped; the service does not start on it."""


def check_schema(engine: Engine) -> None:
    """Raise SchemaChanged, naming the first difference, unless triggers and tables are as shipped."""
    with engine.connect() as connection:
        for found in differences(connection):
            raise SchemaChanged(f"the {found.what} {found.name} is missing or not the one shipped")


def differences(connection: Connection) -> Iterator[Difference]:
    """Yield what is missing or changed, triggers first. Tables of others, as DBOS's, are not looked at."""
    yield from _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)


def _sqlite(connection: Connection) -> Iterator[Difference]:
    rows = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master")).all()
    found = {(row.type, row.name): row.sql for row in rows}
    shipped = {name: sql for (_, name), sql in triggers.triggers("sqlite").items()}
    for name, sql in shipped.items():
        if _squeezed(found.get(("trigger", name))) != _squeezed(sql):
            yield Difference("trigger", name)
    for row in rows:
        if row.type == "trigger" and row.tbl_name in Base.metadata.tables and row.name not in shipped:
            yield Difference("trigger", row.name)
    for table in Base.metadata.sorted_tables:
        wanted = str(CreateTable(table).compile(dialect=connection.dialect))
        if _lines(found.get(("table", table.name))) != _lines(wanted):
            yield Difference("table", table.name)
        for index in table.indexes:
            shipped_index = str(CreateIndex(index).compile(dialect=connection.dialect))
            if _plain(found.get(("index", str(index.name)))) != _plain(shipped_index):
                yield Difference("index", str(index.name))


def _postgresql(connection: Connection) -> Iterator[Difference]:
    query = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    bodies = {row.proname: row.prosrc for row in connection.execute(text(query))}
    for name, body in triggers.functions("postgresql").items():
        if bodies.get(name) != body:
            yield Difference("function", name)
    for what, _, name in differing(connection):
        yield Difference(what, name)


def _squeezed(sql: str | None) -> str:
    return " ".join((sql or "").split())


def _plain(sql: str | None) -> str:
    return _squeezed(sql).replace('"', "")


def _lines(sql: str | None) -> list[str]:
    """Return the parts of a table's text in an order of their own: migrations may write them in another."""
    return sorted(
        _squeezed(line).rstrip(",").replace('"', "") for line in (sql or "").splitlines() if line.strip()
    )

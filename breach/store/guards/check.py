"""Compares the triggers and tables of a database with those of this version."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.schema import CheckConstraint, CreateTable, ForeignKeyConstraint, Index, UniqueConstraint

from breach.domain.errors import StartRefused
from breach.store.base import Base
from breach.store.guards import triggers


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
            if ("index", str(index.name)) not in found:
                yield Difference("index", str(index.name))


def _postgresql(connection: Connection) -> Iterator[Difference]:
    query = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    bodies = {row.proname: row.prosrc for row in connection.execute(text(query))}
    for name, body in triggers.functions("postgresql").items():
        if bodies.get(name) != body:
            yield Difference("function", name)
    yield from _postgresql_triggers(connection)
    yield from _postgresql_names(connection)


def _postgresql_triggers(connection: Connection) -> Iterator[Difference]:
    """Compare each trigger's table, time, event, function and argument, and that it is on."""
    query = (
        "SELECT t.tgname, c.relname, t.tgenabled, t.tgtype, p.proname, t.tgargs, t.tgqual IS NULL AS always"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    )
    found = {(row.relname, row.tgname): row for row in connection.execute(text(query))}
    for (table, name), sql in triggers.triggers("postgresql").items():
        row = found.pop((table, name), None)
        if row is None or row.tgenabled != "O" or _shape(row) != _shipped_shape(sql):
            yield Difference("trigger", name)
    for table, name in found:
        if table in Base.metadata.tables:
            yield Difference("trigger", name)


def _shape(row: Row[Any]) -> tuple[int, str, bool]:
    argument = bytes(row.tgargs).rstrip(b"\0").decode()
    quoted = f"'{argument}'" if argument else ""
    return row.tgtype, f"{row.proname}({quoted})", row.always


def _shipped_shape(sql: str) -> tuple[int, str, bool]:
    """Return the trigger's bits in pg_trigger (row 1, before 2, insert 4 ...), its call, if always."""
    fired = sql.split("BEFORE ", 1)[1].split(" ", 1)[0]
    bits = 2 + {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}[fired]
    call = sql.rsplit("EXECUTE FUNCTION ", 1)[1]
    return bits + ("FOR EACH ROW" in sql), call, " WHEN (" not in sql


def _postgresql_names(connection: Connection) -> Iterator[Difference]:
    """Yield the constraints and indexes that are not there, or not valid."""
    constraints = "SELECT conname FROM pg_constraint WHERE convalidated"
    indexes = "SELECT indexrelid::regclass::text FROM pg_index WHERE indisvalid"
    there = set(connection.execute(text(constraints)).scalars())
    there |= {name.strip('"') for name in connection.execute(text(indexes)).scalars()}
    preparer = connection.dialect.identifier_preparer
    for table in Base.metadata.sorted_tables:
        for thing in (*table.constraints, *table.indexes):
            if isinstance(thing, CheckConstraint | ForeignKeyConstraint | UniqueConstraint):
                name = preparer.format_constraint(thing)
            elif isinstance(thing, Index):
                name = preparer.format_index(thing)
            else:
                continue
            if name is not None and name.strip('"') not in there:
                yield Difference("constraint", name)


def _squeezed(sql: str | None) -> str:
    return " ".join((sql or "").split())


def _lines(sql: str | None) -> list[str]:
    """Return the parts of a table's text in an order of their own: migrations may write them in another."""
    return sorted(
        _squeezed(line).rstrip(",").replace('"', "") for line in (sql or "").splitlines() if line.strip()
    )

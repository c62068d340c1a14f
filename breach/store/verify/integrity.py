"""The database's own integrity checks: pages, indexes, foreign keys, and the case counters."""

from collections.abc import Iterator

from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    String,
    Table,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
    text,
)

from breach.store.base import Base
from breach.store.models import BreachCase, CaseNumber
from breach.store.verify.problem import Problem

_CASES = Base.metadata.tables[BreachCase.__tablename__]
_NUMBERS = Base.metadata.tables[CaseNumber.__tablename__]


def integrity(connection: Connection) -> Iterator[Problem]:
    """Yield what is wrong with the database as a whole."""
    yield from _counters(connection)
    if connection.dialect.name == "sqlite":
        yield from _sqlite(connection)
    else:
        yield from _postgresql(connection)


def _counters(connection: Connection) -> Iterator[Problem]:
    """Yield the counters of case numbers that are not at the newest case; else a number could come twice."""
    reference = _CASES.c.reference
    of_year = select(reference).where(reference.like(literal("BRUD-") + cast(_NUMBERS.c.year, String) + "-%"))
    newest = of_year.order_by(func.length(reference).desc(), reference.desc()).limit(1)
    for row in connection.execute(select(_NUMBERS, newest.scalar_subquery().label("newest"))):
        if row.newest != f"BRUD-{row.year}-{row.last:06d}":
            yield Problem(_NUMBERS.name, str(row.year), 0, "counter", "last")


def _sqlite(connection: Connection) -> Iterator[Problem]:
    """Yield what SQLite finds in its own file: pages, indexes against tables, checks, foreign keys."""
    for said in connection.execute(text("PRAGMA integrity_check(1)")).scalars():
        if said != "ok":
            yield Problem("database", str(said), 0, "page")
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Problem(str(row[0]), f"rowid {row[1]}", 0, "foreign")


def _postgresql(connection: Connection) -> Iterator[Problem]:
    """Yield pages whose checksum failed when they were read, and rows that point at none.

    The server's own checks of indexes need a superuser: `pg_amcheck`.
    """
    wanted = "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
    if failed := connection.execute(text(wanted)).scalar():
        yield Problem("database", "checksum", int(failed), "page")
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            yield from _pointing_at_none(connection, table, key)


def _pointing_at_none(connection: Connection, table: Table, key: ForeignKeyConstraint) -> Iterator[Problem]:
    target = key.referred_table.alias()
    pairs = [(table.c[one.parent.name], target.c[one.column.name]) for one in key.elements]
    is_set = and_(*(ours.is_not(None) for ours, _ in pairs))
    there = exists().where(and_(*(ours == theirs for ours, theirs in pairs)))
    columns = list(table.primary_key)
    for row in connection.execute(select(*columns).where(is_set, ~there).limit(1)):
        name = "/".join(str(value) for value in row)
        yield Problem(table.name, name, 0, "foreign", str(pairs[-1][0].name))

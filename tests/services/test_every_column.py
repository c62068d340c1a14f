"""Change one value behind the database's back, in every column of every table: the check names it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    Table,
    Uuid,
    select,
    text,
)
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.domain.messages import SendOutcome, Sent
from breach.services.access import passwords, role_requests, tokens
from breach.services.access.people import actor_of
from breach.services.cases import awareness, reminders
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.intake import drafts
from breach.services.intake.filing import file_report
from breach.services.intake.report import parse_report
from breach.services.sending import claims
from breach.store.audit.anchor import anchor
from breach.store.audit.events import append_read
from breach.store.base import Base, UTCDateTime
from breach.store.engine import checkpoint, for_migrations, make_engine, make_reading_sessions
from breach.store.guards import triggers
from breach.store.models import (
    BreachCase,
    Deputy,
    LoginAttempt,
    Person,
    RoleGrant,
    SendBatch,
    WorkerBeat,
)
from breach.store.verify.chain import verify
from breach.store.verify.problem import Problem
from tests.support.access import add_login
from tests.support.scenario import Service
from tests.support.stages import Stages, earlier, leave_out, tell_all, write_notice

EXCEPTIONS = {
    "login_attempt": "failed log-ins of the last hour; they slow guesses and are then deleted",
    "report_draft": "what a reporter is still writing; its cell is sealed and does not open once changed",
    "worker_beat": "a sign of life, written anew every few seconds",
    "login_session.seen_at": "the last visit, written every minute",
    "send_batch.epoch": "a worker's note on a slice of the list; what was sent stands in the notices",
    "send_batch.state": "as the epoch",
    "send_batch.worker": "as the epoch",
    "send_batch.touched_at": "as the epoch",
    "release.unprepared": "a worker's note on how far the letters are made; those made are the notices",
    "release.prepared_to": "as that",
    "release.preparation": "as that",
}
"""Tables and columns of which nothing is recorded, and why; docs/operations.md says the same."""
OF_THE_CHAIN = {
    *("seq", "prev", "hash", "column", "head", "length", "anchored", "tail", "stream", "name"),
    *("root", "line", "missing"),
}
FLIPS = 100
TABLES = [table for table in Base.metadata.sorted_tables if table.name not in EXCEPTIONS]
REPORT = {
    "kind": "staff",
    "what": "En fil lå åben.",
    "occurred": {"kind": "unknown"},
    "contact": {"name": "Mette Prøve", "phone": "97 64 80 01"},
}


@dataclass(frozen=True)
class Full:
    """A service whose every table has a row, and a way to change one unseen."""

    service: Service

    def found_after(
        self, connection: Connection, table: str, change: str, values: dict[str, Any]
    ) -> Problem | None:
        """Do the change without triggers, look, and take it back."""
        transaction = connection.begin()
        try:
            behind_its_back(connection, table, change, values)
            with Session(connection) as session:
                session.connection()  # in the connection's transaction, which is taken back
                return verify(session, self.service.runtime.settings.anchor_file)
        finally:
            transaction.rollback()


def behind_its_back(connection: Connection, table: str, change: str, values: dict[str, Any]) -> None:
    """Change a table as somebody with the file would: past triggers and checks, and leave these as found."""
    if connection.dialect.name == "sqlite":
        of_table = {name: sql for (on, name), sql in triggers.triggers("sqlite").items() if on == table}
        for name in of_table:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(text(change), values)
        for sql in of_table.values():
            connection.exec_driver_sql(sql)
        return
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    wanted = (
        "SELECT conname, pg_get_constraintdef(oid) AS said FROM pg_constraint"
        f" WHERE contype = 'c' AND conrelid = '\"{table}\"'::regclass"
    )
    checks = connection.exec_driver_sql(wanted).all()
    for row in checks:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT "{row.conname}"')
    connection.execute(text(change), values)
    for row in checks:
        again = f'ADD CONSTRAINT "{row.conname}" {row.said} NOT VALID'
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {again}')
    connection.exec_driver_sql("UPDATE pg_constraint SET convalidated = true WHERE NOT convalidated")


def acting(ctx: Context, username: str) -> Context:
    """Return the same transaction with somebody acting in it."""
    person = ctx.session.scalars(select(Person).where(Person.username == username)).one()
    return replace(ctx, actor=actor_of(person))


@pytest.fixture(scope="module")
def full(stages: Stages) -> Iterator[Full]:
    """A case that everyone was told of, another of a report, and at least one row in every table."""
    service = stages.at("released")
    service.do("sagsbehandler", awareness.ask, earlier(service), "Vagten vidste det før.")
    service.do("beslutter", awareness.confirm)
    with service.runtime.transaction() as ctx:
        batch = ctx.session.query(SendBatch).one()
        claimed = claims.claim(ctx, batch.id, "worker-1")
    with service.runtime.transaction() as ctx:
        claims.settle(ctx, [(one, Sent(SendOutcome.ACCEPTED)) for one in claimed])
    tell_all(service)
    leave_out(service, 1)
    write_notice(service)
    with service.runtime.transaction() as ctx:
        report = parse_report(REPORT, ctx.now)
        file_report(ctx, report, "nordjylland", "submission-1", "api")
    with service.runtime.transaction() as ctx:
        asked = role_requests.ask(acting(ctx, "administrator"), "sagsbehandler", "releaser", 1)
        role_requests.refuse(acting(ctx, "administrator2"), asked.id, "Hun frigiver ikke breve.")
        drafts.begin(ctx, {"what": "En fil"})
        person = ctx.session.query(Person).filter(Person.username == "sagsbehandler").one()
        tokens.grant_token(ctx, person.username)
        ctx.session.add(WorkerBeat(worker="worker-1", beat_at=ctx.now))
        ctx.session.add(LoginAttempt(account_key="a" * 64, at=ctx.now))
        passwords._append_try(ctx, EventKind.LOGIN_SUCCEEDED, person.id)
        add_login(ctx.session, person.id, ctx.now)
        day = ctx.now.date()
        named = {"person_id": person.id, "deputy_id": person.id + 1, "from_day": day, "to_day": day}
        ctx.session.add(Deputy(id=new_id(ctx.now), named_at=ctx.now, **named))
    with service.runtime.transaction() as ctx:
        later = ctx.session.query(BreachCase).order_by(BreachCase.id.desc()).first()
        assert later is not None
        append_read(ctx.session, ctx.now, EventKind.CASE_READ, person.id, later.controller_id, later.id, {})
        soon = ctx.now + timedelta(hours=25)
    with service.runtime.transaction(now=soon) as ctx:
        assert reminders.give_reminders(ctx) == 1
    with service.runtime.transaction() as ctx:
        anchor(ctx.session, service.runtime.settings.anchor_file, ctx.now)
    yield Full(service)
    service.runtime.close()


@pytest.fixture
def connection(full: Full) -> Iterator[Connection]:
    """A connection that may do anything."""
    engine = for_migrations(full.service.runtime.settings.database_url)
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys = OFF").close()
            driver.execute("PRAGMA ignore_check_constraints = ON").close()
        yield connection
    engine.dispose()


def test_untouched_it_holds_and_every_table_has_a_row(full: Full, connection: Connection) -> None:
    with full.service.runtime.sessions() as session:
        assert verify(session, full.service.runtime.settings.anchor_file) is None
    empty = [
        table.name
        for table in Base.metadata.sorted_tables
        if connection.execute(table.select().limit(1)).first() is None
    ]
    assert empty == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_changed_value_is_named(full: Full, connection: Connection, table: Table) -> None:
    missed = []
    for column in table.columns:
        if f"{table.name}.{column.name}" in EXCEPTIONS:
            continue
        change, values, _ = altering(connection, table, column)
        connection.rollback()
        found = full.found_after(connection, table.name, change, values)
        if not names(found, table, column):
            missed.append((column.name, found))
    assert missed == []


def names(found: Problem | None, table: Table, column: Column[Any]) -> bool:
    """Tell whether the finding is about that column; a changed key makes it another row."""
    if found is None:
        return False
    if table.name.startswith("audit_"):
        return found.what in OF_THE_CHAIN
    if table.name == "case_number":
        return (found.kind, found.what) == ("case_number", "counter")
    if column.primary_key:
        return (found.kind, found.what) in ((table.name, "unrecorded"), (table.name, "gone"))
    return (found.kind, found.what, found.column) == (table.name, "row", column.name)


def altering(
    connection: Connection, table: Table, column: Column[Any]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return a statement that changes one row's value in the column, its values, and the row's key."""
    keys = [key.name for key in table.primary_key]
    quoted = ", ".join(f'"{name}"' for name in keys)
    shown = f'CAST("{column.name}" AS TEXT)' if isinstance(column.type, JSON) else f'"{column.name}"'
    query = f'SELECT {quoted}, {shown} AS old FROM "{table.name}" ORDER BY "{column.name}" IS NULL, 1 LIMIT 1'
    if isinstance(column.type, JSON):
        query = f'SELECT {quoted}, {shown} AS old FROM "{table.name}" ORDER BY 1 LIMIT 1'
    row = connection.execute(text(query)).one()
    key = {f"key_{name}": getattr(row, name) for name in keys}
    where = " AND ".join(f'"{name}" = :key_{name}' for name in keys)
    new = other(row.old, column, connection.dialect.name)
    setting = "CAST(:new AS JSON)" if isinstance(column.type, JSON) else ":new"
    if connection.dialect.name == "sqlite":
        setting = ":new"
    return f'UPDATE "{table.name}" SET "{column.name}" = {setting} WHERE {where}', {"new": new, **key}, key


def other(old: Any, column: Column[Any], dialect: str) -> Any:
    """Return another value of the same kind, as like it as can be; something where there was none."""
    if old is None:
        return _something(column, dialect)
    match old:
        case bool():
            return not old
        case int():
            return 1 - old if isinstance(column.type, Boolean) else old + 1000
        case bytes() | memoryview():
            raw = bytes(old)
            return raw[:-1] + bytes([raw[-1] ^ 1])
        case datetime():
            return old + timedelta(microseconds=1)
        case date():
            return old + timedelta(days=1)
        case UUID():
            return UUID(int=old.int ^ 1)
    if isinstance(column.type, JSON):
        return old + " "
    return old[:-1] + ("0" if old[-1:] != "0" else "1")


MADE_UP: tuple[tuple[type, Any, Any], ...] = (
    (Uuid, "0" * 32, UUID(int=1)),
    (UTCDateTime, "2026-03-27 19:00:00.000000", datetime(2026, 3, 27, 19, 0, tzinfo=UTC)),
    (Date, "2026-03-27", date(2026, 3, 27)),
    (Boolean, 1, True),
    (JSON, '"x"', '"x"'),
    (Integer, 1, 1),
    (LargeBinary, b"x", b"x"),
)
"""A value of a type, as SQLite and as PostgreSQL takes it."""


def _something(column: Column[Any], dialect: str) -> Any:
    for kind, of_sqlite, of_postgresql in MADE_UP:
        if isinstance(column.type, kind):
            return of_sqlite if dialect == "sqlite" else of_postgresql
    return "x"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_row_taken_away_is_named(full: Full, connection: Connection, table: Table) -> None:
    if table.name in ("login_session", "case_number"):
        return
    _, _, key = altering(connection, table, next(iter(table.columns)))
    connection.rollback()
    where = " AND ".join(f'"{name[4:]}" = :{name}' for name in key)
    found = full.found_after(connection, table.name, f'DELETE FROM "{table.name}" WHERE {where}', key)
    assert found is not None
    if not table.name.startswith("audit_"):
        assert (found.kind, found.what) == (table.name, "gone")


def test_row_put_in_is_named(full: Full, connection: Connection) -> None:
    grant = "INSERT INTO role_grant (id, person_id, controller_id, role, granted_at, request_id)"
    grant += " SELECT 999, 1, 2, 'decider', asked_at, id FROM role_request WHERE state = 'refused'"
    found = full.found_after(connection, "role_grant", grant, {})
    assert found == Problem(RoleGrant.__tablename__, "999", 0, "unrecorded")


def everything(path: Path) -> dict[str, list[str]]:
    """Return all that is recorded of rows, as SQLite reads it and not as our types do."""
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    found = {}
    for table in TABLES:
        names = [one.name for one in table.columns if f"{table.name}.{one.name}" not in EXCEPTIONS]
        columns = ", ".join(f'"{name}"' for name in names)
        found[table.name] = sorted(map(repr, connection.execute(f'SELECT {columns} FROM "{table.name}"')))
    connection.close()
    return found


@pytest.mark.parametrize("stages", ["sqlite"], indirect=True)
def test_flipped_byte_of_the_file_is_found_wherever_it_changes_a_row(full: Full, tmp_path: Path) -> None:
    """One bit at a time, anywhere in the file. What is not found changed no value: it hit free space."""
    settings = full.service.runtime.settings
    checkpoint(full.service.runtime.sessions.kw["bind"])
    whole = (settings.home / "breach.db").read_bytes()
    random = Random(20261122)
    path = tmp_path / "flipped.db"
    path.write_bytes(whole)
    good = everything(path)
    found = 0
    for _ in range(FLIPS):
        raw = bytearray(whole)
        raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
        path.write_bytes(raw)
        engine = make_engine(f"sqlite:///{path}")
        with make_reading_sessions(engine)() as session:
            problem = verify(session, settings.anchor_file)
        engine.dispose()
        found += problem is not None
        assert problem is not None or everything(path) == good
    assert found > FLIPS // 20

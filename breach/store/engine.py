"""Engines and sessions: SQLite by default, PostgreSQL when grown, both set so that a commit is kept."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as AllInUse
from sqlalchemy.orm import Session, sessionmaker

from breach.store.audit import events as events  # its hooks record what a session writes
from breach.store.guards.triggers import APPEND_ONLY
from breach.store.keys.event_seal import EventSeal

# A confirmed report survives a power cut (synchronous FULL).
# The busy time-out comes first, as the journal mode itself may have to wait.
# No auto-checkpoint: the WAL-reset race needs two checkpointers, so only the worker does it (`checkpoint`).
SQLITE_PRAGMAS = {
    "busy_timeout": "10000",
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "recursive_triggers": "ON",
    "secure_delete": "ON",
    "wal_autocheckpoint": "0",
    "mmap_size": "0",
}

# Milliseconds, for connections that serve pages; a stuck statement must not hold the clock of a case.
POSTGRESQL_SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "30000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "60000",
}

_READABLE_PRAGMAS = frozenset(
    {*SQLITE_PRAGMAS, "ignore_check_constraints", "page_count", "page_size", "freelist_count"}
    | {"read_uncommitted", "encoding", "integrity_check", "quick_check", "wal_checkpoint", "data_version"}
    | {"database_list", "table_list", "foreign_key_check"}
)
_DESCRIBING_PRAGMAS = frozenset(
    {"table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list"}
    | {"integrity_check", "quick_check", "wal_checkpoint"}
)
_REFUSED_ACTIONS = frozenset(
    code
    for name, code in vars(sqlite3).items()
    if name.startswith("SQLITE_DROP_")
    or name in {"SQLITE_ALTER_TABLE", "SQLITE_ATTACH", "SQLITE_DETACH"}
    or name in {"SQLITE_CREATE_TRIGGER", "SQLITE_CREATE_TEMP_TRIGGER", "SQLITE_CREATE_TEMP_VIEW"}
)
_NOTHING_STORED = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
)
PROBE = 1_000_000
"""Bytes that must fit beside an SQLite database: more than one report writes."""
_CHAINED = frozenset({"head", "length", "kind", "key", "id"})


def make_engine(url: str, seal: EventSeal | None = None) -> Engine:
    """Return the engine of the service for `url`; its connections can change no schema and no kept record.

    seal: seals the audit events that its sessions write

    SQLite transactions begin as writers (BEGIN IMMEDIATE), so that a check and the write after it are one;
    `make_reading_sessions` begins as a reader.
    """
    engine = for_migrations(url, seal)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _guard)
    return engine


def for_migrations(url: str, seal: EventSeal | None = None) -> Engine:
    """Return an engine that may change the schema; for `breach init` and nothing that serves."""
    engine = _unsealed(url)
    engine.update_execution_options(event_seal=seal)
    return engine


def _unsealed(url: str) -> Engine:
    parsed = _driver(make_url(url))
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            hide_parameters=True,
            pool_size=10,
            max_overflow=20,
            connect_args={"cached_statements": 1024},
        )
        event.listen(engine, "connect", _leave_begin_to_us)
        event.listen(engine, "begin", _begin)
        return engine
    options = " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_SETTINGS.items())
    arguments = {"options": options, "keepalives_idle": 30, "connect_timeout": 10}
    return create_engine(
        parsed,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        connect_args=arguments,
    )


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of sessions that write; objects stay readable after the commit.

    What they write is recorded before the commit: see `breach.store.audit.pending`.
    """
    return sessionmaker(engine, expire_on_commit=False)


def make_reading_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of sessions that only read: on SQLite they never wait for a writer."""
    return sessionmaker(engine.execution_options(begins="DEFERRED"), expire_on_commit=False)


def is_busy(error: BaseException) -> bool:
    """Return whether a statement can be retried: the database is locked or the server unreachable.

    SQLite says with the same kind of fault that a table is missing or the disk is full: that is not for now.
    """
    if isinstance(error, AllInUse):  # all connections are in use
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest of it says why
        return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return isinstance(error, OperationalError) or error.connection_invalidated


def cannot_store(error: BaseException) -> bool:
    """Return whether a statement failed because nothing can be stored: the disk is full or read only."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _NOTHING_STORED
    state = getattr(error.orig, "sqlstate", None) or ""
    return state in {"53100", "25006", "58030"}  # disk full, read-only transaction, input or output error


def has_room(engine: Engine) -> bool:
    """Return whether something can be stored, without waiting for a writer.

    SQLite: a file of PROBE bytes beside the database is written and deleted. PostgreSQL tells whether it
    takes changes; that its disk is full is seen when a change fails.
    """
    if engine.dialect.name == "sqlite":
        return _takes_a_file(Path(str(engine.url.database)).parent)
    with engine.connect() as connection:
        return connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off"


def _takes_a_file(folder: Path) -> bool:
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def missing_file(url: str) -> str | None:
    """Return the path of an SQLite file that is not there; connecting would make an empty one."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return None if Path(str(parsed.database)).exists() else parsed.database


def checkpoint(engine: Engine) -> None:
    """Fold SQLite's write-ahead log into the file; only the worker calls it. Nothing to do on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()  # no transaction may be open, so not by a Connection
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def _driver(url: URL) -> URL:
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url


@event.listens_for(Engine, "connect")
def _pragmas(connection: Any, _record: object) -> None:
    """Set what every SQLite connection of the process needs, those that DBOS opens for itself too."""
    if isinstance(connection, sqlite3.Connection):
        for name, value in SQLITE_PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}").close()


def _leave_begin_to_us(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # else the driver begins by itself, late and not before DDL


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        mode = connection.get_execution_options().get("begins", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")


def _guard(connection: sqlite3.Connection, _record: object) -> None:
    connection.set_authorizer(_authorize)


def _authorize(
    action: int, first: str | None, second: str | None, _database: str | None, trigger: str | None
) -> int:
    """Return whether the statement may be prepared. SQLite asks once a statement, not once a row."""
    if action in _REFUSED_ACTIONS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA:
        allowed = _READABLE_PRAGMAS if second is None else _DESCRIBING_PRAGMAS
        return sqlite3.SQLITE_OK if first in allowed else sqlite3.SQLITE_DENY
    if action in _CHANGES and _CHANGES[action](first, second, trigger):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _is_kept(table: str | None, _column: str | None, _trigger: str | None) -> bool:
    return table in APPEND_ONLY or table == "audit_stream"


def _is_kept_or_chained(table: str | None, column: str | None, trigger: str | None) -> bool:
    """Return whether an update touches a kept record, or the head of a chain but not by its trigger."""
    return table in APPEND_ONLY or (table == "audit_stream" and column in _CHAINED and trigger is None)


_CHANGES: dict[int, Callable[[str | None, str | None, str | None], bool]] = {
    sqlite3.SQLITE_DELETE: _is_kept,
    sqlite3.SQLITE_UPDATE: _is_kept_or_chained,
}

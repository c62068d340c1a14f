"""The connections of the service: kept safe on SQLite by an authorizer, set for durability on both."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError

from breach.store.engine import (
    POSTGRESQL_SETTINGS,
    checkpoint,
    make_engine,
    make_reading_sessions,
    make_sessions,
)
from breach.store.migrate import migrate
from tests.store.rows import Store, add_case

SQLITE_VALUES = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "busy_timeout": 10000,
    "secure_delete": 1,
    "wal_autocheckpoint": 0,
    "mmap_size": 0,
}


def pragmas(engine: Engine) -> dict[str, object]:
    with engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one_or_none() for name in SQLITE_VALUES
        }


def test_pooled_connections_are_all_set(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    held = [engine.connect() for _ in range(1)]
    assert pragmas(engine.execution_options(begins="DEFERRED")) == SQLITE_VALUES
    for connection in held:
        connection.close()
    engine.dispose()


def test_engine_that_another_library_makes_is_set_too(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    assert pragmas(engine) == SQLITE_VALUES
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE audit_event",
        "DROP TRIGGER audit_event_no_update",
        "DROP INDEX one_live_notice",
        "ALTER TABLE decision RENAME TO old",
        "ALTER TABLE decision DROP COLUMN comment",
        "ATTACH DATABASE ':memory:' AS other",
        "PRAGMA ignore_check_constraints = ON",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "CREATE TRIGGER mine BEFORE INSERT ON report BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TEMP TRIGGER mine BEFORE INSERT ON report BEGIN SELECT RAISE(IGNORE); END",
        "UPDATE audit_event SET kind = 'x'",
        "DELETE FROM audit_event",
        "UPDATE audit_stream SET head = zeroblob(32)",
        "DELETE FROM audit_stream",
    ],
)
def test_service_cannot_ask_sqlite_for_it(sqlite_url: str, statement: str) -> None:
    migrate(sqlite_url)
    engine = make_engine(sqlite_url)
    with engine.connect() as connection, pytest.raises(DatabaseError, match=r"not authorized|prohibited"):
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_temporary_trigger_cannot_move_a_head(sqlite_url: str) -> None:
    migrate(sqlite_url)
    engine = make_engine(sqlite_url)
    with engine.connect() as connection, pytest.raises(DatabaseError, match="not authorized"):
        connection.exec_driver_sql(
            "CREATE TEMP TRIGGER mine AFTER INSERT ON login_attempt"
            " BEGIN UPDATE audit_stream SET head = zeroblob(32); END"
        )
    engine.dispose()


@pytest.mark.parametrize("name", POSTGRESQL_SETTINGS)
def test_postgresql_connections_have_our_settings(postgres_url: str, name: str) -> None:
    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        shown = connection.execute(text(f"SHOW {name}")).scalar_one()
    engine.dispose()
    wanted = {"timezone": "UTC", "statement_timeout": "30s", "lock_timeout": "5s"}
    assert shown == {**wanted, "idle_in_transaction_session_timeout": "1min"}[name]


def test_address_without_a_driver_gets_ours(postgres_url: str) -> None:
    engine = make_engine(postgres_url.replace("postgresql+psycopg", "postgresql"))
    assert engine.url.drivername == "postgresql+psycopg"
    engine.dispose()


def test_errors_hide_the_values(store: Store) -> None:
    with store.sessions() as session, pytest.raises(DatabaseError) as error:
        session.execute(text("INSERT INTO person (nothing) VALUES (:cpr)"), {"cpr": "2512489996"})
    assert "2512489996" not in str(error.value)


def test_writer_waits_for_a_writer_and_neither_is_lost(sqlite_url: str) -> None:
    migrate(sqlite_url)
    engine = make_engine(sqlite_url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        session.execute(text("CREATE TABLE tally (n INTEGER)"))
        session.execute(text("INSERT INTO tally VALUES (0)"))

    def work() -> None:
        for _ in range(20):
            with sessions.begin() as session:
                seen = session.execute(text("SELECT n FROM tally")).scalar_one()
                session.execute(text("UPDATE tally SET n = :n"), {"n": seen + 1})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert session.execute(text("SELECT n FROM tally")).scalar_one() == 80
    engine.dispose()


def test_reader_does_not_wait_for_a_writer(store: Store) -> None:
    reading = make_reading_sessions(store.engine)
    with store.sessions() as writer:
        add_case(writer, 1)
        with reading() as reader:
            assert reader.execute(text("SELECT count(*) FROM breach_case")).scalar_one() == 1
        writer.rollback()


def test_checkpoint_folds_the_log_into_the_file(sqlite_url: str) -> None:
    migrate(sqlite_url)
    engine = make_engine(sqlite_url)
    log = Path(sqlite_url.removeprefix("sqlite:///") + "-wal")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tally (n INTEGER)"))
    assert log.stat().st_size > 0
    checkpoint(engine)
    assert log.stat().st_size == 0
    engine.dispose()

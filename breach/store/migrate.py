"""Brings a database to the newest schema, on SQLite and PostgreSQL, in one transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from breach.store.engine import for_migrations
from breach.store.keys.event_seal import EventSeal

_LOCK = 0x62726561  # "brea": two starts at once migrate one after the other


def migrate(url: str, revision: str = "head", seal: EventSeal | None = None) -> None:
    """Bring the database at `url` to the revision; a new one is made. What fails leaves the old schema.

    seal: seals the audit events of rows that a migration changes
    """
    engine = for_migrations(url, seal)
    try:
        with engine.connect() as connection, _unchecked(connection), connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            command.upgrade(_config(connection), revision)
            _check_keys(connection)
    finally:
        engine.dispose()


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    """Leave foreign keys unchecked meanwhile on SQLite, which rebuilds a table by dropping it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute("PRAGMA foreign_keys = OFF")
    yield


def _check_keys(connection: Connection) -> None:
    """Raise ValueError, so that nothing is changed, if a row names another that is not there."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise ValueError(f"a row of {broken[0]} names a row of {broken[2]} that is not there")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config

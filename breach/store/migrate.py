"""Brings a database to the newest schema, on SQLite and PostgreSQL, in one transaction."""

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
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config

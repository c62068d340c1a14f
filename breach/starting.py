"""What `breach serve` and `breach worker` look at before they start; each stops the start with a sentence."""

from ipaddress import ip_address
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from breach.config import Settings
from breach.domain.errors import StartRefused
from breach.runtime import build_runtime
from breach.services.context import Runtime
from breach.services.demo import public_log_in
from breach.store.audit.anchor import left_behind
from breach.store.engine import make_engine
from breach.store.guards.check import check_schema

SAFE_COMMITS = ("fsync", "full_page_writes", "synchronous_commit")
"""Settings of PostgreSQL without which a commit may be lost: a report that was confirmed would be gone."""


def start(settings: Settings) -> Runtime:
    """Return the service over a database, keys and plugins that fit; raise StartRefused when one does not."""
    engine = make_engine(settings.database_url)
    try:
        check_schema(engine)
        check_whole(engine, settings)
        if settings.profile == "production":
            check_production(engine, settings)
    finally:
        engine.dispose()
    runtime = build_runtime(settings)
    if settings.profile == "production":
        check_passwords(runtime)
    return runtime


def check_whole(engine: Engine, settings: Settings) -> None:
    """Raise StartRefused when database file, write-ahead log and anchor file do not belong together.

    So it is when one was restored from a backup and another left in its place.
    """
    with engine.execution_options(begins="DEFERRED").connect() as connection:
        if engine.dialect.name == "sqlite" and _has_log(engine):
            _check_file(connection)
        if said := left_behind(connection, settings.anchor_file):
            raise StartRefused(
                f"the database and {settings.anchor_file} do not fit: {said}; if the database was restored "
                "on purpose, keep the file under another name and start again; docs/operations.md, Restoring"
            )


def _has_log(engine: Engine) -> bool:
    log = Path(f"{engine.url.database}-wal")
    return log.exists() and log.stat().st_size > 0


def _check_file(connection: Connection) -> None:
    """Raise StartRefused when what the log adds does not fit the file that it lies beside.

    The quick check does not compare indexes with their tables, and pages of two times may differ there alone.
    """
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if found != "ok":
        raise StartRefused(
            "the database file and its -wal file do not fit: put both back from the same backup, or the file "
            "alone without a -wal beside it; docs/operations.md, Restoring"
        )


def check_production(engine: Engine, settings: Settings) -> None:
    """Raise StartRefused when others can read the folder, or a commit on PostgreSQL can be lost or read."""
    if settings.home.stat().st_mode & 0o077:
        raise StartRefused(f"{settings.home} is open to others on this machine: chmod 700 {settings.home}")
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            _check_postgresql(connection, engine.url.host)


def _check_postgresql(connection: Connection, host: str | None) -> None:
    off = [name for name in SAFE_COMMITS if connection.execute(text(f"SHOW {name}")).scalar() == "off"]
    if off:
        raise StartRefused(f"PostgreSQL has turned off {', '.join(off)}, so a commit may be lost: turn it on")
    encrypted = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    if not _is_here(host) and not connection.execute(encrypted).scalar():
        raise StartRefused(
            "the connection to PostgreSQL leaves this machine without TLS: "
            "add ?sslmode=verify-full to BREACH_DATABASE_URL"
        )


def _is_here(host: str | None) -> bool:
    """Tell whether the host is this machine: a socket, a loopback address, or its name."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_passwords(runtime: Runtime) -> None:
    """Raise StartRefused when the password that the demonstration publishes opens a log-in."""
    with runtime.reading() as ctx:
        username = public_log_in(ctx)
    if username:
        raise StartRefused(
            f"{username} has the password of the demonstration, which everybody knows: set another with "
            f"breach person password {username}, or start production over a database of its own"
        )

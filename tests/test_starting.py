"""What stops a start: files that do not fit each other, and in production what would not be safe."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from breach import starting
from breach.domain.errors import StartRefused
from breach.services.access import accounts
from breach.services.demo import PEOPLE
from breach.store.audit.anchor import anchor
from breach.store.engine import make_engine
from tests.support.scenario import Service, environ, make_service

OWN_PASSWORD = "en anden sætning om ingenting"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    found = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    yield found
    found.runtime.close()


def anchored(service: Service) -> None:
    """Open a case and anchor what was recorded."""
    service.open()
    with service.runtime.transaction() as ctx:
        anchor(ctx.session, ctx.settings.anchor_file, ctx.now)


def test_start_takes_a_database_with_its_anchors(service: Service) -> None:
    anchored(service)
    starting.start(service.runtime.settings).close()


def test_start_refuses_an_older_database_and_says_what_to_do(service: Service, tmp_path: Path) -> None:
    anchored(service)
    backup = tmp_path / "backup.db"
    settings = service.runtime.settings
    with closing(sqlite3.connect(tmp_path / "breach.db")) as now, closing(sqlite3.connect(backup)) as copy:
        now.backup(copy)
    anchored(service)
    service.runtime.close()
    restore(tmp_path, backup)
    with pytest.raises(StartRefused, match="the file knows anchor 2, the database does not"):
        starting.start(settings)
    settings.anchor_file.rename(tmp_path / "anchor-before.log")
    starting.start(settings).close()


def restore(home: Path, backup: Path) -> None:
    """Put a backup in the place of the database, as one should: with nothing beside it."""
    for name in ("breach.db-wal", "breach.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(backup, home / "breach.db")


def test_start_refuses_another_database(service: Service, tmp_path: Path) -> None:
    anchored(service)
    settings = service.runtime.settings
    lines = settings.anchor_file.read_text(encoding="utf-8")
    settings.anchor_file.write_text(lines.replace('"root":"', '"root":"ff')[:-5] + '"}\n', encoding="utf-8")
    with pytest.raises(StartRefused, match="anchor 1 is another"):
        starting.start(settings)


def test_start_refuses_an_old_file_beside_a_newer_log(service: Service, tmp_path: Path) -> None:
    """The log continues pages that the old file does not have."""
    service.open()
    database, settings = tmp_path / "breach.db", service.runtime.settings
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(old)) as copy:
        now.backup(copy)
    for _ in range(30):
        service.open()
    with closing(sqlite3.connect(database)) as folding:
        folding.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    service.open()
    newer = (tmp_path / "breach.db-wal").read_bytes()
    service.runtime.close()
    restore(tmp_path, old)
    (tmp_path / "breach.db-wal").write_bytes(newer)
    with pytest.raises(StartRefused, match="do not fit"):
        starting.start(settings)


def test_production_refuses_the_log_ins_of_the_demonstration(service: Service) -> None:
    with pytest.raises(StartRefused, match="sagsbehandler has the password of the demonstration"):
        starting.check_passwords(service.runtime)
    with service.runtime.transaction() as ctx:
        for person in PEOPLE:
            accounts.set_password(ctx, person.username, OWN_PASSWORD)
    starting.check_passwords(service.runtime)


@pytest.mark.parametrize(("mode", "is_taken"), [(0o700, True), (0o755, False), (0o710, False)])
def test_production_wants_a_folder_of_its_own(service: Service, mode: int, is_taken: bool) -> None:
    settings = replace(service.runtime.settings, profile="production")
    settings.home.chmod(mode)
    engine = make_engine(settings.database_url)
    if is_taken:
        starting.check_production(engine, settings)
    else:
        with pytest.raises(StartRefused, match="chmod 700"):
            starting.check_production(engine, settings)
    engine.dispose()


def test_production_wants_commits_kept(postgres_url: str) -> None:
    """The server of the tests runs without a part of them, for speed."""
    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        connection.execute(text("SET synchronous_commit = on"))
        with pytest.raises(StartRefused, match="turned off fsync, full_page_writes, so"):
            starting._check_postgresql(connection, None)
        connection.execute(text("SET synchronous_commit = off"))
        with pytest.raises(StartRefused, match="full_page_writes, synchronous_commit, so"):
            starting._check_postgresql(connection, None)
    engine.dispose()


def test_production_wants_tls_to_another_machine(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "SAFE_COMMITS", ())
    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        starting._check_postgresql(connection, "127.0.0.1")
        with pytest.raises(StartRefused, match="without TLS: add"):
            starting._check_postgresql(connection, "db.region.example")
    engine.dispose()


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        (None, True),
        ("/var/run/postgresql", True),
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("10.0.0.5", False),
        ("db.region.example", False),
    ],
)
def test_machine_of_a_database_is_told_from_others(host: str | None, is_here: bool) -> None:
    assert starting._is_here(host) is is_here


def test_commands_make_files_for_their_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'breach.db'}"
    run(["init"], environ(home, url))
    run(["audit", "anchor"], environ(home, url))
    assert {path.name for path in home.iterdir() if path.stat().st_mode & 0o077} == set()
    assert home.stat().st_mode & 0o077 == 0


def test_command_on_a_locked_database_says_so_in_one_line(service: Service, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "breach.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = run(["case", "list"], service_environ(tmp_path), status=1)
    assert said == "breach: the database is busy or does not answer; nothing was done, try again\n"


def service_environ(home: Path) -> dict[str, str]:
    return environ(home, f"sqlite:///{home / 'breach.db'}")


def run(arguments: list[str], env: dict[str, str], status: int = 0) -> str:
    """Run a command with the loosest umask there is; return what it says of its failure."""
    code = "import os; os.umask(0); from breach.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env={**os.environ, **env}, capture_output=True, text=True
    )
    assert done.returncode == status, done.stderr
    return done.stderr

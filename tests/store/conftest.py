"""A migrated database of each kind with two controllers, people and one case, and keys."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from breach.store import master
from breach.store.crypto import Keyring
from breach.store.engine import for_migrations, make_engine, make_sessions
from breach.store.migrate import migrate
from tests.store import rows
from tests.store.rows import Store
from tests.support.postgres import Postgres


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Keys under a new master key."""
    path = tmp_path / "master.key"
    master.create(path)
    return Keyring(master.read(path))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating anew for each test would take most of the time."""
    path = tmp_path_factory.mktemp("template") / "breach.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    name = postgres_server.create()
    migrate(postgres_server.url(name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of this test, once of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "breach.db")
        yield f"sqlite:///{tmp_path / 'breach.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        name = server.create(request.getfixturevalue("postgres_template"))
        yield server.url(name)
        server.drop(name)


@pytest.fixture
def store(migrated_url: str, keyring: Keyring) -> Iterator[Store]:
    """The store, migrated, with the rows that every test leans on."""
    engine, unguarded = make_engine(migrated_url), for_migrations(migrated_url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        rows.add_people(session)
        case_id = rows.add_case(session, 1)
    yield Store(migrated_url, engine, sessions, unguarded, keyring, case_id)
    engine.dispose()
    unguarded.dispose()

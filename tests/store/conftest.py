"""A migrated database of each kind with two controllers, people and one case, and keys."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from breach.store.engine import for_migrations, make_engine, make_sessions
from breach.store.keys import master
from breach.store.keys.keyring import Keyring
from breach.store.migrate import migrate
from tests.store import rows
from tests.store.rows import Store
from tests.support.postgres import Postgres


def new_keyring(folder: Path) -> Keyring:
    """Return keys under a new master key."""
    path = folder / "master.key"
    master.create(path)
    return Keyring(master.read(path))


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Keys of this test."""
    return new_keyring(tmp_path)


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


@contextmanager
def migrated(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Yield the address of a migrated database of the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "breach.db")
        yield f"sqlite:///{folder / 'breach.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        name = server.create(request.getfixturevalue("postgres_template"))
        yield server.url(name)
        server.drop(name)


@contextmanager
def opened(url: str, keyring: Keyring) -> Iterator[Store]:
    """Yield the store of a migrated database, with the rows that every test leans on."""
    engine = make_engine(url)
    unguarded = for_migrations(url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        rows.add_people(session)
        case_id = rows.add_case(session, 1)
    yield Store(url, engine, sessions, unguarded, keyring, case_id)
    engine.dispose()
    unguarded.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of this test, once of each kind."""
    with migrated(request, tmp_path) as url:
        yield url


@pytest.fixture
def migrated_sqlite(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database of this test."""
    shutil.copy(sqlite_template, tmp_path / "breach.db")
    return f"sqlite:///{tmp_path / 'breach.db'}"


@pytest.fixture
def migrated_postgres(postgres_server: Postgres, postgres_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def store(migrated_url: str, keyring: Keyring) -> Iterator[Store]:
    """A store of this test."""
    with opened(migrated_url, keyring) as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of all tests of a module that are refused, and so change nothing."""
    folder = tmp_path_factory.mktemp("shared")
    with migrated(request, folder) as url, opened(url, new_keyring(folder)) as made:
        yield made

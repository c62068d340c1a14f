"""A migrated database of each kind with two controllers, people and one case, and keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from breach.store import master
from breach.store.crypto import Keyring
from breach.store.engine import for_migrations, make_engine, make_sessions
from breach.store.migrate import migrate
from tests.store import rows
from tests.store.rows import Store


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Keys under a new master key."""
    path = tmp_path / "master.key"
    master.create(path)
    return Keyring(master.read(path))


@pytest.fixture
def store(database_url: str, keyring: Keyring) -> Iterator[Store]:
    """The store, migrated, with the rows that every test leans on."""
    migrate(database_url)
    engine, unguarded = make_engine(database_url), for_migrations(database_url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        rows.add_people(session)
        case_id = rows.add_case(session, 1)
    yield Store(database_url, engine, sessions, unguarded, keyring, case_id)
    engine.dispose()
    unguarded.dispose()

"""A whole web application on a real database, and visitors of it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from breach.config import Settings
from breach.domain.states import Role
from breach.services.access.passwords import hash_password
from breach.services.context import Runtime
from breach.services.demo import NORTH
from breach.store.engine import make_engine, make_sessions
from breach.store.keys.keyring import Keyring
from breach.store.keys.master import create, read
from breach.store.migrate import migrate
from breach.store.models import Controller, Person
from breach.web.app import create_app
from tests.support.access import add_role
from tests.support.reporting import Clock as Clock
from tests.support.reporting import NoJobs, service

TABS = (
    *("", "/facts", "/facts/revise", "/risk", "/decision", "/authority"),
    *("/communication", "/communication/text", "/communication/recipients", "/log"),
)
"""The pages of a case that are no step, by what follows its address."""
PASSWORD = "en lang sætning om ingenting"
USERNAME = "anna.sagsbehandler"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Runtime]:
    """A service that takes reports for the two regions of the demonstration."""
    with service(tmp_path, clock=clock) as found:
        yield found


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, copied for each test."""
    path = tmp_path_factory.mktemp("web") / "breach.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def stored_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def runtime(tmp_path: Path, clock: Clock, empty_database: Path, stored_hash: str) -> Iterator[Runtime]:
    """A runtime with one controller and one case handler."""
    (tmp_path / "breach.db").write_bytes(empty_database.read_bytes())
    create(tmp_path / "master.key")
    settings = Settings(
        home=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'breach.db'}",
        master_key_file=tmp_path / "master.key",
        profile="test",
    )
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        _fill(session, clock.now, stored_hash)
    yield Runtime(settings, sessions, Keyring(read(settings.master_key_file)), {}, NoJobs(), clock)
    engine.dispose()


def _fill(session: Session, now: datetime, stored_hash: str) -> None:
    region = Controller(slug="nord", **NORTH.said())
    person = Person(
        username=USERNAME, name="Anna Andersen", password_hash=stored_hash, created_at=now, disabled_at=None
    )
    session.add_all([region, person])
    session.flush()
    add_role(session, person.id, region.id, Role.CASE_HANDLER, now)


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    return create_app(runtime)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser that nobody is logged in with."""
    return app.test_client()


def token_of(client: FlaskClient, path: str = "/login") -> str:
    """Return the form token on a page."""
    page = client.get(path).get_data(as_text=True)
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def log_in(
    client: FlaskClient, password: str = PASSWORD, username: str = USERNAME, target: str = "/login"
) -> TestResponse:
    """Send the log-in form."""
    fields = {"csrf_token": token_of(client), "username": username, "password": password}
    return client.post(target, data=fields)

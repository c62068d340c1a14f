"""A whole web application on a real database, and visitors of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from breach.config import Settings
from breach.domain.states import Role
from breach.services.context import Runtime
from breach.services.logins import hash_password
from breach.store.crypto import Keyring
from breach.store.engine import make_engine, make_sessions
from breach.store.master import create, read
from breach.store.migrate import migrate
from breach.store.models import Controller, Person
from breach.web.app import create_app
from tests.support.access import add_role

PASSWORD = "en lang sætning om ingenting"
USERNAME = "anna.sagsbehandler"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


class NoJobs:
    """Takes no work: the pages of the frame queue none."""

    def enqueue(self, session: Session, workflow: str, job_id: str, argument: str) -> None:
        raise AssertionError("the frame queued work")


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
    region = Controller(
        slug="nord",
        name_da="Region Nordjylland",
        name_en="The North Denmark Region",
        cvr="29190941",
        address="Niels Bohrs Vej 30, 9220 Aalborg Øst",
        phone="97648000",
        email="region@rn.dk",
        dpo_name="Karin Bruhn Termannsen",
        dpo_phone="61555555",
        valid_from=date(2007, 1, 1),
    )
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


def log_in(client: FlaskClient, password: str = PASSWORD, username: str = USERNAME, target: str = "/login"):  # type: ignore[no-untyped-def]
    """Send the log-in form."""
    fields = {"csrf_token": token_of(client), "username": username, "password": password}
    return client.post(target, data=fields)

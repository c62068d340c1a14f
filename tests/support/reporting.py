"""A service that takes reports, with the demonstration's two regions and people; all persons are invented."""

from atexit import register
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import copy2, rmtree
from tempfile import mkdtemp
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.config import Settings
from breach.plugins import load_notifiers
from breach.services.access.tokens import add_token
from breach.services.context import Runtime
from breach.services.demo import seed_people
from breach.store.engine import checkpoint, make_engine, make_sessions
from breach.store.keys.keyring import Keyring
from breach.store.keys.master import create, read
from breach.store.migrate import migrate
from breach.store.models import Controller, Person

NOW = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


class NoJobs:
    """Takes no work: a report queues none."""

    def enqueue(self, session: Session, workflow: str, job_id: str, argument: str) -> None:
        raise AssertionError("a report queued work")

    def unfinished(self, job_ids: Sequence[str]) -> frozenset[str]:
        raise AssertionError("a report asked for work")

    def holders(self) -> frozenset[str]:
        raise AssertionError("a report asked who works")

    def forget(self, before: datetime) -> int:
        raise AssertionError("a report tidied")


@contextmanager
def service(home: Path, url: str = "", clock: Clock | None = None) -> Iterator[Runtime]:
    """Yield a runtime over a fresh database, SQLite in `home` unless an address is given."""
    if url:
        create(home / "master.key")
    else:
        url = f"sqlite:///{home / 'breach.db'}"
        for name in ("breach.db", "master.key"):
            copy2(_prepared() / name, home / name)
    with _over(home, url, clock or Clock()) as runtime:
        if not url.startswith("sqlite"):
            _fill(runtime)
        yield runtime


@cache
def _prepared() -> Path:
    """Return a folder with a migrated, filled SQLite database and its key, made once a run."""
    home = Path(mkdtemp(prefix="breach-reporting-"))
    register(rmtree, home, ignore_errors=True)
    create(home / "master.key")
    url = f"sqlite:///{home / 'breach.db'}"
    with _over(home, url, Clock()) as runtime:
        _fill(runtime)
    checkpoint(make_engine(url))
    return home


def _fill(runtime: Runtime) -> None:
    migrate(runtime.settings.database_url)
    with runtime.transaction() as ctx:
        seed_people(ctx)


@contextmanager
def _over(home: Path, url: str, clock: Clock) -> Iterator[Runtime]:
    settings = Settings(home=home, database_url=url, master_key_file=home / "master.key", profile="test")
    engine = make_engine(url)
    runtime = Runtime(
        settings,
        make_sessions(engine),
        Keyring(read(settings.master_key_file)),
        load_notifiers(settings.plugin_settings),
        NoJobs(),
        clock,
    )
    yield runtime
    engine.dispose()


def token(runtime: Runtime, username: str = "", slug: str = "nordjylland") -> str:
    """Return a token of a person, or of a sender without one."""
    with runtime.transaction() as ctx:
        controller = ctx.session.scalars(select(Controller).where(Controller.slug == slug)).one()
        person = ctx.session.scalars(select(Person).where(Person.username == username)).one_or_none()
        return add_token(ctx, controller, "test", person)


def key_of(name: str) -> str:
    """Return an Idempotency-Key as a sender without a token must have it: always the same for a name."""
    return str(uuid5(NAMESPACE_URL, name))


def citizen(**more: Any) -> dict[str, Any]:
    """Return the smallest report of a citizen: what, when, whom to call."""
    return {
        "kind": "citizen",
        "controller": "nordjylland",
        "what": "Et brev med en andens tid kom til mig.",
        "occurred": {"kind": "unknown"},
        "contact": {"phone": "61 55 55 55"},
        **more,
    }


def processor(**more: Any) -> dict[str, Any]:
    """Return the smallest report of a data processor."""
    own = {"name": "Eksempel Drift A/S", "aware_at": "2026-03-03T09:00+01:00", "controllers": "this_region"}
    return citizen(kind="processor", processor={**own, **more})

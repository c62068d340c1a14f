"""Fixtures for all rooms; what they start is in tests/support."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, Page

from breach.services.access import passwords
from breach.web.app import Desk
from tests.support import browser, postgres
from tests.support.scratch import scratch
from tests.support.sharing import share

pytest_plugins = ["tests.support.cpu"]

# A busy machine is slow now and then; a property that is slow is not wrong.
hypothesis.settings.register_profile("breach", deadline=None, max_examples=60)
hypothesis.settings.load_profile("breach")
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(scratch(runs_programs=True)))


class Compiled(BytecodeCache):
    """Templates compiled once in a test process: each application would compile them anew."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept, if anything."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """Templates are compiled once, and passwords hashed at little cost; one test looks at the real cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        patch.setitem(Desk.jinja_options, "bytecode_cache", Compiled())
        share(patch)
        yield


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """Take back what a command of ours sets for its process, where a test calls it in its own."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """A running PostgreSQL of this test process."""
    server = postgres.make()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: postgres.Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite database of this test, not made yet."""
    return f"sqlite:///{tmp_path / 'breach.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: the test runs once on each kind."""
    return str(request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A running Chromium. For a module and not longer: its event loop is in the way of other tests'."""
    with browser.running() as started:
        yield started


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[browser.Pages]:
    """Opens pages, `new_page(PHONE, "en", javascript=False)`; the test fails on any script error in them."""
    pages = browser.Pages(chromium)
    yield pages
    pages.close()
    assert pages.problems == []


@pytest.fixture
def page(new_page: browser.Pages) -> Page:
    """A page of desktop width in Danish with JavaScript."""
    return new_page()


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking again and again at what a run has loaded and never lets go.

    It took a seventh of the time. It still runs, a hundred times less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 20)

"""Services at a stage of a case, on both kinds of database."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.postgres import Postgres
from tests.support.scenario import Service
from tests.support.stages import Stages

At = Callable[[str], Service]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    """The stages of one kind of database; each is walked to once."""
    server: Postgres | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
    made = Stages(tmp_path_factory.mktemp("stages"), server)
    yield made
    made.close()


@pytest.fixture
def at(stages: Stages) -> Iterator[At]:
    """Returns services of this test at a named stage; they are closed with it."""
    open_services: list[Service] = []

    def make(stage: str) -> Service:
        open_services.append(stages.at(stage))
        return open_services[-1]

    yield make
    for service in open_services:
        stages.remove(service)


@pytest.fixture(scope="session")
def kept_at(stages: Stages) -> Iterator[At]:
    """Returns one service a stage for all tests that are refused, and so change nothing."""
    kept: dict[str, Service] = {}

    def make(stage: str) -> Service:
        if stage not in kept:
            kept[stage] = stages.at(stage)
        return kept[stage]

    yield make
    for service in kept.values():
        service.runtime.close()

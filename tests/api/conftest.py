"""The whole application over a database with two regions, and a caller of its API."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from breach.services.context import Runtime
from breach.web.app import create_app
from tests.support.reporting import service


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    with service(tmp_path) as found:
        yield found


@pytest.fixture
def caller(runtime: Runtime) -> FlaskClient:
    return create_app(runtime).test_client()

"""One desk and one browser for each module of the browser tests."""

from collections.abc import Iterator

import pytest

from tests.browser.desk import Desk, open_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A served desk with a case in every state; letters go to a simulator."""
    with open_desk(tmp_path_factory.mktemp("desk")) as opened:
        yield opened

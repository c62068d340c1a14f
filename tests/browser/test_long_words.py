"""Words that no line can hold, as a person may write them into a letter, widen no page that quotes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from breach.services import communication
from tests.browser.desk import PHONE, Desk, open_desk, visiting
from tests.support.browser import axe

pytestmark = pytest.mark.browser
NUMBER = "Sagsnummer" + "20260000123456789" * 5
ADDRESS = f"https://www.example.dk/{'a1b2c3d4e5' * 9}"
ONE_LANGUAGE = f"{'z' * 60}.dk"
SIZES = [PHONE, (480, 800), (768, 900), (1280, 900)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with a letter that names a long number and a long address, and one name in Danish only."""
    home: Path = tmp_path_factory.mktemp("long")
    with open_desk(home, states=False) as opened:
        service = opened.service.decided()
        service.do("sagsbehandler", communication.start_draft)
        page = service.page()
        assert page.text is not None
        long = f"{service.reference} {NUMBER} {ADDRESS}"
        danish = page.text.danish.replace(service.reference, f"{long} {ONE_LANGUAGE}")
        english = page.text.english.replace(service.reference, long)
        service.do("sagsbehandler", communication.save_text, danish, english)
        yield opened


@pytest.mark.parametrize("size", SIZES, ids=[str(width) for width, _ in SIZES])
def test_the_letter_and_its_checks_keep_to_the_window(
    chromium: Browser, desk: Desk, size: tuple[int, int]
) -> None:
    with visiting(chromium, desk, size=size) as visitor:
        visitor.log_in("godkender")
        visitor.go(f"/cases/{desk.service.reference}/communication/text")
        assert NUMBER in visitor.page.locator(".app-table").inner_text()
        assert ONE_LANGUAGE in visitor.page.locator(".alert-info").inner_text()
        assert visitor.page.evaluate("document.documentElement.scrollWidth") == size[0]
        assert axe(visitor.page) == []

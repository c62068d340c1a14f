"""Words that no line can hold, as a person may write them into a letter or a reason, widen no page."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from breach.domain.states import Role
from breach.services.access import role_requests
from breach.services.cases import awareness
from breach.services.letters import text
from tests.browser.desk import PHONE, Desk, Visitor, follow, open_desk, visiting
from tests.support.browser import axe
from tests.support.scenario import Service

pytestmark = pytest.mark.browser
NUMBER = "Sagsnummer" + "20260000123456789" * 5
ADDRESS = f"https://www.example.dk/{'a1b2c3d4e5' * 7}"
ONE_LANGUAGE = f"{'z' * 60}.dk"
ENDLESS = "ordudenende" * 140
SIZES = [PHONE, (480, 800), (768, 900), (1280, 900)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with a letter that names a long number and a long address, and one name in Danish only."""
    home: Path = tmp_path_factory.mktemp("long")
    with open_desk(home, states=False) as opened:
        service = opened.service.decided()
        service.do("sagsbehandler", text.start_letter)
        page = service.page()
        assert page.text is not None
        long = f"{service.reference} {NUMBER} {ADDRESS}"
        danish = page.text.danish.replace(service.reference, f"{long} {ONE_LANGUAGE}")
        english = page.text.english.replace(service.reference, long)
        service.do("sagsbehandler", text.save_text, danish, english)
        _ask(service)
        service.do("beslutter", awareness.refuse, ENDLESS)
        with service.runtime.transaction(service.actors["administrator"]) as ctx:
            asked = role_requests.ask(ctx, "godkender", Role.DECIDER.value, 1).id
        with service.runtime.transaction(service.actors["administrator2"]) as ctx:
            role_requests.refuse(ctx, asked, ENDLESS)
        yield opened


def _ask(service: Service) -> None:
    own = service.page().case.own_aware_at
    service.do("sagsbehandler", awareness.ask, own - timedelta(hours=5), ENDLESS)


@pytest.mark.parametrize("size", SIZES, ids=[str(width) for width, _ in SIZES])
def test_letter_and_its_checks_keep_to_the_window(
    chromium: Browser, desk: Desk, size: tuple[int, int]
) -> None:
    with visiting(chromium, desk, size=size) as visitor:
        visitor.log_in("godkender")
        visitor.go(f"/cases/{desk.service.reference}/communication/text")
        assert NUMBER in visitor.page.locator(".app-table-even").inner_text()
        assert ONE_LANGUAGE in visitor.page.locator(".alert-info").inner_text()
        assert visitor.page.evaluate("document.documentElement.scrollWidth") == size[0]
        assert axe(visitor.page) == []


@pytest.mark.parametrize("size", SIZES, ids=[str(width) for width, _ in SIZES])
@pytest.mark.parametrize("page", ["/log", "/authority"])
def test_reason_without_a_blank_keeps_to_the_window(
    chromium: Browser, desk: Desk, size: tuple[int, int], page: str
) -> None:
    with visiting(chromium, desk, size=size) as visitor:
        visitor.enter("sagsbehandler")
        visitor.go(f"/cases/{desk.service.reference}{page}")
        _fits(visitor, size, "table")


@pytest.mark.parametrize("size", SIZES, ids=[str(width) for width, _ in SIZES])
def test_conflict_quotes_it_within_the_window(chromium: Browser, desk: Desk, size: tuple[int, int]) -> None:
    with visiting(chromium, desk, size=size) as visitor:
        visitor.enter("sagsbehandler")
        visitor.go(f"/cases/{desk.service.reference}/step/ask-awareness")
        visitor.page.fill("#reason", ENDLESS)
        _ask(desk.service)
        desk.service.do("sagsbehandler", awareness.withdraw)
        follow(visitor.page.locator("main button[type=submit]"))
        _fits(visitor, size, "table")


@pytest.mark.parametrize("size", SIZES, ids=[str(width) for width, _ in SIZES])
def test_refusal_of_a_role_keeps_to_the_window(chromium: Browser, desk: Desk, size: tuple[int, int]) -> None:
    with visiting(chromium, desk, size=size) as visitor:
        visitor.enter("revisor")
        visitor.go("/access/changes")
        _fits(visitor, size, "table")


def _fits(visitor: Visitor, size: tuple[int, int], part: str) -> None:
    assert any(ENDLESS in words for words in visitor.page.locator(part).all_inner_texts())
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert axe(visitor.page) == []

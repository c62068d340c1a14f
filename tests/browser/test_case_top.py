"""What a case is about is in sight when its page opens: the frame leaves the screen to the tab."""

import pytest
from playwright.sync_api import Browser

from tests.browser.desk import DESKTOP, Desk, visiting

pytestmark = pytest.mark.browser
LOWEST = 560
"""Pixels from the top at which the content of a tab begins at the latest, on a screen of 1280 x 900."""
TABS = {
    "": "taken",
    "/facts": "taken",
    "/risk": "scored",
    "/decision": "scored",
    "/authority": "decided",
    "/communication": "sending",
    "/communication/text": "drafting",
    "/communication/recipients": "listed",
    "/log": "told",
}
FIRST = "document.querySelector('.case-tab > h2').nextElementSibling.getBoundingClientRect().top + scrollY"


def test_content_of_each_tab_begins_high_on_the_screen(chromium: Browser, desk: Desk) -> None:
    with visiting(chromium, desk, size=DESKTOP) as visitor:
        visitor.enter("sagsbehandler")
        begins = {}
        for path, state in TABS.items():
            assert visitor.go(f"/cases/{desk.cases[state]}{path}") == 200
            begins[path] = visitor.page.evaluate(FIRST)
        assert {path: at for path, at in begins.items() if at > LOWEST} == {}

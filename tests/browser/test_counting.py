"""The counter under a text counts as the server does, and the warning of a draft comes in time."""

from pathlib import Path

from playwright.sync_api import Page

from breach.domain.values import cleaned
from breach.web.app import create_app
from tests.support.reporting import service
from tests.support.server import serving

TYPED = [
    "😀" * 4000,
    "a\u030a" * 10,
    "data\u00adbeskyttelse\u200b",
    "👨\u200d👩\u200d👧",
    "  to linjer\n\u202aher\u202c  ",
]


def begin(page: Page, address: str) -> None:
    """Go to the step that asks what happened, and wait until its scripts have run."""
    page.goto(f"{address}/report")
    page.check("input[name=kind][value=citizen]", force=True)
    page.check("input[name=controller][value=nordjylland]", force=True)
    page.click("main form button >> nth=0")
    page.wait_for_url("**/what", wait_until="load")


def test_counter_counts_as_the_server(page: Page, tmp_path: Path) -> None:
    with service(tmp_path) as runtime, serving(create_app(runtime)) as address:
        begin(page, address)
        box = page.locator("textarea[name=what]")
        for typed in TYPED:
            left = 4000 - len(cleaned(typed, 4000))
            box.evaluate("(box, typed) => { box.value = typed; }", typed)
            shown = box.evaluate(
                "(box) => new DKFDS.CharacterLimit(box.closest('.app-limit'), {}).charactersLeft()"
            )
            assert shown == left


def test_warning_comes_five_minutes_before_the_browser_forgets(page: Page, tmp_path: Path) -> None:
    with service(tmp_path) as runtime, serving(create_app(runtime)) as address:
        page.clock.install()
        begin(page, address)
        warning = page.locator("[data-warn-after]")
        page.clock.fast_forward("24:59")
        assert warning.inner_text() == ""
        page.clock.fast_forward("00:02")
        assert "Om fem minutter" in warning.inner_text()

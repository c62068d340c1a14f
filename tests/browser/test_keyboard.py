"""The report form by keyboard alone; what happens to what was typed when something goes wrong."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from breach.services.desk.queue import QueueFilter, queue
from breach.texts import text
from tests.browser.desk import Desk, Visitor, follow, open_desk, visiting
from tests.browser.reporting import CITIZEN, STAFF, WHAT, answer, fill, press_on, receipt_of

pytestmark = pytest.mark.browser
MOST_TABS = 120
FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  const around = e.matches('input[type=radio],input[type=checkbox]') && e.nextElementSibling;
  const drawn = [e, ...(around ? [around] : [])].flatMap(
    one => [getComputedStyle(one), getComputedStyle(one, '::before'), getComputedStyle(one, '::after')]);
  return {
    id: e.id, name: e.name || '', tag: e.tagName, words: e.textContent.trim(),
    seen: drawn.some(d => d.outlineStyle !== 'none' && parseFloat(d.outlineWidth) >= 2),
    there: e === document.body || (box.bottom > 0 && box.top < innerHeight),
  };
}"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk without any case."""
    with open_desk(tmp_path_factory.mktemp("keyboard"), states=False) as opened:
        yield opened


@pytest.fixture
def visitor(chromium: Browser, desk: Desk) -> Iterator[Visitor]:
    """A new visitor with scripts, in Danish."""
    with visiting(chromium, desk) as opened:
        yield opened


def cases(desk: Desk) -> int:
    """Return how many cases stand in the queue of the case handler."""
    with desk.service.runtime.transaction(desk.service.actors["sagsbehandler"]) as ctx:
        return queue(ctx, "all", QueueFilter()).counts["all"]


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the control with this id or name has the focus; every stop on the way shows itself."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS)
        assert now["seen"], f"no focus to see on {now}"
        assert now["there"], f"the focus is out of the window on {now}"
        if wanted in (now["id"], now["name"]):
            return
    raise AssertionError(f"no way to {wanted}")


def tab_to_button(page: Page, words: str) -> None:
    """Press Tab until the button with these words has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS)
        if now["tag"] == "BUTTON" and now["words"] == words:
            return
    raise AssertionError(f"no way to the button {words}")


def go_on(page: Page, words: str, to: str) -> None:
    """Press the button with these words by keyboard, and wait for the page it leads to."""
    tab_to_button(page, words)
    with page.expect_navigation(url=re.compile(f"/report/[a-z]+/{to}(#.*)?$")):
        page.keyboard.press("Enter")


def test_citizen_reports_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.page
    onward = text("common.next", "da")
    visitor.go("/report")
    page.keyboard.press("Tab")
    assert "skipnav" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    tab_to(page, "kind")
    page.keyboard.press("Space")
    expect(page.locator("#kind")).to_be_checked()
    tab_to(page, "controller")
    page.keyboard.press("Space")
    expect(page.locator("#controller")).to_be_checked()
    go_on(page, onward, "what")
    tab_to(page, "what")
    page.keyboard.type(WHAT)
    go_on(page, onward, "when")
    tab_to(page, "occurred_kind")
    page.keyboard.press("ArrowUp")
    expect(page.locator("input[name=occurred_kind][value=unknown]")).to_be_checked()
    go_on(page, onward, "people")
    tab_to(page, "affected_data_categories")
    page.keyboard.press("Space")
    go_on(page, onward, "done")
    go_on(page, onward, "contact")
    tab_to(page, "contact_phone")
    page.keyboard.type("97 64 80 01")
    go_on(page, onward, "check")
    go_on(page, text("intake.check.send", "da"), "receipt")
    reference, _ = receipt_of(page)
    assert reference.startswith("BRUD-")
    assert visitor.problems == []


def test_summary_takes_the_focus_and_its_links_land_on_the_fields(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/report")
    answer(page, "who", CITIZEN)
    press_on(page)
    press_on(page)
    summary = page.locator("[data-module=error-summary]")
    expect(summary).to_be_focused()
    assert page.title().startswith(text("errors.prefix", "da"))
    links = summary.locator("a")
    assert links.count() > 0
    for link in links.all():
        target = str(link.get_attribute("href"))
        link.press("Enter")
        control = page.locator(target)
        expect(control).to_be_focused()
        assert control.get_attribute("aria-invalid") == "true"
        assert link.inner_text() in page.locator(f"{target}-error").inner_text()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_report_loses_nothing_typed_by_a_failed_step_or_going_back(
    chromium: Browser, desk: Desk, javascript: bool
) -> None:
    with visiting(chromium, desk, javascript=javascript) as visitor:
        page = visitor.page
        visitor.go("/report")
        answer(page, "who", STAFF)
        press_on(page)
        answer(page, "what", STAFF)
        press_on(page)
        page.fill("#discovered-day", "31")
        page.fill("#discovered-month", "2")
        page.fill("#discovered-year", "2026")
        page.fill("#discovered_clock", "halv ti")
        press_on(page)
        assert page.locator("[data-module=error-summary]").is_visible()
        kept = [page.input_value(f"#discovered-{part}") for part in ("day", "month", "year")]
        assert kept == ["31", "2", "2026"]
        assert page.input_value("#discovered_clock") == "halv ti"
        follow(page.locator(".back-link"))
        assert page.input_value("#what") == WHAT
        assert page.locator("input[name=affected_cause][value=internal_accidental]").is_checked()
        follow(page.locator(".back-link"))
        assert page.input_value("#unit") == "Ortopædkirurgi"


def test_report_sent_twice_makes_one_case_and_one_receipt(desk: Desk, visitor: Visitor) -> None:
    page = visitor.page
    before = cases(desk)
    fill(page, desk.address, CITIZEN)
    checked = page.url
    hidden: dict[str, str | float | bool] = {
        name: page.input_value(f"main input[name={name}]") for name in ("csrf_token", "shown")
    }
    press_on(page)
    first = receipt_of(page)
    again = page.request.post(checked, form=hidden, headers={"Origin": desk.address})
    assert again.ok
    assert first[0] in again.text()
    page.go_back()
    page.goto(checked)
    assert receipt_of(page) == first
    assert cases(desk) == before + 1


def test_sending_twice_at_once_makes_one_case(desk: Desk, visitor: Visitor) -> None:
    page = visitor.page
    before = cases(desk)
    fill(page, desk.address, STAFF)
    page.locator("main form button[type=submit]").first.dblclick()
    page.wait_for_url("**/report/*/receipt")
    assert cases(desk) == before + 1


def test_form_that_grew_too_old_keeps_its_text_and_can_be_sent(desk: Desk, visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/report")
    answer(page, "who", CITIZEN)
    press_on(page)
    answer(page, "what", CITIZEN)
    page.evaluate("document.querySelector('main input[name=csrf_token]').value = 'old'")
    press_on(page)
    assert WHAT in page.locator("main").inner_text()
    assert page.locator("h1").inner_text() == text("errors.page.expired_title", "da")
    press_on(page)
    expect(page.locator("input[name=occurred_kind]").first).to_be_visible()
    follow(page.locator(".back-link"))
    assert page.input_value("#what") == WHAT


@pytest.mark.parametrize("ticked", [True, False], ids=["ticked", "not-ticked"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_box_of_the_processor_opens_its_fields(
    chromium: Browser, desk: Desk, javascript: bool, ticked: bool
) -> None:
    with visiting(chromium, desk, javascript=javascript) as visitor:
        visitor.go("/report")
        visitor.page.set_checked("#as_processor", ticked)
        expect(visitor.page.locator("#processor_name")).to_be_visible(visible=ticked)
        assert visitor.problems == []

"""What changes on a page that stands open: progress, the result of an assessment, the end of the log-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from breach.services.cases import steps as case_steps
from breach.services.demo import DEMO_PASSWORD
from breach.services.risk import assessment
from breach.store.models import AuditEvent
from breach.texts import text
from breach.web.app import create_app
from tests.browser.desk import DESKTOP, LANGUAGES, PHONE, Desk, Visitor, open_desk, visiting
from tests.browser.test_walk import letters, worker
from tests.support.browser import axe, new_context
from tests.support.scenario import FACTS, Service
from tests.support.server import serving
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
HANDLER = "sagsbehandler"
STAY = text("access.login.stay", "da")
LOG_OFF = text("common.menu.log_off", "da")


@dataclass
class Clock:
    """The time as the server sees it: the real one, and what the test adds."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Live:
    """A desk whose clock can be moved, with a case to assess and one whose letters are released."""

    desk: Desk
    clock: Clock
    scored: str
    sending: str

    def reads(self) -> int:
        """Return how many looks at a case are recorded."""
        with self.desk.service.runtime.transaction() as ctx:
            wanted = select(func.count()).select_from(AuditEvent).where(AuditEvent.kind == "case.read")
            return ctx.session.scalar(wanted) or 0


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The desk of these tests."""
    clock = Clock()
    with open_desk(tmp_path_factory.mktemp("live"), states=False) as desk:
        runtime = desk.service.runtime
        found = []
        for build in (scored, released):
            service = Service(runtime, desk.service.actors)
            build(service)
            found.append(service.reference)
        with serving(create_app(replace(runtime, clock=clock))) as address:
            yield Live(replace(desk, address=address), clock, *found)


def scored(service: Service) -> None:
    """A case whose risk is assessed."""
    service.open()
    service.do(HANDLER, case_steps.take)
    service.do(HANDLER, assessment.score, FACTS)


def released(service: Service) -> None:
    """A case whose three letters wait for the worker."""
    service.released(3)


@contextmanager
def at_work(
    chromium: Browser, live: Live, size: tuple[int, int] = DESKTOP, *, clock: bool = False
) -> Iterator[Visitor]:
    """Yield the case handler, logged in; `clock`: the time of the page can be moved too."""
    live.clock.ahead = timedelta()
    with visiting(chromium, live.desk, size=size) as visitor:
        if clock:
            visitor.page.clock.install()
        visitor.log_in(HANDLER)
        yield visitor
        live.clock.ahead = timedelta()


def pass_time(live: Live, page: Page, **span: float) -> None:
    """Let time pass for the server and the page alike."""
    live.clock.ahead += timedelta(**span)
    page.clock.fast_forward(int(timedelta(**span).total_seconds() * 1000))


def swap(page: Page, milliseconds: int = 5_000) -> None:
    """Let the page's own clock reach its next request, and wait for the answer."""
    page.clock.fast_forward(milliseconds)
    page.wait_for_load_state("networkidle")


def lap(page: Page, seconds: float) -> None:
    """Let the page ask again, and wait a while."""
    swap(page)
    page.wait_for_timeout(1000 * seconds)


def completed(page: Page) -> bool:
    """Tell whether the page says that everybody is told."""
    return page.locator("#track-state").inner_text() == text("sending.state.completed", "da")


LISTEN = """() => {
    window.heard = []; // gone if the page is loaded again
    const region = document.querySelector("#progress-said");
    const hear = new MutationObserver(() => window.heard.push(Date.now()));
    hear.observe(region, {childList: true, subtree: true});
}"""


def test_progress_follows_the_worker_and_then_rests(chromium: Browser, live: Live) -> None:
    found = text("sending.told", "da", told="3", total="3")
    with at_work(chromium, live, clock=True) as visitor:
        page, asked = visitor.page, []
        visitor.go(f"/cases/{live.sending}/communication")
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate(LISTEN)
        stop = page.get_by_role("link", name=text("sending.step.pause.button", "da"))
        stop.focus()
        reads = live.reads()
        with worker(live.desk) as started:
            # All can be told a moment before the communication is completed: each is a step of its own.
            wait_until(
                partial(completed, page),
                "the page does not say it",
                partial(letters, live.desk),
                alive=started,
                pause=partial(lap, page),
                every=1.0,
            )
        expect(page.locator("#progress")).to_contain_text(found)
        expect(page.locator("#progress-next")).to_have_text(text("sending.to_case", "da"))
        expect(page.locator("#track-step")).to_be_focused()
        expect(stop).to_have_count(0)
        swap(page, 10_000)
        expect(page.locator("#progress-said")).to_contain_text(found)
        heard = page.evaluate("window.heard")
        assert all(later - sooner >= 10_000 for sooner, later in pairwise(heard)), heard
        assert len(heard) >= 1
        assert axe(page) == []
        assert asked
        asked.clear()
        swap(page, 60_000)
        assert asked == []
        assert live.reads() == reads
        shown = page.locator("#progress p").all_inner_texts()
        visitor.go(f"/cases/{live.sending}/communication")
        assert page.locator("#progress p").all_inner_texts() == shown
        assert visitor.problems == []


def test_result_follows_the_facts(chromium: Browser, live: Live) -> None:
    with at_work(chromium, live) as visitor:
        page = visitor.page
        visitor.go(f"/cases/{live.scored}/risk")
        reads = live.reads()
        said = page.locator("#result-said")
        before = page.locator("#result .badge").inner_text()
        expect(said).to_be_empty()
        for kind in ("health", "national_id"):
            page.uncheck(f"input[name=data_categories][value={kind}]")
        page.check("input[name=insight][value=none]")
        page.check("input[name=recipients_bound_by_secrecy][value=yes]")
        page.check("input[name=return_or_deletion][value=confirmed]")
        milder = text("risk.outcome.register_only", "da")
        assert before != milder
        asked = page.locator("[data-fact=recipient_opened]")
        page.check("input[name=confidentiality][value=published]")
        expect(asked).to_be_hidden()
        page.check("input[name=confidentiality][value=known_recipients]")
        expect(asked).to_be_visible()
        page.focus("input[name=return_or_deletion][value=confirmed]")
        expect(page.locator("#result .badge")).to_have_text(milder)
        expect(said).to_have_text(text("risk.live.outcome", "da", outcome=milder))
        expect(page.locator("input[name=return_or_deletion][value=confirmed]")).to_be_focused()
        expect(page.locator("#result")).to_contain_text(text("risk.preview_note", "da"))
        expect(page.locator("#result")).to_contain_text(text("risk.practice.bound_recipient.text", "da"))
        assert axe(page) == []
        assert live.reads() == reads
        assert visitor.problems == []
        visitor.go(f"/cases/{live.scored}/risk")
        expect(page.locator("#result .badge")).to_have_text(before)


def test_wrong_fact_shows_the_error_of_the_page_and_a_right_one_takes_it_away(
    chromium: Browser, live: Live
) -> None:
    with at_work(chromium, live, PHONE) as visitor:
        page = visitor.page
        visitor.go(f"/cases/{live.scored}/risk")
        page.fill("#subject_count", "ti")
        link = page.locator("#result a[href='#subject_count']")
        expect(link).to_be_visible()
        expect(page.locator("#result .badge")).to_have_count(0)
        shown = page.locator("#subject_count-error").inner_text()
        assert page.locator("#subject_count").get_attribute("aria-invalid") == "true"
        assert axe(page) == []
        found = page.locator("#subject_count").get_attribute("aria-describedby")
        page.locator("button[name=do][value=preview]").click()
        expect(page.locator("[data-module=error-summary] a[href='#subject_count']")).to_be_visible()
        assert page.locator("#subject_count-error").inner_text() == shown
        assert page.locator("#subject_count").get_attribute("aria-describedby") == found
        page.fill("#subject_count", "10")
        expect(page.locator("#result .badge")).to_be_visible()
        expect(page.locator("#facts .form-error, #facts [aria-invalid]")).to_have_count(0)
        assert visitor.problems == [f"422 for {live.desk.address}/cases/{live.scored}/risk"]


def test_result_that_cannot_be_fetched_is_called_old(chromium: Browser, live: Live) -> None:
    with at_work(chromium, live) as visitor:
        page = visitor.page
        visitor.go(f"/cases/{live.scored}/risk")
        before = page.locator("#result").inner_text()
        live.clock.ahead += timedelta(minutes=31)
        page.check("input[name=insight][value=none]")
        words = text("risk.live.failed", "da", button=text("risk.preview", "da"))
        expect(page.locator("#result-failed")).to_have_text(words)
        assert page.locator("#result").inner_text() == before
        page.locator("button[name=do][value=preview]").click()
        expect(page.locator("main .alert-info")).to_contain_text(text("access.login.carried", "da"))


def seconds_left(live: Live, page: Page) -> int:
    """Return how long the log-in of the page still lasts."""
    return int(page.request.get(f"{live.desk.address}/session").json()["left"])


def inside(page: Page) -> bool:
    """Tell whether the focus is in the window that warns."""
    return bool(page.evaluate("document.querySelector('#session-modal').contains(document.activeElement)"))


def test_end_of_the_log_in_is_told_in_time_and_can_be_put_off(chromium: Browser, live: Live) -> None:
    with at_work(chromium, live, PHONE, clock=True) as visitor:
        page = visitor.page
        visitor.go(f"/cases/{live.scored}/risk")
        box = page.locator("#session-modal")
        said = page.locator("#session-modal [data-part=said]")
        page.locator("#subject_count").focus()
        pass_time(live, page, minutes=24)
        expect(box).to_be_hidden()
        pass_time(live, page, minutes=1, seconds=2)
        expect(said).to_have_text(text("access.login.in_minutes", "da", n="5"))
        expect(box).to_be_visible()
        assert axe(page) == []
        for key in ("Tab", "Tab", "Tab", "Shift+Tab", "Escape"):
            page.keyboard.press(key)
            assert inside(page) or page.evaluate("document.activeElement === document.body"), key
            expect(box).to_be_visible()
        for seconds, words in ((200, "in_minutes"), (60, "in_a_minute"), (20, "in_seconds")):
            pass_time(live, page, seconds=seconds_left(live, page) - seconds)
            expect(said).to_have_text(text(f"access.login.{words}", "da", n="5" if seconds > 60 else "20"))
        page.get_by_role("button", name=STAY).click()
        expect(box).to_be_hidden()
        expect(page.locator("#subject_count")).to_be_focused()
        assert seconds_left(live, page) > 29 * 60
        pass_time(live, page, minutes=26)
        box.get_by_role("button", name=LOG_OFF).click()
        expect(page.locator("h1")).to_have_text(text("access.login.logged_out_title", "da"))
        page.wait_for_load_state("networkidle")  # logging out empties the cache, so the fonts come anew
        assert visitor.problems == []


def test_log_in_is_kept_alive_by_another_window(chromium: Browser, live: Live) -> None:
    with at_work(chromium, live, clock=True) as visitor:
        page = visitor.page
        live.clock.ahead += timedelta(minutes=20)
        page.request.get(f"{live.desk.address}/cases")
        with page.expect_response("**/session"):
            page.clock.fast_forward("25:02")
        expect(page.locator("#session-modal")).to_be_hidden()
        assert visitor.problems == []


def test_log_in_that_ends_keeps_what_was_typed(chromium: Browser, live: Live) -> None:
    words = "Det var en øvelse,\nog ingen har set noget."
    with at_work(chromium, live, clock=True) as visitor:
        page = visitor.page
        visitor.go(f"/cases/{live.scored}/step/save-measures")
        page.fill("#measures", words)
        pass_time(live, page, minutes=31)
        title = page.locator("#session-title")
        expect(title).to_have_text(text("access.login.over_title", "da"))
        expect(title).to_be_focused()
        assert axe(page) == []
        page.get_by_role("button", name=text("access.login.to_page", "da")).click()
        page.locator("main form button[type=submit]").last.click()
        assert words.splitlines()[0] not in page.locator("main").inner_text()
        assert axe(page) == []
        page.fill("#username", HANDLER)
        page.fill("#password", "forkert adgangskode")
        page.click("main button[type=submit]")
        page.fill("#password", DEMO_PASSWORD)
        page.click("main button[type=submit]")
        expect(page.locator("main .app-kept").first).to_have_text(words)
        assert axe(page) == []
        page.click("main button[type=submit]")
        assert "message=" in page.url, page.locator("main").inner_text()
        assert visitor.problems == []


SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } "
)
SPACING += "p { margin-bottom: 2em !important; }"
CUT_OFF = """() => {
    const found = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) found.push(`the page is ${wide} wide`);
    for (const one of document.querySelectorAll("main *, header *, footer *")) {
        const style = getComputedStyle(one);
        const wider = one.scrollWidth > one.clientWidth + 1;
        const hides = style.overflowX !== "visible" && wider && one.tabIndex < 0; // a region may be scrolled
        const clips = style.overflowY === "hidden" && one.scrollHeight > one.clientHeight + 1;
        const seen = one.clientWidth > 1 && one.checkVisibility() && !one.closest("svg, .sr-only");
        if (seen && one.innerText && (hides || clips)) found.push(`cut off: ${one.tagName}.${one.className}`);
    }
    return found;
}"""


def space_out(page: Page) -> None:
    """Set the text as wide as WCAG 1.4.12 demands; by the debugger, so the security policy is not asked."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("DOM.enable")
    debugger.send("CSS.enable")
    frame = debugger.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    sheet = debugger.send("CSS.createStyleSheet", {"frameId": frame})["styleSheetId"]
    debugger.send("CSS.setStyleSheetText", {"styleSheetId": sheet, "text": SPACING})


def look_at(page: Page, how: str) -> None:
    """Look at the page as somebody does who needs it bigger, wider, in own colours, or on paper."""
    if how == "spacing":
        space_out(page)
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).letterSpacing") != "normal"
    elif how == "colours":
        page.emulate_media(forced_colors="active")
    elif how == "paper":
        page.emulate_media(media="print")


@pytest.fixture(scope="module")
def zoomed(chromium: Browser, live: Live) -> Iterator[Visitor]:
    """The case handler before a window of 1280 points that is zoomed to 200 %."""
    window = {"width": 640, "height": 450}
    context = new_context(chromium, viewport=window, device_scale_factor=2, locale=LANGUAGES["da"])
    live.clock.ahead = timedelta()
    visitor = Visitor(context.new_page(), live.desk.address)
    visitor.log_in(HANDLER)
    yield visitor
    context.close()


@pytest.mark.parametrize("how", ["zoom", "spacing", "colours", "paper"])
@pytest.mark.parametrize("path", ["/cases?tab=all", "/cases/{}/risk", "/cases/{}/communication"])
def test_long_words_are_not_cut_off(live: Live, zoomed: Visitor, path: str, how: str) -> None:
    page = zoomed.page
    zoomed.go(path.format(live.sending if path.endswith("communication") else live.scored))
    look_at(page, how)
    assert page.evaluate(CUT_OFF) == []
    assert page.locator("main h1").is_visible()
    assert page.locator("footer").is_visible() == (how != "paper")
    page.emulate_media(media="screen", forced_colors="none")
    assert zoomed.problems == []

"""One breach by browser, from the report of a processor to letters that everybody has, with four persons."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from breach.texts import text
from tests.browser.desk import Desk, Visitor, follow, open_desk, visiting
from tests.browser.reporting import CITIZEN, PROCESSOR, STAFF, Report, fill, press_on, receipt_of
from tests.support.processes import Process, breach, stopped_at_the_end
from tests.support.scenario import DONE, HAPPENED, IN_ENGLISH, environ, people_csv
from tests.support.stages import notices_of
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
ASSESSED = {"insight": "full", "identifiability": "maximum", "protection": "none"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk without any case."""
    with open_desk(tmp_path_factory.mktemp("walk"), states=False) as opened:
        yield opened


@contextmanager
def worker(desk: Desk) -> Iterator[Process]:
    """Run the real worker as its own process."""
    settings = desk.service.runtime.settings
    env = environ(settings.home, settings.database_url, BREACH_SIMULATOR_PORT=str(settings.simulator_port))
    with stopped_at_the_end(breach("worker", env=env)) as started:
        yield started


def letters(desk: Desk) -> object:
    """Return the state of every letter, which changes while the worker is at it."""
    return [notice.state for notice in notices_of(desk.service)]


def send_report(browser: Browser, desk: Desk, report: Report, *, javascript: bool) -> str:
    """File a report by the form; return the reference that stands on the receipt."""
    with visiting(browser, desk, javascript=javascript) as visitor:
        fill(visitor.page, desk.address, report)
        press_on(visitor.page)
        assert visitor.problems == []
        return receipt_of(visitor.page)[0]


class Walk:
    """One person at work on one case."""

    def __init__(self, visitor: Visitor, reference: str) -> None:
        self.visitor, self.page, self.reference = visitor, visitor.page, reference

    def open(self, part: str = "") -> Page:
        """Open a page of the case."""
        assert self.visitor.go(f"/cases/{self.reference}{part}") == 200
        return self.page

    def step(self, name: str, part: str = "", **typed: str) -> None:
        """Follow the link to a small step from a page of the case, type, and press its button.

        A step that asks for nothing has its button in the box of the next step.
        """
        page = self.open(part)
        at_once = page.locator(f".case-next form[action$='/step/{name}'] button[type=submit]")
        if at_once.count():
            follow(at_once)
            self.succeeded()
            return
        follow(page.locator(f"main a[href$='/step/{name}']").first)
        for field, words in typed.items():
            page.fill(f"#{field}", words)
        self.done()

    def done(self) -> None:
        """Press the main button of the page; it must say that the step is done."""
        main = "main form button:is(.button-primary, .button-warning)[type=submit]"
        follow(self.page.locator(main).last)
        self.succeeded()

    def succeeded(self) -> None:
        """Demand the green box that says what was done."""
        assert "message=" in self.page.url, self.page.locator("main").inner_text()[:2000]
        expect(self.page.locator("main .alert-success").first).to_be_visible()


def take_and_score(walk: Walk) -> None:
    """Find the case in the queue, take it, and assess the risk."""
    walk.visitor.go("/cases?tab=untaken")
    follow(walk.page.locator(f"main a[href$='/{walk.reference}']").first)
    walk.step("take")
    page = walk.open("/risk")
    for name, value in ASSESSED.items():
        page.check(f"input[name={name}][value={value}]")
    page.check("input[name=data_categories][value=national_id]")
    page.fill("#recipient_count", "1")
    follow(page.locator("button[name=do][value=preview]"))
    assert text("risk.preview_note", "da") in page.locator("main").inner_text()
    follow(page.locator("button[name=do][value=score]"))
    walk.succeeded()


def propose(walk: Walk) -> None:
    """Propose what the score says, for high risk."""
    page = walk.open("/decision")
    assert page.locator("input[name=outcome][value=notify_authority_and_data_subjects]").is_checked()
    for name, words in {"summary": HAPPENED, "measures": DONE, **IN_ENGLISH}.items():
        page.fill(f"#{name}", words)
    page.fill("#reasoning", "En fremmed har læst om helbred.")
    walk.done()


def decide(walk: Walk) -> None:
    """Decide as proposed."""
    walk.open("/decision").check("input[name=choice][value=decide]")
    walk.done()


def respond(walk: Walk) -> None:
    """Record the submission to Datatilsynet, say what was done, and have the letter drafted."""
    now = datetime.now(ZoneInfo("Europe/Copenhagen"))
    parts = {"day": now.day, "month": now.month, "year": now.year}
    date = {f"submitted_at-{name}": str(value) for name, value in parts.items()}
    walk.step("submit-notification", "/authority", **date, at=f"{now:%H.%M}", receipt_number="a" * 40)
    page = walk.open()
    follow(page.locator("main a[href$='/step/save-measures']").first)
    page.fill("#summary", "Et brev gik til en forkert modtager.")
    page.locator("input[name=consequences]").first.check()
    page.fill("#measures", "Modtageren har slettet brevet.")
    page.check("#contained")
    for part, value in parts.items():
        page.fill(f"#contained_at-{part}", str(value))
    walk.done()
    walk.step("draft-text", "/communication")


def approve(walk: Walk) -> None:
    """Read the letter and its print, and approve it."""
    page = walk.open("/communication/text")
    print_of = page.request.get(f"{walk.visitor.address}/cases/{walk.reference}/communication/preview.pdf")
    assert print_of.body().startswith(b"%PDF-")
    walk.done()


def list_people(walk: Walk) -> None:
    """Type one person in and import two more, then ask for the release."""
    page = walk.open("/communication/recipients")
    page.fill("#cpr", "251248-9996")
    page.fill("#name", "Nancy Ann Test Berggren")
    follow(page.locator("main form button[type=submit]").last)
    expect(page.locator("main")).to_contain_text("251248-xxxx")
    walk.open("/communication/recipients")
    page.set_input_files("#file", FilePayload(name="liste.csv", mimeType="text/csv", buffer=people_csv(2)))
    follow(page.locator("main form[enctype] button[type=submit]"))
    assert "251248" not in page.locator("main").inner_text()
    expect(page.locator("main")).to_contain_text(text("sending.list_count", "da", n="3"))
    walk.step("ask-release", "/communication")


def release(walk: Walk) -> None:
    """Release the letters, having typed how many they are."""
    walk.step("release", "/communication", typed_count="3")


def wait_until_told(walk: Walk, desk: Desk, at_work: Process) -> None:
    """Load the page again and again, as a person would, until it says that the communication is completed."""
    settled = text("sending.state.completed", "da")

    def shown() -> bool:
        return settled in walk.open("/communication").locator("#track-state").inner_text()

    wait_until(shown, "not all told", partial(letters, desk), alive=at_work, every=1.0)
    expect(walk.page.locator("#progress")).to_contain_text(text("sending.told", "da", told="3", total="3"))


def conclude(walk: Walk) -> None:
    """Close the notification and the case."""
    walk.step("complete-notification", "/authority")
    walk.step("conclude")
    assert text("cases.state.concluded", "da") in walk.page.locator(".case-badges").inner_text()


WORK: list[tuple[str, Callable[[Walk], None]]] = [
    ("sagsbehandler", take_and_score),
    ("sagsbehandler", propose),
    ("beslutter", decide),
    ("sagsbehandler", respond),
    ("godkender", approve),
    ("sagsbehandler", list_people),
    ("frigiver", release),
]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_breach_from_report_to_delivered(chromium: Browser, desk: Desk, javascript: bool) -> None:
    reference = send_report(chromium, desk, PROCESSOR, javascript=javascript)
    for username, work in WORK:
        with visiting(chromium, desk, javascript=javascript) as visitor:
            visitor.log_in(username)
            work(Walk(visitor, reference))
            assert visitor.problems == []
    with worker(desk) as at_work, visiting(chromium, desk, javascript=javascript) as visitor:
        visitor.log_in("sagsbehandler")
        wait_until_told(Walk(visitor, reference), desk, at_work)
        conclude(Walk(visitor, reference))


@pytest.mark.parametrize("report", [CITIZEN, STAFF, PROCESSOR], ids=["citizen", "staff", "processor"])
def test_report_can_be_filed_by_everybody(chromium: Browser, desk: Desk, report: Report) -> None:
    reference = send_report(chromium, desk, report, javascript=True)
    assert re.fullmatch("BRUD-[0-9]{4}-[0-9]{6}", reference)
    with visiting(chromium, desk) as visitor:
        visitor.log_in("sagsbehandler")
        page = Walk(visitor, reference).open()
        assert report.typed["what"]["what"] in page.locator("main").inner_text()

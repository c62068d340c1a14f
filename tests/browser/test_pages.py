"""Every page in both languages, on a phone and on a desk, with scripts and without."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page

from breach.texts import catalogue, text
from tests.browser.desk import DESKTOP, PHONE, Desk, Visitor, visiting
from tests.browser.reporting import CITIZEN, PROCESSOR, STEPS, WHAT, answer, fill, press_on, receipt_of
from tests.support.browser import axe, scriptless

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("BREACH_PICTURES")
"""A folder for a picture of every page at both widths; none are taken without it."""
CPR = re.compile(
    r"(?<![0-9A-Za-z-])(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}[- ]?[0-9]{4}(?![0-9A-Za-z])"
)
BARE_KEY = re.compile(rf"\b(?:{'|'.join({key.partition('.')[0] for key in catalogue('da')})})\.[a-z_.]+\b")
IN_SOURCE = re.compile(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)[^>]*>|placeholder=")
HANDLER, DECIDER, APPROVER, RELEASER = "sagsbehandler", "beslutter", "godkender", "frigiver"
AUDITOR, ADMINISTRATOR = "revisor", "administrator"


@dataclass(frozen=True)
class PageState:
    """A page to look at: who sees it, where it is, the case it shows, and the status it answers with.

    aged: whether the password was typed too long ago for what matters most
    """

    name: str
    path: str
    who: str = ""
    case: str = ""
    status: int = 200
    aged: bool = False

    def address(self, desk: Desk) -> str:
        """Return the path with the reference of the case in it."""
        reference = desk.cases.get(self.case, "")
        person = desk.first_person(reference) if "{person}" in self.path else ""
        return self.path.format(ref=reference, person=person)


def of_case(part: str, who: str, *states: str, status: int = 200) -> list[PageState]:
    """Return the page of a case in each of the states."""
    name = part.strip("/").replace("/", "-").replace("?", "-").replace("=", "-") or "overview"
    name = name.replace("{", "").replace("}", "")
    return [PageState(f"{name}-{state}", f"/cases/{{ref}}{part}", who, state, status) for state in states]


PUBLIC = [
    PageState("start", "/"),
    PageState("privacy", "/privatliv"),
    PageState("genuine", "/aegte"),
    PageState("accessibility", "/tilgaengelighed"),
    PageState("cookies", "/cookies"),
    PageState("notices", "/notices"),
    PageState("status", "/status"),
    PageState("resume", "/report/resume"),
    PageState("login", "/login"),
    PageState("logged-out", "/logged-out"),
    PageState("not-found", "/nowhere", status=404),
]
STAFF = [
    PageState("queue", "/cases?tab=all", HANDLER),
    PageState("queue-empty", "/cases?tab=mine&search=zzzz", HANDLER),
    PageState("register", "/register", HANDLER),
    *of_case("", HANDLER, "new", "reported", "taken", "scored", "proposed", "dismissal", "decided", "told"),
    *of_case("/facts", HANDLER, "taken", "told"),
    *of_case("/facts/revise", HANDLER, "taken"),
    *of_case("/risk", HANDLER, "taken", "scored", "decided"),
    *of_case("/decision", HANDLER, "scored", "proposed", "decided"),
    *of_case("/authority", HANDLER, "decided", "drafting", "correction"),
    *of_case("/communication", HANDLER, "decided", "drafting", "asked", "sending", "told"),
    *of_case("/communication/text", HANDLER, "decided", "drafting", "listed"),
    *of_case("/communication/recipients", HANDLER, "drafting", "listed", "sending", "told"),
    *of_case("/log", HANDLER, "told"),
    *of_case("/step/take", HANDLER, "new"),
    *of_case("/step/ask-dismissal", HANDLER, "taken"),
    *of_case("/step/merge", HANDLER, "taken"),
    *of_case("/step/save-measures", HANDLER, "decided"),
    *of_case("/step/submit-notification", HANDLER, "decided"),
    *of_case("/step/ask-awareness", HANDLER, "taken", "drafting", "correction"),
    *of_case("/step/withdraw-awareness", HANDLER, "correction"),
    *of_case("/step/draft-text", HANDLER, "decided"),
    *of_case("/step/ask-segment", HANDLER, "decided", "told"),
    *of_case("/step/ask-release", HANDLER, "listed"),
    *of_case("/step/remove-recipient", HANDLER, "listed", "sending"),
    *of_case("/step/correct-recipient", HANDLER, "listed"),
    *of_case("/communication/recipients/{person}/correct-recipient", HANDLER, "listed"),
    *of_case("/step/ask-for-case", HANDLER, "taken"),
    PageState("deputy", "/deputy", HANDLER),
    *of_case("/step/conclude", HANDLER, "told"),
    *of_case("/step/supplement", HANDLER, "drafting"),
    *of_case("/step/pause", HANDLER, "sending"),
    PageState("no-case", "/cases/BRUD-2020-000001", HANDLER, status=404),
]
OTHERS = [
    *of_case("/decision", DECIDER, "proposed"),
    *of_case("/step/dismiss", DECIDER, "dismissal"),
    *of_case("/awareness/answer", DECIDER, "correction"),
    *of_case("/authority", DECIDER, "correction"),
    *of_case("", DECIDER, "correction"),
    *of_case("/communication/recipients", DECIDER, "listed"),
    *of_case("/communication/recipients/{person}", DECIDER, "listed"),
    *of_case("/communication/recipients/find", DECIDER, "listed"),
    PageState("logins", "/logins", HANDLER),
    PageState("confirm", "/login/confirm", HANDLER, aged=True),
    *of_case("/communication/text", APPROVER, "drafting"),
    *of_case("/step/release", RELEASER, "asked"),
    PageState("cases", "/cases", AUDITOR),
    PageState("cases", "/cases", ADMINISTRATOR),
    PageState("access", "/access", ADMINISTRATOR),
    PageState("access-ask", "/access/ask", ADMINISTRATOR),
    PageState("access-answer", "/access/requests/{ref}", ADMINISTRATOR, "others"),
    PageState("access-own", "/access/requests/{ref}", ADMINISTRATOR, "own"),
    PageState("access-person", "/access/people/{ref}", ADMINISTRATOR, "person"),
    PageState("access", "/access", AUDITOR),
    PageState("access-changes", "/access/changes", AUDITOR),
    PageState("access-new", "/access/changes?only=new", AUDITOR),
    PageState("no-access", "/access", HANDLER, status=403),
    *of_case("", AUDITOR, "told"),
    *of_case("/log", AUDITOR, "told"),
]


FRAME = """() => ({
    language: document.documentElement.lang,
    titles: document.querySelectorAll('h1').length,
    parts: ['main', 'header.header'].map(part => document.querySelectorAll(part).length),
    ranks: [...document.querySelectorAll('main :is(h1,h2,h3,h4,h5)')].map(h => +h.tagName[1]),
    words: document.body.innerText + document.title,
    gaps: [...document.querySelectorAll('.app-table td, .app-summary td')].map(cell => cell.innerHTML)
        .filter(source => /^\\s*\\n|\\n\\s*$/.test(source)),
})"""


def check_frame(page: Page, language: str) -> list[str]:
    """Return what is wrong with the frame: language, headings, and numbers that read as a person's."""
    seen = page.evaluate(FRAME)
    found = []
    if seen["language"] != language:
        found.append("the page does not say its language")
    if seen["titles"] != 1:
        found.append(f"{seen['titles']} h1")
    if seen["parts"] != [1, 1]:
        found.append("not one main and one header")
    found += [f"a cell with an empty line: {source!r}" for source in seen["gaps"]]
    found += [f"h{a} then h{b}" for a, b in pairwise(seen["ranks"]) if b > a + 1]
    if number := CPR.search(seen["words"]):
        found.append(f"reads as a CPR number at {number.start()}")
    return found + [f"a bare key: {key.group()}" for key in BARE_KEY.finditer(seen["words"])]


def check_source(visitor: Visitor) -> list[str]:
    """Return what the security policy would have to stop in the source as it was sent."""
    return [f"in the source: {found.group()}" for found in IN_SOURCE.finditer(visitor.source())]


def overflow(page: Page) -> list[str]:
    """Return what is wider than the window."""
    return [
        str(one)
        for one in page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll('*')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5)
            .map(e => `wider than the window: ${e.tagName} ${e.textContent.trim().slice(0, 40)}`)"""
        )
    ]


def unfold(page: Page, is_open: bool) -> None:
    """Open what a click unfolds, or fold it again."""
    page.evaluate(
        "(open) => { for (const one of document.querySelectorAll('main details')) one.open = open; }", is_open
    )


def picture(page: Page, name: str, language: str, width: int) -> None:
    """Keep a picture of the whole page for a person to look at, where somebody asked for it."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{language}-{width}.png", full_page=True)


def inspect(visitor: Visitor, name: str, language: str) -> list[str]:
    """Return all that is wrong with the page that is open, on a desk and on a phone."""
    page = visitor.page
    found = check_frame(page, language) + check_source(visitor)
    for width, height in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        picture(page, name, language, width)
        found += [f"{width}: {one}" for one in axe(page) + overflow(page)]
        unfold(page, is_open=True)
        found += [f"{width}, unfolded: {one}" for one in overflow(page)]
        unfold(page, is_open=False)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    found += visitor.problems
    visitor.problems.clear()
    return [f"{name}: {one}" for one in found]


def opened(desk: Desk, visitor: Visitor, page_state: PageState, language: str) -> list[str]:
    """Open a page; return what is wrong with it."""
    status = visitor.go(page_state.address(desk))
    wrong = [] if status == page_state.status else [f"{page_state.name} answers {status}"]
    return wrong + inspect(visitor, page_state.name, language)


@pytest.fixture(scope="module", params=["da", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Danish, then English."""
    return str(request.param)


@pytest.fixture(scope="module")
def stranger(chromium: Browser, desk: Desk, language: str) -> Iterator[Visitor]:
    """Somebody who is not logged in."""
    with visiting(chromium, desk, language) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def handler(chromium: Browser, desk: Desk, language: str) -> Iterator[Visitor]:
    """The case handler, logged in."""
    with visiting(chromium, desk, language) as visitor:
        visitor.log_in(HANDLER)
        yield visitor


def named(page_state: PageState) -> str:
    """Return the name of a page in the list of tests."""
    return page_state.name


@pytest.mark.parametrize("page_state", PUBLIC, ids=named)
def test_public_page(desk: Desk, stranger: Visitor, language: str, page_state: PageState) -> None:
    assert opened(desk, stranger, page_state, language) == []


@pytest.mark.parametrize("page_state", STAFF, ids=named)
def test_page_of_the_case_handler(desk: Desk, handler: Visitor, language: str, page_state: PageState) -> None:
    assert opened(desk, handler, page_state, language) == []


class Colleague(Protocol):
    """Returns the browser profile of somebody who is logged in."""

    def __call__(self, who: str, javascript: bool = True) -> Visitor: ...


@pytest.fixture(scope="module")
def colleague(chromium: Browser, desk: Desk, language: str) -> Iterator[Colleague]:
    """Gives somebody else, logged in: a profile is made once for each person, with scripts and without."""
    known: dict[tuple[str, bool], Visitor] = {}
    with ExitStack() as profiles:

        def visitor_of(who: str, javascript: bool = True) -> Visitor:
            if (who, javascript) not in known:
                size = DESKTOP if javascript else PHONE
                profile = visiting(chromium, desk, language, size, javascript=javascript)
                known[who, javascript] = profiles.enter_context(profile)
                known[who, javascript].enter(who)
            return known[who, javascript]

        yield visitor_of


@pytest.mark.parametrize("page_state", OTHERS, ids=lambda page_state: f"{page_state.who}-{page_state.name}")
def test_page_of_the_second_person(
    desk: Desk, colleague: Colleague, language: str, page_state: PageState
) -> None:
    visitor = colleague(page_state.who)
    if page_state.aged:
        desk.let_password_age(page_state.who)
    assert opened(desk, visitor, page_state, language) == []


def test_asking_for_a_role_of_nobody_says_what_is_wrong(desk: Desk, chromium: Browser, language: str) -> None:
    with visiting(chromium, desk, language) as visitor:
        visitor.log_in(ADMINISTRATOR)
        visitor.go("/access/ask")
        visitor.page.fill("#username", "ingen.saadan")
        visitor.page.check("#role-2")
        press_on(visitor.page)
        assert visitor.page.title().startswith({"da": "Fejl: ", "en": "Error: "}[language])
        assert visitor.page.input_value("#username") == "ingen.saadan"
        assert visitor.page.is_checked("#role-2")
        assert inspect(visitor, "access-ask-wrong", language) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_report_steps(desk: Desk, chromium: Browser, language: str, javascript: bool) -> None:
    found: list[str] = []
    with visiting(chromium, desk, language, javascript=javascript) as visitor:
        page, report = visitor.page, PROCESSOR

        def page_state(name: str) -> None:
            named = f"report-{name}"
            wrong = inspect(visitor, named, language) if javascript else whole_without_scripts(visitor, named)
            found.extend(wrong)

        visitor.go("/report")
        page_state("who")
        press_on(page)
        page_state("who-wrong")
        answer(page, "who", report)
        page_state("who-filled")
        press_on(page)
        for step in STEPS[1:]:
            page_state(step)
            answer(page, step, report)
            press_on(page)
        page_state("check")
        press_on(page)
        page_state("receipt")
        reference, code = receipt_of(page)
        visitor.go("/status")
        page.fill("#reference", reference)
        page.fill("#status_word", code)
        press_on(page)
        assert page.locator(".alert-info").inner_text().startswith(reference)
        page_state("status-found")
        page.go_back()
        page.go_back()
        assert receipt_of(page) == (reference, code)
        press_on(page)
        assert text("intake.done.cleared", language) in page.locator("[role=status]").inner_text()
        page_state("receipt-cleared")
        page.go_back()
        assert page.locator("h1").inner_text() == text("intake.gone.title", language)
        assert code not in page.content()
        page_state("receipt-gone")
    assert found == []


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "changed"])
def test_draft_on_two_pages(
    desk: Desk, chromium: Browser, language: str, is_sent: bool, javascript: bool
) -> None:
    name = "report-receipt-conflict-" + ("sent" if is_sent else "changed")
    with visiting(chromium, desk, language, javascript=javascript) as visitor:
        first = visitor.page
        fill(first, desk.address, CITIZEN)
        second = first.context.new_page()
        second.goto(first.url.replace("/check", "/what?to=check"))
        second.fill("#what", "En mail med en liste blev sendt til hele afdelingen.")
        press_on(second)
        if is_sent:
            press_on(second)
        press_on(first)
        wrong = inspect(visitor, name, language) if javascript else whole_without_scripts(visitor, name)
        assert WHAT in first.locator("main").inner_text()
        second.goto(first.url.replace("/check", "/receipt" if is_sent else "/check"))
        press_on(first)
        assert WHAT in first.locator("main").inner_text()
        press_on(first)
        receipt_of(first)
    assert wrong == []


MAIN_FORMS = re.compile(
    "^(status|resume|login|report-(?!receipt)|risk-(taken|scored)"
    "|step-(take|ask-dismissal|merge|save-measures|submit-notification))"
)


@pytest.fixture(scope="module")
def without_scripts(chromium: Browser, desk: Desk, language: str) -> Iterator[Visitor]:
    """The case handler on a phone that runs no scripts."""
    with visiting(chromium, desk, language, PHONE, javascript=False) as visitor:
        visitor.log_in(HANDLER)
        yield visitor


@pytest.fixture(scope="module")
def stranger_without_scripts(chromium: Browser, desk: Desk, language: str) -> Iterator[Visitor]:
    """Somebody who is not logged in, on a phone that runs no scripts."""
    with visiting(chromium, desk, language, PHONE, javascript=False) as visitor:
        yield visitor


@pytest.mark.parametrize("page_state", PUBLIC, ids=named)
def test_public_page_without_scripts(
    desk: Desk, stranger_without_scripts: Visitor, page_state: PageState
) -> None:
    visitor = stranger_without_scripts
    assert visitor.go(page_state.address(desk)) == page_state.status
    assert visitor.page.locator(".button-menu-open").is_hidden()
    assert visitor.page.locator("footer a[href='/privatliv']").is_visible()
    assert whole_without_scripts(visitor, page_state.name) == []


@pytest.mark.parametrize("page_state", STAFF, ids=named)
def test_page_of_the_case_handler_without_scripts(
    desk: Desk, without_scripts: Visitor, page_state: PageState
) -> None:
    assert staff_page_without_scripts(desk, without_scripts, page_state) == []


@pytest.mark.parametrize("page_state", OTHERS, ids=lambda page_state: f"{page_state.who}-{page_state.name}")
def test_page_of_the_second_person_without_scripts(
    desk: Desk, colleague: Colleague, page_state: PageState
) -> None:
    visitor = colleague(page_state.who, javascript=False)
    if page_state.aged:
        desk.let_password_age(page_state.who)
    assert staff_page_without_scripts(desk, visitor, page_state) == []


def staff_page_without_scripts(desk: Desk, visitor: Visitor, page_state: PageState) -> list[str]:
    """Return what staff without scripts misses on a page, its navigation among it."""
    assert visitor.go(page_state.address(desk)) == page_state.status
    own = "/access" if page_state.who == ADMINISTRATOR else "/cases"
    ways = (f".navigation-menu a[href='{own}']", ".navigation-menu a[href='/report']", ".log-off")
    hidden = [way for way in ways if not visitor.page.locator(way).is_visible()]
    return hidden + whole_without_scripts(visitor, page_state.name)


def whole_without_scripts(visitor: Visitor, name: str) -> list[str]:
    """Return what a visitor without scripts misses, on a phone and on a desk.

    What axe sees without scripts and not with them is markup, the same in both languages: it looks at one.
    """
    page = visitor.page
    found = overflow(page) + visitor.problems
    visitor.problems.clear()
    buttons = page.locator("main form button[type=submit]:not(details:not([open]) *)")
    if MAIN_FORMS.match(name) and not buttons.count():
        found.append("no form")
    found += ["a button out of sight" for one in buttons.all() if not one.is_visible()]
    if page.locator("html").get_attribute("lang") == "da":
        found += axe_without_scripts(page)
    return [f"{name}: {one}" for one in found]


def axe_without_scripts(page: Page) -> list[str]:
    """Return what axe finds wrong with a page as it is without scripts, at its width and on a desk."""
    with scriptless(page) as twin:
        found = axe(twin)
        twin.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        return found + axe(twin) + overflow(twin)

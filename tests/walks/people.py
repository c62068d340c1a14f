"""The people of a walk at work: each takes the step that the case shows as the next one."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import FilePayload, Page

from breach.services.demo import DEMO_PASSWORD
from tests.browser.reporting import STEPS, receipt_of
from tests.support.scenario import people_csv
from tests.walks.breaches import Breach
from tests.walks.hand import Hand, Tally

NEXT = ".case-next"
"""The box that says what the case waits for."""
_SUBMIT = "main form button[type=submit]"


def report(page: Page, address: str, tally: Tally, breach: Breach) -> str:
    """File the report; return the reference on the receipt."""
    hand = Hand(page, tally)
    page.goto(f"{address}/report")
    for step in STEPS:
        hand.choose(dict(_together(breach.report.chosen.get(step, []))))
        hand.type(breach.report.typed.get(step, {}))
        hand.follow(page.locator(_SUBMIT).first)
    hand.follow(page.locator(_SUBMIT).first)
    return receipt_of(page)[0]


def _together(chosen: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the choices of each question together."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in chosen:
        found[name] = (*found.get(name, ()), value)
    return found


class Colleague:
    """Somebody logged in, who works on one case as far as it waits for them."""

    def __init__(self, page: Page, address: str, tally: Tally, breach: Breach, username: str) -> None:
        self.page, self.breach = page, breach
        self.hand = Hand(page, tally)
        page.goto(f"{address}/login")
        self.hand.type({"username": username, "password": DEMO_PASSWORD})
        self.hand.follow(page.locator("main button[type=submit]"))

    def work(self, reference: str) -> int:
        """Take every step that the case shows this person as the next; return how many."""
        self._open(reference)
        if not re.search(f"/{reference}$|/step/", urlsplit(self.page.url).path):
            self._fill()
        taken = 0
        while self._next():
            taken += 1
        return taken

    def _open(self, reference: str) -> None:
        """Find the case in the lists, the own one first, and go to its next step."""
        in_list = self.page.locator(f"main td:last-child a[href*='/{reference}']").first
        if urlsplit(self.page.url).path != "/cases":
            self.hand.follow(self.page.locator("header a[href='/cases'], nav a[href='/cases']").first)
        for tab in ("waiting", "untaken", "all"):
            if in_list.count():
                break
            self.hand.follow(self.page.locator(f"main a[href*='tab={tab}']").first)
        self.hand.follow(in_list)

    def _next(self) -> bool:
        """Take the next step; tell whether there was one for this person."""
        if "/step/" in urlsplit(self.page.url).path:
            self._fill()
            return True
        box = self.page.locator(NEXT)
        direct = box.locator("form button[type=submit]")
        if direct.count():
            self.hand.follow(direct.first)
            return True
        link = box.locator("a.button")
        if link.count():
            self.hand.follow(link.first)
        elif not self.page.locator(f"{NEXT} > p > strong").count():
            return False
        self._fill()
        return True

    def _fill(self) -> None:
        """Fill in the page of a step, and send it."""
        path = urlsplit(self.page.url).path
        for pattern, fill in _PAGES.items():
            if re.search(pattern, path):
                fill(self)
                return
        self.hand.follow(self.page.locator(_SUBMIT).last)


def _assess(who: Colleague) -> None:
    who.hand.choose(who.breach.facts)
    who.hand.type(who.breach.counts)
    who.hand.follow(who.page.locator("button[name=do][value=score]"))


def _decide(who: Colleague) -> None:
    if who.page.locator("input[name=choice]").count():
        who.hand.choose({"choice": "decide"})
    else:
        _account(who)
        who.hand.type({"reasoning": who.breach.reasoning})
    who.hand.follow(who.page.locator(_SUBMIT).last)


def _account(who: Colleague) -> None:
    """Tell what happened and what was done, and that it is stopped."""
    typed = {**who.breach.account, **_today("contained_at", _now())}
    who.hand.type({name: words for name, words in typed.items() if _is_empty(who.page, name)})
    for box in who.page.locator("input[name=contained]:not(:checked)").all():
        who.hand.click(box)


def _approve(who: Colleague) -> None:
    who.hand.follow(who.page.locator("form[action$='/approve'] button[type=submit]"))


def _submitted(who: Colleague) -> None:
    now = _now()
    typed = _today("submitted_at", now) | {"at": f"{now:%H.%M}", "receipt_number": "DT-2026-" + "7" * 6}
    who.hand.type({name: words for name, words in typed.items() if _is_empty(who.page, name)})
    who.hand.follow(who.page.locator(_SUBMIT).last)


def _now() -> datetime:
    return datetime.now(ZoneInfo("Europe/Copenhagen"))


def _today(field: str, now: datetime) -> dict[str, str]:
    """Return what is typed into the parts of a date."""
    parts = {"day": now.day, "month": now.month, "year": now.year}
    return {f"{field}-{name}": str(value) for name, value in parts.items()}


def _measures(who: Colleague) -> None:
    _account(who)
    who.hand.follow(who.page.locator(_SUBMIT).last)


def _recipients(who: Colleague) -> None:
    """Put everybody affected on the list: one is typed in, more come from a file."""
    if (affected := who.breach.affected) == 1:
        who.hand.type({"cpr": "251248-9996", "name": "Nancy Ann Test Berggren"})
        who.hand.follow(who.page.locator("main form[action$='/one'] button[type=submit]"))
        return
    who.hand.pick("file", FilePayload(name="liste.csv", mimeType="text/csv", buffer=people_csv(affected)))
    who.hand.follow(who.page.locator("main form[enctype] button[type=submit]"))


def _release(who: Colleague) -> None:
    who.hand.type({"typed_count": str(who.breach.affected)})
    who.hand.follow(who.page.locator(_SUBMIT).last)


def _is_empty(page: Page, name: str) -> bool:
    """Tell whether a field is there and nothing stands in it yet."""
    found = page.locator(f"#{name}")
    return found.count() > 0 and not found.input_value()


_PAGES: Mapping[str, Callable[[Colleague], None]] = {
    "/risk$": _assess,
    "/decision$": _decide,
    "/communication/text$": _approve,
    "/submit-notification$": _submitted,
    "/save-measures$": _measures,
    "/recipients$": _recipients,
    "/release$": _release,
}
"""What is done on the pages that ask for more than their button."""

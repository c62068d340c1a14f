"""The hand of a person at a browser: every click, page, field and sign typed is counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import FilePayload, Locator, Page, Response

from tests.browser.desk import follow

REMEMBERED = 12
"""Signs from which on a text counts as typed twice; names of people and numbers are shorter."""


@dataclass
class Tally:
    """What a walk costs all its people together."""

    clicks: int = 0
    pages: int = 0
    fields: int = 0
    signs: int = 0
    texts: Counter[str] = field(default_factory=Counter)

    @property
    def typed_twice(self) -> list[str]:
        """The texts that somebody had to type again."""
        return [text for text, times in self.texts.items() if times > 1]


class Hand:
    """Clicks and types on a page, and counts it."""

    def __init__(self, page: Page, tally: Tally) -> None:
        self.page, self.tally = page, tally
        page.on("response", self._see)

    def _see(self, answer: Response) -> None:
        """Count what a person sees as a new page; what only leads on is none."""
        is_page = answer.request.is_navigation_request() and answer.frame == self.page.main_frame
        if is_page and not 300 <= answer.status < 400:
            self.tally.pages += 1

    def click(self, what: Locator) -> None:
        """Click what stays on the page."""
        self.tally.clicks += 1
        what.click()

    def follow(self, what: Locator) -> None:
        """Click a link or button, and wait for the page that it leads to."""
        self.tally.clicks += 1
        follow(what)

    def choose(self, chosen: Mapping[str, str | tuple[str, ...]]) -> None:
        """Click the choices of each question, but those that are chosen already."""
        for name, values in chosen.items():
            for value in (values,) if isinstance(values, str) else values:
                self._choose(self.page.locator(f"input[name='{name}'][value='{value}']"))

    def _choose(self, choice: Locator) -> None:
        if not choice.is_checked():
            self.tally.clicks += 1
            choice.check()

    def pick(self, name: str, file: FilePayload) -> None:
        """Choose a file for a field, which takes a click."""
        self.tally.clicks += 1
        self.page.set_input_files(f"#{name}", file)

    def type(self, typed: Mapping[str, str]) -> None:
        """Type into fields, each named by its id."""
        for name, words in typed.items():
            self.tally.fields += 1
            self.tally.signs += len(words)
            if len(words) >= REMEMBERED and name != "password":
                self.tally.texts[words] += 1
            self.page.fill(f"#{name}", words)

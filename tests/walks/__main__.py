"""Prints what each of the eleven walks costs: `python -m tests.walks`."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from click import echo as say

from tests.browser.desk import open_desk
from tests.support import browser
from tests.walks.breaches import BREACHES
from tests.walks.walking import walk


def main() -> None:
    """Walk each breach on a desk of its own, and print the table."""
    say(f"{'walk':<38} {'clicks':>6} {'pages':>6} {'fields':>6} {'signs':>6}  typed twice")
    with ExitStack() as opened:
        chromium = opened.enter_context(browser.running())
        home = opened.enter_context(tempfile.TemporaryDirectory())
        desk = opened.enter_context(open_desk(Path(home), states=False))
        for breach in BREACHES:
            cost = walk(chromium, desk, breach)
            row = f"{breach.name:<38} {cost.clicks:>6} {cost.pages:>6} {cost.fields:>6} {cost.signs:>6}"
            say(f"{row}  {', '.join(cost.typed_twice) or '-'}")


if __name__ == "__main__":
    main()

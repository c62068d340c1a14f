"""Prints what each of the eleven walks costs: `python -m tests.walks`."""

import tempfile
from pathlib import Path

from tests.browser.desk import open_desk
from tests.support import browser
from tests.walks.breaches import BREACHES
from tests.walks.walking import walk


def main() -> None:
    """Walk each breach on a desk of its own, and print the table."""
    print(f"{'walk':<38} {'clicks':>6} {'pages':>6} {'fields':>6} {'signs':>6}  typed twice")
    with browser.running() as chromium, tempfile.TemporaryDirectory() as home:
        with open_desk(Path(home), states=False) as desk:
            for breach in BREACHES:
                cost = walk(chromium, desk, breach)
                row = f"{breach.name:<38} {cost.clicks:>6} {cost.pages:>6} {cost.fields:>6} {cost.signs:>6}"
                print(f"{row}  {', '.join(cost.typed_twice) or '-'}", flush=True)


if __name__ == "__main__":
    main()

"""Makes the README's two screenshots from a demonstration that really runs: `python -m tools.screenshots`.

The demonstration is started in a folder of its own on ports of its own and stopped at the end.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page

from breach.services.demo import DEMO_PASSWORD
from breach.texts import text
from tests.support.browser import Pages, running

PICTURES = Path("docs/pictures")
REFERENCE = "BRUD-2026-000001"
LANGUAGE = "en"
SIZE = (1280, 1060)
PATIENCE = 60.0
"""Seconds until the demonstration must answer."""
LARGEST = 200_000
"""Bytes of a picture: a README is read over slow lines too."""


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def demonstration() -> Iterator[str]:
    """Yield the address of a demonstration that nobody has touched yet."""
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        environ = {
            **os.environ,
            "BREACH_HOME": home,
            "BREACH_PORT": str(port),
            "BREACH_SIMULATOR_PORT": str(free_port()),
        }
        code = "from breach.cli import main; main(['demo'])"
        process = subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.DEVNULL)
        try:
            yield _answering(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _answering(address: str, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{address}/readyz", timeout=2):
                return address
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"the demonstration did not answer at {address}")


def log_in(page: Page, address: str, username: str) -> None:
    """Log a person of the demonstration in."""
    page.goto(f"{address}/login")
    page.fill("#username", username)
    page.fill("#password", DEMO_PASSWORD)
    _press(page, text("login.submit", LANGUAGE))
    page.wait_for_url(re.compile("/cases"))


def _press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()


def take_and_score(page: Page, case: str) -> None:
    """Take the case and let the risk be assessed from the facts that the report gave."""
    page.goto(f"{case}/step/take")
    _press(page, text("cases.step.take.button", LANGUAGE))
    page.goto(f"{case}/risk")
    _press(page, text("risk.step.score.button", LANGUAGE))
    page.wait_for_load_state("networkidle")


def photograph(page: Page, name: str) -> None:
    """Store what the window shows; raise ValueError when the picture is too large."""
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    if path.stat().st_size >= LARGEST:
        raise ValueError(f"{path} is {path.stat().st_size} bytes, more than {LARGEST}")
    sys.stdout.write(f"{path}\n")


def main() -> None:
    """Walk the demonstration's case to its assessment and take the two pictures."""
    with demonstration() as address, running() as browser:
        pages = Pages(browser)
        page = pages(SIZE, LANGUAGE)
        case = f"{address}/cases/{REFERENCE}"
        log_in(page, address, "sagsbehandler")
        take_and_score(page, case)
        page.goto(case)
        photograph(page, "screenshot-case")
        page.goto(f"{case}/risk")
        page.evaluate(
            "scrollTo(0, document.getElementById('result-heading').getBoundingClientRect().top - 24)"
        )
        photograph(page, "screenshot-risk")
        pages.close()


if __name__ == "__main__":
    main()

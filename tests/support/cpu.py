"""Which tests cost most: `pytest --cpu-top 10` lists the processor seconds of ten files and ten tests.

Counted is the process that runs a test and whatever it started, a browser or a worker. PostgreSQL, which all
tests share, is not among them. The first test that needs a fixture pays for it.
"""

from collections import defaultdict
from collections.abc import Generator
from contextlib import suppress
from heapq import nlargest

import psutil
import pytest

OPTION = "--cpu-top"
SECONDS = "cpu_seconds"
"""The property of a test's report."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(OPTION, type=int, default=0, metavar="N", help="list the N tests that cost most CPU")


def pytest_configure(config: pytest.Config) -> None:
    """Measure when it is asked for."""
    if config.getoption(OPTION):
        config.pluginmanager.register(Meter(config.getoption(OPTION)))


def spent() -> float:
    """Return the processor seconds of this process and of all it started so far."""
    me = psutil.Process()
    total = 0.0
    for one in (me, *me.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += sum(one.cpu_times()[:4])
    return total


class Meter:
    """Adds its seconds to each test's report, and lists them at the end."""

    def __init__(self, most: int) -> None:
        self._most, self._before = most, spent()
        self._of_test: dict[str, float] = defaultdict(float)
        self._of_file: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note what the test and its fixtures took, once they are torn down."""
        report = yield
        if report.when == "teardown":
            before, self._before = self._before, spent()
            since = max(self._before - before, 0.0)  # a browser that was killed takes its seconds with it
            report.user_properties.append((SECONDS, since))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up what a test process told."""
        for name, seconds in report.user_properties if report.when == "teardown" else ():
            if name == SECONDS:
                self._of_test[report.nodeid] += float(str(seconds))
                self._of_file[report.nodeid.partition("::")[0]] += float(str(seconds))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List the most expensive files and tests."""
        terminalreporter.section(f"processor seconds, {sum(self._of_file.values()):.0f} in all")
        for counted in (self._of_file, self._of_test):
            for name in nlargest(self._most, counted, key=lambda name: counted[name]):
                terminalreporter.write_line(f"{counted[name]:8.1f}  {name}")

"""Every pattern of the product reads a text in time that grows with its length, whatever somebody sends."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from time import thread_time
from types import BuiltinMethodType
from typing import Any

import pytest

import breach
import notifiers
from breach import logs
from breach.domain.letters import compare
from breach.domain.letters.lix import count
from breach.domain.numbers import without_cpr
from breach.services.letters.outdated import _patterns

SHORT = 12_500
LONG = 8 * SHORT
MOST_GROWTH = 24
"""Times as long for eight times the text: 8 where each sign is read once, 64 where each is read with each."""
SUSPECT = 0.01
"""Seconds for the short text above which the long one of 100 kB is tried too."""
FLOOR = 0.001
"""Seconds below which a clock tells nothing."""
PIECES = (
    *(
        ".",
        "!",
        '."',
        "a",
        "A",
        "1",
        "0",
        "-",
        "@",
        "{",
        "}",
        "#",
        " ",
        ",",
        ";",
        "(",
        "a.",
        "a-",
        "a@",
        "a. ",
    ),
    *("a@b.", "1.", "1,", "1 111", " 111", "11 ", "kl. 1", "aaaa-", "aaaa-aaaaa", "A-", "dk.", "a.dk", ".dk"),
    *("ikke endnu ", "hvornår ", "not yet known ", "when ", "vi skriver ", "we write ", "hvad kan det "),
    *(
        "ringede ",
        "told us ",
        "12. maj ",
        "12 May ",
        "25 12 48 ",
        "251248-",
        "a" * 43 + "@",
        "brd_",
        "\u0301",
    ),
    *("tlf. ", "+45 ", "lok", "\u200d", "\r", "den 1. ", "i dag ", "today, ", "May ", "\\x0", "<q>", "sep="),
)
"""What the patterns look for, without what would end it."""


def modules() -> Iterator[object]:
    for package in (breach, notifiers):
        for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in one.name and not one.name.endswith("__main__"):
                yield importlib.import_module(one.name)


def held(value: Any) -> Iterator[re.Pattern[str]]:
    """Yield the patterns that a name of a module holds."""
    if type(value) is re.Pattern and isinstance(value.pattern, str):
        yield value
    elif type(value) is BuiltinMethodType:  # isinstance would ask what stands for the request
        yield from held(value.__self__)
    elif type(value) is dict:
        for part in value.values():
            yield from held(part)
    elif type(value) in (list, tuple):
        for part in value:
            yield from held(part)


PATTERNS = sorted(
    {one for module in modules() for value in vars(module).values() for one in held(value)},
    key=lambda one: one.pattern,
)


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """Return the shortest of up to two times that a reading took."""
    took = []
    for _ in range(2):
        before = thread_time()
        for _ in pattern.finditer(text):
            pass
        took.append(thread_time() - before)
        if took[-1] < SUSPECT:
            break
    return min(took)


def too_slow(pattern: re.Pattern[str]) -> list[str]:
    def grows(piece: str) -> bool:
        text = piece * (LONG // len(piece) + 1)
        short = seconds(pattern, text[:SHORT])
        # what takes the square of it takes 50 ms for the short one, and need not be tried further below that
        return short > SUSPECT and seconds(pattern, text) > MOST_GROWTH * short

    return [piece for piece in PIECES if grows(piece)]


def test_patterns_are_found() -> None:
    known = {one.pattern for one in PATTERNS}
    assert {compare._EXACT.pattern, logs._SECRETS.pattern} < known
    assert len(PATTERNS) > 50


@pytest.mark.parametrize("pattern", PATTERNS, ids=[str(n) for n in range(len(PATTERNS))])
def test_pattern_reads_each_sign_once(pattern: re.Pattern[str]) -> None:
    assert too_slow(pattern) == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_sentences_of_the_letter_are_found_in_one_reading(language: str) -> None:
    assert [pattern.pattern for _, pattern in _patterns(language) if too_slow(pattern)] == []


def test_reading_again_and_again_is_suspect() -> None:
    assert seconds(re.compile("a+b"), "a" * SHORT) > SUSPECT


@pytest.mark.parametrize("read", [lambda text: count([text]), lambda text: without_cpr(text, "*")])
@pytest.mark.parametrize("piece", ["a. ", "1. ", "Nr. 1. ", "251248-", "."])
def test_reader_grows_with_the_text(read: Callable[[str], object], piece: str) -> None:
    def took(size: int) -> float:
        before = thread_time()
        read(piece * (size // len(piece)))
        return thread_time() - before

    assert min(took(LONG) for _ in range(2)) < MOST_GROWTH * max(took(SHORT), 10 * FLOOR)

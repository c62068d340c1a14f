"""Texts that take long to normalise, and a watch over what is normalised."""

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from unicodedata import combining

import pytest

from breach.domain import passwords
from breach.domain.values import MOST_MARKS, MOST_RAW

MARKS = "e" + "\u0301\u0327" * 40_000
LONG = "å" * 900_000
LONGEST_LIMIT = 20_000
"""Characters of a letter: no field holds more."""


def longest_run(text: str) -> int:
    """Return how many combining marks follow one another at most."""
    return max((len(list(run)) for is_mark, run in groupby(text, combining) if is_mark), default=0)


def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Yield every text that is normalised; fail at the end if one was too long or held a run of marks."""
    seen: list[str] = []
    normalise = unicodedata.normalize

    def spy(form: Any, text: str) -> str:
        seen.append(text)
        return normalise(form, text)

    monkeypatch.setattr(unicodedata, "normalize", spy)
    monkeypatch.setattr(passwords, "normalize", spy)
    yield seen
    assert max(map(len, seen), default=0) <= MOST_RAW * LONGEST_LIMIT
    assert max(map(longest_run, seen), default=0) <= MOST_MARKS

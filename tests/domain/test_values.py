"""What was typed and cannot be seen is nothing."""

import pytest

from breach.domain.values import trimmed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("  a b\n", "a b", id="blanks-around"),
        pytest.param("\u200b", "", id="zero-width-space"),
        pytest.param("\u00ad \u2060\ufeff\t", "", id="several-unseen"),
        pytest.param("\u3164\u2800", "", id="blank-letters"),
        pytest.param("\u200ba", "\u200ba", id="something-among-them"),
        pytest.param("1\u00a0000", "1\u00a0000", id="blank-inside"),
    ],
)
def test_text_that_cannot_be_seen_is_empty(typed: str, read: str) -> None:
    assert trimmed(typed) == read

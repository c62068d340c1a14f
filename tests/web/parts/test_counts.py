"""Whole numbers are read by one rule wherever they are typed."""

import pytest

from breach.web.parts.counts import typed_number, whole_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        *[(str(one), one) for one in (0, 7, 1250, 10**9)],
        *[
            (typed, 1250)
            for typed in ("1.250", "1,250", "1 250", "1\u00a0250", "1\u202f250", "1'250", " 1250 ")
        ],
        ("1.000.000.000", 10**9),
        *[
            (typed, None)
            for typed in ("", "1.5", "1,0", "1 2", "12.34.5", "1.25", "0.125", "1.000,000", "1.000 000")
        ],
        *[(typed, None) for typed in ("ca. 50", "mange", "-1", "1e3", "١٢", "12.3456", "1000.000")],
        ("1" * 16, None),
    ],
)
def test_number_is_digits_alone_or_in_groups_of_three(typed: str, number: int | None) -> None:
    assert whole_number(typed) == typed_number(typed) == number


def test_number_too_large_is_a_number_still() -> None:
    assert (typed_number("1.000.000.001"), whole_number("1.000.000.001")) == (1_000_000_001, None)

"""ENISA's examples per element, and composites that are arithmetic on them."""

from decimal import Decimal

import pytest

from breach.domain.risk import Severity
from breach.domain.risk.severity import (
    Band,
    Context,
    band_of,
    circumstances,
    dpc,
    dpc_by_insight,
    points,
    severity_score,
)

S, B, F, H = Context.SIMPLE, Context.BEHAVIOURAL, Context.FINANCIAL, Context.SENSITIVE


@pytest.mark.parametrize(
    ("context", "step", "expected"),
    [
        pytest.param(S, 0, 1, id="DPC-S1"),  # Customer list of a supermarket
        pytest.param(S, 1, 2, id="DPC-S2"),  # Customer list of a luxury goods seller (status can be guessed)
        pytest.param(S, 2, 3, id="DPC-S3"),  # Delivery addresses of an adult book store
        pytest.param(S, 3, 4, id="DPC-S4"),  # List of undercover officers
        pytest.param(S, 0, 1, id="DPC-S5"),  # Credentials that only open a low-impact shop (e.g. music)
        pytest.param(B, -1, 1, id="DPC-B1"),  # Incoming calls to an internet provider help desk
        pytest.param(B, 0, 2, id="DPC-B2"),  # One week of call history
        pytest.param(B, 1, 3, id="DPC-B3"),  # One year of call history (detailed profile)
        pytest.param(B, 2, 4, id="DPC-B4"),  # Calls to a psychological support centre
        pytest.param(B, 0, 2, id="DPC-B5"),  # A month of supermarket loyalty purchases
        pytest.param(B, 1, 3, id="DPC-B6"),  # Travel card locations for a year
        pytest.param(B, 2, 4, id="DPC-B7"),  # Pharmacy purchases
        pytest.param(F, -2, 1, id="DPC-F1"),  # Letter showing only that someone is a customer of a bank
        pytest.param(F, -1, 2, id="DPC-F2"),  # One day of transactions without details
        pytest.param(F, 0, 3, id="DPC-F3"),  # One month of balances
        pytest.param(F, 1, 4, id="DPC-F4"),  # One year of detailed statements
        pytest.param(F, -2, 1, id="DPC-F5"),  # Very old, invalid card data
        pytest.param(F, 1, 4, id="DPC-F6"),  # Full card details that permit transactions
        pytest.param(F, 1, 4, id="DPC-F7"),  # Online banking credentials
        pytest.param(H, -3, 1, id="DPC-H1"),  # Statement that a person had a general blood test
        pytest.param(H, -2, 2, id="DPC-H2"),  # Fact of a blood test in an emergency room
        pytest.param(H, -1, 3, id="DPC-H3"),  # Fact of a test for a specific disease
        pytest.param(H, 0, 4, id="DPC-H4"),  # The test results
        pytest.param(H, 0, 4, id="DPC-H5"),  # Political opinions in a closed forum
        pytest.param(H, 0, 4, id="DPC-H6"),  # Dating site with declared sexual orientation
    ],
)
def test_context_is_the_base_moved_by_steps(context: Context, step: int, expected: int) -> None:
    assert dpc(context, step) == expected


@pytest.mark.parametrize("context", Context)
@pytest.mark.parametrize("step", range(-3, 4))
def test_context_stays_between_1_and_4(context: Context, step: int) -> None:
    assert 1 <= dpc(context, step) <= 4


@pytest.mark.parametrize(
    ("context", "by_insight"),
    [(S, [1, 1, 2, 2]), (B, [1, 2, 3, 4]), (F, [1, 2, 3, 4]), (H, [1, 2, 3, 4])],
)
def test_insight_moves_the_context(context: Context, by_insight: list[int]) -> None:
    assert [dpc_by_insight(context, insight) for insight in range(4)] == by_insight


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param((0, 0, 0, 0), 0, id="CB-C0"),  # Paper file or laptop lost in transit, no sign of misuse
        pytest.param((1, 0, 0, 0), 1, id="CB-C1"),  # E-mail to a number of known wrong recipients
        pytest.param((2, 0, 0, 0), 2, id="CB-C2"),  # Published on an internet board; open website
        pytest.param((0, 0, 0, 0), 0, id="CB-I0"),  # Wrong update found and reversed before use
        pytest.param((0, 1, 0, 0), 1, id="CB-I1"),  # Changed record possibly used wrongly, can be recovered
        pytest.param(
            (0, 2, 0, 0), 2, id="CB-I2"
        ),  # Changed record possibly used wrongly, cannot be recovered
        pytest.param((0, 0, 0, 0), 0, id="CB-A0"),  # A copy lost, others exist
        pytest.param(
            (0, 0, 1, 0), 1, id="CB-A1"
        ),  # Database corrupt, rebuildable with work, or person can give the data again
        pytest.param((0, 0, 2, 0), 2, id="CB-A2"),  # Lost, no backup, person cannot give it again
        pytest.param(
            (0, 0, 0, 2), 2, id="CB-M"
        ),  # Intentional act (sale of customer data, hacking, theft to expose)
    ],
)
def test_circumstances_are_added_up_in_quarters(parts: tuple[int, int, int, int], expected: int) -> None:
    assert circumstances(*parts) == expected


@pytest.mark.parametrize("parts", [(3, 0, 0, 0), (0, -1, 0, 0), (0, 0, 0, 1)])
def test_circumstances_out_of_range_are_refused(parts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        circumstances(*parts)


@pytest.mark.parametrize(
    ("context", "ease", "around", "score", "band"),
    [
        pytest.param(1, 4, (1, 0, 0, 0), "1.25", "low", id="CMP-1"),
        pytest.param(1, 4, (2, 0, 0, 2), "2.0", "medium", id="CMP-2"),
        pytest.param(4, 4, (1, 0, 0, 0), "4.25", "very high", id="CMP-3"),
        pytest.param(4, 1, (1, 0, 0, 0), "1.25", "low", id="CMP-4"),
        pytest.param(3, 3, (2, 0, 0, 2), "3.25", "high", id="CMP-5"),
        pytest.param(2, 4, (0, 0, 0, 0), "2", "medium", id="CMP-6"),
        pytest.param(2, 4, (2, 0, 0, 2), "3.0", "high", id="CMP-7"),
        pytest.param(4, 4, (0, 0, 0, 0), "4", "very high", id="CMP-8"),
        pytest.param(4, 4, (2, 2, 2, 2), "6.0", "very high", id="CMP-9"),
        pytest.param(1, 1, (0, 0, 0, 0), "0.25", "low", id="CMP-10"),
        pytest.param(4, 1, (0, 0, 0, 0), "1.0", "low", id="CMP-11"),
    ],
)
def test_severity_of_a_composite(
    context: int, ease: int, around: tuple[int, int, int, int], score: str, band: str
) -> None:
    severity = Severity(context, ease, circumstances(*around))
    assert (points(severity.score), severity.band.value) == (Decimal(score), band)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (1, Band.LOW),
        (7, Band.LOW),
        (8, Band.MEDIUM),
        (11, Band.MEDIUM),
        (12, Band.HIGH),
        (15, Band.HIGH),
        (16, Band.VERY_HIGH),
        (24, Band.VERY_HIGH),
    ],
)
def test_bands_meet_their_edges(score: int, band: Band) -> None:
    assert band_of(score) is band


@pytest.mark.parametrize("parts", [(0, 1, 0), (5, 1, 0), (1, 0, 0), (1, 5, 0), (1, 1, -1), (1, 1, 9)])
def test_severity_out_of_range_is_refused(parts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        severity_score(*parts)


def test_step_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="out of range"):
        dpc(S, 4)

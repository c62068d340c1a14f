"""The clocks: 72 elapsed hours, the readings of Regulation 1182/71, Danish wall clocks and reminders."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain import clocks
from breach.domain.clocks import ClockState
from breach.domain.holidays import easter_sunday, is_working_day, public_holidays

MOMENTS = st.integers(0, 42 * 365 * 86_400).map(
    lambda seconds: datetime(2018, 5, 25, tzinfo=UTC) + timedelta(seconds=seconds)
)

READINGS = [
    pytest.param(
        "2026-09-08T10:20:00+02:00",
        "2026-09-11T10:20:00+02:00",
        "2026-09-11T11:00:00+02:00",
        ["2026-09-08", "2026-09-09", "2026-09-10", "2026-09-11"],
        ["2026-09-09", "2026-09-10"],
        None,
        None,
        id="weekday-plain",
    ),
    pytest.param(
        "2026-09-11T16:40:00+02:00",
        "2026-09-14T16:40:00+02:00",
        "2026-09-14T17:00:00+02:00",
        ["2026-09-11", "2026-09-14"],
        [],
        None,
        "2026-09-16T00:00:00+02:00",
        id="friday-afternoon",
    ),
    pytest.param(
        "2026-09-12T21:05:00+02:00",
        "2026-09-15T21:05:00+02:00",
        "2026-09-15T22:00:00+02:00",
        ["2026-09-14", "2026-09-15"],
        ["2026-09-14"],
        None,
        "2026-09-16T00:00:00+02:00",
        id="saturday-evening",
    ),
    pytest.param(
        "2026-09-08T10:00:00+02:00",
        "2026-09-11T10:00:00+02:00",
        "2026-09-11T11:00:00+02:00",
        ["2026-09-08", "2026-09-09", "2026-09-10", "2026-09-11"],
        ["2026-09-09", "2026-09-10"],
        None,
        None,
        id="exactly-on-the-hour",
    ),
    pytest.param(
        "2026-04-01T16:40:00+02:00",
        "2026-04-04T16:40:00+02:00",
        "2026-04-04T17:00:00+02:00",
        ["2026-04-01"],
        [],
        "2026-04-08T00:00:00+02:00",
        "2026-04-09T00:00:00+02:00",
        id="easter-wed-before-maundy-thursday",
    ),
    pytest.param(
        "2026-04-02T09:15:00+02:00",
        "2026-04-05T09:15:00+02:00",
        "2026-04-05T10:00:00+02:00",
        [],
        [],
        "2026-04-09T00:00:00+02:00",
        "2026-04-09T00:00:00+02:00",
        id="easter-maundy-thursday",
    ),
    pytest.param(
        "2026-03-27T20:00:00+01:00",
        "2026-03-30T21:00:00+02:00",
        "2026-03-30T22:00:00+02:00",
        ["2026-03-27", "2026-03-30"],
        [],
        None,
        "2026-04-01T00:00:00+02:00",
        id="spring-dst-clock-forward-29-mar-2026",
    ),
    pytest.param(
        "2026-10-23T20:00:00+02:00",
        "2026-10-26T19:00:00+01:00",
        "2026-10-26T20:00:00+01:00",
        ["2026-10-23", "2026-10-26"],
        [],
        None,
        "2026-10-28T00:00:00+01:00",
        id="autumn-dst-clock-back-25-oct-2026",
    ),
    pytest.param(
        "2026-12-23T14:30:00+01:00",
        "2026-12-26T14:30:00+01:00",
        "2026-12-26T15:00:00+01:00",
        ["2026-12-23", "2026-12-24"],
        ["2026-12-24"],
        None,
        "2026-12-29T00:00:00+01:00",
        id="christmas-23-dec-2026",
    ),
    pytest.param(
        "2026-12-24T09:10:00+01:00",
        "2026-12-27T09:10:00+01:00",
        "2026-12-27T10:00:00+01:00",
        ["2026-12-24"],
        [],
        "2026-12-29T00:00:00+01:00",
        "2026-12-30T00:00:00+01:00",
        id="christmas-eve-2026-not-a-statutory-public-holiday",
    ),
    pytest.param(
        "2026-12-31T17:50:00+01:00",
        "2027-01-03T17:50:00+01:00",
        "2027-01-03T18:00:00+01:00",
        ["2026-12-31"],
        [],
        "2027-01-05T00:00:00+01:00",
        "2027-01-06T00:00:00+01:00",
        id="new-year-31-dec-2026",
    ),
    pytest.param(
        "2026-05-13T12:00:00+02:00",
        "2026-05-16T12:00:00+02:00",
        "2026-05-16T13:00:00+02:00",
        ["2026-05-13", "2026-05-15"],
        ["2026-05-15"],
        None,
        "2026-05-19T00:00:00+02:00",
        id="ascension-week-2026-wed-13-may",
    ),
    pytest.param(
        "2024-04-25T11:30:00+02:00",
        "2024-04-28T11:30:00+02:00",
        "2024-04-28T12:00:00+02:00",
        ["2024-04-25", "2024-04-26"],
        ["2024-04-26"],
        None,
        "2024-04-30T00:00:00+02:00",
        id="former-store-bededag-fri-26-apr-2024-ordinary-working-day",
    ),
    pytest.param(
        "2023-05-04T11:30:00+02:00",
        "2023-05-07T11:30:00+02:00",
        "2023-05-07T12:00:00+02:00",
        ["2023-05-04"],
        [],
        "2023-05-09T00:00:00+02:00",
        "2023-05-10T00:00:00+02:00",
        id="store-bededag-fri-5-may-2023-still-holiday",
    ),
]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@pytest.mark.parametrize(("aware", "strict", "hours", "touched", "full", "partial", "whole"), READINGS)
def test_readings_of_the_72_hours(
    aware: str,
    strict: str,
    hours: str,
    touched: list[str],
    full: list[str],
    partial: str | None,
    whole: str | None,
) -> None:
    found = clocks.deadline_readings(datetime.fromisoformat(aware))
    assert _iso(found.strict) == strict
    assert _iso(found.hours) == hours
    assert [day.isoformat() for day in found.touched] == touched
    assert [day.isoformat() for day in found.full] == full
    assert (_iso(found.partial_days), _iso(found.full_days)) == (partial, whole)


@given(MOMENTS)
def test_strict_deadline_is_never_later_than_a_reading(aware: datetime) -> None:
    found = clocks.deadline_readings(aware)
    due = clocks.notification_due(aware)
    assert due - aware == timedelta(hours=72)
    assert due == found.strict
    assert due < found.hours <= due + timedelta(hours=1)
    assert all(reading is None or reading >= due for reading in (found.partial_days, found.full_days))
    assert set(found.full) <= set(found.touched)


def test_deadline_at_midnight_does_not_touch_the_next_day() -> None:
    found = clocks.deadline_readings(datetime.fromisoformat("2026-09-08T00:00:00+02:00"))
    assert found.touched == found.full == (date(2026, 9, 8), date(2026, 9, 9), date(2026, 9, 10))


def test_time_without_offset_is_no_instant() -> None:
    with pytest.raises(clocks.NaiveTime):
        clocks.notification_due(datetime.fromisoformat("2026-03-27T20:00"))


DUE = datetime(2026, 9, 11, 8, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (timedelta(hours=72), ClockState.GOOD_TIME),
        (timedelta(hours=24), ClockState.GOOD_TIME),
        (timedelta(hours=24) - timedelta(seconds=1), ClockState.UNDER_24H),
        (timedelta(hours=6), ClockState.UNDER_24H),
        (timedelta(hours=6) - timedelta(seconds=1), ClockState.UNDER_6H),
        (timedelta(seconds=1), ClockState.UNDER_6H),
        (timedelta(0), ClockState.OVERDUE),
        (-timedelta(days=3), ClockState.OVERDUE),
    ],
)
def test_clock_states_meet_their_edges(left: timedelta, state: ClockState) -> None:
    assert clocks.clock_state(DUE, DUE - left) == clocks.Clock(DUE, state, left)


@pytest.mark.parametrize(
    "easter", ["2018-04-01", "2024-03-31", "2026-04-05", "2027-03-28", "2028-04-16", "2038-04-25"]
)
def test_easter_sunday(easter: str) -> None:
    day = date.fromisoformat(easter)
    assert easter_sunday(day.year) == day


def test_public_holidays_of_2026() -> None:
    assert sorted(day.isoformat()[5:] for day in public_holidays(2026)) == [
        *("01-01", "04-02", "04-03", "04-05", "04-06", "05-14", "05-24", "05-25", "12-25", "12-26"),
    ]


@pytest.mark.parametrize(
    ("day", "working"),
    [
        pytest.param("2023-05-05", False, id="last-store-bededag"),
        pytest.param("2024-04-26", True, id="store-bededag-abolished"),
        pytest.param("2026-12-24", True, id="christmas-eve-is-no-statutory-holiday"),
        pytest.param("2026-06-05", True, id="constitution-day-is-no-statutory-holiday"),
        pytest.param("2026-09-12", False, id="saturday"),
        pytest.param("2026-09-13", False, id="sunday"),
    ],
)
def test_working_days(day: str, working: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is working

"""Times as programs write them, by RFC 3339 and ISO 8601."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain.moments import NotATime, is_day, is_moment, read_day, read_moment

TEN = datetime(2026, 11, 29, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        *[
            (written, TEN)
            for written in (
                "2026-11-29T10:00:00Z",
                "2026-11-29T10:00:00z",
                "2026-11-29t10:00:00Z",
                "2026-11-29 10:00:00Z",
                "2026-11-29T11:00:00+01:00",
                "2026-11-29T11:00:00+0100",
                "2026-11-29T11:00:00+01",
                "2026-11-29T09:00:00-01:00",
                "2026-11-29T09:00:00\u221201:00",
                "2026-11-29 11:00:00 +01:00",
                "2026-11-29T10:00Z",
                "2026-11-29T10Z",
                "20261129T100000Z",
                "2026-W48-7T10:00Z",
            )
        ],
        ("2026-11-29T10:00:00.5Z", TEN.replace(microsecond=500_000)),
        ("2026-11-29T10:00:00,5Z", TEN.replace(microsecond=500_000)),
        ("2026-11-29T10:00:00.1234567Z", TEN.replace(microsecond=123_456)),
        ("2026-11-29T10:00:00.123456999999999999999999999999999999Z", TEN.replace(microsecond=123_456)),
        (f"2026-11-29T10:00:00.{'9' * 5000}Z", TEN.replace(microsecond=999_999)),
        ("2026-11-29T10:30.5Z", TEN.replace(minute=30, second=30)),
        ("2026-11-29T10.25Z", TEN.replace(minute=15)),
        ("2026-11-29T24:00:00Z", datetime(2026, 11, 30, tzinfo=UTC)),
        ("2026-12-31T23:59:60Z", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_time_is_read_as_the_standards_allow(written: str, at: datetime) -> None:
    assert is_moment(written)
    assert read_moment(written) == at


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-11-29T10:00", "time_without_offset"),
        ("2026-11-29 10:00:00,5", "time_without_offset"),
        ("2026-11-29", "not_a_time"),
        ("29.11.2026 10:00", "not_a_time"),
        ("2026-11-29x10:00Z", "not_a_time"),
        ("2026-11-29T10:00Z\n", "not_a_time"),
        ("", "not_a_time"),
    ],
)
def test_text_that_is_no_time_is_told(written: str, code: str) -> None:
    assert not is_moment(written)
    with pytest.raises(NotATime) as caught:
        read_moment(written)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30T10:00Z",
        "2026-11-29T25:00Z",
        "2026-11-29T24:00:01Z",
        "2026-11-29T24.5Z",
        "2026-11-29T10:60Z",
        "2026-11-29T10:30:60Z",
        "2026-11-29T10:00+24:00",
        "2026-11-29T10:00+01:60",
        "0000-01-01T00:00Z",
    ],
)
def test_time_that_does_not_exist_is_no_time_written_badly(written: str) -> None:
    with pytest.raises(ValueError, match=r"time|day|month|year|offset") as caught:
        read_moment(written)
    assert not isinstance(caught.value, NotATime)


def test_day_is_read_alone() -> None:
    assert {read_day(day) for day in ("2026-11-29", "20261129", "2026-W48-7")} == {date(2026, 11, 29)}
    assert not is_day("2026-11-29T10:00Z")
    with pytest.raises(NotATime):
        read_day("29.11.2026")


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["T", "t", " "]))
def test_every_time_that_python_writes_is_read(at: datetime, between: str) -> None:
    assert read_moment(at.isoformat(between)) == at

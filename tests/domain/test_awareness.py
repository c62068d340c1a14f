"""From which of the times that a report says the 72 hours run."""

from datetime import UTC, date, datetime, timedelta

import pytest

from breach.domain.awareness import ReportedTimes, awareness_candidates
from breach.domain.clocks import ClockState, clock_state, notification_due
from breach.domain.spans import Span, moment, whole_day
from breach.domain.states import ReporterKind

RECEIVED = datetime(2026, 11, 30, 18, 41, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
CALL = RECEIVED - timedelta(hours=2)
MIDNIGHT = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)
LATER = RECEIVED + timedelta(minutes=3)


@pytest.mark.parametrize(
    ("source", "discovered", "called", "began", "first", "at"),
    [
        pytest.param(ReporterKind.STAFF, moment(FRIDAY), None, None, "discovered", FRIDAY, id="own-staff"),
        pytest.param(ReporterKind.STAFF, None, None, None, "received", RECEIVED, id="nothing-said"),
        pytest.param(
            ReporterKind.PROCESSOR,
            moment(FRIDAY),
            None,
            None,
            "received",
            RECEIVED,
            id="a-processor-found-it",
        ),
        pytest.param(
            ReporterKind.PROCESSOR,
            moment(FRIDAY),
            moment(CALL),
            None,
            "called",
            CALL,
            id="a-processor-called",
        ),
        pytest.param(
            ReporterKind.STAFF,
            moment(CALL),
            moment(FRIDAY),
            None,
            "called",
            FRIDAY,
            id="a-processor-told-us-before-we-found-it",
        ),
        pytest.param(ReporterKind.CITIZEN, moment(FRIDAY), None, None, "received", RECEIVED, id="a-citizen"),
        pytest.param(ReporterKind.CITIZEN, None, moment(CALL), None, "called", CALL, id="a-call"),
        pytest.param(ReporterKind.STAFF, moment(FRIDAY), moment(CALL), None, "discovered", FRIDAY, id="both"),
        pytest.param(
            ReporterKind.STAFF, whole_day(date(2026, 11, 27)), None, None, "discovered", MIDNIGHT, id="a-day"
        ),
        pytest.param(
            ReporterKind.STAFF,
            whole_day(date(2026, 11, 27)),
            None,
            FRIDAY,
            "discovered",
            FRIDAY,
            id="a-day-on-which-the-breach-began",
        ),
        pytest.param(
            ReporterKind.STAFF, moment(LATER), None, None, "discovered", RECEIVED, id="a-clock-ahead"
        ),
    ],
)
def test_earliest_time_of_the_controller_counts(
    source: ReporterKind,
    discovered: Span | None,
    called: Span | None,
    began: datetime | None,
    first: str,
    at: datetime,
) -> None:
    times = ReportedTimes(
        source=source, received_at=RECEIVED, discovered=discovered, called=called, began=began
    )
    found = awareness_candidates(times)[0]
    assert (found.source.value, found.at) == (first, at)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        pytest.param(date(2026, 3, 28), "2026-03-31T01:00+02:00", id="before-the-night-of-summer-time"),
        pytest.param(date(2026, 3, 29), "2026-04-01T01:00+02:00", id="the-day-of-23-hours"),
        pytest.param(date(2026, 10, 25), "2026-10-27T23:00+01:00", id="the-day-of-25-hours"),
        pytest.param(date(2026, 11, 27), "2026-11-30T00:00+01:00", id="an-ordinary-day"),
    ],
)
def test_day_counts_from_its_beginning_in_danish_time(day: date, due: str) -> None:
    received = datetime(2026, 12, 1, tzinfo=UTC)
    times = ReportedTimes(source=ReporterKind.STAFF, received_at=received, discovered=whole_day(day))
    found = awareness_candidates(times)[0]
    assert (found.said.day, notification_due(found.at)) == (day, datetime.fromisoformat(due))


def test_case_found_on_friday_and_typed_in_on_monday_is_late_at_once() -> None:
    times = ReportedTimes(source=ReporterKind.STAFF, received_at=RECEIVED, discovered=moment(FRIDAY))
    due = notification_due(awareness_candidates(times)[0].at)
    assert clock_state(due, RECEIVED).state is ClockState.OVERDUE


def test_span_is_written_as_it_was_said() -> None:
    assert whole_day(date(2026, 8, 12)).written == "2026-08-12"
    assert moment(FRIDAY).written == "2026-11-27T08:00:00+00:00"

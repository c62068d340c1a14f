"""`breach deadline`: the 72 hours of one awareness."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from breach.cli.deadline import command


def test_deadline_as_json() -> None:
    result = CliRunner().invoke(command, ["--aware", "2026-03-27T20:00+01:00", "--json"])
    assert json.loads(result.stdout) == {
        "aware": "2026-03-27T20:00:00+01:00",
        "strict_72h": "2026-03-30T21:00:00+02:00",
        "late": True,
        "reg1182_hours": "2026-03-30T22:00:00+02:00",
        "working_days_touched": ["2026-03-27", "2026-03-30"],
        "full_working_days": [],
        "art3_5_partial_days_reading": None,
        "art3_5_full_days_reading": "2026-04-01T00:00:00+02:00",
    }


@pytest.mark.parametrize(("hours", "late"), [(71.9, False), (72, True), (200, True)])
def test_deadline_says_whether_it_has_passed(hours: float, late: bool) -> None:
    aware = datetime.now(UTC) - timedelta(hours=hours)
    result = CliRunner().invoke(command, ["--aware", aware.isoformat(), "--json"])
    assert json.loads(result.stdout)["late"] is late


def test_deadline_in_words() -> None:
    result = CliRunner().invoke(command, ["--aware", "2026-09-08T08:20Z"])
    assert result.stdout.splitlines()[1] == "Deadline: 72 hours later: 2026-09-11T10:20:00+02:00"


def test_time_is_read_as_by_the_api() -> None:
    result = CliRunner().invoke(command, ["--aware", "2026-09-08 10:20:00,0+0200"])
    assert result.stdout.splitlines()[1] == "Deadline: 72 hours later: 2026-09-11T10:20:00+02:00"


def test_time_without_its_offset_says_so() -> None:
    assert "offset" in CliRunner().invoke(command, ["--aware", "2026-03-27T20:00"]).stderr


@pytest.mark.parametrize("aware", ["2026-03-27T20:00", "2026-03-27", "soon", "", "9999-12-31T23:00+00:00"])
def test_time_without_offset_or_junk_exits_2(aware: str) -> None:
    result = CliRunner().invoke(command, ["--aware", aware, "--json"])
    assert (result.exit_code, result.stdout) == (2, "")

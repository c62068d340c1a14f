"""`breach deadline --aware TIME`: when Datatilsynet must have been notified, and the readings beside it."""

import json
from datetime import UTC, datetime

import click

from breach import texts
from breach.domain.clocks import DeadlineReadings, deadline_readings, is_late
from breach.domain.moments import NotATime, read_moment


def readings_to_json(readings: DeadlineReadings, now: datetime) -> dict[str, object]:
    """Return the readings with ISO times in Danish time; None where Art. 3(5) extends nothing.

    `late` tells whether the deadline of the 72 hours has passed at `now`.
    """

    def iso(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "aware": iso(readings.aware),
        "strict_72h": iso(readings.strict),
        "late": is_late(readings.strict, now),
        "reg1182_hours": iso(readings.hours),
        "working_days_touched": [day.isoformat() for day in readings.touched],
        "full_working_days": [day.isoformat() for day in readings.full],
        "art3_5_partial_days_reading": iso(readings.partial_days),
        "art3_5_full_days_reading": iso(readings.full_days),
    }


def _said(key: str, value: object) -> str:
    if isinstance(value, bool):
        value = texts.text(f"common.{'yes' if value else 'no'}", "en")
    elif value is None:
        value = texts.text("cases.clock.reading.no_extension", "en")
    elif isinstance(value, list):
        value = ", ".join(value) or texts.text("cases.clock.reading.no_days", "en")
    return f"{texts.text(f'cases.clock.reading.{key}', 'en')}: {value}"


def _aware(value: str) -> DeadlineReadings:
    try:
        return deadline_readings(read_moment(value))
    except NotATime as error:
        raise click.BadParameter(texts.text(f"cases.clock.problem.{error.code}", "en")) from error
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(texts.text("cases.clock.problem.not_a_time", "en")) from error


@click.command()
@click.option("--aware", required=True, metavar="TIME", help="ISO time with offset: 2026-03-27T20:00+01:00.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(aware: str, as_json: bool) -> None:
    """Print when the 72 hours of Art. 33(1) end, and the readings of Regulation 1182/71 beside it."""
    try:
        answer = readings_to_json(_aware(aware), datetime.now(UTC))
    except click.BadParameter as error:
        error.param_hint = "--aware"
        raise
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo("\n".join(_said(key, value) for key, value in answer.items()))

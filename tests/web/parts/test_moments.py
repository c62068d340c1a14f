"""Dates in three parts and times of day, with the two nights of the year that clocks change."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from breach.web.parts.forms import BaseForm, problems
from breach.web.parts.moments import ClockTimeField, DatePartsField, FoldField, moment


class MomentForm(BaseForm):
    """A day, a time, and which of two."""

    day = DatePartsField("common.date.day")
    clock = ClockTimeField("common.time.hint")
    fold = FoldField("common.time.which")


def read(app: Flask, typed: dict[str, str]) -> tuple[datetime | None, list[tuple[str, str]]]:
    with app.test_request_context("/", method="POST", data=typed):
        form = MomentForm(meta={"csrf": False})
        found = moment(form.day, form.clock, form.fold) if form.validate() else None
        return found, problems(form)


def parts(day: str, month: str, year: str, clock: str, **more: str) -> dict[str, str]:
    return {"day-day": day, "day-month": month, "day-year": year, "clock": clock, **more}


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        pytest.param(parts("3", "3", "2026", "14.30"), datetime(2026, 3, 3, 13, 30, tzinfo=UTC), id="dot"),
        pytest.param(parts("03", "03", "2026", "1430"), datetime(2026, 3, 3, 13, 30, tzinfo=UTC), id="bare"),
        *[
            pytest.param(
                parts("3", "3", "2026", clock), datetime(2026, 3, 3, 13, minute, tzinfo=UTC), id=clock
            )
            for clock, minute in (
                ("kl. 14.30", 30),
                ("Kl 14:30", 30),
                ("14,30", 30),
                ("14\u00a030", 30),
                ("14:30:25", 30),
                ("14.30.", 30),
                ("14", 0),
            )
        ],
        *[
            pytest.param(
                parts(day, month, "2026", "14"), datetime(2026, 3, 3, 13, tzinfo=UTC), id=f"{day}{month}"
            )
            for day, month in (
                ("3.", "03."),
                ("3", "marts"),
                ("03", "Mar."),
                ("3", "March"),
                ("\u00a03", "3"),
            )
        ],
        pytest.param(
            parts("25", "10", "2026", "2:30", fold="summer"),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            id="first-time",
        ),
        pytest.param(
            parts("25", "10", "2026", "2:30", fold="winter"),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            id="second-time",
        ),
    ],
)
def test_moment_is_read(app: Flask, typed: dict[str, str], at: datetime) -> None:
    assert read(app, typed) == (at, [])


@pytest.mark.parametrize(
    ("typed", "target", "words"),
    [
        pytest.param(
            parts("31", "4", "2026", ""), "day-day", "31. april findes ikke. Ret datoen", id="no-such-day"
        ),
        pytest.param(
            parts("3", "", "2026", ""),
            "day-month",
            "Datoen skal have dag, måned og år",
            id="no-month",
        ),
        pytest.param(
            parts("3", "3", "26", ""),
            "day-year",
            "Skriv årstallet med fire cifre, for eksempel 2026",
            id="short-year",
        ),
        pytest.param(
            parts("3", "1" * 5000, "2026", ""),
            "day-month",
            "Datoen skal have dag, måned og år",
            id="no-month-is-that-long",
        ),
        pytest.param(
            parts("1", "1", "0001", "0.10"),
            "day-day",
            "Tidspunktet ligger for langt tilbage. Ret året",
            id="first-hour-of-all",
        ),
        pytest.param(
            parts("3", "3", "2026", "25.00"),
            "clock",
            "Skriv klokkeslættet som timer og minutter, for eksempel 14.30",
            id="no-such-time",
        ),
        pytest.param(
            parts("29", "3", "2026", "2.30"),
            "clock",
            "Kl. 2.30 findes ikke den 29. marts 2026, fordi uret blev stillet frem."
            " Skriv et andet klokkeslæt",
            id="missing-hour",
        ),
        pytest.param(
            parts("25", "10", "2026", "2.30"),
            "fold",
            "Kl. 2.30 var der to gange den 25. oktober 2026. Vælg sommertid eller vintertid",
            id="doubled-hour",
        ),
    ],
)
def test_report_errors_are_at_their_fields(
    app: Flask, typed: dict[str, str], target: str, words: str
) -> None:
    assert read(app, typed) == (None, [(target, words)])

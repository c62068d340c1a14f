"""Dates in three parts and times of day as Danes write them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from re import compile as pattern
from typing import Any

from wtforms import Field, Form, ValidationError

from breach.domain.danish_time import DANISH_TIME
from breach.domain.numbers import plain
from breach.web.parts.forms import OneOf
from breach.web.parts.language import PageFormats, t

PARTS = ("day", "month", "year")
_CLOCK = pattern(
    r"(?:kl\.? ?)?([01]?[0-9]|2[0-3])(?:[.:,; ]?([0-5][0-9])(?:[.:,][0-5][0-9](?:[.,][0-9]{1,9})?)?)?\.?"
)
"""Hours and minutes, or hours alone, as people and logs write them; seconds are left out."""
_MONTHS = ("jan", "feb", "mar", "apr", "ma[jy]", "jun", "jul", "aug", "sep", "o[kc]t", "nov", "dec")
_MONTH = [pattern(f"{month}[a-z]*") for month in _MONTHS]
_FORMAT = PageFormats()


class DatePartsField(Field):  # type: ignore[misc]  # WTForms ships no types
    """Day, month and year in three boxes `<name>-day`, `-month`, `-year`; data is a date or None."""

    def __init__(self, *args: Any, incomplete: str = "errors.date_parts", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incomplete = incomplete
        self.parts: dict[str, str] = dict.fromkeys(PARTS, "")
        self.wrong_parts: tuple[str, ...] = PARTS

    def part_id(self, part: str) -> str:
        """Return the id of one box."""
        return f"{self.id}-{part}"

    @property
    def first_wrong_id(self) -> str:
        """The id that the link of the error summary goes to."""
        return self.part_id(self.wrong_parts[0])

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the three boxes, or the date given."""
        self.process_errors: list[str] = []
        given = data() if callable(data) else data
        self.data = self.object_data = given if isinstance(given, date) else None
        if self.data is not None:
            self.parts = {part: str(getattr(self.data, part)) for part in PARTS}
        if formdata is not None:
            self.parts = {part: _plain_part(formdata.get(f"{self.name}-{part}", "")) for part in PARTS}
            self.data = _date_of(self.parts)

    def pre_validate(self, form: Form) -> None:
        """Refuse a date with missing parts or one that no calendar has; all boxes empty is no date."""
        given = {part: words for part, words in self.parts.items() if words}
        if not given or self.data is not None:
            return
        self.wrong_parts = tuple(part for part in PARTS if not _is_number(self.parts[part]))
        if self.wrong_parts:
            raise ValidationError(t(self.incomplete))
        if len(self.parts["year"]) != 4:
            self.wrong_parts = ("year",)
            raise ValidationError(t("errors.date_year"))
        self.wrong_parts = ("day",)
        raise ValidationError(t("errors.date_impossible", date=_spoken(self.parts)))


def _plain_part(typed: str) -> str:
    """Return what was typed into a box: "29." as its number, the name of a month as the month's."""
    words = plain(typed).strip(" .")
    months = (number for number, name in enumerate(_MONTH, start=1) if name.fullmatch(words.casefold()))
    return str(next(months, words))


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) <= 4


def _date_of(parts: Mapping[str, str]) -> date | None:
    if not all(_is_number(words) for words in parts.values()) or len(parts["year"]) != 4:
        return None
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        return None


def _spoken(parts: Mapping[str, str]) -> str:
    """Return "31. april" for a date that does not exist; the bare numbers when the month does not either."""
    month = int(parts["month"])
    if not 1 <= month <= 12:
        return f"{parts['day']}.{parts['month']}.{parts['year']}"
    first = _FORMAT.date_long(date(2000, month, 1))
    name = first.replace("1.", "").replace("1", "", 1).replace("2000", "").strip()
    return f"{parts['day']}. {name}" if first.startswith("1.") else f"{parts['day']} {name}"


class ClockTimeField(Field):  # type: ignore[misc]  # WTForms ships no types
    """A time of day: 14.30, 14:30, 1430, "kl. 14.30" or 14, Danish time; data is a naive time or None."""

    raw = ""

    def _value(self) -> str:
        return self.raw or (f"{self.data.hour}.{self.data:%M}" if self.data is not None else "")

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the time; what cannot be read stays in the box."""
        self.raw = valuelist[0].strip() if valuelist else ""
        found = _CLOCK.fullmatch(plain(self.raw).casefold())
        self.data = time(int(found[1]), int(found[2] or 0)) if found else None

    def pre_validate(self, form: Form) -> None:
        """Refuse what is no time of day; an empty box is no time."""
        if self.raw and self.data is None:
            raise ValidationError(t("errors.time_unreadable"))


class FoldField(OneOf):
    """Which of the two hours of an autumn night: shown only when it must be asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("summer", "common.time.summer"), ("winter", "common.time.winter")]
        super().__init__(*args, choices=choices, **kwargs)
        self.asked = False

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the answer; once asked it stays in sight."""
        super().process_formdata(valuelist)
        self.asked = self.data is not None


def moment(day: DatePartsField, clock: ClockTimeField, fold: FoldField) -> datetime | None:
    """Return the moment of the three fields in UTC, or None with the error put at the field.

    A time in the hour that spring skips is an error; one in the hour that autumn repeats asks which it was.
    """
    if day.data is None or clock.data is None:
        return None
    first = datetime.combine(day.data, clock.data, DANISH_TIME)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return _in_utc(first, day)
    values = {"time": clock._value().replace(":", "."), "date": _FORMAT.date_long(day.data)}
    if first.utcoffset() < second.utcoffset():  # type: ignore[operator]  # both are in DANISH_TIME
        clock.errors = [*clock.errors, t("errors.time_missing_hour", **values)]
        return None
    if fold.data is None:
        fold.asked = True
        fold.errors = [*fold.errors, t("errors.time_doubled_hour", **values)]
        return None
    return (second if fold.data == "winter" else first).astimezone(UTC)


def _in_utc(at: datetime, day: DatePartsField) -> datetime | None:
    """Return the moment in UTC, which the first hour of the year 1 does not have."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        day.errors = [*day.errors, t("errors.time_too_early")]
        return None

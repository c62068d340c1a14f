"""Shared by the words of all rooms: numbers and times, who did what, and clocks."""

from datetime import datetime, time, timedelta

from breach.domain.clocks import ClockState, clock_state
from breach.domain.danish_time import local
from breach.services.desk.case_page import CasePage
from breach.services.intake.titles import in_language
from breach.web.parts.language import PageFormats, current_language, t

FORMAT = PageFormats()
CLOCK_STYLE = {
    ClockState.GOOD_TIME: ("on_time", "time"),
    ClockState.UNDER_24H: ("day", "warning"),
    ClockState.UNDER_6H: ("hours", "warning"),
    ClockState.OVERDUE: ("overdue", "error"),
}
"""The style and the icon of a clock; its words say the same."""


def clock_row(name: str, due: datetime, now: datetime) -> tuple[str, str, str, str]:
    """Return a clock as a row of the strip: what, in words, how urgent, when."""
    clock = clock_state(due, now)
    style, _ = CLOCK_STYLE[clock.state]
    key = "common.clock.overdue" if clock.remaining <= timedelta(0) else "common.clock.left"
    words = t(key, span=FORMAT.duration(clock.remaining, short=True))
    return name, words, style, t("cases.due", at=FORMAT.datetime_long(due))


def case_title(stored: str) -> str:
    """Return the title of a case in the language of the page; what a person wrote stays as written."""
    return in_language(stored, current_language())


def by(page: CasePage, person: int | None, at: datetime | None) -> str:
    """Return who did something and when; nothing when nobody has."""
    if at is None:
        return ""
    return t("cases.by", name=page.names.get(person or 0, ""), at=FORMAT.datetime_long(at))


def times(began: datetime | None, ended: datetime | None) -> list[str]:
    """Return when it began and ended; of whole days the days, since nobody told a time of day."""
    if began is None or ended is None:
        return [FORMAT.datetime_long(at) for at in (began, ended) if at]
    first = local(began)
    last = local(ended)
    if began == ended:
        return [FORMAT.datetime_long(began)]
    if first.time() != time.min or (last.hour, last.minute) != (23, 59):
        return [FORMAT.datetime_long(began), FORMAT.datetime_long(ended)]
    days = [FORMAT.date_weekday(day) for day in (first.date(), last.date())]
    return days[:1] if first.date() == last.date() else days

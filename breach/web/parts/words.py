"""Shared by the words of all rooms: numbers and times, who did what, and clocks."""

from datetime import datetime, timedelta

from breach.domain.clocks import ClockState, clock_state
from breach.domain.spans import Span
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


def times(began: Span | None, ended: Span | None) -> list[str]:
    """Return when it began and ended, each as it was said; one time where both are the same."""
    found = [FORMAT.day_or_moment(one) for one in (began, ended) if one]
    return found[:1] if began == ended else found

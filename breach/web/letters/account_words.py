"""The account of the breach in words, and what its page begins with."""

from typing import Any

from breach.domain.danish_time import local
from breach.services.actions import named
from breach.services.desk.case_page import CasePage
from breach.web.cases.perform import saved_now
from breach.web.parts.language import t
from breach.web.parts.words import FORMAT

_REPORTED = {"summary": ("narrative", "what"), "measures": ("containment",)}
"""Where a report says what an account tells."""


def first_account(page: CasePage) -> dict[str, Any]:
    """Return the account as it is kept; where nothing is, the words of the report, to be put right."""
    kept = saved_now(page, named("save_measures").saved) | first_containment(page)
    return {**kept, **_reported(page)} if is_from_report(page) else kept


def first_containment(page: CasePage) -> dict[str, Any]:
    """Return day and time of day of when the breach was contained, as they are kept."""
    stopped = page.case.contained_when
    if stopped is None:
        return {}
    clock = {} if stopped.is_day else {"at": local(stopped.start).time()}
    return {"contained_at": stopped.day, **clock}


def is_from_report(page: CasePage) -> bool:
    """Tell whether an account would begin with the words of a report."""
    return not (page.case.summary or page.case.measures) and bool(_reported(page))


def _reported(page: CasePage) -> dict[str, str]:
    content = page.reports[0].content if page.reports else {}
    found = {
        name: next((str(content[key]) for key in keys if content.get(key)), "")
        for name, keys in _REPORTED.items()
    }
    return {name: words for name, words in found.items() if words}


def account(page: CasePage) -> list[tuple[str, str]]:
    """Return the account as it is read, in the languages of the letter, and whether it is stopped."""
    case = page.case
    english = ("summary_en", "measures_en") if case.in_english else ()
    written = ((name, getattr(case, name)) for name in ("summary", "measures", *english))
    told = [(t(f"cases.field.{name}"), words) for name, words in written if words]
    return [*told, (t("cases.field.contained"), contained(page))] if told else []


def contained(page: CasePage) -> str:
    """Return when the breach was contained, or that it is not."""
    stopped = page.case.contained_when
    return FORMAT.day_or_moment(stopped) if stopped else t("common.no")

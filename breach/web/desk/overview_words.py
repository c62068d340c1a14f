"""The summary of a case, its reports, and the cases like it."""

from collections.abc import Mapping
from typing import Any

from breach.domain.states import Role
from breach.services.desk.case_page import CasePage
from breach.web.cases.awareness_words import aware_at
from breach.web.cases.frame import informing, notifying
from breach.web.frame.sessions import current_actor
from breach.web.intake.answer_words import answers
from breach.web.letters import account_words
from breach.web.parts.language import t
from breach.web.parts.words import FORMAT, times


def overview(page: CasePage) -> list[tuple[str, ...]]:
    """Return the summary of a case."""
    case = page.case
    rows: list[tuple[str, ...]] = [
        (t("desk.row.handler"), _handler(page)),
        (t("desk.row.source"), _kind(case.source.value)),
        (t("desk.row.received"), FORMAT.datetime_long(case.received_at)),
        (t("cases.row.aware"), aware_at(page)),
        (t("desk.row.occurred"), _occurred(page)),
        (t("desk.row.authority"), notifying(page)),
        (t("desk.row.communication"), informing(page)),
        (
            t("desk.row.contained"),
            account_words.contained(page),
        ),
    ]
    if page.assessment:
        rows.append((t("desk.row.outcome"), t(f"risk.outcome.{page.assessment.outcome}")))
    if page.merged_into:
        rows.append((t("desk.row.merged"), page.merged_into))
    if page.correction:
        asker = page.names.get(page.correction.asked_by, "")
        at = FORMAT.datetime_long(page.correction.new_aware_at)
        rows.append((t("cases.awareness.row_asked"), t("cases.awareness.asked_summary", name=asker, at=at)))
    if case.dismissal_reason:
        who = page.names.get(case.dismissal_asked_by or 0, "")
        rows.append((t("desk.row.dismissal", name=who), case.dismissal_reason))
    return rows


def _handler(page: CasePage) -> str:
    name = page.names.get(page.case.handler_id or 0, "")
    return t("desk.handler_left", name=name) if page.handler_left else name or t("desk.no_handler")


def _kind(kind: str) -> str:
    words = t(f"intake.reporter_kind.{kind}")
    return words[:1].upper() + words[1:]


def _occurred(page: CasePage) -> str:
    case = page.case
    times_given = times(case.occurred_from, case.occurred_to)
    if not times_given:
        return t("common.not_known")
    return t(f"desk.occurred.{case.occurred_kind.value}", at=" – ".join(times_given))


def may_read_reports(page: CasePage) -> bool:
    """Tell whether the reports are shown to this person, if there are any."""
    return current_actor().has(page.case.controller_id, Role.CASE_HANDLER, Role.DECIDER)


def reports(page: CasePage) -> list[dict[str, Any]]:
    """Return the reports with all that they say; only case handlers and deciders have any."""
    found = []
    for report in page.reports:
        contact = report.content.get("contact") or {}
        rows = [
            (t("desk.row.source"), _kind(report.kind)),
            (t("desk.row.received"), FORMAT.datetime_long(report.received_at)),
            (t("desk.row.reporter"), t("desk.anonymous") if report.anonymous else _contact(contact)),
        ]
        found.append(
            {
                "rows": rows,
                "narrative": report.content.get("narrative") or report.content.get("what") or "",
                "answers": answers(report.content, page.controller),
            }
        )
    return found


def _contact(contact: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for value in contact.values() if value)

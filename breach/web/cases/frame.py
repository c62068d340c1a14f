"""The frame of a case's pages: tabs, badges and the strip of clocks."""

from datetime import datetime

from flask import url_for

from breach.domain.states import AuthorityState, CaseState, CommunicationState
from breach.services.desk.case_page import CasePage
from breach.web.parts.language import t
from breach.web.parts.words import clock_row
from workflows import communication as communication_table

TABS = ("overview", "facts", "risk", "decision", "authority", "communication", "log")
_TAB_ENDPOINTS = {"overview": "cases.show"}


def tabs(page: CasePage, current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of a case, each an address."""
    return [
        (
            t(f"cases.tab.{tab}"),
            url_for(_TAB_ENDPOINTS.get(tab, f"cases.{tab}"), reference=page.case.reference),
            tab == current,
        )
        for tab in TABS
    ]


def communication_tabs(page: CasePage, current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs inside the communication."""
    endpoints = {
        "communication": "cases.communication",
        "text": "cases.letter",
        "recipients": "cases.recipients",
    }
    return [
        (t(f"sending.tab.{name}"), url_for(endpoint, reference=page.case.reference), name == current)
        for name, endpoint in endpoints.items()
    ]


def state_kind(state: CaseState) -> str:
    """Return the colour of a state's badge; the word says the rest."""
    return {
        CaseState.REPORTED: "warning",
        CaseState.PROPOSED: "warning",
        CaseState.CONCLUDED: "success",
        CaseState.DISMISSED: "",
        CaseState.MERGED: "",
    }.get(state, "info")


def outcome_kind(outcome: str) -> str:
    """Return the colour of an outcome's badge."""
    return {"register_only": "success", "notify_authority": "warning"}.get(outcome, "error")


def track_kind(state: str) -> str:
    """Return the colour of a track's badge."""
    if state in ("completed", "not_required", "exempted"):
        return "success"
    return "warning" if state in ("due", "releasing", "paused") else "info"


def now_of(page: CasePage) -> datetime:
    """Return the moment at which the page was read."""
    return page.case.due_at - page.time_left


def ended_words(state: CaseState, merged_into: str | None) -> str:
    """Return what a case says in place of its clocks once they have ended, or ''."""
    if state is CaseState.MERGED:
        return t("cases.clock.ended.merged", into=merged_into or "")
    return t("cases.clock.ended.dismissed") if state is CaseState.DISMISSED else ""


def clocks(page: CasePage) -> list[tuple[str, str, str, str]]:
    """Return the clocks as rows of the strip: what, in words, how urgent, when."""
    name = t("cases.clock.kind.authority_72h")
    if words := ended_words(page.case.state, page.merged_into):
        return [(name, words, "done", "")]
    if page.authority.state is AuthorityState.DUE:
        rows = [clock_row(name, page.case.due_at, now_of(page))]
    else:
        rows = [(name, t(f"authority.state.{page.authority.state.value}"), "done", "")]
    communication = page.communication
    name = t("cases.clock.kind.communication", n=page.controller.communication_hours)
    if communication.state not in communication_table.SETTLED:
        rows.append(clock_row(name, communication.due_at, now_of(page)))
    elif communication.state is not CommunicationState.NOT_REQUIRED:
        rows.append((name, t(f"sending.state.{communication.state.value}"), "done", ""))
    return rows


def is_undecided(case: CaseState, communication: CommunicationState) -> bool:
    """Tell whether nobody has decided yet if the people affected are to be told.

    A new case has the state of one that need not; to say so before the decision would be to decide it.
    """
    before = (CaseState.REPORTED, CaseState.ASSESSING, CaseState.SCORED, CaseState.PROPOSED)
    return case in before and communication is CommunicationState.NOT_REQUIRED

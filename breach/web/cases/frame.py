"""The frame of a case's pages: tabs, badges and the strip of clocks."""

from flask import url_for

from breach.domain.states import LASTING, AuthorityState, CaseState, CommunicationState, shown_state
from breach.services.cases.file import CaseFile
from breach.services.desk.case_page import CasePage
from breach.web.parts.language import t
from breach.web.parts.words import clock_row

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


def ended_words(state: CaseState, merged_into: str | None) -> str:
    """Return what a case says in place of its clocks once they have ended, or ''."""
    if state is CaseState.MERGED:
        return t("cases.clock.ended.merged", into=merged_into or "")
    return t("cases.clock.ended.dismissed") if state is CaseState.DISMISSED else ""


def authority_words(case: CaseState, merged_into: str | None, state: AuthorityState) -> str:
    """Return where the notification stands; where it was due when the case ended, how the case ended."""
    shown = shown_state(case, state)
    return t(f"authority.state.{shown.value}") if shown else ended_words(case, merged_into)


def informing_words(case: CaseState, merged_into: str | None, state: CommunicationState) -> str:
    """Return where informing stands; where it was not done when the case ended, how the case ended."""
    if is_undecided(case, state):
        return t("cases.not_decided")
    shown = shown_state(case, state)
    return t(f"sending.state.{shown.value}") if shown else ended_words(case, merged_into)


def clocks(page: CasePage) -> list[tuple[str, str, str, str]]:
    """Return the clocks as rows of the strip: what, in words, how urgent, when."""
    name = t("cases.clock.kind.authority_72h")
    due = page.notifying_due_at
    rows = [clock_row(name, due, page.read_at) if due else (name, notifying(page), "done", "")]
    name = t("cases.clock.kind.communication", n=page.controller.communication_hours)
    if target := page.informing_due_at:
        rows.append(clock_row(name, target, page.read_at))
    elif page.communication.state in LASTING:
        rows.append((name, informing(page), "done", ""))
    return rows


def notifying(file: CaseFile) -> str:
    """Return where the notification of a case stands, in words."""
    return authority_words(file.case.state, file.merged_into, file.authority.state)


def informing(file: CaseFile) -> str:
    """Return where informing stands; where all letters are out and people are missing it says so."""
    if file.case.state is CaseState.RESPONDING and file.letters_are_sent:
        return t("sending.letters_sent")
    return informing_words(file.case.state, file.merged_into, file.communication.state)


def is_undecided(case: CaseState, communication: CommunicationState) -> bool:
    """Tell whether nobody has decided yet if the people affected are to be told.

    A new case has the state of one that need not; to say so before the decision would be to decide it.
    """
    before = (CaseState.REPORTED, CaseState.ASSESSING, CaseState.SCORED, CaseState.PROPOSED)
    return case in before and communication is CommunicationState.NOT_REQUIRED

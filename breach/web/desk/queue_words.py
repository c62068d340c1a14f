"""One line of the queue, and its filters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from breach.domain.states import AuthorityState, CaseState, CommunicationState, Role
from breach.services.cases.reminders import THRESHOLDS, ShownReminder
from breach.services.context import Actor
from breach.services.desk.queue import QueueRow
from breach.web.cases.frame import state_kind
from breach.web.parts.language import t
from breach.web.parts.words import CLOCK_STYLE, FORMAT, case_title, clock_row
from workflows import authority, communication

QUEUE_FILTERS = ("state", "search")
_LETTER = {
    CommunicationState.DUE: "draft",
    CommunicationState.DRAFTING: "approve",
    CommunicationState.APPROVED: "list",
    CommunicationState.RELEASING: "release",
    CommunicationState.SENDING: "follow",
    CommunicationState.PAUSED: "resume",
}
"""What is next for a letter that is not there yet."""


def first_tab(actor: Actor) -> str:
    """Return the tab with the person's own work; for an auditor, who has none, all open cases."""
    held = {role for _, role in actor.roles}
    if Role.CASE_HANDLER in held:
        return "mine"
    return "waiting" if held & {Role.DECIDER, Role.APPROVER, Role.RELEASER} else "all"


def empty_words(tab: str, actor: Actor) -> str:
    """Return the words for an empty tab, or for a person without a role."""
    return t(f"desk.empty.{tab if actor.roles else 'no_role'}")


def elsewhere(tab: str, actor: Actor, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the tabs where something waits for a person whose tab is empty, as links."""
    takes = any(role is Role.CASE_HANDLER for _, role in actor.roles)
    return [
        (t(f"desk.tab.{one}", n=FORMAT.number(counts[one])), url_for("cases.queue", tab=one))
        for one in (("waiting", "untaken") if takes else ("waiting",))
        if one != tab and counts[one]
    ]


def queue_choices() -> dict[str, list[tuple[str, str]]]:
    """Return the choices of the queue's filters."""
    return {"state": [(state.value, t(f"cases.state.{state.value}")) for state in CaseState]}


def _outcome_words(row: QueueRow) -> str:
    """Return what is proposed, or after a decision what its tracks say was decided."""
    if row.outcome:
        return t(f"risk.outcome.{row.outcome}")
    if row.state not in (CaseState.RESPONDING, CaseState.CONCLUDED):
        return t("cases.not_decided")
    if row.communication is not CommunicationState.NOT_REQUIRED:
        return t("risk.outcome.notify_authority_and_data_subjects")
    only_kept = row.authority is AuthorityState.NOT_REQUIRED
    return t(f"risk.outcome.{'register_only' if only_kept else 'notify_authority'}")


def queue_row(row: QueueRow, now: datetime) -> dict[str, Any]:
    """Return one line of the queue: the time left first."""
    words, style, due = _clock(row, now)
    icons = dict(CLOCK_STYLE.values())
    return {
        "reference": row.reference,
        "title": case_title(row.title),
        "clock": {"state": style, "icon": icons.get(style, "check"), "words": words, "due": due},
        "state_words": t(f"cases.state.{row.state.value}"),
        "state_kind": state_kind(row.state),
        "outcome_words": _outcome_words(row),
        "handler": _handler_words(row),
        "next_words": [t(f"desk.next.{one}") for one in _next(row)],
    }


def _clock(row: QueueRow, now: datetime) -> tuple[str, str, str]:
    """Return the clock that runs out first: in words, how urgent, and until when."""
    informs = row.communication not in communication.SETTLED
    if row.authority is not AuthorityState.DUE and not informs:
        return t(f"authority.state.{row.authority.value}"), "done", ""
    is_informing = informs and row.next_due_at == row.informing_due_at
    _, words, style, _ = clock_row("", row.next_due_at, now)
    due = t("desk.due_informing" if is_informing else "cases.due", at=FORMAT.datetime_short(row.next_due_at))
    return words, style, due


def _handler_words(row: QueueRow) -> str:
    if row.handler_left:
        return t("desk.handler_left", name=row.handler)
    return row.handler or t("desk.no_handler")


def _next(row: QueueRow) -> list[str]:
    """Return what the case waits for; a case that is decided may wait for two things side by side."""
    if row.correction_waits:
        return ["answer_awareness"]
    if row.handler_left:
        return ["take_over"]
    if row.state is not CaseState.RESPONDING:
        return [row.state.value]
    notify = ["notify"] if row.authority is AuthorityState.DUE else []
    letter = [_LETTER[row.communication]] if row.communication in _LETTER else []
    rest = "conclude" if row.authority in authority.SETTLED else "complete"
    return [*notify, *letter] or [rest]


def _threshold_words(threshold: str) -> str:
    hours = dict(THRESHOLDS)[threshold]
    if hours > 1:
        return t("cases.clock.reminder.before", hours=hours)
    return t("cases.clock.reminder.hour" if hours else "cases.clock.reminder.passed")


def reminder(row: ShownReminder) -> dict[str, Any]:
    """Return one reminder of the queue: how near the deadline is, of which case, and until when."""
    return {
        "id": row.id,
        "reference": row.reference,
        "title": case_title(row.title),
        "words": _threshold_words(row.threshold),
        "due": t("cases.due", at=FORMAT.datetime_long(row.due_at)),
        "may_acknowledge": row.may_acknowledge,
    }

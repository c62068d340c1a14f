"""One line of the queue, and its filters."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from breach.domain.states import AuthorityState, CaseState, CommunicationState, Role
from breach.services.actions import named
from breach.services.cases.file import CaseFile
from breach.services.cases.reminders import THRESHOLDS, ShownReminder
from breach.services.context import Actor
from breach.services.desk.next_step import NextStep, waits_for_handler
from breach.services.desk.queue import QueueRow
from breach.web.cases.frame import informing, notifying, state_kind
from breach.web.cases.next_words import is_pressed_at_once, next_words
from breach.web.cases.step_words import address_of
from breach.web.parts.language import t
from breach.web.parts.words import CLOCK_STYLE, FORMAT, case_title, clock_row

QUEUE_FILTERS = ("state", "search")


def first_tab(actor: Actor) -> str:
    """Return the tab with the person's own work; for an auditor, who has none, all open cases."""
    held = {role for _, role in actor.roles}
    if Role.CASE_HANDLER in held:
        return "mine"
    return "waiting" if held & {Role.DECIDER, Role.APPROVER, Role.RELEASER} else "all"


def empty_words(tab: str, actor: Actor) -> str:
    """Return the words for an empty tab, or for a person without a role."""
    return t(f"desk.empty.{tab if actor.roles else 'no_role'}")


def elsewhere(tab: str, actor: Actor, counts: Mapping[str, int]) -> list[str]:
    """Return the tabs where something waits for a person whose tab is empty."""
    takes = any(role is Role.CASE_HANDLER for _, role in actor.roles)
    return [one for one in (("waiting", "untaken") if takes else ("waiting",)) if one != tab and counts[one]]


def tab_links(
    tabs: Iterable[str], counts: Mapping[str, int], current: str = ""
) -> list[tuple[str, str, bool]]:
    """Return of each tab the words with how many cases stand there, its address, and if it is shown."""
    return [
        (
            t(f"desk.tab.{one}", n=FORMAT.number(counts.get(one, 0))),
            url_for("cases.queue", tab=one),
            one == current,
        )
        for one in tabs
    ]


def queue_choices() -> dict[str, list[tuple[str, str]]]:
    """Return the choices of the queue's filters."""
    return {"state": [(state.value, t(f"cases.state.{state.value}")) for state in CaseState]}


def _outcome_words(file: CaseFile) -> str:
    """Return what is proposed, or after a decision what its tracks say was decided."""
    if file.case.state is CaseState.PROPOSED and file.decision:
        return t(f"risk.outcome.{file.decision.outcome}")
    if file.case.state not in (CaseState.RESPONDING, CaseState.CONCLUDED):
        return t("cases.not_decided")
    if file.communication.state is not CommunicationState.NOT_REQUIRED:
        return t("risk.outcome.notify_authority_and_data_subjects")
    only_kept = file.authority.state is AuthorityState.NOT_REQUIRED
    return t(f"risk.outcome.{'register_only' if only_kept else 'notify_authority'}")


def queue_row(row: QueueRow, now: datetime) -> dict[str, Any]:
    """Return one line of the queue: the deadline of the law, then the region's own target."""
    case = row.file.case
    return {
        "law": _clock(row.file.notifying_due_at, now, notifying(row.file)),
        "own": _clock(row.file.informing_due_at, now, informing(row.file)),
        "reference": case.reference,
        "title": case_title(case.title),
        "state_words": t(f"cases.state.{case.state.value}"),
        "state_kind": state_kind(case.state),
        "outcome_words": _outcome_words(row.file),
        "handler": _handler_words(row),
        "next_words": _next(row),
    }


def _clock(due: datetime | None, now: datetime, stands: str) -> dict[str, str]:
    """Return a clock that runs: in words, how urgent, until when; else where what it measures stands."""
    if due is None:
        return {"state": "done", "icon": "", "words": stands, "due": ""}
    _, words, style, _ = clock_row("", due, now)
    icon = dict(CLOCK_STYLE.values())[style]
    return {"state": style, "icon": icon, "words": words, "due": FORMAT.datetime_short(due)}


def _handler_words(row: QueueRow) -> str:
    if row.file.handler_left:
        return t("desk.handler_left", name=row.handler)
    return row.handler or t("desk.no_handler")


MOST_NEXT = 2
"""How many steps that the reader can take side by side a line names."""


def _next(row: QueueRow) -> list[tuple[str, str]]:
    """Return what the reader can do next, each with its address, or whom the case waits for and for what."""
    mine = [(next_words(one), _address(row, one)) for one in row.next if one.is_mine]
    if mine:
        return mine[:MOST_NEXT]
    if row.next:
        return [(t("desk.waits_for", who=_whom(row), step=next_words(row.next[0])), "")]
    return [(t("desk.next.follow" if row.file.case.is_open else "desk.next.nothing"), "")]


def _address(row: QueueRow, step: NextStep) -> str:
    """Return where a step is taken: on a page of its own, or on that of the case, which has its button."""
    action = named(step.step)
    reference = row.file.case.reference
    if is_pressed_at_once(row.file, action):
        return url_for("cases.show", reference=reference)
    return address_of(reference, action)


def _whom(row: QueueRow) -> str:
    """Return whom the first step waits for: the handler by name, others by their role."""
    first = row.next[0]
    if waits_for_handler(row.file, first) and row.handler:
        return row.handler
    return t(f"access.role.{first.roles[0].value}")


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

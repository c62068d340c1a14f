"""What a case waits for, in words: the step for the reader, or whom it waits for and for what."""

from dataclasses import dataclass

from flask import request

from breach.services.actions import named
from breach.services.desk.case_page import CasePage
from breach.services.desk.next_step import NextStep, sent_back, waits_for_handler
from breach.web.cases.step_words import StepLink, link_of
from breach.web.parts.language import t


@dataclass(frozen=True)
class NextBox:
    """The next step as every page of a case shows it.

    link: the step that the reader can take; None for none
    is_here: whether it is taken on the very page that shows it
    waits: whom the case waits for, in a sentence; empty where the reader can take what comes first
    note: what somebody wrote who sent the work back
    """

    link: StepLink | None
    is_here: bool
    waits: str
    note: str


def next_box(page: CasePage) -> NextBox:
    """Return the next step of the case for the reader of the page."""
    link = link_of(page, page.primary) if page.primary else None
    is_here = link is not None and link.href == request.path
    return NextBox(link, is_here, _waits(page), _note(page))


def next_words(step: NextStep) -> str:
    """Return what is to be done, and whether it is to be done again."""
    words = t(f"desk.next.{step.step}")
    return t("desk.next_again", step=words) if step.sent_back else words


def _waits(page: CasePage) -> str:
    first = page.next[0] if page.next else None
    if first is None:
        return t("desk.waits_service") if page.case.is_open else ""
    if first.is_mine:
        return ""
    names = _names(page, first)
    role = t(f"access.role.{first.roles[0].value}")
    if not names:
        return t("desk.waits_nobody", step=next_words(first), role=role)
    return t("desk.waits_for", who=names, step=next_words(first))


def _names(page: CasePage, step: NextStep) -> str:
    if waits_for_handler(page, step):
        return page.names.get(page.case.handler_id or 0, "")
    return ", ".join(page.who_holds(*named(step.step).roles, but=step.not_by))


def _note(page: CasePage) -> str:
    comment = page.decision.comment if page.decision and sent_back(page) else ""
    return t("desk.sent_back", comment=comment) if comment else ""

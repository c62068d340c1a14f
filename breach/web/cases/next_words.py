"""What a case waits for, in words: the step for the reader, or whom it waits for and for what."""

from dataclasses import dataclass

from flask import request, url_for

from breach.domain.events import EventKind
from breach.services.actions import named
from breach.services.cases.action import Action
from breach.services.cases.awareness import open_candidates
from breach.services.cases.file import CaseFile
from breach.services.desk.case_page import CasePage
from breach.services.desk.next_step import NextStep, sent_back, waits_for_handler
from breach.services.desk.offers import is_returned
from breach.web.cases.step_words import StepLink, link_of
from breach.web.frame.sessions import current_actor
from breach.web.parts.language import t
from breach.web.parts.words import FORMAT


@dataclass(frozen=True)
class NextBox:
    """The next step as every page of a case shows it.

    link: the step that the reader can take, or from a merged case the one that it went into; None for none
    is_here: whether it is taken on the very page that shows it
    lead: what it does, where its button can be pressed at once; empty where it asks for something first
    waits: whom the case waits for, in a sentence; empty where the reader can take what comes first
    note: what somebody wrote who sent the work back
    """

    link: StepLink | None
    is_here: bool
    lead: str
    waits: str
    note: str


def next_box(page: CasePage) -> NextBox:
    """Return the next step of the case for the reader of the page."""
    link = link_of(page, page.primary) if page.primary else _to_the_other(page)
    is_here = link is not None and link.href == request.path
    return NextBox(link, is_here, _lead(page), _waits(page), _note(page))


def _to_the_other(page: CasePage) -> StepLink | None:
    """Return the link from a merged case to the one that it went into."""
    if page.merged_into is None:
        return None
    address = url_for("cases.show", reference=page.merged_into)
    return StepLink("", t("desk.next.go_on_in", reference=page.merged_into), address)


def _lead(page: CasePage) -> str:
    action = named(page.primary.step) if page.primary else None
    return t(f"{action.key}.lead") if action and is_pressed_at_once(page, action) else ""


def is_pressed_at_once(file: CaseFile, action: Action) -> bool:
    """Tell whether the button of a step can stand on the page of the case, as it asks nothing there."""
    asks_nothing = action.name == "take" and not open_candidates(file)
    shows_nothing = action.name == "ask_release" and _list_fits(file)
    return asks_nothing or shows_nothing or action.is_pressed_at_once


def _list_fits(file: CaseFile) -> bool:
    """Tell whether as many are on the list as are affected; else the page of the step says what differs."""
    return file.tally.is_known and file.tally.affected == file.recipients


def next_words(step: NextStep) -> str:
    """Return what is to be done, and whether it is to be done again."""
    words = t(f"desk.next.{step.step}")
    if step.step == "save_text" and step.sent_back:
        return t("desk.next_returned")
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
    """Return what was written to the reader by who sent their work back, or handed the case over."""
    if is_returned(page) and page.text:
        by = page.names.get(page.text.returned_by or 0, "")
        return t("desk.letter_returned", name=by, comment=page.text.comment)
    comment = page.decision.comment if page.decision and sent_back(page) else ""
    if comment:
        return t("desk.sent_back", comment=comment)
    return _asked_for(page) or _handed_over(page)


def _asked_for(page: CasePage) -> str:
    """Return who asks for the case and why, for whoever may give it."""
    name = page.names.get(page.case.wanted_by or 0)
    if not name or page.case.handler_id not in current_actor().own_ids:
        return ""
    return t("desk.asked_for", name=name, reason=page.case.wanted_reason or "")


_HANDLER_CHANGES = (EventKind.CASE_TAKE, EventKind.CASE_TAKEN_OVER, EventKind.CASE_HANDED_OVER)


def _handed_over(page: CasePage) -> str:
    """Return the note of a colleague who handed the case over to the reader, while the reader has it."""
    last = next((line for line in page.log if line.kind in _HANDLER_CHANGES), None)
    is_readers = page.case.is_open and page.case.handler_id == current_actor().person_id
    if last is None or not is_readers or last.kind != EventKind.CASE_HANDED_OVER:
        return ""
    at = FORMAT.datetime_short(last.at)
    return t("desk.handed_over", name=last.who, at=at, note=last.body["reason"])

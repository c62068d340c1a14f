"""The steps of a case in words: which are open, which are barred and why, and the link to what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from breach.domain.states import Role
from breach.services.actions import named, of_trigger
from breach.services.cases.action import Action
from breach.services.desk.case_page import CasePage
from breach.services.desk.offers import Offer, is_returned
from breach.texts import catalogue, has
from breach.texts.wording import state_key
from breach.web.frame.sessions import current_actor
from breach.web.parts.language import current_language, t
from breach.web.parts.words import FORMAT

_WAYS_ON = {
    "is_contained": ("step", "save_measures"),
    "has_measures": ("step", "save_measures"),
    "authority_settled": ("cases.authority", ""),
    "communication_settled": ("cases.communication", ""),
    "affected_is_known": ("step", "revise"),
    "nobody_is_missing": ("cases.communication", ""),
    "count_covers_everybody": ("step", "revise"),
    "has_recipients": ("cases.recipients", ""),
    "has_facts": ("cases.risk", ""),
    "text_is_current": ("cases.letter", ""),
    "has_handler": ("step", "take"),
    "awareness_settled": ("cases.authority", ""),
}

SWITCH = ("pause", "resume")
"""Steps that stand with the state of the sending, and change with it while a page is open."""


@dataclass(frozen=True)
class Reason:
    """Why a step is barred, and where the way on is."""

    words: str
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class StepLink:
    """A step as the page offers it."""

    name: str
    words: str
    href: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Steps:
    """The steps of a page: the one that comes first, the other open ones, and the barred ones."""

    primary: StepLink | None
    others: tuple[StepLink, ...]
    barred: tuple[StepLink, ...]

    @property
    def open(self) -> tuple[StepLink, ...]:
        return ((self.primary,) if self.primary else ()) + self.others


def barred_by(page: CasePage, step: str) -> tuple[str, ...]:
    """Return the codes that bar a step for this person; nothing when it is open."""
    return next((offer.reasons for offer in page.offers if offer.step == step), ())


def reasons(page: CasePage, step: str, codes: Sequence[str]) -> list[Reason]:
    """Return the sentences for the codes that bar a step; it may be named as the row of its table is."""
    action = of_trigger(step)
    return [reason(page, step, code, action.track if action else "case") for code in codes]


def reason(page: CasePage, step: str, code: str, track: str) -> Reason:
    """Return the sentence for the code of one guard, with a link to where the way on is."""
    key = f"errors.barred.{code}" if has(f"errors.barred.{code}") else f"cases.barred.{code}"
    if code == "wrong_state" and track in ("authority", "communication"):
        key = "cases.barred.wrong_track_state"
    words = t(key, **_reason_values(page, step, code, track))
    endpoint, name = _WAYS_ON.get(code, ("", ""))
    if not endpoint:
        return Reason(words)
    if endpoint == "step":
        return Reason(words, step_href(page, name), t(f"{named(name).key}.title"))
    return Reason(words, url_for(endpoint, reference=page.case.reference), t("cases.go"))


def _reason_values(page: CasePage, step: str, code: str, track: str) -> dict[str, str]:
    pattern = catalogue(current_language()).get(f"errors.barred.{code}", "")
    values = {
        "missing": FORMAT.number(page.tally.missing),
        "surplus": FORMAT.number(page.tally.surplus),
        "state": _state_words(page, track),
        "into": page.merged_into or "",
        "handler": page.names.get(page.case.handler_id or 0, ""),
        "deciders": ", ".join(page.who_holds(Role.DECIDER)) or t("cases.nobody"),
    }
    if "{names}" in pattern or "{role}" in pattern:
        action = of_trigger(step)
        roles = action.roles if action else (Role.CASE_HANDLER,)
        names = ", ".join(page.who_holds(*roles))
        values |= {"names": names or t("cases.nobody"), "name": names or t("cases.an_administrator")}
        values["role"] = t(f"access.role.{roles[0].value}")
    return values


def _state_words(page: CasePage, track: str) -> str:
    states = {"authority": page.authority.state, "communication": page.communication.state}
    found = t(state_key(track if track in states else "case", states.get(track, page.case.state).value))
    return found[:1].lower() + found[1:]


def step_href(page: CasePage, name: str) -> str:
    """Return the address of the page on which a step is taken."""
    return address_of(page.case.reference, named(name))


def address_of(reference: str, action: Action, message: str | None = None) -> str:
    """Return the address of the page on which a case takes a step; message: what is said there first."""
    if action.page:
        return url_for(action.page, reference=reference, message=message)
    return url_for("cases.step", reference=reference, step=action.address, message=message)


def link_of(page: CasePage, offer: Offer) -> StepLink:
    """Return a step as a link; one that stands on a page with others is called as the next step is."""
    action = named(offer.step)
    key = f"{action.key}.{action.link}" if action.link else f"desk.next.{action.name}"
    if action.name == "save_text" and is_returned(page):
        key = "desk.next_returned"
    words = t(key, **release_words(page)) if has(key) else t(f"{action.key}.title")
    return StepLink(
        offer.step, words, step_href(page, offer.step), tuple(reasons(page, offer.step, offer.reasons))
    )


def _links(page: CasePage, track: str) -> list[StepLink]:
    """Return the links to the steps of a track; a dismissal is asked for first, then confirmed."""
    hidden = "dismiss" if page.case.dismissal_asked_by is None else "ask_dismissal"
    listed = [offer for offer in page.offers if offer.track == track and offer.step != hidden]
    return [link_of(page, offer) for offer in listed if named(offer.step).link]


def steps(page: CasePage) -> Steps:
    """Return the steps of the case itself, and the first step of whatever track it belongs to."""
    primary = link_of(page, page.primary) if page.primary else None
    first = primary.name if primary else ""
    links = [link for link in _links(page, "case") if link.name != first]
    others = [link for link in links if not link.reasons]
    if primary is not None:
        others = [link for link in others if link.href != primary.href]
    return Steps(primary, tuple(others), tuple(link for link in links if link.reasons))


def has_role(page: CasePage, *roles: Role) -> bool:
    """Tell whether this person has one of the roles for the case: a form is shown to who may send it."""
    return current_actor().has(page.case.controller_id, *roles)


def step_words(page: CasePage, track: str, trigger: str) -> str:
    """Return what a row of a table is called: as the step that fires it, or as what follows by itself."""
    action = of_trigger(trigger, track)
    if action is None:
        return t(f"{'sending' if track == 'communication' else track}.follows.{trigger}")
    return t(f"{action.key}.{'button' if action.page else 'title'}", **release_words(page))


def may_write_measures(page: CasePage) -> bool:
    """Tell whether this person may write the measures of the case now."""
    return any(offer.step == "save_measures" and offer.is_open for offer in page.offers)


def track_steps(page: CasePage, track: str) -> Steps:
    """Return the steps of the notification or of the communication, but the one that every page leads to."""
    first = page.primary.step if page.primary else ""
    links = [link for link in _links(page, track) if link.name != first or first in SWITCH]
    return Steps(
        None,
        tuple(link for link in links if not link.reasons),
        tuple(link for link in links if link.reasons),
    )


def ways_back(page: CasePage) -> list[StepLink]:
    """Return the open steps that take a letter which no longer fits the case back to where it is changed."""
    links = [link for link in _links(page, "communication") if not link.reasons]
    return [link for link in links if link.name in ("rewrite", "withdraw_release")]


def awareness_steps(page: CasePage) -> Steps:
    """Return what can be done about when the controller became aware; to answer comes first.

    Why one cannot answer is told while a correction waits, else why one cannot ask.
    """
    links = {link.name: link for link in _links(page, "awareness")}
    ask, answer = links["ask_awareness"], links["confirm_awareness"]
    asks = (ask, links["withdraw_awareness"])
    first = answer if page.correction else ask
    return Steps(
        None if answer.reasons else answer,
        tuple(link for link in asks if not link.reasons),
        (first,) if first.reasons else (),
    )


def release_words(page: CasePage) -> dict[str, str]:
    """Return what the words of release name: the count, who asked, and when."""
    order = page.release
    count = order.frozen_count if order else page.addressed
    return {
        "letters": t("sending.letters_one" if count == 1 else "sending.letters_many", n=FORMAT.number(count)),
        "name": page.names.get(order.first_by, "") if order else "",
        "at": FORMAT.datetime_short(order.first_at) if order else "",
    }

"""The steps of a case: what is open, what is barred and why, and where the way on is."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from breach.domain.states import CaseState, CommunicationState, Role
from breach.services.desk.case_page import CasePage
from breach.services.desk.offers import Offer, may_take
from breach.services.sending.recipients import WRITERS as LIST_WRITERS
from breach.texts import catalogue, has
from breach.web.frame.sessions import current_actor
from breach.web.parts.language import current_language, t
from breach.web.parts.words import FORMAT

_OTHER_PAGES = {
    ("case", "score"): "cases.risk",
    ("case", "revise"): "cases.revise",
    ("case", "propose"): "cases.decision",
    ("case", "send_back"): "cases.decision",
    ("case", "decide"): "cases.decision",
    ("communication", "approve"): "cases.letter",
}
_WAYS_ON = {
    "is_contained": ("step", "measures"),
    "has_measures": ("step", "measures"),
    "authority_settled": ("cases.authority", ""),
    "communication_settled": ("cases.communication", ""),
    "has_recipients": ("cases.recipients", ""),
    "has_facts": ("cases.risk", ""),
    "text_is_current": ("cases.letter", ""),
    "has_handler": ("step", "take"),
    "awareness_settled": ("cases.authority", ""),
}

_CAN_WAIT = ("complete", "rewrite", "conclude")
"""Steps that nobody is hurt by when the list of recipients comes first."""

_TAKES_BACK = frozenset({"rewrite", "withdraw_release", "withdraw"})
_ANSWERED = dict.fromkeys(("confirm_awareness", "refuse_awareness"), "answer_awareness")
"""Steps that share a page, by its name."""


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

    @property
    def takes_back(self) -> bool:
        """Whether it undoes what was done: such a step is never the one that a page leads to."""
        return self.name in _TAKES_BACK


@dataclass(frozen=True)
class Steps:
    """The steps of a page: the one that comes first, the other open ones, and the barred ones."""

    primary: StepLink | None
    others: tuple[StepLink, ...]
    barred: tuple[StepLink, ...]

    @property
    def open(self) -> tuple[StepLink, ...]:
        return ((self.primary,) if self.primary else ()) + self.others


def barred_by(page: CasePage, track: str, step: str) -> tuple[str, ...]:
    """Return the codes that bar a step for this person; nothing when it is open."""
    return next((o.reasons for o in page.offers if (o.track, o.step) == (track, step)), ())


def reasons(page: CasePage, step: str, codes: Sequence[str], track: str = "") -> list[Reason]:
    """Return the sentences for the codes of guards that say no; the track is found where it is not named."""
    track = track or next((offer.track for offer in page.offers if offer.step == step), "case")
    return [reason(page, step, code, track) for code in codes]


def reason(page: CasePage, step: str, code: str, track: str) -> Reason:
    """Return the sentence for the code of one guard, with a link to where the way on is."""
    key = f"errors.barred.{code}" if has(f"errors.barred.{code}") else f"case.barred.{code}"
    if code == "wrong_state" and track in ("authority", "communication"):
        key = "case.barred.wrong_track_state"
    words = t(key, **_reason_values(page, step, code, track))
    endpoint, name = _WAYS_ON.get(code, ("", ""))
    if not endpoint:
        return Reason(words)
    if endpoint == "step":
        return Reason(words, step_href(page, name), t(f"case.do.{name}.title"))
    return Reason(words, url_for(endpoint, reference=page.case.reference), t("case.go"))


def _reason_values(page: CasePage, step: str, code: str, track: str) -> dict[str, str]:
    pattern = catalogue(current_language()).get(f"errors.barred.{code}", "")
    values = {"n": FORMAT.number(page.untold), "state": _state_words(page, track)}
    if "{names}" in pattern or "{role}" in pattern:
        roles = may_take(track, step)
        names = ", ".join(page.who_holds(*roles))
        values |= {"names": names or t("case.nobody"), "name": names or t("case.an_administrator")}
        values["role"] = t(f"states.role.{roles[0].value}")
    return values


def _state_words(page: CasePage, track: str) -> str:
    states = {"authority": page.authority.state, "communication": page.communication.state}
    found = t(f"states.{track if track in states else 'case'}.{states.get(track, page.case.state).value}")
    return found[:1].lower() + found[1:]


def step_href(page: CasePage, name: str) -> str:
    """Return the address of the page of a small step."""
    return url_for("cases.step", reference=page.case.reference, step=name.replace("_", "-"))


def _link(page: CasePage, offer: Offer) -> StepLink:
    reference, key = page.case.reference, (offer.track, offer.step)
    name, codes = offer.step, offer.reasons
    if key == ("case", "dismiss"):
        asked = page.case.dismissal_asked_by
        if asked is None:
            codes = with_right(page, "dismiss", tuple(code for code in codes if code != "is_seconded"))
        name = "dismiss" if asked is None else "confirm_dismissal"
    if offer.track == "awareness":
        words, href = (
            t(f"case.do.{_ANSWERED.get(name, name)}.title"),
            step_href(page, _ANSWERED.get(name, name)),
        )
    elif key in _OTHER_PAGES:
        words, href = _led_to(offer.step), url_for(_OTHER_PAGES[key], reference=reference)
    else:
        words, href = t(f"case.do.{name}.button", **release_words(page)), step_href(page, name)
    told = reasons(page, offer.step, codes, offer.track)
    return StepLink(offer.step, words, href, tuple(told))


def _led_to(step: str) -> str:
    """Return what a link to the page of a step is called: the button that saves stands on that page."""
    key = f"case.leads.{step}"
    return t(key if has(key) else f"states.step.{step}")


def steps(page: CasePage) -> Steps:
    """Return the steps of the case itself, and the first step of whatever track it belongs to."""
    primary = _recipients_first(page) or next(
        (_link(page, offer) for offer in page.offers if offer.primary), None
    )
    links = [_link(page, offer) for offer in page.offers if offer.track == "case" and not offer.primary]
    others = [link for link in links if not link.reasons and link.name != "send_back"]
    others += [_own_step(page, name) for name in _unlisted(page)]
    if primary is not None:
        others = [link for link in others if link.href != primary.href]
    return Steps(primary, tuple(others), tuple(link for link in links if link.reasons))


def _recipients_first(page: CasePage) -> StepLink | None:
    """Return the way to the list when an approved letter has nobody to go to: no table has that step."""
    may_list = has_role(page, *LIST_WRITERS)
    lacks = page.communication.state is CommunicationState.APPROVED and not page.recipients
    if not (lacks and may_list) or (page.primary and page.primary.step not in _CAN_WAIT):
        return None
    address = url_for("cases.recipients", reference=page.case.reference)
    return StepLink("recipients", t("case.leads.recipients"), address)


def _unlisted(page: CasePage) -> list[str]:
    """Return the steps that stand in no table: writing the measures, and undoing a merge."""
    if page.case.state is CaseState.MERGED and has_role(page, Role.CASE_HANDLER):
        return ["split"]
    return ["measures"] if may_write_measures(page) else []


def has_role(page: CasePage, *roles: Role) -> bool:
    """Tell whether this person has one of the roles for the case: a form is shown to who may send it."""
    return current_actor().has(page.case.controller_id, *roles)


def with_right(page: CasePage, step: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return what bars a step of the case, or when nothing does, that this person lacks the right to it."""
    return codes if codes or has_role(page, *may_take("case", step)) else ("no_right",)


def step_words(page: CasePage, track: str, step: str) -> str:
    """Return what a step is called: its button, else its name among the steps that follow from others."""
    if (track, step) in _OTHER_PAGES:
        return t(f"states.step.{step}")
    key = f"case.do.{step}.title"
    return t(key, **release_words(page)) if has(key) else t(f"case.follows.{track}_{step}")


def _own_step(page: CasePage, name: str) -> StepLink:
    return StepLink(name, t(f"case.do.{name}.title"), step_href(page, name))


def may_write_measures(page: CasePage) -> bool:
    """Tell whether this person may write the measures of the case now."""
    return page.case.is_open and has_role(page, Role.CASE_HANDLER)


def track_steps(page: CasePage, track: str) -> Steps:
    """Return the steps of the notification or of the communication."""
    links = [_link(page, offer) for offer in page.offers if offer.track == track]
    return Steps(
        None,
        tuple(link for link in links if not link.reasons),
        tuple(link for link in links if link.reasons),
    )


def awareness_steps(page: CasePage) -> Steps:
    """Return what can be done about when the controller became aware; to answer comes first.

    Why one cannot answer is told while a correction waits, else why one cannot ask.
    """
    links = {o.step: _link(page, o) for o in page.offers if o.track == "awareness"}
    ask, answer = links["ask_awareness"], links["confirm_awareness"]
    asks = (ask, links["withdraw_awareness"])
    told = answer if page.correction else ask
    return Steps(
        None if answer.reasons else answer,
        tuple(link for link in asks if not link.reasons),
        (told,) if told.reasons else (),
    )


def release_words(page: CasePage) -> dict[str, str]:
    """Return what the words of release name: the count, who asked, and when."""
    order = page.release
    count = order.frozen_count if order else page.recipients
    return {
        "letters": t("work.letters_one" if count == 1 else "work.letters_many", n=FORMAT.number(count)),
        "name": page.names.get(order.first_by, "") if order else "",
        "at": FORMAT.datetime_short(order.first_at) if order else "",
    }

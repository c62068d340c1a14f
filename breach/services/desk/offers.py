"""Which steps a person is offered on a case, which one comes first, and why the others are barred."""

from dataclasses import dataclass, replace
from typing import Any

from breach.domain.states import CaseState, CommunicationState
from breach.services import actions
from breach.services.actions import Action
from breach.services.cases import guard_facts
from breach.services.cases.file import (
    authority_of,
    communication_of,
    recipient_count,
    release_of,
    supplement_is_due,
    text_of,
)
from breach.services.cases.loading import ROLE_IS_NEW, WRONG_STATE, state_of
from breach.services.context import Context
from breach.services.letters.facts import is_current
from breach.store.models import BreachCase
from workflows import authority, case, communication
from workflows.machine import Flow


@dataclass(frozen=True)
class Offer:
    """A step: what it belongs to, its name, and why it is barred (nothing when it is open)."""

    track: str
    step: str
    reasons: tuple[str, ...] = ()
    primary: bool = False

    @property
    def is_open(self) -> bool:
        return not self.reasons


def offers(ctx: Context, row: BreachCase) -> tuple[Offer, ...]:
    """Return every step of the case and its tracks for the acting person, the first one marked."""
    flows = _flows(ctx, row)
    found = []
    for action in actions.offered():
        reasons = _barred(ctx, row, action, flows)
        if not (action.quiet and reasons):
            found.append(Offer(action.track, action.name, reasons or _without_right(ctx, row, action)))
    first = _first(ctx, row, found)
    return tuple(replace(offer, primary=offer.step == first) for offer in found)


def _flows(ctx: Context, row: BreachCase) -> dict[str, Flow[Any, Any]]:
    """Return the lifecycles of the case, by track."""
    return {
        "case": case.CaseFlow(row.state, guard_facts.case_view(ctx, row)),
        "authority": _authority(ctx, row),
        "communication": _communication(ctx, row),
    }


def _barred(
    ctx: Context, row: BreachCase, action: Action, flows: dict[str, Flow[Any, Any]]
) -> tuple[str, ...]:
    """Return why nobody could take the step now, whatever the rights: the state, the guards, its own rule."""
    if action.trigger:
        return flows[action.track].barred(action.trigger)
    if action.states and state_of(ctx, row, action.track) not in action.states:
        return (WRONG_STATE,)
    if not action.barred:
        return ()
    reasons: tuple[str, ...] = actions.resolved(action.barred)(ctx, row, action.name)
    return reasons


def _without_right(ctx: Context, row: BreachCase, action: Action) -> tuple[str, ...]:
    """Return that the person lacks the role, or has had it too briefly to say yes to another's work."""
    if not ctx.actor.has(row.controller_id, *action.roles):
        return ("no_right",)
    if action.seconded and not ctx.actor.may_second(row.controller_id, *action.roles):
        return (ROLE_IS_NEW,)
    return ()


def _authority(ctx: Context, row: BreachCase) -> authority.AuthorityFlow:
    view = authority.AuthorityView(is_late=ctx.now > row.due_at)
    return authority.AuthorityFlow(authority_of(ctx, row).state, view)


BEFORE_SENDING = (CommunicationState.DRAFTING, CommunicationState.APPROVED, CommunicationState.RELEASING)
"""States in which a letter may still be changed, or must be before it goes."""


def _communication(ctx: Context, row: BreachCase) -> communication.CommunicationFlow:
    told = communication_of(ctx, row)
    text, order = text_of(ctx, told), release_of(ctx, told)
    view = communication.CommunicationView(
        actor_id=ctx.actor.person_id or 0,
        author_id=text.written_by if text else None,
        recipients=recipient_count(ctx, told),
        asked_by=order.first_by if order else None,
        list_is_unchanged=order is not None,
        text_is_current=told.state not in BEFORE_SENDING or is_current(ctx, row, text),
    )
    return communication.CommunicationFlow(told.state, view)


def _first(ctx: Context, row: BreachCase, found: list[Offer]) -> str:
    """Return the step to suggest: what somebody waits for, then the clock, then the people; or nothing."""
    open_steps = {offer.step for offer in found if offer.is_open} - _can_wait(ctx, row)
    ordered = sorted((action for action in actions.ACTIONS if action.order), key=lambda action: action.order)
    return next((action.name for action in ordered if action.name in open_steps), "")


def _can_wait(ctx: Context, row: BreachCase) -> set[str]:
    """Return the steps that are open and not suggested yet, because another one leads further."""
    found = set()
    if row.state is CaseState.SCORED:
        found.add("score")
    if row.state in (CaseState.REPORTED, CaseState.ASSESSING, CaseState.SCORED, CaseState.PROPOSED):
        found.add("submit_notification")
    if not supplement_is_due(ctx, row):
        found.add("supplement")
    if communication_of(ctx, row).state is CommunicationState.SENDING:
        found.add("complete_notification")
    return found

"""The steps of a case for one person: which are open, and why others are barred."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from breach.domain.clocks import is_late
from breach.domain.states import CaseState, CommunicationState
from breach.services import actions
from breach.services.cases import action as cases_action
from breach.services.cases import guard_facts
from breach.services.cases.action import Action
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import ROLE_IS_NEW, STANDS_IN, WRONG_STATE, ended_by, stands_in, state_of
from breach.services.context import Context
from breach.services.letters.facts import is_current
from workflows import authority, case, communication
from workflows.machine import Flow


@dataclass(frozen=True)
class Offer:
    """A step: what it belongs to, its name, and why it is barred (nothing when it is open).

    is_led_to: whether the person is one of those whom it is suggested to first
    """

    track: str
    step: str
    reasons: tuple[str, ...] = ()
    is_led_to: bool = True

    @property
    def is_open(self) -> bool:
        return not self.reasons


def offers(ctx: Context, file: CaseFile) -> tuple[Offer, ...]:
    """Return every step of the case and its tracks for the acting person, in the order of the rows."""
    flows = _flows(ctx, file)
    return tuple(_offered(ctx, file, flows))


def _offered(ctx: Context, file: CaseFile, flows: dict[str, Flow[Any, Any]]) -> Iterator[Offer]:
    for action in actions.ACTIONS:
        reasons = _barred(ctx, file, action, flows)
        if not (action.quiet and reasons):
            is_led_to = _is_led_to(ctx, file, action)
            reasons = reasons or _without_right(ctx, file, action)
            yield Offer(action.track, action.name, reasons, is_led_to)


def _is_led_to(ctx: Context, file: CaseFile, action: Action) -> bool:
    """Tell whether a step is suggested to the person; a letter that was sent back is its author's."""
    is_theirs = ctx.actor.has(file.case.controller_id, *(action.led or action.roles))
    if action.name != "save_text" or not is_returned(file) or file.text is None:
        return is_theirs
    return is_theirs and not {file.text.written_by, file.case.handler_id}.isdisjoint(ctx.actor.own_ids)


def is_returned(file: CaseFile) -> bool:
    """Tell whether the newest version of the letter was sent back, and no other one was written since."""
    is_draft = file.communication.state is CommunicationState.DRAFTING
    return is_draft and file.text is not None and file.text.returned_by is not None


def _flows(ctx: Context, file: CaseFile) -> dict[str, Flow[Any, Any]]:
    """Return the lifecycles of the case, by track."""
    return {
        "case": case.CaseFlow(file.case.state, guard_facts.case_guard_facts(file, ctx.actor.person_id)),
        "authority": _authority(ctx, file),
        "communication": _communication(ctx, file),
    }


def _barred(
    ctx: Context, file: CaseFile, action: Action, flows: dict[str, Flow[Any, Any]]
) -> tuple[str, ...]:
    """Return the reasons that bar everybody from the step now: state, guards, the step's own rule."""
    if ended := ended_by(file, action):
        return (ended,)
    if action.trigger:
        return flows[action.track].barred(action.trigger)
    if action.states and state_of(file, action.track) not in action.states:
        return (WRONG_STATE,)
    if not action.barred:
        return ()
    reasons: tuple[str, ...] = cases_action.resolved(action.barred)(ctx, file, action.name)
    return reasons


def _without_right(ctx: Context, file: CaseFile, action: Action) -> tuple[str, ...]:
    """Return the reason if the person lacks the role, or has it too recently to approve another's work."""
    if not ctx.actor.has(file.case.controller_id, *action.roles):
        return ("no_right",)
    if action.seconded and not ctx.actor.may_second(file.case.controller_id, *action.roles):
        return (ROLE_IS_NEW,)
    return (STANDS_IN,) if stands_in(ctx.actor, file, action) else ()


def _authority(ctx: Context, file: CaseFile) -> authority.AuthorityFlow:
    facts = authority.AuthorityGuardFacts(is_late=is_late(file.case.due_at, ctx.now))
    return authority.AuthorityFlow(file.authority.state, facts)


BEFORE_SENDING = (CommunicationState.DRAFTING, CommunicationState.APPROVED, CommunicationState.RELEASING)
"""States in which a letter may still be changed, or must be before it goes."""


def _communication(ctx: Context, file: CaseFile) -> communication.CommunicationFlow:
    state, text, order = file.communication.state, file.text, file.release
    facts = communication.CommunicationGuardFacts(
        actor_id=ctx.actor.person_id or 0,
        author_id=text.written_by if text else None,
        recipients=file.addressed,
        asked_by=order.first_by if order else None,
        list_is_unchanged=order is not None,
        case_is_decided=file.case.state is CaseState.RESPONDING,
        was_released=file.released is not None,
        on_the_way=file.on_the_way,
        tally=file.tally,
        text_is_current=state not in BEFORE_SENDING or is_current(file),
        text_is_returned=is_returned(file),
    )
    return communication.CommunicationFlow(state, facts)

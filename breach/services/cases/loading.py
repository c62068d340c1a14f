"""Loads a case for reading or for a step: seen, allowed, unchanged since the page was made."""

from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from breach.domain.errors import Conflict, NotFound, StepRefused
from breach.services.actions import named
from breach.services.cases.file import authority_of, communication_of
from breach.services.context import Context
from breach.store.models import BreachCase

ROLE_IS_NEW = "role_is_new"
WRONG_STATE = "wrong_state"


def get_case(ctx: Context, reference: str) -> BreachCase:
    """Return the case if the person may see it; a stranger's case is not found."""
    case = ctx.session.scalars(
        select(BreachCase).where(
            BreachCase.reference == reference, BreachCase.controller_id.in_(ctx.actor.controllers)
        )
    ).one_or_none()
    if case is None:
        raise NotFound("case")
    return case


def load(ctx: Context, reference: str, version: int, step: str) -> BreachCase:
    """Return the case for a step: seen, allowed, unchanged since the page was made, and in a fitting state.

    Who may is read from the step's row. A step that says yes to another's work takes a role that is not new:
    whoever can hand out roles could otherwise make a second person for the occasion.
    """
    case, action = get_case(ctx, reference), named(step)
    ctx.require(case.controller_id, *action.roles)
    if case.version != version:
        raise Conflict("changed_meanwhile")
    if action.seconded and not ctx.actor.may_second(case.controller_id, *action.roles):
        raise StepRefused(step, case.state.value, (ROLE_IS_NEW,))
    if action.states and (state := state_of(ctx, case, action.track)) not in action.states:
        raise StepRefused(step, str(state.value), (WRONG_STATE,))
    return case


def state_of(ctx: Context, case: BreachCase, track: str) -> Enum:
    """Return the state of the case itself or of one of its tracks."""
    if track == "authority":
        return authority_of(ctx, case).state
    return communication_of(ctx, case).state if track == "communication" else case.state


def touch(ctx: Context, case: BreachCase) -> None:
    """Give the case a new version because what belongs to it changed: a second save then fails."""
    flag_modified(case, "title")
    ctx.session.flush()

"""Loads a case for reading or for a step; checks controller, role and version."""

from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from breach.domain.errors import Conflict, NotFound, StepRefused
from breach.domain.states import CaseState
from breach.services.actions import named
from breach.services.cases.action import Action
from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import load_file
from breach.services.cases.guard_facts import first_half
from breach.services.context import Actor, Context
from breach.store.models import BreachCase, Communication

ROLE_IS_NEW = "role_is_new"
STANDS_IN = "stands_in"
WRONG_STATE = "wrong_state"


def get_case(ctx: Context, reference: str) -> BreachCase:
    """Return the case; raise NotFound if the person has no role for its controller."""
    case = ctx.session.scalars(
        select(BreachCase).where(
            BreachCase.reference == reference, BreachCase.controller_id.in_(ctx.actor.controllers)
        )
    ).one_or_none()
    if case is None:
        raise NotFound("case")
    return case


def get_told(ctx: Context, reference: str) -> tuple[BreachCase, Communication]:
    """Return the case and its communication if the person may see them; raises NotFound for a stranger."""
    wanted = select(BreachCase, Communication).join(Communication, Communication.case_id == BreachCase.id)
    found = ctx.session.execute(
        wanted.where(BreachCase.reference == reference, BreachCase.controller_id.in_(ctx.actor.controllers))
    ).one_or_none()
    if found is None:
        raise NotFound("case")
    return found.BreachCase, found.Communication


def load(ctx: Context, reference: str, version: int, step: str) -> CaseFile:
    """Return the file for a step: seen, allowed, unchanged since the page was made, and in a fitting state.

    Who may is read from the step's row. A step that says yes to another's work takes a role that is not new:
    whoever can hand out roles could otherwise make a second person for the occasion.
    """
    file = load_file(ctx, reference)
    action = named(step)
    case = file.case
    ctx.require(case.controller_id, *action.roles)
    if case.version != version:
        raise Conflict("changed_meanwhile")
    if reason := ended_by(file, action):
        raise StepRefused(step, case.state.value, (reason,), into=file.merged_into or "")
    if action.seconded and not ctx.actor.may_second(case.controller_id, *action.roles):
        raise StepRefused(step, case.state.value, (ROLE_IS_NEW,))
    if stands_in(ctx.actor, file, action):
        raise StepRefused(step, case.state.value, (STANDS_IN,))
    if action.states and (state := state_of(file, action.track)) not in action.states:
        raise StepRefused(step, str(state.value), (WRONG_STATE,))
    return file


_ENDS_SENDING = ("pause", "withdraw_release")


def ended_by(file: CaseFile, action: Action) -> str:
    """Return why a step has ended with its case, or ''.

    A merged case is worked on where it went: it can only be split off, and its awareness be corrected, which
    may be the one that counts there. What is no breach is not notified, and nobody is informed of it.
    """
    if file.case.state is CaseState.MERGED:
        return "" if action.name == "split" or action.track == "awareness" else "is_merged"
    informs = action.track in ("communication", "notice") and action.name not in _ENDS_SENDING
    is_over = informs or action.name == "submit_notification"
    return "is_dismissed" if file.case.state is CaseState.DISMISSED and is_over else ""


def stands_in(actor: Actor, file: CaseFile, action: Action) -> bool:
    """Tell whether a step says yes to the work of somebody whose deputy the person is.

    Segments may be several and say it of each themselves.
    """
    if action.name == "confirm_segment":
        return False
    return action.seconded and first_half(file).get(action.name) in actor.stands_for


def state_of(file: CaseFile, track: str) -> Enum:
    """Return the state of the case itself or of one of its tracks."""
    if track == "authority":
        return file.authority.state
    return file.communication.state if track == "communication" else file.case.state


def touch(ctx: Context, case: BreachCase) -> None:
    """Increase the case's version after one of its rows changed, so that older forms conflict."""
    flag_modified(case, "title")
    ctx.session.flush()

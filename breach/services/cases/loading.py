"""Loads a case for reading or for a step: seen, allowed, unchanged since the page was made."""

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from breach.domain.errors import Conflict, NotFound, StepRefused
from breach.domain.states import Role
from breach.services.context import Context
from breach.store.models import BreachCase, Communication

ROLE_IS_NEW = "role_is_new"


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


def get_told(ctx: Context, reference: str) -> tuple[BreachCase, Communication]:
    """Return the case and its communication if the person may see them; raises NotFound for a stranger."""
    wanted = select(BreachCase, Communication).join(Communication, Communication.case_id == BreachCase.id)
    found = ctx.session.execute(
        wanted.where(BreachCase.reference == reference, BreachCase.controller_id.in_(ctx.actor.controllers))
    ).one_or_none()
    if found is None:
        raise NotFound("case")
    return found.BreachCase, found.Communication


def load(ctx: Context, reference: str, version: int, *roles: Role) -> BreachCase:
    """Return the case for a step: seen, allowed, and unchanged since the page was made."""
    case = get_case(ctx, reference)
    ctx.require(case.controller_id, *roles)
    if case.version != version:
        raise Conflict("changed_meanwhile")
    return case


def load_to_second(ctx: Context, reference: str, version: int, step: str, *roles: Role) -> BreachCase:
    """Return the case for a step that says yes to another's work: a role given lately is not enough.

    Whoever can hand out roles could otherwise make a second person for the occasion.
    """
    case = load(ctx, reference, version, *roles)
    if not ctx.actor.may_second(case.controller_id, *roles):
        raise StepRefused(step, case.state.value, (ROLE_IS_NEW,))
    return case


def touch(ctx: Context, case: BreachCase) -> None:
    """Give the case a new version because what belongs to it changed: a second save then fails."""
    flag_modified(case, "title")
    ctx.session.flush()

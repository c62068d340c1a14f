"""A case whose handler has left: it stands among those that nobody has, and another handler takes it over."""

from sqlalchemy import ColumnElement, and_, exists, select

from breach.domain.errors import StepRefused
from breach.domain.events import EventKind
from breach.domain.states import Role
from breach.services.audit import append_to_case
from breach.services.cases.loading import load
from breach.services.checks import written
from breach.services.context import Context
from breach.store.models import BreachCase, Person, RoleGrant


def handler_left() -> ColumnElement[bool]:
    """Tell of a case that it has a handler who handles cases there no more: no log-in, or not the role."""
    still_there = exists().where(
        RoleGrant.person_id == BreachCase.handler_id,
        RoleGrant.controller_id == BreachCase.controller_id,
        RoleGrant.role == Role.CASE_HANDLER,
        Person.id == RoleGrant.person_id,
        Person.disabled_at.is_(None),
    )
    return and_(BreachCase.handler_id.is_not(None), ~still_there)


def barred(ctx: Context, case: BreachCase, step: str = "take_over") -> tuple[str, ...]:
    """Return why a case cannot be taken over; nothing when it stands open and its handler has left."""
    if not case.is_open:
        return ("wrong_state",)
    left = select(BreachCase.id).where(BreachCase.id == case.id, handler_left())
    return () if ctx.session.scalar(left) is not None else ("handler_is_here",)


def take_over(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Make the acting person the handler in place of one who has left; the state of the case stays."""
    case = load(ctx, reference, version, "take_over")
    if reasons := barred(ctx, case):
        raise StepRefused("take_over", case.state.value, reasons)
    why, left = written("reason", reason), case.handler_id
    case.handler_id = ctx.person_id
    ctx.session.flush()
    append_to_case(
        ctx,
        case,
        EventKind.CASE_TAKEN_OVER,
        reason=why,
        left=left,
        handler=case.handler_id,
        version=case.version,
    )

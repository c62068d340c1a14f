"""A case goes to another handler: handed over with a note, or taken over from one who has left."""

from sqlalchemy import Select, select

from breach.domain.errors import FieldError, InvalidInput, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import Role
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load
from breach.services.checks import written
from breach.services.context import Context
from breach.store.models import Person, RoleGrant


def barred(ctx: Context, file: CaseFile, step: str = "take_over") -> tuple[str, ...]:
    """Return the reasons why the case cannot be taken over; empty if it is open and its handler has left."""
    if not file.case.is_open:
        return ("wrong_state",)
    return () if file.handler_left else ("handler_is_here",)


def take_over(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Make the acting person the handler in place of one who has left; the case's state does not change."""
    file = load(ctx, reference, version, "take_over")
    case = file.case
    if reasons := barred(ctx, file):
        raise StepRefused("take_over", case.state.value, reasons)
    why = written("reason", reason)
    left = case.handler_id
    _give(file, ctx.person_id)
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


def barred_to_hand_over(ctx: Context, file: CaseFile, step: str = "hand_over") -> tuple[str, ...]:
    """Return the reasons why this person cannot hand the case over; a decider or a deputy can."""
    case = file.case
    if not case.is_open or case.handler_id is None:
        return ("wrong_state",)
    is_decider = ctx.actor.has(case.controller_id, Role.DECIDER)
    return () if is_decider or case.handler_id in ctx.actor.own_ids else ("only_handler_hands_over",)


def hand_over(ctx: Context, reference: str, version: int, to: str, reason: str) -> None:
    """Make a colleague the handler, with a note that they see on the case; the state does not change.

    to: the username of somebody who handles cases there and may log in
    """
    file = load(ctx, reference, version, "hand_over")
    case = file.case
    if reasons := barred_to_hand_over(ctx, file):
        raise StepRefused("hand_over", case.state.value, reasons)
    note = written("reason", reason)
    left = case.handler_id
    named = Person.username == to.strip().lower()
    colleague = ctx.session.scalar(handlers_of(case.controller_id).where(named))
    if colleague is None or colleague == left:
        raise InvalidInput([FieldError("to", "handler_unfit")])
    _give(file, colleague)
    ctx.session.flush()
    kind = EventKind.CASE_HANDED_OVER
    append_to_case(ctx, case, kind, reason=note, left=left, handler=colleague, version=case.version)


def _give(file: CaseFile, person_id: int) -> None:
    """Make a person the handler; who asked for the case waits no longer."""
    case = file.case
    case.handler_id = person_id
    case.wanted_by = None
    case.wanted_reason = None
    file.handler_is_gone = False


def handlers_of(controller_id: int) -> Select[int]:
    """Return the statement for the ids of those who handle cases of the controller and may log in."""
    wanted = select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
    return wanted.where(
        RoleGrant.controller_id == controller_id,
        RoleGrant.role == Role.CASE_HANDLER,
        Person.disabled_at.is_(None),
    )

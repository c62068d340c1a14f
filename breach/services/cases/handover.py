"""A case goes to another handler: handed over with a note, or taken over from one who lost access."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from breach.domain.clocks import is_late
from breach.domain.errors import FieldError, InvalidInput, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import AuthorityState, Role
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load
from breach.services.checks import written
from breach.services.context import Context
from breach.store.models import AuthorityTrack, BreachCase, Communication, Person, RoleGrant
from workflows import communication


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
    case.handler_id, file.handler_is_gone = ctx.person_id, False
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
    """Return the reasons why this person cannot hand the case over; a decider can for the handler."""
    case = file.case
    if not case.is_open or case.handler_id is None:
        return ("wrong_state",)
    is_decider = ctx.actor.has(case.controller_id, Role.DECIDER)
    return () if is_decider or case.handler_id == ctx.actor.person_id else ("only_handler_hands_over",)


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
    colleague = ctx.session.scalar(_handlers(case.controller_id).where(Person.username == to.strip().lower()))
    if colleague is None or colleague == left:
        raise InvalidInput([FieldError("to", "handler_unfit")])
    case.handler_id = colleague
    file.handler_is_gone = False
    ctx.session.flush()
    kind = EventKind.CASE_HANDED_OVER
    append_to_case(ctx, case, kind, reason=note, left=left, handler=colleague, version=case.version)


def _handlers(controller_id: int) -> Select[int]:
    """Return the statement for the ids of those who handle cases of the controller and may log in."""
    wanted = select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
    return wanted.where(
        RoleGrant.controller_id == controller_id,
        RoleGrant.role == Role.CASE_HANDLER,
        Person.disabled_at.is_(None),
    )


@dataclass(frozen=True)
class HeldCase:
    """An open case of a handler: its number, its deadlines that still run, and whether notifying is late."""

    reference: str
    controller_id: int
    notifying_due_at: datetime | None
    informing_due_at: datetime | None
    is_late: bool


def held_by(ctx: Context, person_id: int, controllers: tuple[int, ...]) -> tuple[HeldCase, ...]:
    """Return the open cases that a person handles for the controllers, the earliest deadline first.

    They are numbers and deadlines alone: whoever administers access sees no cases.
    """
    wanted = (
        select(BreachCase, AuthorityTrack.state, Communication)
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .where(
            BreachCase.handler_id == person_id,
            BreachCase.controller_id.in_(controllers),
            BreachCase.is_open,
        )
    )
    found = ctx.session.execute(wanted.order_by(BreachCase.due_at, BreachCase.id))
    return tuple(_held(*row, ctx.now) for row in found)


def _held(case: BreachCase, notifying: AuthorityState, informing: Communication, now: datetime) -> HeldCase:
    informs = informing.state not in communication.SETTLED
    notifies = notifying is AuthorityState.DUE
    return HeldCase(
        reference=case.reference,
        controller_id=case.controller_id,
        notifying_due_at=case.due_at if notifies else None,
        informing_due_at=informing.due_at if informs else None,
        is_late=notifies and is_late(case.due_at, now),
    )

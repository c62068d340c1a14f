"""A case goes to another handler: handed over, asked for, or taken over; and a deputy looks after it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from breach.domain.clocks import is_late
from breach.domain.danish_time import local
from breach.domain.errors import FieldError, Forbidden, InvalidInput, NotFound, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import AuthorityState, Role
from breach.services.audit import append_event, append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load
from breach.services.checks import written
from breach.services.context import Context
from breach.services.ids import new_id
from breach.store.models import AuthorityTrack, BreachCase, Communication, Deputy, Person, RoleGrant
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
    colleague = ctx.session.scalar(_handlers(case.controller_id).where(Person.username == to.strip().lower()))
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


def barred_to_ask(ctx: Context, file: CaseFile, step: str = "ask_for_case") -> tuple[str, ...]:
    """Return the reasons why nobody, or this person, can ask the handler for the case."""
    case = file.case
    if not case.is_open or case.handler_id is None or file.handler_left:
        return ("wrong_state",)
    if case.wanted_by is not None:
        return ("case_is_wanted",)
    return ("case_is_own",) if case.handler_id == ctx.actor.person_id else ()


def ask_for_case(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Ask the handler for the case; it waits with them, and they hand it over or keep it."""
    file = load(ctx, reference, version, "ask_for_case")
    case = file.case
    if reasons := barred_to_ask(ctx, file):
        raise StepRefused("ask_for_case", case.state.value, reasons)
    case.wanted_reason = written("reason", reason)
    case.wanted_by = ctx.person_id
    ctx.session.flush()
    kind = EventKind.CASE_ASKED_FOR
    append_to_case(ctx, case, kind, reason=case.wanted_reason, handler=case.handler_id, version=case.version)


def barred_to_keep(ctx: Context, file: CaseFile, step: str = "keep_case") -> tuple[str, ...]:
    """Return the reasons why the case cannot be kept: nobody asked, or it is another's to say."""
    case = file.case
    if not case.is_open or case.wanted_by is None:
        return ("wrong_state",)
    answers = ctx.actor.has(case.controller_id, Role.DECIDER) or case.handler_id in ctx.actor.own_ids
    return () if answers or case.wanted_by == ctx.actor.person_id else ("only_handler_hands_over",)


def keep_case(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Keep the case that a colleague asked for, and say why; who asked may take it back so too."""
    file = load(ctx, reference, version, "keep_case")
    case = file.case
    if reasons := barred_to_keep(ctx, file):
        raise StepRefused("keep_case", case.state.value, reasons)
    why = written("reason", reason)
    asked_by = case.wanted_by
    case.wanted_by = None
    case.wanted_reason = None
    ctx.session.flush()
    append_to_case(ctx, case, EventKind.CASE_KEPT, reason=why, asked_by=asked_by, version=case.version)


@dataclass(frozen=True)
class NamedDeputy:
    """One of two persons of whom one stands in for the other: who, from when to when."""

    id: UUID
    name: str
    from_day: date
    to_day: date


def _places(ctx: Context) -> set[int]:
    """Return the controllers whose cases the person handles; raise Forbidden where there are none."""
    found = {place for place, role in ctx.actor.roles if role is Role.CASE_HANDLER}
    if not found:
        raise Forbidden(Role.CASE_HANDLER.value)
    return found


def possible_deputies(ctx: Context) -> list[tuple[str, str]]:
    """Return username and name of those who handle cases everywhere where the person does."""
    places = _places(ctx)
    wanted = select(Person.username, Person.name).where(Person.id != ctx.person_id)
    for place in places:
        wanted = wanted.where(Person.id.in_(_handlers(place)))
    return [(row.username, row.name) for row in ctx.session.execute(wanted.order_by(Person.name, Person.id))]


def own_deputies(ctx: Context) -> list[NamedDeputy]:
    """Return the deputies that the person named, of today and later, the first first."""
    _places(ctx)
    today = local(ctx.now).date()
    wanted = select(Deputy, Person.name).join(Person, Person.id == Deputy.deputy_id)
    wanted = wanted.where(
        Deputy.person_id == ctx.person_id, Deputy.ended_at.is_(None), Deputy.to_day >= today
    )
    rows = ctx.session.execute(wanted.order_by(Deputy.from_day))
    return [NamedDeputy(row.id, name, row.from_day, row.to_day) for row, name in rows]


def stands_in_for(ctx: Context) -> list[NamedDeputy]:
    """Return for whom the person stands in today: who, from when to when."""
    if not ctx.actor.stands_for:
        return []
    today = local(ctx.now).date()
    wanted = select(Deputy, Person.name).join(Person, Person.id == Deputy.person_id)
    rows = ctx.session.execute(wanted.where(Deputy.deputy_id == ctx.person_id).order_by(Deputy.from_day))
    return [NamedDeputy(row.id, name, row.from_day, row.to_day) for row, name in rows if row.holds_on(today)]


LONGEST_ABSENCE = timedelta(days=366)
"""Most days for which somebody is named: further is a slip of the hand."""


def name_deputy(ctx: Context, to: str, from_day: date, to_day: date) -> Deputy:
    """Name a colleague who stands in from a day to another; raise InvalidInput for what will not do.

    to: the username of somebody who handles cases everywhere where the person does
    """
    if to.strip().lower() not in {username for username, _ in possible_deputies(ctx)}:
        raise InvalidInput([FieldError("to", "deputy_unfit")])
    if to_day < max(from_day, local(ctx.now).date()) or to_day - from_day > LONGEST_ABSENCE:
        raise InvalidInput([FieldError("to_day", "deputy_days")])
    if any(one.from_day <= to_day and from_day <= one.to_day for one in own_deputies(ctx)):
        raise InvalidInput([FieldError("from_day", "deputy_overlaps")])
    colleague = ctx.session.scalars(select(Person.id).where(Person.username == to.strip().lower())).one()
    row = Deputy(
        id=new_id(ctx.now),
        person_id=ctx.person_id,
        deputy_id=colleague,
        from_day=from_day,
        to_day=to_day,
        named_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    days = {"from_day": from_day.isoformat(), "to_day": to_day.isoformat()}
    append_event(ctx, EventKind.PERSON_DEPUTY_NAMED, None, person=ctx.person_id, deputy=colleague, **days)
    return row


def end_deputy(ctx: Context, deputy_id: UUID) -> None:
    """End that a colleague stands in for the person; raise NotFound where they did not name them."""
    row = ctx.session.get(Deputy, deputy_id)
    if row is None or row.person_id != ctx.person_id or row.ended_at is not None:
        raise NotFound("deputy")
    row.ended_at = ctx.now
    ctx.session.flush()
    append_event(ctx, EventKind.PERSON_DEPUTY_ENDED, None, person=ctx.person_id, deputy=row.deputy_id)


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

"""Who stands in for a handler from a day to another."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from breach.domain.danish_time import local
from breach.domain.errors import FieldError, Forbidden, InvalidInput, NotFound
from breach.domain.events import EventKind
from breach.domain.states import Role
from breach.services.audit import append_event
from breach.services.cases.handler.handover import handlers_of
from breach.services.context import Context
from breach.services.ids import new_id
from breach.store.models import Deputy, Person


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
        wanted = wanted.where(Person.id.in_(handlers_of(place)))
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

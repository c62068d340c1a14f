"""Read models of the access pages: persons with roles, open requests, and why a step is barred."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, selectinload

from breach.domain.errors import NotFound
from breach.domain.states import Role
from breach.services.access.announcements import Names, watched
from breach.services.access.holders import holders
from breach.services.access.role_requests import (
    STEPS,
    administers,
    barred,
    barred_to_close,
    barred_to_take,
    load_person,
)
from breach.services.cases.handler.held import HeldCase, held_by
from breach.services.context import Context
from breach.store.models import Controller, Person, RoleGrant, RoleRequest


@dataclass(frozen=True)
class ShownRequest:
    """An unanswered role request; `asked_by` is None for the operator on the host.

    barred: why this person cannot take a step of STEPS; who_may: the others who can log in and answer
    """

    id: UUID
    controller_id: int
    controller: Names
    person: str
    username: str
    role: Role
    asked_by: str | None
    asked_at: datetime
    barred: dict[str, tuple[str, ...]]
    who_may: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """A role that a person has for a controller."""

    controller_id: int
    controller: Names
    role: Role
    granted_at: datetime
    is_new: bool


@dataclass(frozen=True)
class ShownPerson:
    """A person with their roles for the viewer's controllers.

    barred: why this person can neither close the other out nor let them in
    cases: the open cases that the person handles; deciders: who may hand them over in their place
    """

    id: int
    name: str
    username: str
    disabled_at: datetime | None
    roles: tuple[Held, ...]
    may_take: bool = False
    barred: tuple[str, ...] = ()
    cases: tuple[HeldCase, ...] = ()
    deciders: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccessPage:
    """Persons, roles and open requests of the viewer's controllers."""

    requests: tuple[ShownRequest, ...]
    people: tuple[ShownPerson, ...]
    controllers: tuple[tuple[int, Names], ...]
    """Id and names of the controllers where the person may ask; none for an auditor."""


def access_page(ctx: Context) -> AccessPage:
    """Return persons, roles and open requests; raise Forbidden without a role to see them."""
    mine = watched(ctx)
    controllers = {
        one.id: one for one in ctx.session.scalars(select(Controller).where(Controller.id.in_(mine)))
    }
    of_mine = select(RoleGrant.person_id).where(RoleGrant.controller_id.in_(mine))
    to_be = select(RoleRequest.person_id).where(
        RoleRequest.controller_id.in_(mine), RoleRequest.state == "asked"
    )
    wanted = select(Person).where(or_(Person.id.in_(of_mine), Person.id.in_(to_be)))
    ordered = wanted.options(selectinload(Person.grants)).order_by(Person.name, Person.id)
    people = ctx.session.scalars(ordered).all()
    administered = [one for one in mine if ctx.actor.has(one, Role.ADMINISTRATOR)]
    return AccessPage(
        tuple(_shown_requests(ctx, mine, controllers)),
        tuple(_shown_person(ctx, one, controllers) for one in people),
        tuple((one, _names(controllers[one])) for one in administered),
    )


def _shown_requests(
    ctx: Context, mine: tuple[int, ...], controllers: dict[int, Controller]
) -> list[ShownRequest]:
    asker = aliased(Person)
    wanted = (
        select(RoleRequest, Person, asker.name)
        .join(Person, Person.id == RoleRequest.person_id)
        .outerjoin(asker, asker.id == RoleRequest.asked_by)
        .where(RoleRequest.controller_id.in_(mine), RoleRequest.state == "asked")
        .order_by(RoleRequest.asked_at, RoleRequest.id)
    )
    names = {owner: holders(ctx, owner, Role.ADMINISTRATOR) for owner in mine}
    return [
        _shown_request(ctx, asked, person, asked_by, controllers[asked.controller_id], names)
        for asked, person, asked_by in ctx.session.execute(wanted)
    ]


def _shown_request(
    ctx: Context,
    asked: RoleRequest,
    person: Person,
    asked_by: str | None,
    controller: Controller,
    names: dict[int, tuple[str, ...]],
) -> ShownRequest:
    may = ctx.actor.has(asked.controller_id, Role.ADMINISTRATOR)
    steps = {step: barred(ctx, asked, step) if may else ("no_right",) for step in STEPS}
    who_may = tuple(name for name in names[asked.controller_id] if name not in (person.name, asked_by))
    shown = (asked.id, asked.controller_id, _names(controller), person.name, person.username, asked.role)
    return ShownRequest(*shown, asked_by, asked.asked_at, steps, who_may)


def _shown_person(ctx: Context, person: Person, controllers: dict[int, Controller]) -> ShownPerson:
    since = ctx.settings.new_since(ctx.now)
    roles = tuple(
        Held(
            one.controller_id,
            _names(controllers[one.controller_id]),
            one.role,
            one.granted_at,
            one.granted_at > since,
        )
        for one in sorted(person.grants, key=lambda one: (one.controller_id, list(Role).index(one.role)))
        if one.controller_id in controllers
    )
    return ShownPerson(person.id, person.name, person.username, person.disabled_at, roles)


def request_page(ctx: Context, request_id: UUID) -> ShownRequest:
    """Return a role request, answered or not; raise NotFound or Forbidden unless one may administer it."""
    watched(ctx, Role.ADMINISTRATOR)
    asked = ctx.session.get(RoleRequest, request_id)
    if asked is None:
        raise NotFound("role_request")
    administers(ctx, asked.controller_id)
    controller = ctx.session.get_one(Controller, asked.controller_id)
    person = ctx.session.get_one(Person, asked.person_id)
    asker = ctx.session.get(Person, asked.asked_by) if asked.asked_by else None
    names = {controller.id: holders(ctx, controller.id, Role.ADMINISTRATOR)}
    return _shown_request(ctx, asked, person, asker.name if asker else None, controller, names)


def person_page(ctx: Context, person_id: int) -> ShownPerson:
    """Return a person of the administrator's controllers, with the steps that are possible."""
    person = load_person(ctx, person_id)
    mine = watched(ctx, Role.ADMINISTRATOR)
    controllers = {
        one.id: one for one in ctx.session.scalars(select(Controller).where(Controller.id.in_(mine)))
    }
    shown = _shown_person(ctx, person, controllers)
    cases = held_by(ctx, person_id, mine)
    places = {one.controller_id for one in cases}
    return replace(
        shown,
        may_take=not barred_to_take(ctx, person),
        barred=barred_to_close(ctx, person),
        cases=cases,
        deciders=tuple(name for one in sorted(places) for name in holders(ctx, one, Role.DECIDER)),
    )


def asking_page(ctx: Context) -> tuple[tuple[int, Names], ...]:
    """Return id and names of the controllers where the person may ask; raise Forbidden for none."""
    mine = watched(ctx, Role.ADMINISTRATOR)
    found = ctx.session.scalars(select(Controller).where(Controller.id.in_(mine)).order_by(Controller.id))
    return tuple((one.id, _names(one)) for one in found)


def _names(controller: Controller) -> Names:
    return controller.name_da, controller.name_en

"""Requesting, granting and taking roles: shared by the pages and the host commands."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.roles import clashing
from breach.domain.states import Role
from breach.services.access.announcements import announce, append_of_person
from breach.services.context import Context
from breach.services.ids import new_id
from breach.store.models import ApiToken, Controller, LoginSession, Person, RoleGrant, RoleRequest

ENOUGH = 2
"""From this many other administrators on, a role given on the host needs the confirmation of one of them."""


def administrators_beside(ctx: Context, controller_id: int, person_id: int) -> int:
    """Return how many others administer the controller and can log in."""
    wanted = (
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.controller_id == controller_id,
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.person_id != person_id,
            Person.disabled_at.is_(None),
        )
    )
    return ctx.session.scalar(wanted) or 0


def open_requests(ctx: Context, person: Person) -> list[RoleRequest]:
    """Return the person's unanswered role requests."""
    waits = (RoleRequest.person_id == person.id, RoleRequest.state == "asked")
    return list(ctx.session.scalars(select(RoleRequest).where(*waits).order_by(RoleRequest.id)))


def hold(ctx: Context, which: ColumnElement[bool]) -> Person | None:
    """Reload and lock the person until the commit; return None if unknown.

    Every change of a person's access or requests takes this lock first, so that changes happen one by one.
    Only the person being changed is locked, never the one who changes: two administrators changing each
    other would deadlock.
    """
    return ctx.session.scalars(select(Person).where(which).with_for_update(key_share=True)).one_or_none()


def request(ctx: Context, person: Person, controller: Controller, role: Role) -> RoleRequest:
    """Ask for a role; on the host it is given at once where there are too few to confirm it.

    The caller holds the person. Raises InvalidInput for a role that is held or waits, clashes with another,
    or is for somebody closed out.
    """
    _check(ctx, person, controller, role)
    is_founding = (
        ctx.actor.person_id is None and administrators_beside(ctx, controller.id, person.id) < ENOUGH
    )
    row = RoleRequest(
        id=new_id(ctx.now),
        person_id=person.id,
        controller_id=controller.id,
        role=role,
        asked_by=ctx.actor.person_id,
        asked_at=ctx.now,
        state="founding" if is_founding else "asked",
        answered_at=ctx.now if is_founding else None,
    )
    ctx.session.add(row)
    ctx.session.flush()
    if is_founding:
        give(ctx, person, row, ctx.now)
    else:
        announce(ctx, "asked", person, [controller.id], row)
        append_of_person(
            ctx, EventKind.PERSON_ROLE_ASKED, person, controller.id, role=role.value, request=str(row.id)
        )
    return row


def _check(ctx: Context, person: Person, controller: Controller, role: Role) -> None:
    named = f"{role.value}@{controller.slug}"
    if person.disabled_at is not None:
        raise InvalidInput([FieldError("username", "person_closed_out")])
    if role in (held := held_at(person, controller.id)):
        raise InvalidInput([FieldError("role", "role_held", {"role": named})])
    waiting = {one.role for one in open_requests(ctx, person) if one.controller_id == controller.id}
    if role in waiting:
        raise InvalidInput([FieldError("role", "role_waits", {"role": named})])
    if clash := clashing({*held, *waiting, role}):
        one, other = (named.value for named in clash)
        values = {"role": one, "other": other, "slug": controller.slug}
        raise InvalidInput([FieldError("role", "roles_clash", values)])


def held_at(person: Person, controller_id: int) -> set[Role]:
    """Return the roles that the person has for the controller."""
    return {one.role for one in person.grants if one.controller_id == controller_id}


def give(ctx: Context, person: Person, asked: RoleRequest, at: datetime) -> None:
    """Grant a confirmed or founding role; end the person's sessions. The role counts as new from now on."""
    announce(ctx, "given", person, [asked.controller_id], asked)
    person.grants.append(
        RoleGrant(controller_id=asked.controller_id, role=asked.role, granted_at=at, request_id=asked.id)
    )
    ctx.session.flush()
    end_sessions(ctx, person)
    details = {"role": asked.role.value, "request": str(asked.id), "asked_by": asked.asked_by}
    append_of_person(ctx, EventKind.PERSON_ROLE_GIVEN, person, asked.controller_id, **details)


def take(ctx: Context, person: Person, held: RoleGrant) -> None:
    """Take a role away and end the person's sessions."""
    asked = ctx.session.get_one(RoleRequest, held.request_id)
    announce(ctx, "taken", person, [held.controller_id], asked)
    ctx.session.execute(delete(RoleGrant).where(RoleGrant.id == held.id))
    ctx.session.expire(person, ["grants"])
    append_of_person(ctx, EventKind.PERSON_ROLE_TAKEN, person, asked.controller_id, role=asked.role.value)
    end_sessions(ctx, person)


def withdraw(ctx: Context, person: Person, asked: RoleRequest) -> None:
    """Withdraw an unanswered request."""
    asked.state, asked.answered_at = "withdrawn", ctx.now
    ctx.session.flush()
    announce(ctx, "withdrawn", person, [asked.controller_id], asked)
    details = {"role": asked.role.value, "request": str(asked.id)}
    append_of_person(ctx, EventKind.PERSON_ROLE_WITHDRAWN, person, asked.controller_id, **details)


def places_of(ctx: Context, person: Person) -> set[int]:
    """Return the controllers where the person has a role or is to have one."""
    waiting = {one.controller_id for one in open_requests(ctx, person)}
    return waiting | {one.controller_id for one in person.grants}


def end_sessions(ctx: Context, person: Person) -> int:
    """End the person's sessions, so that no open page goes on under other rights; return how many."""
    mine = LoginSession.person_id == person.id
    count = ctx.session.scalar(select(func.count()).select_from(LoginSession).where(mine)) or 0
    ctx.session.execute(delete(LoginSession).where(mine))
    return count


def end_tokens(ctx: Context, person: Person, controller_ids: Collection[int] | None = None) -> int:
    """End the person's living tokens, all or those of some controllers; return how many."""
    mine = [ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None)]
    if controller_ids is not None:
        mine.append(ApiToken.controller_id.in_(controller_ids))
    count = ctx.session.scalar(select(func.count()).select_from(ApiToken).where(*mine)) or 0
    ctx.session.execute(update(ApiToken).where(*mine).values(revoked_at=ctx.now))
    return count

"""Changes to an existing person: roles, password, disable, enable (host commands).

Whatever changes a person's rights ends their sessions in the same transaction, so that no open page
goes on under the rights of a moment ago.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.services.access import grants
from breach.services.access.announcements import announce, append_of_person
from breach.services.access.people import RoleAt, controllers_of, hashed, names_of
from breach.services.checks import as_username
from breach.services.context import Context
from breach.store.models import Controller, Person, RoleRequest


@dataclass(frozen=True)
class ListedPerson:
    """A person as an operator sees them; `waiting` are roles that nobody has confirmed yet."""

    username: str
    name: str
    roles: tuple[str, ...]
    waiting: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True)
class Ended:
    """Counts of what a change ended: sessions and tokens."""

    sessions: int
    tokens: int


def list_people(ctx: Context) -> list[ListedPerson]:
    """Return every person with their roles, the oldest first."""
    wanted = select(Person).options(selectinload(Person.grants)).order_by(Person.id)
    slugs = {one.id: one.slug for one in ctx.session.scalars(select(Controller))}
    waiting: dict[int, list[str]] = defaultdict(list)
    for asked in ctx.session.scalars(select(RoleRequest).where(RoleRequest.state == "asked")):
        waiting[asked.person_id].append(f"{asked.role.value}@{slugs[asked.controller_id]}")
    return [
        ListedPerson(
            one.username,
            one.name,
            tuple(sorted(f"{held.role.value}@{slugs[held.controller_id]}" for held in one.grants)),
            tuple(sorted(waiting[one.id])),
            one.created_at,
            one.disabled_at,
        )
        for one in ctx.session.scalars(wanted)
    ]


def listed(ctx: Context, username: str) -> ListedPerson:
    """Return one person with their roles; raise InvalidInput for an unknown username."""
    person_called(ctx, username)
    return next(one for one in list_people(ctx) if one.username == as_username(username))


def change_roles(ctx: Context, username: str, give: Collection[RoleAt], take: Collection[RoleAt]) -> None:
    """Take roles, then ask for others as `grants.request` says, all or none; the person's sessions end.

    To take a role that waits is to withdraw it. A token ends with the last role of its person for its
    controller, so that a later role does not wake it.
    """
    if not give and not take:
        raise InvalidInput([FieldError("role", "role_missing")])
    person = person_called(ctx, username)
    controllers = controllers_of(ctx, [*give, *take])
    for one in take:
        _take(ctx, person, controllers[one.slug], one)
    for one in give:
        grants.request(ctx, person, controllers[one.slug], one.role)
    end_idle_tokens(ctx, person, {controller.id for controller in controllers.values()})
    grants.end_sessions(ctx, person)


def _take(ctx: Context, person: Person, controller: Controller, wanted: RoleAt) -> None:
    of_role = (controller.id, wanted.role)
    for held in person.grants:
        if (held.controller_id, held.role) == of_role:
            grants.take(ctx, person, held)
            return
    for asked in grants.open_requests(ctx, person):
        if (asked.controller_id, asked.role) == of_role:
            grants.withdraw(ctx, person, asked)
            return
    role = f"{wanted.role.value}@{wanted.slug}"
    raise InvalidInput([FieldError("role", "role_not_held", {"role": role})])


def end_idle_tokens(ctx: Context, person: Person, controller_ids: Collection[int]) -> int:
    """End the person's tokens for those of the controllers where no role is left; return how many."""
    left = {held.controller_id for held in person.grants}
    return grants.end_tokens(ctx, person, set(controller_ids) - left)


def set_password(ctx: Context, username: str, password: str) -> None:
    """Store a new password; the person's sessions end, tokens of the API go on."""
    person = person_called(ctx, username)
    ids = grants.places_of(ctx, person)
    controllers = ctx.session.scalars(select(Controller).where(Controller.id.in_(ids))).all()
    person.password_hash = hashed(ctx, password, username, person.name, *names_of(controllers))
    ctx.session.flush()
    append_of_person(ctx, EventKind.PERSON_PASSWORD_SET, person, sessions=grants.end_sessions(ctx, person))
    announce(ctx, "password", person, ids)


def disable(ctx: Context, username: str) -> Ended:
    """Disable the person with the username: see `close_out`."""
    return close_out(ctx, person_called(ctx, username))


def close_out(ctx: Context, person: Person) -> Ended:
    """Disable the person and end their sessions and tokens; their past actions keep their name."""
    if person.disabled_at is not None:
        raise InvalidInput([FieldError("username", "person_disabled")])
    person.disabled_at = ctx.now
    ctx.session.flush()
    ended = Ended(grants.end_sessions(ctx, person), grants.end_tokens(ctx, person))
    append_of_person(ctx, EventKind.PERSON_DISABLED, person, sessions=ended.sessions, tokens=ended.tokens)
    announce(ctx, "disabled", person, grants.places_of(ctx, person))
    return ended


def enable(ctx: Context, username: str) -> None:
    """Enable the person with the username: see `let_in`."""
    let_in(ctx, person_called(ctx, username))


def let_in(ctx: Context, person: Person) -> None:
    """Enable the person, with the same password and no role; each former role is requested again.

    Ended tokens stay ended.
    """
    if person.disabled_at is None:
        raise InvalidInput([FieldError("username", "person_enabled")])
    had = [(one.controller_id, one.role) for one in person.grants]
    places = grants.places_of(ctx, person)
    for held in list(person.grants):
        grants.take(ctx, person, held)
    person.disabled_at = None
    ctx.session.flush()
    append_of_person(ctx, EventKind.PERSON_ENABLED, person)
    announce(ctx, "enabled", person, places)
    for controller_id, role in had:
        grants.request(ctx, person, ctx.session.get_one(Controller, controller_id), role)


def person_called(ctx: Context, username: str) -> Person:
    """Return the person with the username, locked until the commit; raise InvalidInput if unknown."""
    person = grants.hold(ctx, Person.username == as_username(username))
    if person is None:
        raise InvalidInput([FieldError("username", "username_unknown")])
    return person

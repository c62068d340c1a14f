"""What is done with a person who is there: roles, a new password, the end of access and its return.

Whatever takes something away ends the person's sessions in the same transaction, so that no open page
goes on under the rights of a moment ago.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import selectinload

from breach.domain.errors import FieldError, InvalidInput
from breach.services.context import Context
from breach.services.people import RoleAt, controllers_of, grant, hashed, names_of, note
from breach.store.models import ApiToken, Controller, LoginSession, Person, RoleGrant


@dataclass(frozen=True)
class ListedPerson:
    """A person as an operator sees them."""

    username: str
    name: str
    roles: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True)
class Ended:
    """What ended with a person's access."""

    sessions: int
    tokens: int


def list_people(ctx: Context) -> list[ListedPerson]:
    """Return every person with their roles, the oldest first."""
    wanted = select(Person).options(selectinload(Person.grants)).order_by(Person.id)
    slugs = {one.id: one.slug for one in ctx.session.scalars(select(Controller))}
    return [
        ListedPerson(
            one.username,
            one.name,
            tuple(sorted(f"{held.role.value}@{slugs[held.controller_id]}" for held in one.grants)),
            one.created_at,
            one.disabled_at,
        )
        for one in ctx.session.scalars(wanted)
    ]


def change_roles(ctx: Context, username: str, give: Collection[RoleAt], take: Collection[RoleAt]) -> None:
    """Take roles, then give others, all or none of them; the person's sessions end.

    A token ends with the last role of its person for its controller, so that a later role does not wake it.
    """
    if not give and not take:
        raise InvalidInput([FieldError("role", "role_missing")])
    person = _person(ctx, username)
    owners = controllers_of(ctx, [*give, *take])
    for one in take:
        _take(ctx, person, owners[one.slug], one)
    for one in give:
        grant(ctx, person, owners[one.slug], one.role)
    left = {held.controller_id for held in person.grants}
    _end_tokens(ctx, person, {owner.id for owner in owners.values()} - left)
    _end_sessions(ctx, person)


def _take(ctx: Context, person: Person, owner: Controller, wanted: RoleAt) -> None:
    held = [one for one in person.grants if (one.controller_id, one.role) == (owner.id, wanted.role)]
    if not held:
        role = f"{wanted.role.value}@{wanted.slug}"
        raise InvalidInput([FieldError("role", "role_not_held", {"role": role})])
    ctx.session.execute(delete(RoleGrant).where(RoleGrant.id == held[0].id))
    ctx.session.expire(person, ["grants"])
    note(ctx, "person.role_taken", person, owner.id, role=wanted.role.value)


def set_password(ctx: Context, username: str, password: str) -> None:
    """Store a new password; the person's sessions end, tokens of the API go on."""
    person = _person(ctx, username)
    ids = {one.controller_id for one in person.grants}
    owners = ctx.session.scalars(select(Controller).where(Controller.id.in_(ids))).all()
    person.password_hash = hashed(ctx, password, username, person.name, *names_of(owners))
    ctx.session.flush()
    note(ctx, "person.password_set", person, sessions=_end_sessions(ctx, person))


def disable(ctx: Context, username: str) -> Ended:
    """Close the person out: sessions and tokens end at once; what the person did stays theirs."""
    person = _person(ctx, username)
    if person.disabled_at is not None:
        raise InvalidInput([FieldError("username", "person_disabled")])
    person.disabled_at = ctx.now
    ctx.session.flush()
    ended = Ended(_end_sessions(ctx, person), _end_tokens(ctx, person))
    note(ctx, "person.disabled", person, sessions=ended.sessions, tokens=ended.tokens)
    return ended


def enable(ctx: Context, username: str) -> None:
    """Let the person log in again with the roles and password as they were; ended tokens stay ended."""
    person = _person(ctx, username)
    if person.disabled_at is None:
        raise InvalidInput([FieldError("username", "person_enabled")])
    person.disabled_at = None
    ctx.session.flush()
    note(ctx, "person.enabled", person)


def _person(ctx: Context, username: str) -> Person:
    person = ctx.session.scalars(select(Person).where(Person.username == username)).one_or_none()
    if person is None:
        raise InvalidInput([FieldError("username", "username_unknown")])
    return person


def _end_sessions(ctx: Context, person: Person) -> int:
    mine = LoginSession.person_id == person.id
    count = ctx.session.scalar(select(func.count()).select_from(LoginSession).where(mine)) or 0
    ctx.session.execute(delete(LoginSession).where(mine))
    return count


def _end_tokens(ctx: Context, person: Person, controller_ids: Collection[int] | None = None) -> int:
    """End the person's living tokens, all or those of some controllers; return how many."""
    mine = [ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None)]
    if controller_ids is not None:
        mine.append(ApiToken.controller_id.in_(controller_ids))
    count = ctx.session.scalar(select(func.count()).select_from(ApiToken).where(*mine)) or 0
    ctx.session.execute(update(ApiToken).where(*mine).values(revoked_at=ctx.now))
    return count

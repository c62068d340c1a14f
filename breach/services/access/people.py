"""Adds persons with their first roles, and builds the Actor of a logged-in person."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.numbers import looks_like_cpr
from breach.domain.passwords import DEMO_PASSWORD
from breach.domain.states import Role
from breach.domain.values import LONGEST_LINE
from breach.services.access.announcements import announce, append_of_person
from breach.services.access.controllers import known_controller
from breach.services.access.grants import request
from breach.services.access.passwords import WeakPassword, hash_password
from breach.services.context import Actor, Context
from breach.services.field_types import Text, Wrong
from breach.store.models import Controller, Person

USERNAME = re.compile("[a-zæøå][a-z0-9æøå._@-]{1,79}")
_NAME = Text(LONGEST_LINE)


@dataclass(frozen=True)
class RoleAt:
    """A role for the controller of a slug, written `case_handler@nordjylland`."""

    role: Role
    slug: str


@dataclass(frozen=True)
class NewPerson:
    """A person to be made."""

    username: str
    name: str
    password: str = field(repr=False)
    roles: tuple[RoleAt, ...]


def role_at(words: str) -> RoleAt:
    """Return the role written in the words; raise InvalidInput, naming the roles that there are."""
    name, _, slug = words.partition("@")
    known = ", ".join(role.value for role in Role)
    if not slug:
        raise InvalidInput([FieldError("role", "role_form", {"roles": known})])
    if name not in {role.value for role in Role}:
        raise InvalidInput([FieldError("role", "role_unknown", {"roles": known})])
    return RoleAt(Role(name), slug)


def add_person(ctx: Context, new: NewPerson) -> Person:
    """Store a person with a hashed password; roles are given or wait as `grants.request` says.

    Raises InvalidInput for what will not do.
    """
    if not USERNAME.fullmatch(new.username) or looks_like_cpr(new.username):
        raise InvalidInput([FieldError("username", "username_invalid")])
    if ctx.session.scalar(select(Person.id).where(Person.username == new.username)) is not None:
        raise InvalidInput([FieldError("username", "username_taken")])
    if not new.roles:
        raise InvalidInput([FieldError("role", "role_missing")])
    name = _name(ctx, new.name)
    controllers = controllers_of(ctx, new.roles)
    person = Person(
        username=new.username,
        name=name,
        password_hash=hashed(ctx, new.password, new.username, name, *names_of(controllers.values())),
        created_at=ctx.now,
    )
    _store(ctx, person)
    append_of_person(ctx, EventKind.PERSON_ADDED, person)
    announce(ctx, "made", person, [controller.id for controller in controllers.values()])
    for one in dict.fromkeys(new.roles):
        request(ctx, person, controllers[one.slug], one.role)
    return person


def _store(ctx: Context, person: Person) -> None:
    """Store the person; raise InvalidInput where another operator took the username a moment ago."""
    ctx.session.add(person)
    try:
        ctx.session.flush()
    except IntegrityError:  # the username is all that must be unique; its error would quote name and hash
        raise InvalidInput([FieldError("username", "username_taken")]) from None


def hashed(ctx: Context, password: str, *names: str) -> str:
    """Return the hash to store; raise WeakPassword for a weak one and, in production, the demonstration's."""
    if ctx.settings.profile == "production" and password == DEMO_PASSWORD:
        raise WeakPassword([FieldError("password", "password_common")])
    return hash_password(password, *names)


def _name(ctx: Context, value: str) -> str:
    try:
        name = _NAME.read(value, ctx.now)
    except Wrong as wrong:
        raise InvalidInput([FieldError("name", "name_invalid")]) from wrong
    if not name:
        raise InvalidInput([FieldError("name", "name_missing")])
    if looks_like_cpr(name):
        raise InvalidInput([FieldError("name", "name_holds_cpr")])
    return name


def controllers_of(ctx: Context, roles: Collection[RoleAt]) -> dict[str, Controller]:
    """Return the controllers that the roles name, by their slug."""
    return {one.slug: known_controller(ctx, one.slug, "role") for one in roles}


def names_of(controllers: Collection[Controller]) -> list[str]:
    """Return by what names a controller is known: none of them may stand in a password."""
    return [
        name
        for controller in controllers
        for name in (controller.slug, controller.name_da, controller.name_en)
    ]


def actor_of(person: Person, new_since: datetime | None = None, today: date | None = None) -> Actor:
    """Return who acts when this person is logged in; roles given after `new_since` are new.

    today: the Danish day for which those are found whose deputy the person is; without it nobody is
    """
    roles = frozenset((held.controller_id, held.role) for held in person.grants)
    new = [held for held in person.grants if new_since is not None and held.granted_at > new_since]
    new_roles = frozenset((held.controller_id, held.role) for held in new)
    stands_for = {row.person_id for row in person.stands_in if today is not None and row.holds_on(today)}
    return Actor(person.id, person.name, roles, new_roles, frozenset(stands_for))

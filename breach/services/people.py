"""Controllers, persons, roles and tokens: made by `breach init`, read by the log-in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.states import Role
from breach.services.context import Actor, Context
from breach.services.logins import hash_password
from breach.store import audit
from breach.store.models import ApiToken, Controller, Person, RoleGrant


@dataclass(frozen=True)
class NewPerson:
    """A person to be made, with roles for one controller."""

    username: str
    name: str
    password: str
    roles: tuple[Role, ...]


def add_controller(ctx: Context, controller: Controller) -> Controller:
    """Store a controller; its slug is unique."""
    ctx.session.add(controller)
    ctx.session.flush()
    _note(ctx, "controller.added", controller.id, slug=controller.slug, cvr=controller.cvr)
    return controller


def add_person(ctx: Context, controller: Controller, new: NewPerson) -> Person:
    """Store a person with a hashed password and roles.

    Raises InvalidInput for a user name that is taken, WeakPassword for a password that will not do.
    """
    if ctx.session.scalar(select(Person.id).where(Person.username == new.username)) is not None:
        raise InvalidInput([FieldError("username", "username_taken")])
    person = Person(
        username=new.username,
        name=new.name,
        password_hash=hash_password(new.password, new.username),
        created_at=ctx.now,
    )
    person.grants = [
        RoleGrant(controller_id=controller.id, role=role, granted_at=ctx.now) for role in new.roles
    ]
    ctx.session.add(person)
    ctx.session.flush()
    _note(ctx, "person.added", controller.id, person=person.id, roles=[role.value for role in new.roles])
    return person


def actor_of(person: Person) -> Actor:
    """Return who acts when this person is logged in."""
    roles = frozenset((grant.controller_id, grant.role) for grant in person.grants)
    return Actor(person.id, person.name, roles)


def add_token(ctx: Context, controller: Controller, name: str, person: Person | None, days: int = 365) -> str:
    """Return a new API token, shown this once; only its SHA-256 is stored. It lives at most a year."""
    token = "brd_" + secrets.token_urlsafe(32)
    ctx.session.add(
        ApiToken(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            name=name,
            controller_id=controller.id,
            person_id=person.id if person else None,
            created_at=ctx.now,
            expires_at=ctx.now + timedelta(days=min(days, 365)),
        )
    )
    ctx.session.flush()
    _note(ctx, "token.added", controller.id, name=name, person=person.id if person else None)
    return token


def controller_by_slug(ctx: Context, slug: str) -> Controller | None:
    """Return the controller of an address part such as `nordjylland`."""
    return ctx.session.scalar(select(Controller).where(Controller.slug == slug))


def valid_controllers(ctx: Context, today: date) -> list[Controller]:
    """Return the controllers that take reports on the day, the oldest first."""
    rows = ctx.session.scalars(
        select(Controller).where(Controller.valid_from <= today).order_by(Controller.id)
    )
    return [row for row in rows if row.valid_to is None or row.valid_to >= today]


def _note(ctx: Context, kind: str, controller_id: int, **body: object) -> None:
    audit.record(
        ctx.session,
        at=ctx.now,
        kind=kind,
        actor_id=ctx.actor.person_id,
        controller_id=controller_id,
        case_id=None,
        body=body,
    )

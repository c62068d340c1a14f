"""API tokens: grant, list and revoke them, and find who acts by one."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from breach.domain.danish_time import local
from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.services.access.announcements import announce
from breach.services.access.controllers import controller_by_slug
from breach.services.access.people import actor_of
from breach.services.audit import append_event
from breach.services.checks import as_username
from breach.services.context import Actor, Context
from breach.store.models import ApiToken, Controller, Person

LONGEST_DAYS = 365
NUMBER_LENGTH = 12
"""Hexadecimal digits of the stored hash that name a token; they open nothing."""


@dataclass(frozen=True)
class ListedToken:
    """A token without its secret."""

    number: str
    name: str
    controller: str
    username: str | None
    expires_at: datetime
    revoked_at: datetime | None


def grant_token(ctx: Context, username: str, slug: str = "", days: int = LONGEST_DAYS) -> str:
    """Return a new token of a person, shown this once, for one controller where the person has a role.

    Without a controller named it is the only one the person has. Raises InvalidInput.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput([FieldError("days", "token_days", {"most": LONGEST_DAYS})])
    person = ctx.session.scalars(select(Person).where(Person.username == as_username(username))).one_or_none()
    if person is None or person.disabled_at is not None:
        raise InvalidInput([FieldError("person", "person_unknown")])
    controller = _controller(ctx, person, slug)
    announce(ctx, "token", person, [controller.id])
    return add_token(ctx, controller, username, person, days)


def _controller(ctx: Context, person: Person, slug: str) -> Controller:
    if slug and controller_by_slug(ctx, slug) is None:
        raise InvalidInput([FieldError("controller", "controller_unknown")])
    ids = {grant.controller_id for grant in person.grants}
    if not ids:
        raise InvalidInput([FieldError("person", "person_without_role")])
    controllers = ctx.session.scalars(
        select(Controller).where(Controller.id.in_(ids)).order_by(Controller.id)
    )
    found = [one for one in controllers if slug in ("", one.slug)]
    if len(found) != 1:
        known = ctx.session.scalars(select(Controller.slug).where(Controller.id.in_(ids)))
        slugs = ", ".join(sorted(known))
        raise InvalidInput([FieldError("controller", "controller_needed", {"slugs": slugs})])
    return found[0]


def revoke_token(ctx: Context, number: str) -> None:
    """End the token of a number at once; raises InvalidInput where no living token has it."""
    wanted = select(ApiToken).where(ApiToken.revoked_at.is_(None), ApiToken.token_hash.startswith(number))
    found = ctx.session.scalars(wanted).all() if len(number) == NUMBER_LENGTH and number.isalnum() else []
    if len(found) != 1:
        raise InvalidInput([FieldError("token", "token_unknown")])
    token = found[0]
    token.revoked_at = ctx.now
    append_event(ctx, EventKind.TOKEN_REVOKED, token.controller_id, name=token.name, person=token.person_id)


def list_tokens(ctx: Context) -> list[ListedToken]:
    """Return every token, the oldest first."""
    wanted = (
        select(ApiToken, Controller.slug, Person.username)
        .join(Controller, Controller.id == ApiToken.controller_id)
        .outerjoin(Person, Person.id == ApiToken.person_id)
        .order_by(ApiToken.created_at, ApiToken.token_hash)
    )
    return [
        ListedToken(row.token_hash[:NUMBER_LENGTH], row.name, slug, username, row.expires_at, row.revoked_at)
        for row, slug, username in ctx.session.execute(wanted)
    ]


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
    append_event(ctx, EventKind.TOKEN_ADDED, controller.id, name=name, person=person.id if person else None)
    return token


@dataclass(frozen=True)
class TokenHolder:
    """Who acts by a token, and the controller it is for; without a person it acts in its own name."""

    actor: Actor
    controller: str
    token_hash: str


def holder_of(ctx: Context, token: str) -> TokenHolder | None:
    """Return who acts by a token, with the rights for its controller alone; None if it does not hold."""
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    row = ctx.session.execute(_token(token_hash)).unique().one_or_none()
    if row is None or row.ApiToken.revoked_at is not None or row.ApiToken.expires_at <= ctx.now:
        return None
    actor = _actor(ctx, row.ApiToken, row.Person)
    if actor is None:
        return None
    lasting = replace(actor, read_again=partial(_read_again, token=token))
    return TokenHolder(lasting, row.Controller.slug, token_hash)


def _read_again(ctx: Context, token: str) -> Actor | None:
    holder = holder_of(ctx, token)
    return holder.actor if holder else None


def _token(token_hash: str) -> Select[ApiToken, Controller, Person]:
    """Return the statement for a token, its controller and its person if it has one."""
    all_three = select(ApiToken, Controller, Person).join(Controller, Controller.id == ApiToken.controller_id)
    wanted = all_three.outerjoin(Person, Person.id == ApiToken.person_id)
    return wanted.options(joinedload(Person.grants), joinedload(Person.stands_in)).where(
        ApiToken.token_hash == token_hash
    )


def _actor(ctx: Context, token: ApiToken, person: Person | None) -> Actor | None:
    if person is None:
        return Actor(None, token.name)
    if person.disabled_at is not None:
        return None
    actor = actor_of(person, ctx.settings.new_since(ctx.now), local(ctx.now).date())
    return actor.only(token.controller_id)

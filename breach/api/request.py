"""What the API is asked: strict JSON, and who asks."""

import json
from hashlib import sha256
from typing import Any

from flask import current_app, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from breach.api.problems import Refused
from breach.services.access.people import actor_of
from breach.services.context import NOBODY, Actor, Context, Runtime
from breach.store.models import ApiToken, Controller, Person

Sender = tuple[Actor, str | None, str]
"""Who acts, the controller of the token, and the hash that tells senders apart (empty without a token)."""


def runtime() -> Runtime:
    """Return the running service that the app belongs to."""
    found: Runtime = current_app.extensions["breach"]
    return found


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Refused(400, "json_repeated_key", key=key[:60])
        found[key] = value
    return found


def _no_constants(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def read_json() -> Any:
    """Return the body; raise Refused for another content type, broken JSON or a key that stands twice."""
    if request.mimetype != "application/json":
        raise Refused(415, "json_only")
    try:
        decoded = request.get_data().decode("utf-8")
        return json.loads(decoded, object_pairs_hook=_no_repeats, parse_constant=_no_constants)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "json_unreadable") from error


def sender(ctx: Context) -> Sender:
    """Return who sends; without a token it is nobody. A token that does not hold raises Refused (401)."""
    header = request.headers.get("Authorization", "")
    if not header:
        return NOBODY, None, ""
    scheme, _, given = header.partition(" ")
    token_hash = sha256(given.strip().encode()).hexdigest()
    found = ctx.session.execute(_token(token_hash)).unique().one_or_none()
    token = found.ApiToken if found is not None and scheme.lower() == "bearer" else None
    if found is None or token is None or token.revoked_at is not None or token.expires_at <= ctx.now:
        raise Refused(401, "token_invalid")
    return _actor(ctx, token, found.Person), found.Controller.slug, token_hash


def _token(token_hash: str) -> Any:
    all_three = select(ApiToken, Controller, Person).join(Controller, Controller.id == ApiToken.controller_id)
    wanted = all_three.outerjoin(Person, Person.id == ApiToken.person_id)
    return wanted.options(joinedload(Person.grants)).where(ApiToken.token_hash == token_hash)


def _actor(ctx: Context, token: ApiToken, person: Person | None) -> Actor:
    """Return the person of the token, with the rights for the token's controller and no others."""
    if person is None:
        return Actor(None, token.name)
    if person.disabled_at is not None:
        raise Refused(401, "token_invalid")
    return actor_of(person, ctx.settings.new_since(ctx.now)).only(token.controller_id)


def as_person() -> Actor:
    """Return the person whose token is given; raise Refused (401) when there is none."""
    with runtime().reading() as ctx:
        actor, _, _ = sender(ctx)
    if actor is NOBODY:
        raise Refused(401, "token_missing")
    if actor.person_id is None:
        raise Refused(401, "token_invalid")
    return actor

"""Log-in sessions as rows that can be revoked: begin, find by the hash of their id, confirm, end.

A row holds the SHA-256 of the id in the cookie, so that a copy of the database opens no log-in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, and_, delete, not_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from breach.config import Settings
from breach.domain.danish_time import local
from breach.domain.events import EventKind
from breach.services.access.login_sessions import ABSOLUTE, FRESH, IDLE, MOST_SESSIONS, living
from breach.services.access.people import actor_of
from breach.services.audit import append_event
from breach.services.context import Actor, Context, Runtime
from breach.store.engine import is_busy
from breach.store.models import LoginSession, Person

SEEN_EVERY = timedelta(minutes=1)
"""Shortest time between two updates of `seen_at`."""


@dataclass(frozen=True)
class Login:
    """A live log-in; it ends at `ends_at` if its person does nothing, and at `last_at` whatever they do.

    fresh_until: until when its password was typed recently enough for what matters most
    """

    id_hash: str
    actor: Actor
    ends_at: datetime
    last_at: datetime
    fresh_until: datetime

    @property
    def may_stay(self) -> bool:
        """Return whether activity can still extend the log-in."""
        return self.ends_at < self.last_at


@dataclass(frozen=True)
class LiveLogin:
    """A live log-in and the token of its forms."""

    login: Login
    form_token: str


def digest(identifier: str) -> str:
    """Return the stored hash of a log-in's id."""
    return sha256(identifier.encode()).hexdigest()


def find_login(runtime: Runtime, id_hash: str, *, by_person: bool) -> LiveLogin | None:
    """Return the log-in, or None when it is unknown, over, or the person disabled.

    Reads without a write lock; only a log-in that is over or not seen for a minute is written.
    by_person: whether a person asks; a page that asks by itself makes no log-in last longer
    """
    now = runtime.clock()
    with runtime.reading() as context:
        found = context.session.execute(_with_person(id_hash)).unique().one_or_none()
    if found is None:
        return None
    row = found.LoginSession
    actor = _actor(found.Person, runtime.settings, now)
    if actor is None or now - row.seen_at > IDLE or now - row.created_at > ABSOLUTE:
        _end(runtime, id_hash)
        return None
    seen_at = row.seen_at
    if by_person and now - seen_at > SEEN_EVERY and _write_down(runtime, id_hash, now):
        seen_at = now
    return LiveLogin(_login(row, actor, seen_at), row.csrf_token)


def read_again(ctx: Context, id_hash: str) -> Actor | None:
    """Return who a log-in belongs to, with their rights as they are now; None when it is over."""
    found = ctx.session.execute(_with_person(id_hash)).unique().one_or_none()
    return None if found is None else _actor(found.Person, ctx.settings, ctx.now)


def begin_login(
    runtime: Runtime, person_id: int, identifier: str, form_token: str, former: Login | None
) -> Login | None:
    """Store a new log-in of a person and end the former one; None if the person is disabled by now."""
    with runtime.transaction() as context:
        if former is not None:
            _delete(context, former.id_hash)
        _make_room(context, person_id)
        row = LoginSession(
            id_hash=digest(identifier),
            person_id=person_id,
            csrf_token=form_token,
            created_at=context.now,
            seen_at=context.now,
            authenticated_at=context.now,
        )
        context.session.add(row)
        actor = _actor(_person_of(context, person_id), context.settings, context.now)
    return _login(row, actor, row.seen_at) if actor else None


def confirm_login(runtime: Runtime, login: Login, identifier: str) -> LiveLogin | None:
    """Give a log-in a new id, as its person typed the password again; None where it ended meanwhile.

    It lasts no longer for that, and its form token stays: pages open beside this one can still be sent.
    """
    with runtime.transaction() as context:
        old = context.session.get(LoginSession, login.id_hash, with_for_update=True)
        if old is None:
            return None
        context.session.delete(old)
        context.session.flush()
        row = LoginSession(
            id_hash=digest(identifier),
            person_id=old.person_id,
            csrf_token=old.csrf_token,
            created_at=old.created_at,
            seen_at=context.now,
            authenticated_at=context.now,
        )
        context.session.add(row)
    return LiveLogin(_login(row, login.actor, row.seen_at), row.csrf_token)


def end_login(runtime: Runtime, login: Login | None) -> None:
    """Log out: delete the row, so that the id no longer works."""
    if login is None:
        return
    with runtime.transaction(login.actor) as context:
        _delete(context, login.id_hash)
        append_event(context, EventKind.SESSION_LOGGED_OUT, None)


def _end(runtime: Runtime, id_hash: str) -> None:
    with runtime.transaction() as context:
        _delete(context, id_hash)


def _delete(context: Context, id_hash: str) -> None:
    context.session.execute(delete(LoginSession).where(LoginSession.id_hash == id_hash))


def _write_down(runtime: Runtime, id_hash: str, now: datetime) -> bool:
    """Update when the log-in was last used; return False if the database is busy, which is harmless."""
    seen = update(LoginSession).where(LoginSession.id_hash == id_hash).values(seen_at=now)
    try:
        with runtime.transaction() as context:
            context.session.execute(seen)
    except OperationalError as error:
        if not is_busy(error):
            raise
        return False
    return True


def _login(row: LoginSession, actor: Actor, seen_at: datetime) -> Login:
    last_at = row.created_at + ABSOLUTE
    return Login(
        id_hash=row.id_hash,
        actor=actor,
        ends_at=min(seen_at + IDLE, last_at),
        last_at=last_at,
        fresh_until=row.authenticated_at + FRESH,
    )


def _with_person(id_hash: str) -> Select[LoginSession, Person]:
    """Return the statement for a log-in and its person."""
    both = select(LoginSession, Person).outerjoin(Person, Person.id == LoginSession.person_id)
    return both.options(joinedload(Person.grants), joinedload(Person.stands_in)).where(
        LoginSession.id_hash == id_hash
    )


def _person_of(context: Context, person_id: int | None) -> Person | None:
    wanted = select(Person).options(joinedload(Person.grants), joinedload(Person.stands_in))
    return context.session.scalars(wanted.where(Person.id == person_id)).unique().one_or_none()


def _actor(person: Person | None, settings: Settings, now: datetime) -> Actor | None:
    if person is None or person.disabled_at is not None:
        return None
    return actor_of(person, settings.new_since(now), local(now).date())


def _make_room(context: Context, person_id: int) -> None:
    """Delete the person's expired log-ins, and the oldest if the limit is reached."""
    mine = LoginSession.person_id == person_id
    context.session.execute(delete(LoginSession).where(mine, not_(and_(*living(context.now)))))
    begun = select(LoginSession.id_hash).where(mine).order_by(LoginSession.created_at.desc())
    for id_hash in context.session.scalars(begun.offset(MOST_SESSIONS - 1)).all():
        _delete(context, id_hash)

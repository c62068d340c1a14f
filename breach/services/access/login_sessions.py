"""How long a log-in lasts, and the log-ins that a person has: seen and ended by that person alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select

from breach.domain.errors import NotFound
from breach.domain.events import EventKind
from breach.services.audit import append_event
from breach.services.context import Context
from breach.store.models import LoginSession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
FRESH = timedelta(minutes=15)  # how long a typed password counts as recent
MOST_SESSIONS = 5  # of one person at a time; the oldest is ended
NUMBER_LENGTH = 12
"""Hexadecimal digits of the stored hash that name a log-in on its person's page; they open nothing."""


@dataclass(frozen=True)
class ListedLogin:
    """A living log-in: where it is now cannot be told, as no address and no browser is stored."""

    number: str
    begun_at: datetime
    seen_at: datetime
    is_this: bool


def living(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return what holds for the rows of log-ins that are not over."""
    return LoginSession.seen_at >= now - IDLE, LoginSession.created_at >= now - ABSOLUTE


def list_own(ctx: Context, this: str) -> list[ListedLogin]:
    """Return the person's living log-ins, the one with the hash `this` first, then the last used."""
    mine = select(LoginSession).where(LoginSession.person_id == ctx.person_id, *living(ctx.now))
    rows = [
        ListedLogin(row.id_hash[:NUMBER_LENGTH], row.created_at, row.seen_at, row.id_hash == this)
        for row in ctx.session.scalars(mine)
    ]
    return sorted(rows, key=lambda one: (one.is_this, one.seen_at), reverse=True)


def end_own(ctx: Context, number: str, this: str) -> None:
    """End another log-in of the person; raises NotFound for one that is over, another's, or this one."""
    others = [id_hash for id_hash in _others(ctx, this) if id_hash[:NUMBER_LENGTH] == number]
    if not others:
        raise NotFound("login")
    _end(ctx, others)


def end_others(ctx: Context, this: str) -> int:
    """End every log-in of the person but this one; return how many."""
    others = _others(ctx, this)
    if others:
        _end(ctx, others)
    return len(others)


def _others(ctx: Context, this: str) -> list[str]:
    mine = select(LoginSession.id_hash).where(LoginSession.person_id == ctx.person_id, *living(ctx.now))
    return list(ctx.session.scalars(mine.where(LoginSession.id_hash != this)))


def _end(ctx: Context, hashes: list[str]) -> None:
    ctx.session.execute(delete(LoginSession).where(LoginSession.id_hash.in_(hashes)))
    append_event(ctx, EventKind.SESSION_ENDED, None, numbers=sorted(one[:NUMBER_LENGTH] for one in hashes))

"""Checks passwords at log-in and confirmation: argon2id, few hashes at once, guesses slowed down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from hmac import new as keyed
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.passwords import LONGEST, SHORTEST, weakness
from breach.domain.values import MOST_MARKS, TooMuch, composed
from breach.services.checks import as_username
from breach.services.context import Context, Runtime
from breach.store.audit import events
from breach.store.models import LoginAttempt, Person

LONGEST_USERNAME = 80  # characters
PER_MINUTE, PER_HOUR = 5, 20  # failed tries of one account before it must wait
PAUSE = timedelta(minutes=1)  # between tries once an account has used up its hour
_HASHER = PasswordHasher()  # argon2id, 64 MiB, 3 passes, 4 lanes: above OWASP's floor of 19 MiB
_AT_ONCE = BoundedSemaphore(2)  # a crowd of log-ins may not eat the memory of the machine


class WeakPassword(InvalidInput):
    """The password is too short or long, contains a name, or is a common one."""


@dataclass(frozen=True)
class Outcome:
    """Result of an attempt: the person, or the time of the failure and the time to wait until."""

    person_id: int | None
    wait_until: datetime | None = None


def hash_password(password: str, *names: str) -> str:
    """Return the argon2id hash to store; raise WeakPassword, also if it contains one of the names."""
    if code := weakness(password, names):
        values = {"least": SHORTEST, "most": LONGEST, "marks": MOST_MARKS}
        raise WeakPassword([FieldError("password", code, values)])
    with _AT_ONCE:
        return _HASHER.hash(composed(password, LONGEST))


@cache
def _nobodys_hash() -> str:
    """Return a hash that matches no password: an unknown user takes as long as a known one."""
    with _AT_ONCE:
        return _HASHER.hash("nobody's password")


def _fits(stored: str | None, password: str) -> bool:
    wanted = stored or _nobodys_hash()
    words = _to_try(password)
    with _AT_ONCE:
        try:
            return _HASHER.verify(wanted, words) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def _to_try(password: str) -> str:
    """Return the password to hash; an impossible one is checked as an empty one, which takes as long."""
    try:
        return composed(password, LONGEST)[: LONGEST + 1]
    except TooMuch:
        return ""


def wait_until(failed: Sequence[datetime], now: datetime) -> datetime | None:
    """Return when the account may be tried again, or None for now; `failed`: failures in the last hour.

    It never locks: somebody who guesses must not be able to keep the right person from an open case.
    """
    recent = sorted(at for at in failed if now - at < timedelta(minutes=1))
    if len(recent) >= PER_MINUTE:
        return recent[0] + timedelta(minutes=1)
    if len(failed) >= PER_HOUR and now - max(failed) < PAUSE:
        return max(failed) + PAUSE
    return None


def log_in(runtime: Runtime, username: str, password: str) -> Outcome:
    """Return the person, or the same failure for an unknown name, a wrong password, a disabled person."""
    return _try(runtime, username, password, EventKind.LOGIN_SUCCEEDED)


def confirm(runtime: Runtime, username: str, password: str) -> Outcome:
    """Check the password of somebody who is logged in; shares the limits of their log-ins."""
    return _try(runtime, username, password, EventKind.LOGIN_CONFIRMED)


def username_of(runtime: Runtime, person_id: int) -> str:
    """Return the name with which a person logs in."""
    with runtime.transaction() as context:
        return context.session.get_one(Person, person_id).username


def _try(runtime: Runtime, username: str, password: str, succeeded: EventKind) -> Outcome:
    if len(username) > LONGEST_USERNAME:
        return Outcome(None)
    username = as_username(username)
    key = keyed(runtime.keys.derive("throttle"), username.casefold().encode(), sha256).hexdigest()
    person_id, stored, barred = _look_up(runtime, username, key)
    if barred is not None:
        return Outcome(None, barred)
    # Hashing takes a tenth of a second, so it is done with no transaction open.
    right = _fits(stored, password)
    with runtime.transaction() as context:
        _append_try(context, succeeded if right else EventKind.LOGIN_FAILED, person_id)
        if right:
            context.session.execute(delete(LoginAttempt).where(LoginAttempt.account_key == key))
            return Outcome(person_id)
        context.session.add(LoginAttempt(account_key=key, at=context.now))
    return Outcome(None)


def _append_try(context: Context, kind: EventKind, person_id: int | None) -> None:
    """Append the audit event of an attempt; an unknown name is left out, as it may be a mistyped password."""
    events.append(
        context.session,
        at=context.now,
        kind=kind,
        actor_id=person_id,
        controller_id=None,
        case_id=None,
        body={"known": person_id is not None},
    )


def _look_up(runtime: Runtime, username: str, key: str) -> tuple[int | None, str | None, datetime | None]:
    with runtime.transaction() as context:
        hour = context.now - timedelta(hours=1)
        context.session.execute(delete(LoginAttempt).where(LoginAttempt.at < hour))
        tries = select(LoginAttempt.at).where(LoginAttempt.account_key == key)
        barred = wait_until(context.session.scalars(tries).all(), context.now)
        person = context.session.scalar(select(Person).where(Person.username == username))
        if person is None or person.disabled_at is not None:
            return None, None, barred
        return person.id, person.password_hash, barred

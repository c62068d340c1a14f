"""Checks passwords at log-in and confirmation: argon2id, few hashes at once, guesses slowed down."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from breach.domain.passwords import DEMO_PASSWORD, LONGEST, SHORTEST, weakness
from breach.domain.values import MOST_MARKS, TooMuch, composed
from breach.services.checks import as_username
from breach.services.context import Context, Runtime
from breach.store.audit import events
from breach.store.models import LoginAttempt, Person

LONGEST_USERNAME = 80  # characters
PAUSE = timedelta(minutes=1)  # between tries once the hour is used up
_HASHER = PasswordHasher()  # argon2id, 64 MiB, 3 passes, 4 lanes: above OWASP's floor of 19 MiB
_AT_ONCE = BoundedSemaphore(2)  # a crowd of log-ins may not eat the memory of the machine
_IN_LINE = BoundedSemaphore(6)  # nor hold every thread of the service: whoever comes next is told to wait


@dataclass(frozen=True)
class Tries:
    """How many failed tries there may be before the next has to wait."""

    per_minute: int
    per_hour: int


OF_ONE_NETWORK = Tries(5, 20)
"""Of one account from one network."""
OF_ALL_NETWORKS = Tries(100, 1000)
"""Of one account from anywhere: so many that nobody keeps its person out from a few networks."""


class WeakPassword(InvalidInput):
    """The password is too short or long, contains a name, or is a common one."""


class TooManyAtOnce(Exception):
    """So many passwords are being checked that this one would have to wait for long."""


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
    with _hashing():
        return _HASHER.hash(composed(password, LONGEST))


@contextmanager
def _hashing() -> Iterator[None]:
    """Let two hash at once and four wait for them; raise TooManyAtOnce for whoever comes then."""
    if not _IN_LINE.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        with _AT_ONCE:
            yield
    finally:
        _IN_LINE.release()


@cache
def _nobodys_hash() -> str:
    """Return a hash that matches no password: an unknown user takes as long as a known one."""
    return _HASHER.hash("nobody's password")


def is_password(person: Person, password: str) -> bool:
    """Tell whether the person has the password."""
    return _fits(person.password_hash, password)


def _fits(stored: str | None, password: str) -> bool:
    wanted = stored or _nobodys_hash()
    words = _to_try(password)
    with _hashing():
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


def wait_until(failed: Sequence[datetime], now: datetime, most: Tries) -> datetime | None:
    """Return when the next try is taken, or None for now; `failed`: failures in the last hour.

    It never locks: somebody who guesses must not be able to keep the right person from an open case. Tries
    that lie ahead, because the clock was set back, count for nothing.
    """
    past = sorted(at for at in failed if at <= now)
    recent = [at for at in past if now - at < timedelta(minutes=1)]
    if len(recent) >= most.per_minute:
        return recent[0] + timedelta(minutes=1)
    if len(past) >= most.per_hour and now - past[-1] < PAUSE:
        return past[-1] + PAUSE
    return None


def log_in(runtime: Runtime, username: str, password: str, network: str = "") -> Outcome:
    """Return the person, or the same failure for an unknown name, a wrong password, a disabled person.

    network: where the try comes from; failures count for it and, far more of them, for the account
    Raises TooManyAtOnce.
    """
    return _try(runtime, username, password, network, EventKind.LOGIN_SUCCEEDED)


def confirm(runtime: Runtime, username: str, password: str, network: str = "") -> Outcome:
    """Check the password of somebody who is logged in; shares the limits of their log-ins."""
    return _try(runtime, username, password, network, EventKind.LOGIN_CONFIRMED)


def username_of(runtime: Runtime, person_id: int) -> str:
    """Return the name with which a person logs in."""
    with runtime.transaction() as context:
        return context.session.get_one(Person, person_id).username


def _try(runtime: Runtime, username: str, password: str, network: str, succeeded: EventKind) -> Outcome:
    if len(username) > LONGEST_USERNAME:
        return Outcome(None)
    username = as_username(username)
    limits = _limits(runtime, username, network)
    person_id, stored, barred = _look_up(runtime, username, limits)
    if barred is not None:
        return Outcome(None, barred)
    # Hashing takes a tenth of a second, so it is done with no transaction open.
    right = _fits(stored, password) and not _is_public(runtime, password)
    with runtime.transaction() as context:
        _append_try(context, succeeded if right else EventKind.LOGIN_FAILED, person_id)
        if right:
            context.session.execute(delete(LoginAttempt).where(LoginAttempt.account_key.in_(limits)))
            return Outcome(person_id)
        context.session.add_all(LoginAttempt(account_key=key, at=context.now) for key in limits)
    return Outcome(None)


def _limits(runtime: Runtime, username: str, network: str) -> Mapping[str, Tries]:
    """Return the keys under which a failure is counted, each with what it may come to."""
    secret = runtime.keys.derive("throttle")
    counted = {username: OF_ALL_NETWORKS, f"{username}\n{network}": OF_ONE_NETWORK}
    return {keyed(secret, what.encode(), sha256).hexdigest(): most for what, most in counted.items()}


def _is_public(runtime: Runtime, password: str) -> bool:
    """Tell whether it is the password of the demonstration, which opens nothing in production."""
    return runtime.settings.profile == "production" and password == DEMO_PASSWORD


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


def _look_up(
    runtime: Runtime, username: str, limits: Mapping[str, Tries]
) -> tuple[int | None, str | None, datetime | None]:
    with runtime.transaction() as context:
        barred = _barred_until(context, limits)
        person = context.session.scalar(select(Person).where(Person.username == username))
        if person is None or person.disabled_at is not None:
            return None, None, barred
        return person.id, person.password_hash, barred


def _barred_until(context: Context, limits: Mapping[str, Tries]) -> datetime | None:
    hour = context.now - timedelta(hours=1)
    context.session.execute(delete(LoginAttempt).where(LoginAttempt.at < hour))
    tries = select(LoginAttempt.account_key, LoginAttempt.at)
    failed: dict[str, list[datetime]] = {key: [] for key in limits}
    for key, at in context.session.execute(tries.where(LoginAttempt.account_key.in_(limits))):
        failed[key].append(at)
    waits = [wait_until(failed[key], context.now, most) for key, most in limits.items()]
    return max((until for until in waits if until is not None), default=None)

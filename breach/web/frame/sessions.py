"""Who is visiting: a random id in a cookie, and for those logged in a row that can be ended.

The row holds the SHA-256 of the id, so that a copy of the database opens no session. A visitor who is not
logged in has no row at all: their form token is derived from their cookie (see docs/decisions).
"""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from hmac import new as keyed
from secrets import token_hex, token_urlsafe
from typing import Any, ParamSpec

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from sqlalchemy import and_, delete, not_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from breach.services.access.login_sessions import ABSOLUTE, FRESH, IDLE, MOST_SESSIONS, living
from breach.services.access.people import actor_of
from breach.services.context import NOBODY, Actor, Context, Runtime
from breach.store.engine import is_busy
from breach.store.models import LoginSession, Person

Asked = ParamSpec("Asked")
SEEN_EVERY = timedelta(minutes=1)  # how often a visit is written down
VISITOR_SECONDS = 30 * 60
_WITHOUT_SESSION = ("/static/", "/api/", "/healthz", "/readyz")
POLLED = "progress"
"""The htmx target of the one part of a page that asks again and again by itself."""


def login_cookie(secure: bool) -> str:
    """Return the name of the cookie of those logged in."""
    return "__Host-breach" if secure else "breach"


def visitor_cookie(secure: bool) -> str:
    """Return the name of the cookie of everybody else."""
    return "__Host-breach-r" if secure else "breach-r"


def digest(identifier: str) -> str:
    """Return what the database keeps of a session id."""
    return sha256(identifier.encode()).hexdigest()


@dataclass(frozen=True)
class Login:
    """A live log-in; it ends at `ends_at` if its person does nothing, and at `last_at` whatever they do.

    fresh_until: until when its password was typed lately enough for what matters most
    """

    id_hash: str
    actor: Actor
    ends_at: datetime
    last_at: datetime
    fresh_until: datetime

    @property
    def may_stay(self) -> bool:
        """Tell whether doing something makes the log-in last longer."""
        return self.ends_at < self.last_at


class StaleLogin(Exception):
    """Whoever is logged in typed the password too long ago for this: it is asked for again."""


class Visit(dict[str, Any], SessionMixin, MutableMapping[str, Any]):
    """What Flask calls the session: it holds the form token and nothing else."""

    def __init__(self, token: str, visitor_id: str | None, login: Login | None, *, expired: bool) -> None:
        super().__init__(csrf_token=token)
        self.visitor_id, self.login, self.expired = visitor_id, login, expired
        self.new_login_id: str | None = None
        self.ended = expired
        self.token_used = False

    def __getitem__(self, name: str) -> Any:
        self.token_used = True
        return super().__getitem__(name)

    def renew(self, token: str, login_id: str | None, login: Login | None) -> None:
        """Take a new form token, for a person who logged in (with a new id) or out (with none)."""
        self["csrf_token"] = token
        g.pop("csrf_token", None)
        self.new_login_id, self.ended, self.login = login_id, login_id is None, login


class Visits(SessionInterface):
    """Reads and writes the cookies; replaces Flask's signed cookie, which can be read and not be ended."""

    def __init__(self, runtime: Runtime, key: bytes) -> None:
        self._runtime, self._key = runtime, key

    def visitor_token(self, visitor_id: str) -> str:
        """Return the form token of a visitor without a log-in."""
        return keyed(self._key, b"visitor:" + visitor_id.encode(), sha256).hexdigest()

    def open_session(self, app: Flask, request: Request) -> Visit:
        """Return the visit of this request; a log-in is looked up in the database."""
        secure = bool(app.config["SESSION_COOKIE_SECURE"])
        identifier = request.cookies.get(login_cookie(secure))
        needs_row = identifier is not None and not request.path.startswith(_WITHOUT_SESSION)
        if needs_row and identifier is not None:
            found = _live(self._runtime, digest(identifier), by_person=not asks_by_itself(request))
            if found is not None:
                return Visit(found[1], None, found[0], expired=False)
        visitor_id = request.cookies.get(visitor_cookie(secure), "")
        if len(visitor_id) != 43:  # what token_urlsafe(32) makes; anything else is not ours
            visitor_id = token_urlsafe(32)
        found_none = Visit(self.visitor_token(visitor_id), visitor_id, None, expired=needs_row)
        # A page that asks by itself may have asked under an id that was renewed meanwhile: what answers it
        # must not take the new one away.
        found_none.ended = needs_row and not asks_by_itself(request)
        return found_none

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookies that changed."""
        if not isinstance(session, Visit):
            return
        secure = bool(app.config["SESSION_COOKIE_SECURE"])
        flags: dict[str, Any] = {"secure": secure, "httponly": True, "samesite": "Lax", "path": "/"}
        if session.new_login_id is not None:
            response.set_cookie(login_cookie(secure), session.new_login_id, **flags)
            response.delete_cookie(visitor_cookie(secure), **flags)
        elif session.ended:
            response.delete_cookie(login_cookie(secure), **flags)
        if session.new_login_id is None and session.token_used and session.visitor_id is not None:
            response.set_cookie(visitor_cookie(secure), session.visitor_id, max_age=VISITOR_SECONDS, **flags)


def asks_by_itself(request: Request) -> bool:
    """Tell whether a page asks without its person: that must not make a log-in last longer."""
    is_question = request.path == "/session" and request.method == "GET"
    return is_question or request.headers.get("HX-Target") == POLLED


def _live(runtime: Runtime, id_hash: str, *, by_person: bool) -> tuple[Login, str] | None:
    """Return the log-in and its form token, or None when it is unknown, over, or the person disabled.

    Reads without a write lock; only a log-in that is over or not seen for a minute is written.
    """
    now = runtime.clock()
    with runtime.reading() as context:
        found = context.session.execute(_log_in_of(id_hash)).unique().one_or_none()
    if found is None:
        return None
    row, actor = found.LoginSession, _actor(found.Person, runtime.settings.new_since(now))
    if actor is None or now - row.seen_at > IDLE or now - row.created_at > ABSOLUTE:
        with runtime.transaction() as context:
            context.session.execute(delete(LoginSession).where(LoginSession.id_hash == id_hash))
        return None
    seen_at = row.seen_at
    if by_person and now - seen_at > SEEN_EVERY and _write_down(runtime, id_hash, now):
        seen_at = now
    return _login(row, actor, seen_at), row.csrf_token


def _write_down(runtime: Runtime, id_hash: str, now: datetime) -> bool:
    """Write down that a log-in is in use; False where the database is busy, which keeps nobody out."""
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
    fresh_until = row.authenticated_at + FRESH
    return Login(row.id_hash, actor, min(seen_at + IDLE, last_at), last_at, fresh_until)


def _log_in_of(id_hash: str) -> Any:
    both = select(LoginSession, Person).outerjoin(Person, Person.id == LoginSession.person_id)
    return both.options(joinedload(Person.grants)).where(LoginSession.id_hash == id_hash)


def _person(person_id: int | None) -> Any:
    return select(Person).options(joinedload(Person.grants)).where(Person.id == person_id)


def _actor(person: Person | None, new_since: datetime) -> Actor | None:
    return None if person is None or person.disabled_at is not None else actor_of(person, new_since)


def visit() -> Visit:
    """Return the visit of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined]  # a proxy typed as its object
    if not isinstance(found, Visit):
        raise TypeError("the app was made without its own sessions")
    return found


def current_login() -> Login | None:
    """Return the log-in of this visit, if any."""
    return visit().login


def current_actor() -> Actor:
    """Return who is logged in, or NOBODY."""
    login = current_login()
    return NOBODY if login is None else login.actor


def runtime() -> Runtime:
    """Return the running service that this app belongs to."""
    found = current_app.extensions["breach"]
    if not isinstance(found, Runtime):
        raise TypeError("the app has no runtime")
    return found


def begin_login(person_id: int) -> None:
    """Log a person in under a new id and form token, so that an id known before is worthless."""
    identifier, token = token_urlsafe(32), token_hex(32)
    with runtime().transaction() as context:
        _end_rows(context.session, visit().login)
        _make_room(context, person_id)
        row = LoginSession(
            id_hash=digest(identifier),
            person_id=person_id,
            csrf_token=token,
            created_at=context.now,
            seen_at=context.now,
            authenticated_at=context.now,
        )
        context.session.add(row)
        person = context.session.scalars(_person(person_id)).unique().one_or_none()
        actor = _actor(person, context.settings.new_since(context.now))
    visit().renew(token, identifier, _login(row, actor, row.seen_at) if actor else None)


def _make_room(context: Context, person_id: int) -> None:
    """Delete what is over of the person's log-ins, and the oldest if there is no room for another."""
    mine = LoginSession.person_id == person_id
    context.session.execute(delete(LoginSession).where(mine, not_(and_(*living(context.now)))))
    begun = select(LoginSession.id_hash).where(mine).order_by(LoginSession.created_at.desc())
    for id_hash in context.session.scalars(begun.offset(MOST_SESSIONS - 1)).all():
        context.session.execute(delete(LoginSession).where(LoginSession.id_hash == id_hash))


def confirm_login() -> bool:
    """Give the log-in a new id, as its person typed the password again; False where it ended meanwhile.

    It lasts no longer for that, and its form token stays: pages open beside this one can still be sent.
    """
    login, identifier = visit().login, token_urlsafe(32)
    if login is None:
        return False
    with runtime().transaction() as context:
        old = context.session.get(LoginSession, login.id_hash, with_for_update=True)
        if old is None:
            return False
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
    visit().renew(row.csrf_token, identifier, _login(row, login.actor, row.seen_at))
    return True


def end_login() -> None:
    """Log out: the row is deleted, so that the id is worthless in anybody's hands."""
    with runtime().transaction() as context:
        _end_rows(context.session, visit().login)
    visit().renew(token_hex(32), None, None)


def _end_rows(database: Any, login: Login | None) -> None:
    if login is not None:
        database.execute(delete(LoginSession).where(LoginSession.id_hash == login.id_hash))


def require_login() -> ResponseReturnValue | None:
    """Send a visitor who is not logged in to the log-in page; use as `blueprint.before_request`."""
    if visit().login is not None:
        return None
    if asks_by_itself(request):  # the whole page must go to the log-in, not the log-in into the page
        answer = Response(status=204)
        answer.headers["HX-Redirect"] = _log_in_address(request.path)
        return answer
    return redirect(
        _log_in_address(request.full_path.rstrip("?") if request.method == "GET" else request.path)
    )


def require_fresh_login() -> ResponseReturnValue | None:
    """Ask for the password again where it was typed too long ago; use as `blueprint.before_request`.

    It sends a visitor to the log-in, as `require_login` does, and raises StaleLogin, which leads to the page
    that asks. The fields of a form come back afterwards; what htmx sends has to be sent again.
    """
    if (answer := require_login()) is not None:
        return answer
    login = current_login()
    if login is None or runtime().clock() >= login.fresh_until:
        raise StaleLogin()
    return None


def needs_fresh_login(
    view: Callable[Asked, ResponseReturnValue],
) -> Callable[Asked, ResponseReturnValue]:
    """Return the view guarded by `require_fresh_login`, where not all of a blueprint needs it."""

    @wraps(view)
    def guarded(*args: Asked.args, **kwargs: Asked.kwargs) -> ResponseReturnValue:
        answer = require_fresh_login()
        return view(*args, **kwargs) if answer is None else answer

    return guarded


def _log_in_address(back: str) -> str:
    return url_for("login.log_in", next=back, expired=1 if visit().expired else None)


def is_for_staff(blueprint: str | None) -> bool:
    """Tell whether the pages of a blueprint are for those logged in."""
    hooks = current_app.before_request_funcs.get(blueprint, [])
    return require_login in hooks or require_fresh_login in hooks


def needs_login() -> bool:
    """Tell whether the page asked for is for those logged in, and this visitor is not."""
    return visit().login is None and is_for_staff(request.blueprint)

"""Visits: a random id in a cookie, and for logged-in persons a row that can be revoked.

A visitor who is not logged in has no row at all: their form token is derived from their cookie (see
docs/decisions).
"""

from collections.abc import Callable, MutableMapping
from dataclasses import replace
from functools import partial, wraps
from hashlib import sha256
from hmac import new as keyed
from secrets import token_hex, token_urlsafe
from typing import Any, ParamSpec

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SessionInterface, SessionMixin
from flask.typing import ResponseReturnValue

from breach.services.access import live_logins
from breach.services.access.live_logins import Login, digest
from breach.services.context import NOBODY, Actor, Runtime

Asked = ParamSpec("Asked")
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


class StaleLogin(Exception):
    """The password was typed too long ago for this request; the page asks for it again."""


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
    """Server-side sessions: unlike Flask's signed cookie they can be revoked."""

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
            by_person = not asks_by_itself(request)
            found = live_logins.find_login(self._runtime, digest(identifier), by_person=by_person)
            if found is not None:
                return Visit(found.form_token, None, found.login, expired=False)
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
    """Return who is logged in, or NOBODY; what changes something reads their rights again when it writes."""
    login = current_login()
    if login is None:
        return NOBODY
    if request.method in ("GET", "HEAD"):
        return login.actor
    return replace(login.actor, read_again=partial(live_logins.read_again, id_hash=login.id_hash))


def runtime() -> Runtime:
    """Return the running service that this app belongs to."""
    found = current_app.extensions["breach"]
    if not isinstance(found, Runtime):
        raise TypeError("the app has no runtime")
    return found


def begin_login(person_id: int) -> None:
    """Log a person in under a new id and form token, so that an id known before is worthless."""
    identifier = token_urlsafe(32)
    token = token_hex(32)
    login = live_logins.begin_login(runtime(), person_id, identifier, token, visit().login)
    visit().renew(token, identifier, login)


def confirm_login() -> bool:
    """Give the log-in a new id, as its person typed the password again; False where it ended meanwhile."""
    login = visit().login
    identifier = token_urlsafe(32)
    found = live_logins.confirm_login(runtime(), login, identifier) if login else None
    if found is None:
        return False
    visit().renew(found.form_token, identifier, found.login)
    return True


def end_login() -> None:
    """Log out: delete the row, so that the id no longer works."""
    live_logins.end_login(runtime(), visit().login)
    visit().renew(token_hex(32), None, None)


def forget_login() -> None:
    """Make the visit a stranger's, where the log-in ended elsewhere while the request was under way."""
    visits = current_app.session_interface
    if not isinstance(visits, Visits):
        raise TypeError("the app was made without its own sessions")
    found = visit()
    found.visitor_id = token_urlsafe(32)
    found.renew(visits.visitor_token(found.visitor_id), None, None)


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

"""How long the log-in still lasts, for the page to warn in time, and the answer "I am still here"."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from breach.web.frame.sessions import visit
from breach.web.parts.language import PageFormats, now_utc

bp = Blueprint("session", __name__)


@bp.get("/session")
def left() -> ResponseReturnValue:
    """Say how long is left; asking is not using, so it does not make the log-in last longer."""
    return _left()


@bp.post("/session")
def stay() -> ResponseReturnValue:
    """Say how long is left now that the person asked to stay: every request of a person renews the log-in."""
    return _left()


def _left() -> Response:
    """Return seconds left, the clock time of the end, and whether staying makes it later."""
    login = visit().login
    if login is None:
        return jsonify(left=0, at="", may_stay=False)
    seconds = int((login.ends_at - now_utc()).total_seconds())
    return jsonify(left=seconds, at=PageFormats().clock_time(login.ends_at), may_stay=login.may_stay)

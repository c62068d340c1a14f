"""A person's own log-ins: seen, and ended one by one or all but this."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from breach.services.access import login_sessions
from breach.web.frame.sessions import current_actor, require_login, runtime, visit

bp = Blueprint("logins", __name__, url_prefix="/logins")
bp.before_request(require_login)


@bp.get("")
def mine() -> ResponseReturnValue:
    """List the living log-ins of the person, this one first."""
    with runtime().reading(current_actor()) as ctx:
        rows = login_sessions.list_own(ctx, _this())
    return render_template("access/login_mine.html", rows=rows, most=login_sessions.MOST_SESSIONS)


@bp.post("/<number>/end")
def end(number: str) -> ResponseReturnValue:
    """End one other log-in; this one is ended by logging out."""
    with runtime().transaction(current_actor()) as ctx:
        login_sessions.end_own(ctx, number, _this())
    return redirect(url_for(".mine", message="access.login.one"), 303)


@bp.post("/end-others")
def end_others() -> ResponseReturnValue:
    """End all but this log-in."""
    with runtime().transaction(current_actor()) as ctx:
        ended = login_sessions.end_others(ctx, _this())
    return redirect(url_for(".mine", message="access.login.others" if ended else None), 303)


def _this() -> str:
    login = visit().login
    return "" if login is None else login.id_hash

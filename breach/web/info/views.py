"""Pages that explain: privacy, genuine letters, accessibility, cookies."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from breach.web.frame.sessions import login_cookie, visitor_cookie
from breach.web.intake.held_drafts import draft_cookie
from breach.web.parts.language import COOKIE

bp = Blueprint("info", __name__)


@bp.get("/privatliv")
def privacy() -> ResponseReturnValue:
    """Show what GDPR art. 13 says must be told when data are collected."""
    return render_template("info/privacy.html")


@bp.get("/aegte")
def genuine() -> ResponseReturnValue:
    """Show how to tell a genuine letter."""
    return render_template("info/genuine.html")


@bp.get("/tilgaengelighed")
def accessibility() -> ResponseReturnValue:
    """Show the statement on accessibility."""
    return render_template("info/accessibility.html")


@bp.get("/cookies")
def cookies() -> ResponseReturnValue:
    """List the cookies under the names they have in this installation."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    names = {
        "session": login_cookie(secure),
        "form": visitor_cookie(secure),
        "draft": draft_cookie("…", secure),
        "language": COOKIE,
    }
    return render_template("info/cookies.html", names=names)

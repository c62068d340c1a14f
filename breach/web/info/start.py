"""The start page: what to report, who may, and where urgent matters go."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from breach.services.informing.published import shown_notices
from breach.web.frame.sessions import runtime
from breach.web.parts.language import current_language

bp = Blueprint("start", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show the start page, with the public notices of today."""
    with runtime().reading() as ctx:
        notices = shown_notices(ctx, current_language())
    return render_template("info/start.html", notices=notices)

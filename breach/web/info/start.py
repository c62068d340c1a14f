"""The start page: what to report, who may, and where urgent matters go."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

bp = Blueprint("start", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show the start page."""
    return render_template("info/start.html")

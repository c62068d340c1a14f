"""Whether the process lives, and whether it can work; for machines that watch."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from breach.web.frame.sessions import runtime

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer that the process lives."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Answer 200 when the database answers, else 503; says nothing about why."""
    if not runtime().answers():
        return jsonify(status="unavailable", database="down"), 503
    return jsonify(status="ok", database="up")

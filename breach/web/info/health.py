"""Whether the process lives, and whether it can work; for machines that watch."""

from datetime import datetime, timedelta

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from breach.web.frame.sessions import runtime

bp = Blueprint("health", __name__)
NOT_READY_AFTER = timedelta(minutes=1)
"""How long a process is not ready after something could not be stored."""


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer that the process lives."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Answer 200 when the database answers and can store something, else 503."""
    if not runtime().answers():
        return jsonify(status="unavailable", database="down"), 503
    if _failed_lately() or not runtime().has_room():
        return jsonify(status="unavailable", database="cannot store"), 503
    return jsonify(status="ok", database="up")


def note_failure() -> None:
    """Note that something could not be stored just now."""
    current_app.extensions["breach_store_failed_at"] = runtime().clock()


def _failed_lately() -> bool:
    at: datetime | None = current_app.extensions.get("breach_store_failed_at")
    return at is not None and abs(runtime().clock() - at) < NOT_READY_AFTER

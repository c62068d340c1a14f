"""The REST API: the same services as the pages, JSON in and out, no rules of its own."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from breach.api import cases, openapi, reports
from breach.api.problems import add_handlers

bp = Blueprint("api", __name__, url_prefix="/api/v1")


def _exempt_from_form_tokens(state: BlueprintSetupState) -> None:
    """The API takes no cookie and only JSON, so no other website can make a browser use it."""
    state.app.extensions["csrf"].exempt(bp)


bp.record_once(_exempt_from_form_tokens)
add_handlers(bp)
reports.add_routes(bp)
openapi.add_routes(bp)
cases.add_routes(bp)

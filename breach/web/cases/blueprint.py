"""The blueprint of a case's pages; each room adds its own addresses to it."""

from flask import Blueprint, request

from breach.domain.recipients.rows import LARGEST_LIST
from breach.web.frame.sessions import require_login

bp = Blueprint("cases", __name__, url_prefix="/cases")
bp.before_request(require_login)


@bp.url_value_preprocessor
def allow_long_lists(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Let the import of recipients take a larger file; this runs before anything reads the form."""
    if endpoint == "cases.import_recipients":
        request.max_content_length = LARGEST_LIST

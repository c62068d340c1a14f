"""The blueprint of a case's pages; each room adds its own addresses to it."""

from flask import Blueprint, abort, redirect, request, url_for

from breach.domain.recipients.rows import LARGEST_LIST
from breach.services.actions import roles_of
from breach.services.context import Actor
from breach.services.informing.inputs import LARGEST_PROOF
from breach.web.frame.sessions import current_login, require_login

bp = Blueprint("cases", __name__, url_prefix="/cases")
bp.before_request(require_login)


@bp.url_value_preprocessor
def allow_long_lists(endpoint: str | None, values: dict[str, str] | None) -> None:
    """Let those who may import recipients send a larger file; a stranger's is not read at all.

    This runs before anything reads the form, and so before the log-in is asked for otherwise.
    """
    if endpoint == "cases.step" and (values or {}).get("step") == "prove-notice":
        _allow_proof()
    if endpoint != "cases.import_recipients":
        return
    login = current_login()
    if login is None:
        back = url_for("cases.recipients", reference=(values or {}).get("reference", ""))
        abort(redirect(url_for("login.log_in", next=back)))
    if request.mimetype == "multipart/form-data" and _may_import(login.actor):
        request.max_content_length = LARGEST_LIST


def _allow_proof() -> None:
    """Let those who may prove a public notice send a file; what is around it is small."""
    login = current_login()
    if login is not None and request.mimetype == "multipart/form-data":
        held = {role for _, role in login.actor.roles}
        if not held.isdisjoint(roles_of("prove_notice")):
            request.max_content_length = LARGEST_PROOF + 100_000


def _may_import(actor: Actor) -> bool:
    """Tell whether the person has a role that imports recipients, of any region."""
    held = {role for _, role in actor.roles}
    return not held.isdisjoint(roles_of("add_recipient"))

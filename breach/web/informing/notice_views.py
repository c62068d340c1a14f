"""The public notices: a page of its own for each, without log-in, and the list of those shown today."""

from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from breach.services.informing import published
from breach.web.cases.blueprint import bp as cases
from breach.web.cases.perform import in_transaction
from breach.web.frame.sessions import runtime
from breach.web.parts.language import current_language

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("")
def index() -> ResponseReturnValue:
    """List the notices that are shown today."""
    with runtime().reading() as ctx:
        found = published.shown_notices(ctx, current_language())
    return render_template("informing/notices.html", notices=found)


@bp.get("/<uuid:notice_id>")
def show(notice_id: UUID) -> ResponseReturnValue:
    """Show one notice in the language of the page."""
    return render_template("informing/notice.html", notice=_found(notice_id))


@bp.get("/<uuid:notice_id>/press")
def press(notice_id: UUID) -> ResponseReturnValue:
    """Give the notice as plain text."""
    return Response(_found(notice_id).page.press, mimetype="text/plain")


def _found(notice_id: UUID) -> published.ShownNotice:
    with runtime().reading() as ctx:
        return published.shown_notice(ctx, notice_id, current_language())


@cases.get("/<reference>/public-notice/<uuid:notice_id>/proof")
def proof(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Give the file that proves a notice to who may see the case."""
    kind, body = in_transaction(lambda ctx: published.proof_of(ctx, reference, notice_id))
    answer = Response(body, mimetype=kind)
    ending = kind.partition("/")[2]
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}-proof.{ending}"'
    return answer

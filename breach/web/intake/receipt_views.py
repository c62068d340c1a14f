"""The receipt of a report at an address of its own, and the button that clears the computer of it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from breach.domain.danish_time import local
from breach.services.intake import access_codes, drafts
from breach.web.frame.contact import contact_of
from breach.web.frame.sessions import current_actor, runtime
from breach.web.intake.held_drafts import COOKIE_SECONDS, held, let_go
from breach.web.parts.query import parameter

bp = Blueprint("receipt", __name__)


@bp.get("/report/<string(length=16):name>/receipt")
def show(name: str) -> ResponseReturnValue:
    """Show the receipt to the browser that sent the report; `?show=print` shows it alone for paper."""
    with runtime().reading(current_actor()) as ctx:
        draft = drafts.find(ctx, held().get(name, ""))
    if draft is None or "sent" not in draft.content:
        return gone()
    on_paper = parameter("show") == "print"
    words = _words(draft.content["sent"])
    return render_template(
        "intake/receipt.html", name=name, until=draft.expires_at, on_paper=on_paper, **words
    )


def _words(sent: dict[str, Any]) -> dict[str, Any]:
    received_at = datetime.fromisoformat(sent["received_at"])
    working = local(received_at).weekday() < 5 and local(received_at).hour < 15
    return {
        "reference": sent["reference"],
        "received_at": received_at,
        "status_code": access_codes.grouped(sent["status_code"]),
        "kind": sent["kind"],
        "anonymous": sent["anonymous"],
        "read_when": "today" if working else "next_weekday",
        "phone": contact_of(sent.get("controller")).dpo_phone,
    }


def gone(sections: Any = (), status: int = 404) -> tuple[str, int]:
    """Return the page of a draft that this browser does not hold; `sections`: what a form of it carried."""
    page = render_template("intake/gone.html", sections=sections, minutes=COOKIE_SECONDS // 60)
    return page, status


@bp.post("/report/clear")
def clear() -> ResponseReturnValue:
    """Delete the receipts this browser holds, and make it forget every draft; then show the front page."""
    with runtime().transaction(current_actor()) as ctx:
        drafts.delete_sent(ctx, held().values())
    answer = make_response(redirect(url_for("start.index", message="intake.cleared"), 303))
    return let_go(answer, held())

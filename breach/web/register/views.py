"""The register of breaches: every case for ever, newest first."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.states import CaseState
from breach.services.desk.queue import QueueFilter
from breach.services.register.register import register
from breach.web.cases import frame
from breach.web.frame.sessions import current_actor, require_login, runtime
from breach.web.informing.words import told_words
from breach.web.parts import words
from breach.web.parts.language import PageFormats, current_language, t

bp = Blueprint("register", __name__, url_prefix="/register")
bp.before_request(require_login)

_FORMAT = PageFormats()


@bp.get("")
def entries() -> ResponseReturnValue:
    """List the entries; search, state and place stand in the address, and the look is logged."""
    search = request.args.get("search", "")[:100]
    asked = QueueFilter(request.args.get("state", ""), search, current_language())
    with runtime().transaction(current_actor()) as ctx:
        found = register(ctx, asked, request.args.get("after"))
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("state", "search") if request.args.get(name)
    }
    return render_template(
        "register/entries.html",
        rows=[replace(row, title=words.case_title(row.title)) for row in found.rows],
        frame=frame,
        told_words=told_words,
        asked=asked,
        filtered=bool(kept),
        states=[(state.value, t(f"cases.state.{state.value}")) for state in CaseState],
        first=url_for(".entries", **kept) if request.args.get("after") else None,
        next=url_for(".entries", **kept, after=found.next_cursor) if found.next_cursor else None,
        shown=t("register.shown", n=_FORMAT.number(len(found.rows))),
    )

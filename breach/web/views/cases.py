"""The queue, and the tabs of a case."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Request, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.states import Role
from breach.services.access import announcements as access_changes
from breach.services.cases import reminders as cases_reminders
from breach.services.desk import queue as lists
from breach.services.risk.assessment import EDITABLE
from breach.web import look
from breach.web.i18n import PageFormats, current_language, t
from breach.web.sessions import current_actor, require_login, runtime
from breach.web.views.casework import ask, read, show

bp = Blueprint("cases", __name__, url_prefix="/cases")
bp.before_request(require_login)

LARGEST_LIST = 50_000_000
"""Bytes of a list of recipients: 1.5 million rows of about 30 bytes fit."""
_FORMAT = PageFormats()


@bp.url_value_preprocessor
def allow_long_lists(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Let the import of recipients take a larger file; this runs before anything reads the form."""
    if endpoint == "cases.import_recipients":
        request.max_content_length = LARGEST_LIST


def _filter_of(asked: Request) -> lists.QueueFilter:
    typed = {name: asked.args.get(name, "")[:100] for name in look.QUEUE_FILTERS}
    return lists.QueueFilter(**typed, language=current_language())


def _kept_filters() -> dict[str, Any]:
    return {name: request.args[name] for name in look.QUEUE_FILTERS if request.args.get(name)}


@bp.get("")
def queue() -> ResponseReturnValue:
    """List the cases by time left; tab, filters and place stand in the address."""
    tab = request.args.get("tab", "")
    tab = tab if tab in lists.TABS else look.first_tab(current_actor())
    asked, after = _filter_of(request), request.args.get("after")
    with runtime().reading(current_actor()) as ctx:
        found = lists.queue(ctx, tab, asked, after)
        rows = [look.queue_row(row, ctx.now) for row in found.rows]
        reminders = [look.reminder(row) for row in cases_reminders.shown_reminders(ctx)]
        changes_unseen = access_changes.unseen(ctx)
    kept = _kept_filters()
    return render_template(
        "cases/queue.html",
        tab=tab,
        tab_words=t("case.queue_tabs_label"),
        tabs=[
            (
                t(f"case.queue_tab.{one}", n=_FORMAT.number(found.counts.get(one, 0))),
                url_for(".queue", tab=one),
                one == tab,
            )
            for one in lists.TABS
        ],
        rows=rows,
        reminders=reminders,
        changes_unseen=changes_unseen,
        filters={name: request.args.get(name, "") for name in look.QUEUE_FILTERS},
        filtered=bool(kept),
        choices_of=look.queue_choices(),
        empty=look.empty_words(tab, current_actor()),
        elsewhere=look.elsewhere(tab, current_actor(), found.counts),
        place={"tab": tab, **kept, **({"after": after} if after else {})},
        first=url_for(".queue", tab=tab, **kept) if after else None,
        next=url_for(".queue", tab=tab, **kept, after=found.next_cursor) if found.next_cursor else None,
        shown=t("case.queue_shown", n=_FORMAT.number(len(rows))),
    )


@bp.post("/reminders/<uuid:reminder_id>")
def acknowledge(reminder_id: UUID) -> ResponseReturnValue:
    """Note that a reminder was seen, and go back to the same place of the queue, where it is gone."""
    ask(lambda ctx: cases_reminders.acknowledge(ctx, reminder_id))
    place: dict[str, Any] = {name: request.args[name] for name in ("tab", "after") if request.args.get(name)}
    return redirect(url_for(".queue", **place, **_kept_filters(), besked="case.reminder"), 303)


@bp.get("/<reference>", endpoint="show")
def overview(reference: str) -> ResponseReturnValue:
    """Show where the case stands."""
    return show("cases/overview.html", read(reference), tab="overview")


@bp.get("/<reference>/facts")
def facts(reference: str) -> ResponseReturnValue:
    """Show the facts and what the register holds beside them."""
    page = read(reference)
    may_revise = page.case.state in EDITABLE and look.has_role(page, Role.CASE_HANDLER)
    return show("cases/facts.html", page, tab="facts", may_revise=may_revise)


@bp.get("/<reference>/log")
def log(reference: str) -> ResponseReturnValue:
    """Show what happened, newest first; looks at the case are folded."""
    return show("cases/log.html", read(reference), tab="log")


# The other pages of a case hang on the same blueprint; each module adds its routes when it is imported.
from breach.web.views import authority, communication, decision, notices, recipients, risk, steps  # noqa: E402, F401

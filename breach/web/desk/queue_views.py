"""The queue, and the tabs of a case."""

from typing import Any
from uuid import UUID

from flask import Request, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.states import Role
from breach.services.access import announcements as access_changes
from breach.services.cases import reminders as cases_reminders
from breach.services.cases.handler import deputies
from breach.services.context import Context
from breach.services.desk import queue as lists
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import in_transaction
from breach.web.desk import queue_words
from breach.web.frame.sessions import current_actor, runtime
from breach.web.parts.language import PageFormats, current_language, t

_FORMAT = PageFormats()


def _filter_of(asked: Request) -> lists.QueueFilter:
    typed = {name: asked.args.get(name, "")[:100] for name in queue_words.QUEUE_FILTERS}
    return lists.QueueFilter(**typed, language=current_language())


def _kept_filters() -> dict[str, Any]:
    return {name: request.args[name] for name in queue_words.QUEUE_FILTERS if request.args.get(name)}


def _page(ctx: Context, after: str | None) -> tuple[str, lists.QueuePage]:
    """Return the tab asked for and its page; without one the tab of one's own work, or where work waits."""
    asked = _filter_of(request)
    tab = request.args.get("tab", "")
    if tab in lists.TABS:
        return tab, lists.queue(ctx, tab, asked, after)
    own = queue_words.first_tab(ctx.actor)
    found = lists.queue(ctx, own, asked, after)
    others = [] if found.rows else queue_words.elsewhere(own, ctx.actor, found.counts)
    return (others[0], lists.queue(ctx, others[0], asked, after)) if others else (own, found)


@bp.get("")
def queue() -> ResponseReturnValue:
    """List the cases by the deadline to Datatilsynet; tab, filters and place stand in the address."""
    after = request.args.get("after")
    with runtime().reading(current_actor()) as ctx:
        tab, found = _page(ctx, after)
        rows = [queue_words.queue_row(row, ctx.now) for row in found.rows]
        reminders = [queue_words.reminder(row) for row in cases_reminders.shown_reminders(ctx)]
        changes_unseen = access_changes.unseen(ctx)
        stands_for = deputies.stands_in_for(ctx)
    kept = _kept_filters()
    return render_template(
        "desk/queue.html",
        tab=tab,
        tab_words=t("desk.tabs_label"),
        tabs=queue_words.tab_links(lists.TABS, found.counts, tab),
        rows=rows,
        reminders=reminders,
        changes_unseen=changes_unseen,
        stands_for=stands_for,
        handles=any(role is Role.CASE_HANDLER for _, role in current_actor().roles),
        filters={name: request.args.get(name, "") for name in queue_words.QUEUE_FILTERS},
        filtered=bool(kept),
        choices_of=queue_words.queue_choices(),
        empty=queue_words.empty_words(tab, current_actor()),
        elsewhere=queue_words.tab_links(
            queue_words.elsewhere(tab, current_actor(), found.counts), found.counts
        ),
        place={"tab": tab, **kept, **({"after": after} if after else {})},
        first=url_for(".queue", tab=tab, **kept) if after else None,
        next=url_for(".queue", tab=tab, **kept, after=found.next_cursor) if found.next_cursor else None,
        shown=t("desk.shown", n=_FORMAT.number(len(rows))),
    )


@bp.post("/reminders/<uuid:reminder_id>")
def acknowledge(reminder_id: UUID) -> ResponseReturnValue:
    """Note that a reminder was seen, and go back to the same place of the queue, where it is gone."""
    in_transaction(lambda ctx: cases_reminders.acknowledge(ctx, reminder_id))
    place: dict[str, Any] = {name: request.args[name] for name in ("tab", "after") if request.args.get(name)}
    return redirect(url_for(".queue", **place, **_kept_filters(), message="desk.reminder"), 303)

"""Who may do what: the list of changes, the roles that wait for a second administrator, and taking away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.errors import InvalidInput
from breach.services.access import announcements as announced
from breach.services.access import overview, role_requests
from breach.services.context import Context
from breach.web.access import words
from breach.web.access.forms import AnswerRoleForm, AskForm, TakeForm
from breach.web.cases.perform import in_transaction
from breach.web.frame.sessions import needs_fresh_login, require_login
from breach.web.parts.forms import BaseForm
from breach.web.parts.language import PageFormats, t

bp = Blueprint("access", __name__, url_prefix="/access")
bp.before_request(require_login)
_FORMAT = PageFormats()
LARGEST_ID = 2**31 - 1
"""Of a row in PostgreSQL; a larger number is no page of ours, rather than a fault of the database."""
Again = Callable[[int], ResponseReturnValue]


@bp.route("/ask", methods=["GET", "POST"])
@needs_fresh_login
def ask() -> ResponseReturnValue:
    """Ask for a role for a person."""
    page = in_transaction(overview.asking_page)
    form = AskForm()
    form.region.choices = words.controller_choices(page)
    if len(page) == 1:
        form.region.data = str(page[0][0])

    def again(status: int) -> ResponseReturnValue:
        return render_template("access/ask.html", form=form, one_region=len(page) == 1), status

    def do(ctx: Context) -> object:
        return role_requests.ask(ctx, str(form.username.data), str(form.role.data), form.controller_id)

    return again(200) if not form.is_submitted() else _perform(form, do, "asked", again)


@bp.route("/requests/<uuid:request_id>", methods=["GET", "POST"])
@needs_fresh_login
def answer(request_id: UUID) -> ResponseReturnValue:
    """Confirm or refuse a role that somebody else asked for, or take back what one asked for oneself."""
    form = AnswerRoleForm()

    def again(status: int) -> ResponseReturnValue:
        found = in_transaction(lambda ctx: overview.request_page(ctx, request_id))
        return render_template("access/answer.html", form=form, row=found, words=words), status

    def do(ctx: Context) -> None:
        if form.answer.data == "confirm":
            role_requests.confirm(ctx, request_id)
        else:
            role_requests.refuse(ctx, request_id, form.comment.data or "")

    if not form.is_submitted():
        return again(200)
    if request.form.get("do") == "withdraw":
        return _plainly(lambda ctx: role_requests.withdraw(ctx, request_id), "withdrawn")
    return _perform(form, do, "confirmed" if form.answer.data == "confirm" else "refused", again)


@bp.get("")
def show() -> ResponseReturnValue:
    """List what waits, and who may do what."""
    page = in_transaction(overview.access_page)
    mine = {place for place, _ in page.controllers}  # who watches one region may administer another
    requests = [words.waiting(row, row.controller_id in mine) for row in page.requests]
    asked_for = {row.username for row in page.requests if row.controller_id in mine}
    return render_template(
        "access/show.html",
        tabs=_tabs("show"),
        administers=bool(mine),
        requests=sorted(requests, key=lambda row: not row["may"]),
        people=[
            words.person(
                row, row.username in asked_for or any(one.controller_id in mine for one in row.roles)
            )
            for row in page.people
        ],
        unseen=in_transaction(announced.unseen),
    )


@bp.get("/changes")
def changes() -> ResponseReturnValue:
    """List the changes of access, the newest first; those nobody has seen can be listed alone."""
    is_new_only = request.args.get("only") == "new"
    after = request.args.get("after")
    page = in_transaction(lambda ctx: announced.changes(ctx, after, only_unseen=is_new_only))
    kept: dict[str, Any] = {"only": "new"} if is_new_only else {}
    rows = [words.change(row) for row in page.rows]
    return render_template(
        "access/changes.html",
        tabs=_tabs("new" if is_new_only else "changes"),
        rows=rows,
        to_note=[row["id"] for row in rows if row["may_note"]],
        unseen=page.unseen,
        first=url_for(".changes", **kept) if after else None,
        next=url_for(".changes", **kept, after=page.next_cursor) if page.next_cursor else None,
        shown=t("access.shown", n=_FORMAT.number(len(rows))),
    )


@bp.post("/changes/seen")
def seen() -> ResponseReturnValue:
    """Note that the auditor has seen the changes that stood on the page."""
    ids = [found for one in request.form.getlist("change") if (found := _uuid(one)) is not None]
    in_transaction(lambda ctx: announced.mark_seen(ctx, ids))
    return redirect(url_for(".changes", only="new", message="access.seen"), 303)


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


@bp.route(f"/people/<int(max={LARGEST_ID}):person_id>", methods=["GET", "POST"])
@needs_fresh_login
def person(person_id: int) -> ResponseReturnValue:
    """Show a person's roles; take one away, close the person out, or let them in again."""
    found = in_transaction(lambda ctx: overview.person_page(ctx, person_id))
    match request.form.get("do"):
        case "close":
            return _plainly(lambda ctx: role_requests.close_out(ctx, person_id), "closed")
        case "let_in":
            return _plainly(lambda ctx: role_requests.let_in(ctx, person_id), "let_in")
    form = TakeForm()
    form.held.choices = words.held_choices(found)

    def again(status: int) -> ResponseReturnValue:
        reasons = [t(f"errors.barred.{code}") for code in found.barred]
        values = {"row": found, "shown": words.person(found, True), "reasons": reasons}
        return render_template("access/person.html", form=form, **values), status

    def do(ctx: Context) -> None:
        role_requests.take_role(ctx, person_id, *form.chosen)

    return again(200) if not form.is_submitted() else _perform(form, do, "taken", again)


def _plainly(do: Callable[[Context], object], done: str) -> ResponseReturnValue:
    """Do what a button asks; a refusal has a page of its own."""
    in_transaction(do)
    return _done(done)


def _perform(form: BaseForm, do: Callable[[Context], object], done: str, again: Again) -> ResponseReturnValue:
    """Do what the form asks in one transaction; what will not do stands at its field."""
    if not form.validate():
        return again(422)
    try:
        in_transaction(do)
    except InvalidInput as error:
        form.take_errors(error)
        return again(422)
    return _done(done)


def _done(word: str) -> ResponseReturnValue:
    return redirect(url_for(".show", message=f"access.{word}"), 303)


def _tabs(current: str) -> list[tuple[str, str, bool]]:
    places = {
        "show": url_for(".show"),
        "new": url_for(".changes", only="new"),
        "changes": url_for(".changes"),
    }
    return [(t(f"access.tab.{name}"), href, name == current) for name, href in places.items()]

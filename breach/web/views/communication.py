"""The communication to the people affected: progress, the letter, its approval and preview."""

import difflib
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from breach.domain.errors import NotFound
from breach.domain.states import CommunicationState
from breach.services import communication as service
from breach.services import notices
from breach.services.cases import get_case
from breach.services.context import Context
from breach.services.offers import offers
from breach.services.pages import CasePage
from breach.services.progress import progress
from breach.services.versions import text_before
from breach.web import look
from breach.web.forms.cases import ApproveForm, LetterForm
from breach.web.i18n import t
from breach.web.sessions import POLLED, current_actor
from breach.web.views.cases import bp
from breach.web.views.casework import ask, peek, perform, read, show, wants

SWITCH = ("pause", "resume")
"""Steps that stand with the state, and change with it while a page is open."""


@bp.get("/<reference>/communication")
def communication(reference: str) -> ResponseReturnValue:
    """Show where the communication stands and what can be done; htmx asks for the progress alone."""
    if wants(POLLED):
        return _progress(reference)
    page = read(reference)
    steps = look.track_steps(page, "communication")
    waiting = ask(lambda ctx: notices.standing(ctx, get_case(ctx, reference)))
    return show(
        "cases/communication.html",
        page,
        tab="communication",
        primary=None,
        track_steps=steps.open,
        switch=[step.name for step in steps.open if step.name in SWITCH],
        track_barred=steps.barred,
        progress=peek(lambda ctx: progress(ctx, reference)),
        waiting=look.standing_rows(waiting),
        who_may_see=look.who_may_see(page) if waiting else "",
        may_handle=current_actor().has(page.case.controller_id, *notices.HANDLERS),
    )


def _progress(reference: str) -> str:
    """Return the part of the page that changes while letters are sent, and the badge of the state above it.

    The address tells in which state the whole page was made and how many letters waited for a person then:
    where that is out of date the part says so. It tells the state last shown too: where somebody has stopped
    the sending or let it go on since, the buttons for that are swapped as well.
    """
    found = peek(lambda ctx: progress(ctx, reference))
    seen = request.args.get("seen", found.state.value)
    moved = request.args.get("shown", seen) != found.state.value
    return render_template(
        "cases/_progress_part.html",
        progress=found,
        look=look,
        seen=seen,
        switch=peek(lambda ctx: _switch(ctx, reference)) if moved else None,
        listed=request.args.get("listed", found.waiting, type=int),
    )


def _switch(ctx: Context, reference: str) -> list[str]:
    """Return which of the steps that stop a sending and let it go on the person may take now."""
    found = offers(ctx, get_case(ctx, reference))
    return [one.step for one in found if one.track == "communication" and one.step in SWITCH and one.is_open]


@bp.route("/<reference>/communication/text", methods=["GET", "POST"])
def letter(reference: str) -> ResponseReturnValue:
    """Show the letter with its checks, or store a new version of it."""
    page = read(reference)
    form = _letter_form(page)

    def again(status: int) -> ResponseReturnValue:
        return _letter_page(page, form, status=status)

    if not form.is_submitted():
        return again(200)
    return perform(
        reference,
        form,
        lambda ctx: service.save_text(
            ctx,
            reference,
            form.seen,
            form.danish.data or "",
            form.english.data or "",
            form.settled(),
        ),
        done="work.save_text",
        to="cases.letter",
        again=again,
        saved=_stored,
    )


def _letter_form(page: CasePage, **more: Any) -> LetterForm:
    """Return the form of the letter; it asks whether the letter fits the case where that is in question."""
    facts = page.standing.facts_sha256 if page.standing else ""
    values = {"version": str(page.case.version), "facts_sha256": facts, **_stored(page)}
    form = LetterForm(data=values, **more)
    if look.needs_settling(page):
        form.up_to_date.description = _settles(page)
    else:
        del form.up_to_date
    return form


def _settles(page: CasePage) -> str:
    """Return what somebody says yes to who ticks that the letter fits the case."""
    names = "; ".join(label for label, _, _ in look.changed_facts(page))
    return t("work.hint.up_to_date", names=names) if names else t("work.hint.up_to_date_unkept")


def _stored(page: CasePage) -> dict[str, str]:
    return {"danish": page.text.danish, "english": page.text.english} if page.text else {}


def _letter_page(
    page: CasePage, form: LetterForm, approve: ApproveForm | None = None, status: int = 200
) -> ResponseReturnValue:
    drafting = page.communication.state is CommunicationState.DRAFTING
    check = ask(lambda ctx: _check(ctx, page)) if page.text else None
    if approve is None and drafting and page.text:
        approve = ApproveForm(
            formdata=None, data={"version": str(page.case.version), "sha256": page.text.sha256}
        )
    return show(
        "cases/text.html",
        page,
        tab="communication",
        primary=None,
        status=status,
        form=form if form.errors or approve is None else (approve if approve.errors else form),
        letter=form,
        approve=approve if drafting and page.text else None,
        may_edit=drafting and look.has_role(page, *service.WRITERS),
        check=check,
        hard=bool(check and (check.danish.needs_reason or check.english.needs_reason)),
        approve_reasons=look.approve_reasons(page, check),
        changes=ask(lambda ctx: _changes(ctx, page)),
    )


def _check(ctx: Context, page: CasePage) -> service.TextCheck | None:
    case = get_case(ctx, page.case.reference)
    return service.check_text(ctx, case, page.text) if page.text else None


def _changes(ctx: Context, page: CasePage) -> list[tuple[str, str]]:
    before = text_before(ctx, page.text) if page.text else None
    return differences(before.danish, page.text.danish) if before and page.text else []


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return ("added" or "removed", line) for every line that differs between two versions of a letter."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    kinds = {"+ ": "added", "- ": "removed"}
    return [(kinds[line[:2]], line[2:]) for line in lines if line[:2] in kinds and line[2:].strip()]


@bp.post("/<reference>/communication/text/approve")
def approve_text(reference: str) -> ResponseReturnValue:
    """Approve the letter that was read."""
    form = ApproveForm()

    def do(ctx: Context) -> None:
        reason = form.hard_to_read_reason.data or ""
        service.approve_text(ctx, reference, form.seen, form.sha256.data or "", reason)

    def again(status: int) -> ResponseReturnValue:
        page = read(reference)
        return _letter_page(page, _letter_form(page, formdata=None), form, status)

    return perform(reference, form, do, done="work.approve", to="cases.communication", again=again)


@bp.get("/<reference>/communication/preview.pdf")
def preview(reference: str) -> ResponseReturnValue:
    """Give the letter as PDF: the approved print, or a print of the text as it stands."""
    page = read(reference)

    def print_of(ctx: Context) -> bytes:
        if page.text is None:
            raise NotFound("letter")
        return page.communication.pdf or service.render_letter(ctx, get_case(ctx, reference), page.text)

    answer = Response(ask(print_of), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.case.reference}.pdf"'
    return answer

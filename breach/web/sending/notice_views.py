"""Steps of a person for a notice that needs action: show the recipient, print, post, give up."""

from uuid import UUID

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from breach.domain.errors import StepRefused
from breach.services.actions import roles_of
from breach.services.context import Context
from breach.services.desk.case_page import CasePage
from breach.services.sending import by_hand as service
from breach.services.sending.by_hand import WaitingNotice
from breach.web.cases import step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import conflict, in_transaction, perform, read, read_only, read_with, show_step
from breach.web.frame.sessions import current_actor, needs_fresh_login
from breach.web.parts.language import t
from breach.web.parts.step_form import StepForm
from breach.web.sending import notice_words
from breach.web.sending.forms import PurposeForm
from breach.web.sending.recipient_views import whose

_ADDRESS = "/<reference>/communication/notice/<uuid:notice_id>/<step>"


@bp.get(_ADDRESS)
def notice(reference: str, notice_id: UUID, step: str) -> ResponseReturnValue:
    """Ask whether a letter shall be given up; no other step has a page of its own."""
    if step != "cancel":
        abort(404)
    page, found = read_with(reference, lambda ctx, page: service.notice_with_steps(ctx, page.case, notice_id))
    return _confirm(page, found)


@bp.post(_ADDRESS)
def handle_notice(reference: str, notice_id: UUID, step: str) -> ResponseReturnValue:
    """Take a step with one letter and show the letters that still wait."""
    if step not in service.BY_HAND:
        abort(404)
    form = StepForm()

    def do(ctx: Context) -> None:
        try:
            service.handle(ctx, reference, form.seen, notice_id, step)
        except StepRefused as refused:  # the state is the letter's; the words for a case would not fit it
            raise StepRefused(step, refused.state, ("notice_moved",)) from None

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        found = read_only(lambda ctx: service.notice_with_steps(ctx, page.case, notice_id))
        return _confirm(page, found, status)

    return perform(reference, form, "handle_notice", again, do=do, done=f"sending.notice_{step}")


@bp.route("/<reference>/communication/notice/<uuid:notice_id>/recipient", methods=["GET", "POST"])
@needs_fresh_login
def show_recipient(reference: str, notice_id: UUID) -> ResponseReturnValue:
    """Ask what a look at whom one letter is for is for, and show it in the answer to that form alone."""
    form = PurposeForm()
    try:
        found = read_only(lambda ctx: service.waiting_one(ctx, reference, notice_id))
        title = t("sending.recipient_title", number=notice_words.letter_number(found))
        to = url_for("cases.communication", reference=reference)
        if not form.validate_on_submit():
            return whose(read(reference), title, notice_words.letter_waiting(found), to, form)
        found, person = in_transaction(
            lambda ctx: service.recipient_of(ctx, reference, notice_id, form.purpose.data)
        )
    except StepRefused as refused:
        return conflict(reference, StepForm(formdata=None), refused=refused)
    return whose(read(reference), title, notice_words.letter_recipient(found, person), to)


def _confirm(page: CasePage, found: WaitingNotice, status: int = 200) -> ResponseReturnValue:
    reference = page.case.reference
    title = t("sending.cancel_title", number=notice_words.letter_number(found))
    return show_step(
        page,
        StepForm(formdata=None, data={"version": str(page.case.version)}),
        title,
        status,
        lead=t("sending.cancel_lead"),
        button=t("sending.notice_do.cancel"),
        final=True,
        reasons=_why_not(page, found),
        back=url_for("cases.communication", reference=reference),
    )


def _why_not(page: CasePage, found: WaitingNotice) -> list[step_words.Reason]:
    if not current_actor().has(page.case.controller_id, *roles_of("handle_notice")):
        return [step_words.Reason(t("sending.notice_no_right"))]
    return [] if "cancel" in found.steps else [step_words.Reason(t("cases.barred.notice_moved"))]

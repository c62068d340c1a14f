"""The letter: its text and checks, its approval, its print."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from breach.domain.errors import NotFound
from breach.domain.states import CommunicationState
from breach.services.actions import named, roles_of
from breach.services.desk.case_page import CasePage
from breach.services.desk.letter_versions import all_versions, read_against
from breach.services.letters import text
from breach.web.cases import step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import perform, read, read_only, saved_now, show
from breach.web.letters import account_words, words
from breach.web.letters.forms import ApproveForm, LetterForm, ReturnForm
from breach.web.parts.language import t
from breach.web.parts.step_form import StepForm


@bp.route("/<reference>/communication/text", methods=["GET", "POST"])
def letter(reference: str) -> ResponseReturnValue:
    """Show the letter with its checks, or store a new version of it."""
    if request.method == "GET":
        page = read(reference)
        return _letter_page(page, _letter_form(page))
    form = LetterForm()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _letter_page(page, form, status=status)

    return perform(reference, form, "save_text", again)


def _letter_form(page: CasePage, **more: Any) -> LetterForm:
    """Return the form of the letter as it is stored."""
    facts = page.standing.facts_sha256 if page.standing else ""
    stored = saved_now(page, named("save_text").saved)
    if page.text and page.case.in_english and not page.text.english:
        stored["english"] = text.compose_texts(page)["en"].text  # which no version of the letter had yet
    values = {"version": str(page.case.version), "facts_sha256": facts, **stored}
    return LetterForm(data=values, **more)


def _ask_whether_it_fits(page: CasePage, form: LetterForm) -> None:
    """Let the form ask whether the letter fits the case, where that is in question."""
    if words.needs_settling(page):
        form.up_to_date.description = _settles(page)
    else:
        del form.up_to_date


def _settles(page: CasePage) -> str:
    """Return what somebody says yes to who ticks that the letter fits the case."""
    names = "; ".join(label for label, _, _ in words.changed_facts(page))
    return t("letters.hint.up_to_date", names=names) if names else t("letters.hint.up_to_date_unkept")


@dataclass(frozen=True)
class _Answers:
    """The two forms of whoever approves the letter: yes, or back to its author."""

    approve: ApproveForm
    send_back: ReturnForm

    @property
    def with_errors(self) -> StepForm | None:
        """The form that was sent and refused."""
        return next((one for one in (self.approve, self.send_back) if one.errors), None)


def _answers(page: CasePage, sent: StepForm | None, check: text.TextCheck) -> _Answers:
    read = {"version": str(page.case.version), "sha256": page.text.sha256 if page.text else ""}
    approve = sent if isinstance(sent, ApproveForm) else ApproveForm(formdata=None, data=read)
    send_back = sent if isinstance(sent, ReturnForm) else ReturnForm(formdata=None, data=read)
    approve.offer(words.to_confirm(check))
    return _Answers(approve, send_back)


def _letter_page(
    page: CasePage, form: LetterForm, answer: StepForm | None = None, status: int = 200
) -> ResponseReturnValue:
    _ask_whether_it_fits(page, form)
    form.fit(page)
    drafting = page.communication.state is CommunicationState.DRAFTING
    check = text.check_text(page, page.text) if page.text else None
    answers = _answers(page, answer, check) if drafting and check else None
    versions = read_only(lambda ctx: all_versions(ctx, page.case.reference)) if page.text else ()
    wrong = answers.with_errors if answers else None
    return show(
        "letters/text.html",
        page,
        words=words,
        tab="communication",
        status=status,
        form=form if form.errors or wrong is None else wrong,
        letter=form,
        answers=answers,
        may_edit=drafting and step_words.has_role(page, *roles_of("save_text")),
        check=check,
        hard=check is not None and check.needs_reason,
        approve_reasons=words.approve_reasons(page, check),
        return_reasons=words.return_reasons(page),
        account=account_words.account(page),
        shown=text.as_read(page.case.reference, page.text) if page.text else {},
        comparisons=words.comparisons(read_against(versions)),
    )


@bp.post("/<reference>/communication/text/approve")
def approve_text(reference: str) -> ResponseReturnValue:
    """Approve the letter that was read."""
    form = ApproveForm()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _letter_page(page, _letter_form(page, formdata=None), form, status)

    return perform(reference, form, "approve_text", again)


@bp.post("/<reference>/communication/text/send-back")
def send_back_text(reference: str) -> ResponseReturnValue:
    """Send the letter that was read back to its author."""
    form = ReturnForm()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _letter_page(page, _letter_form(page, formdata=None), form, status)

    return perform(reference, form, "send_back_text", again)


@bp.get("/<reference>/communication/preview.pdf")
def preview(reference: str) -> ResponseReturnValue:
    """Give the letter as PDF: the approved print, or a print of the text as it stands."""
    page = read(reference)

    if page.text is None:
        raise NotFound("letter")
    pdf = page.communication.pdf or text.render_letter(page.controller, reference, page.text)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.case.reference}.pdf"'
    return answer

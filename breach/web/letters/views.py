"""The letter: its text and checks, its approval, its print."""

from difflib import SequenceMatcher
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from breach.domain.errors import NotFound
from breach.domain.states import CommunicationState
from breach.services.actions import named, roles_of
from breach.services.desk.case_page import CasePage
from breach.services.letters import text
from breach.web.cases import step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import perform, read, saved_now, show
from breach.web.letters import words
from breach.web.letters.forms import ApproveForm, LetterForm
from breach.web.parts.language import t


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


def _letter_page(
    page: CasePage, form: LetterForm, approve: ApproveForm | None = None, status: int = 200
) -> ResponseReturnValue:
    _ask_whether_it_fits(page, form)
    form.fit(page)
    drafting = page.communication.state is CommunicationState.DRAFTING
    check = text.check_text(page, page.text) if page.text else None
    if approve is None and drafting and page.text:
        approve = ApproveForm(
            formdata=None, data={"version": str(page.case.version), "sha256": page.text.sha256}
        )
    return show(
        "letters/text.html",
        page,
        words=words,
        tab="communication",
        status=status,
        form=approve if approve is not None and approve.errors and not form.errors else form,
        letter=form,
        approve=approve if drafting and page.text else None,
        may_edit=drafting and step_words.has_role(page, *roles_of("save_text")),
        check=check,
        hard=check is not None and check.needs_reason,
        approve_reasons=words.approve_reasons(page, check),
        changes=_changes(page),
    )


def _changes(page: CasePage) -> list[tuple[str, str]]:
    before = page.text_before
    return differences(before.danish, page.text.danish) if before and page.text else []


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return ("added" or "removed", line) for every line that differs between two versions of a letter."""
    old = before.splitlines()
    new = after.splitlines()
    found = []
    # Whole lines only: `ndiff` looks within them too, which takes minutes for a letter of many short lines.
    for _, start, end, new_start, new_end in _changed(old, new):
        found += [("removed", line) for line in old[start:end]]
        found += [("added", line) for line in new[new_start:new_end]]
    return [(kind, line) for kind, line in found if line.strip()]


def _changed(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    return [one for one in SequenceMatcher(None, old, new).get_opcodes() if one[0] != "equal"]


@bp.post("/<reference>/communication/text/approve")
def approve_text(reference: str) -> ResponseReturnValue:
    """Approve the letter that was read."""
    form = ApproveForm()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _letter_page(page, _letter_form(page, formdata=None), form, status)

    return perform(reference, form, "approve_text", again)


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

"""The letter: its text and checks, its approval, its print."""

from difflib import SequenceMatcher
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from breach.domain.errors import NotFound
from breach.domain.states import CommunicationState
from breach.services.actions import named, roles_of
from breach.services.cases.loading import get_case
from breach.services.context import Context
from breach.services.desk.case_page import CasePage
from breach.services.letters import text
from breach.services.letters.versions import text_before
from breach.web.cases import step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import ask, perform, read, saved_now, show
from breach.web.letters import words
from breach.web.letters.forms import ApproveForm, LetterForm
from breach.web.parts.language import t


@bp.route("/<reference>/communication/text", methods=["GET", "POST"])
def letter(reference: str) -> ResponseReturnValue:
    """Show the letter with its checks, or store a new version of it."""
    page = read(reference)
    form = _letter_form(page)

    def again(status: int) -> ResponseReturnValue:
        return _letter_page(page, form, status=status)

    if not form.is_submitted():
        return again(200)
    return perform(reference, form, "save_text", again)


def _letter_form(page: CasePage, **more: Any) -> LetterForm:
    """Return the form of the letter; it asks whether the letter fits the case where that is in question."""
    facts = page.standing.facts_sha256 if page.standing else ""
    values = {"version": str(page.case.version), "facts_sha256": facts, **_stored(page)}
    form = LetterForm(data=values, **more)
    if words.needs_settling(page):
        form.up_to_date.description = _settles(page)
    else:
        del form.up_to_date
    return form


def _settles(page: CasePage) -> str:
    """Return what somebody says yes to who ticks that the letter fits the case."""
    names = "; ".join(label for label, _, _ in words.changed_facts(page))
    return t("work.hint.up_to_date", names=names) if names else t("work.hint.up_to_date_unkept")


def _stored(page: CasePage) -> dict[str, str]:
    return saved_now(page, named("save_text").saved)


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
        "letters/text.html",
        page,
        words=words,
        tab="communication",
        primary=None,
        status=status,
        form=form if form.errors or approve is None else (approve if approve.errors else form),
        letter=form,
        approve=approve if drafting and page.text else None,
        may_edit=drafting and step_words.has_role(page, *roles_of("save_text")),
        check=check,
        hard=bool(check and (check.danish.needs_reason or check.english.needs_reason)),
        approve_reasons=words.approve_reasons(page, check),
        changes=ask(lambda ctx: _changes(ctx, page)),
    )


def _check(ctx: Context, page: CasePage) -> text.TextCheck | None:
    case = get_case(ctx, page.case.reference)
    return text.check_text(ctx, case, page.text) if page.text else None


def _changes(ctx: Context, page: CasePage) -> list[tuple[str, str]]:
    before = text_before(ctx, page.text) if page.text else None
    return differences(before.danish, page.text.danish) if before and page.text else []


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return ("added" or "removed", line) for every line that differs between two versions of a letter."""
    old, new = before.splitlines(), after.splitlines()
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

    def again(status: int) -> ResponseReturnValue:
        page = read(reference)
        return _letter_page(page, _letter_form(page, formdata=None), form, status)

    return perform(reference, form, "approve_text", again)


@bp.get("/<reference>/communication/preview.pdf")
def preview(reference: str) -> ResponseReturnValue:
    """Give the letter as PDF: the approved print, or a print of the text as it stands."""
    page = read(reference)

    def print_of(ctx: Context) -> bytes:
        if page.text is None:
            raise NotFound("letter")
        return page.communication.pdf or text.render_letter(ctx, get_case(ctx, reference), page.text)

    answer = Response(ask(print_of), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.case.reference}.pdf"'
    return answer

"""The answer to a correction of the awareness: one page for two steps, to confirm it or to refuse it."""

from flask import url_for
from flask.typing import ResponseReturnValue

from breach.services.desk.case_page import CasePage
from breach.web.cases import awareness_words, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.forms import AnswerForm
from breach.web.cases.perform import perform, read, show_step
from breach.web.parts.language import t


@bp.route("/<reference>/awareness/answer", methods=["GET", "POST"])
def answer_awareness(reference: str) -> ResponseReturnValue:
    """Show the correction that waits with the form that answers it, or answer it."""
    page = read(reference)
    form = AnswerForm(data={"version": str(page.case.version)})
    if not form.is_submitted():
        return _page(page, form)

    def again(status: int) -> ResponseReturnValue:
        return _page(page, form, status)

    step = "confirm_awareness" if form.answer.data == "confirm_awareness" else "refuse_awareness"
    return perform(reference, form, step, again)


def _page(page: CasePage, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    key = "cases.step.confirm_awareness"
    codes = step_words.barred_by(page, "confirm_awareness")
    return show_step(
        page,
        form,
        t(f"{key}.title"),
        status,
        lead=t(f"{key}.lead"),
        button=t(f"{key}.button"),
        final=False,
        rows=awareness_words.awareness_asked(page),
        reasons=step_words.reasons(page, "confirm_awareness", codes),
        notes=awareness_words.notes(page),
        back=url_for("cases.authority", reference=page.case.reference),
    )

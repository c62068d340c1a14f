"""The answer to a correction of the awareness: one page for two steps, to confirm it or to refuse it."""

from flask import request
from flask.typing import ResponseReturnValue

from breach.services.actions import named
from breach.services.desk.case_page import CasePage
from breach.web.cases import awareness_words, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.forms import AnswerForm
from breach.web.cases.perform import perform, read, show_action


@bp.route("/<reference>/awareness/answer", methods=["GET", "POST"])
def answer_awareness(reference: str) -> ResponseReturnValue:
    """Show the correction that waits with the form that answers it, or answer it."""
    if request.method == "GET":
        page = read(reference)
        return _page(page, AnswerForm(data={"version": str(page.case.version)}))
    form = AnswerForm()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _page(page, form, status)

    step = "confirm_awareness" if form.answer.data == "confirm_awareness" else "refuse_awareness"
    return perform(reference, form, step, again)


def _page(page: CasePage, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    return show_action(
        page,
        named("confirm_awareness"),
        form,
        status,
        codes=step_words.barred_by(page, "confirm_awareness"),
        back="cases.authority",
        rows=awareness_words.awareness_asked(page),
        notes=awareness_words.notes(page),
    )

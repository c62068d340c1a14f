"""Correct or remove somebody whose row on the list was chosen: just typed, or shown."""

from typing import Any
from uuid import UUID

from flask import abort
from flask.typing import ResponseReturnValue

from breach.services.actions import named
from breach.services.context import Context
from breach.services.desk.case_page import CasePage
from breach.services.sending import corrections as service
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import perform, read_with, show_action
from breach.web.parts.step_form import StepForm
from breach.web.sending.forms import CorrectOneForm, RemoveOneForm

_STEPS: dict[str, tuple[type[StepForm], Any]] = {
    "correct_recipient": (CorrectOneForm, service.correct_listed),
    "remove_recipient": (RemoveOneForm, service.remove_listed),
}
_ADDRESS = "/<reference>/communication/recipients/<uuid:recipient_id>/<step>"


@bp.route(_ADDRESS, methods=["GET", "POST"])
def change_recipient(reference: str, recipient_id: UUID, step: str) -> ResponseReturnValue:
    """Ask what is right of one person on the list, or why they are removed, and do it."""
    name = step.replace("-", "_")
    if name not in _STEPS:
        abort(404)
    form_of, change = _STEPS[name]
    form = form_of()

    def do(ctx: Context) -> None:
        change(ctx, reference, form.seen, recipient_id, **form.asked())

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _page(page, form, name, status)

    if form.is_submitted():
        return perform(reference, form, name, again, do=do)
    page, _ = read_with(reference, lambda ctx, page: service.listed_row(ctx, page, recipient_id))
    return _page(page, form_of(formdata=None, data={"version": str(page.case.version)}), name)


def _page(page: CasePage, form: StepForm, name: str, status: int = 200) -> ResponseReturnValue:
    offered = next((offer for offer in page.offers if offer.step == name), None)
    codes = ("wrong_state",) if offered is None else offered.reasons
    return show_action(page, named(name), form, status, codes=codes, back="cases.recipients")

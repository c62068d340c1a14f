"""The small steps of a case: one page each says what happens, asks what the guards ask, and does it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from breach.domain.danish_time import local
from breach.services.actions import at_address
from breach.services.cases.action import Action
from breach.services.desk.case_page import CasePage
from breach.services.schema import StepInput
from breach.services.sending.by_hand import MOST_ON_A_LIST, to_be_posted
from breach.web.authority.forms import FORMS as AUTHORITY_FORMS
from breach.web.cases import awareness_words, closing_words, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.forms import FORMS as CASE_FORMS
from breach.web.cases.perform import perform, read, saved_now, show_action
from breach.web.frame.sessions import require_fresh_login
from breach.web.informing import words as informing_words
from breach.web.informing.forms import FORMS as INFORMING_FORMS
from breach.web.letters import account_words
from breach.web.letters.forms import FORMS as LETTER_FORMS
from breach.web.parts.language import t
from breach.web.parts.made_forms import made_form
from breach.web.parts.step_form import StepForm
from breach.web.parts.words import FORMAT, by
from breach.web.sending.forms import FORMS as SENDING_FORMS

FORMS: Mapping[type[StepInput], type[StepForm]] = {
    StepInput: StepForm,
    **CASE_FORMS,
    **AUTHORITY_FORMS,
    **LETTER_FORMS,
    **SENDING_FORMS,
    **INFORMING_FORMS,
}
"""The forms of inputs that want more than what their model says."""


def form_of(asks: type[StepInput]) -> type[StepForm]:
    """Return the form of an input that a small step asks: one of its own, else made from the model."""
    return FORMS.get(asks) or made_form(asks)


@bp.route("/<reference>/step/<step>", methods=["GET", "POST"])
def step(reference: str, step: str) -> ResponseReturnValue:
    """Show the page of a small step, or do the step; an address of earlier versions leads to the page."""
    action = at_address(step)
    if action is None or action.asks is None:
        abort(404)
    if step != action.address or action.page:
        return _moved(reference, action)
    if action.fresh and (answer := require_fresh_login()) is not None:
        return answer
    if request.method == "GET":
        page = read(reference)
        if action.name == "dismiss" and _nobody_asked(page):
            return redirect(step_words.step_href(page, "ask_dismissal"))  # which had this address before
        return _page(page, action, form_of(action.asks)(data=_first_values(action, page)))
    form = form_of(action.asks)()

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _page(page, action, form, status)

    return perform(reference, form, action.name, again)


def _nobody_asked(page: CasePage) -> bool:
    """Tell whether this person could ask for a dismissal that nobody has asked for yet."""
    return page.case.dismissal_asked_by is None and not step_words.barred_by(page, "ask_dismissal")


def _moved(reference: str, action: Action) -> ResponseReturnValue:
    """Lead from an address of earlier versions to the page, with what was sent and asked."""
    address = step_words.address_of(reference, action)
    asked = request.query_string.decode()
    return redirect(f"{address}?{asked}" if asked else address, 308)


def _first_values(action: Action, page: CasePage) -> dict[str, Any]:
    first = _TIMES[action.name](page) if action.name in _TIMES else {}
    return {"version": str(page.case.version), **saved_now(page, action.saved), **first}


def _own_time(page: CasePage) -> dict[str, Any]:
    own = local(page.case.own_aware_at)
    return {"aware_at": own.date(), "at": own.time()}


_TIMES: Mapping[str, Callable[[CasePage], dict[str, Any]]] = {
    "ask_awareness": _own_time,
    "save_measures": account_words.first_containment,
}
"""The times that a step's form begins with."""


def _page(page: CasePage, action: Action, form: StepForm, status: int = 200) -> ResponseReturnValue:
    form.fit(page)
    beside = {name: found(page) for name, found in _BESIDE.get(action.name, {}).items()}
    return show_action(page, action, form, status, codes=_barred(page, action), back=action.to, **beside)


def _barred(page: CasePage, action: Action) -> tuple[str, ...]:
    """Return what bars the step; one that is not offered stands in a state where it cannot be taken."""
    is_offered = any(offer.step == action.name for offer in page.offers)
    if action.name == "take_over" and not is_offered and page.case.is_open:
        return ("handler_is_here",)
    return step_words.barred_by(page, action.name) if is_offered else ("wrong_state",)


def _reason(page: CasePage) -> list[tuple[str, str]]:
    return [(t("cases.field.reason"), page.case.dismissal_reason or "")]


def _edits(page: CasePage) -> list[str]:
    """Return that the letter of before was corrected by hand, and by whom, where it was."""
    row = page.text
    if row is None or row.is_as_drafted:
        return []
    return [t("letters.edited", n=row.number, by=by(page, row.written_by, row.written_at))]


def _wanted(page: CasePage) -> list[tuple[str, str]]:
    """Return who asked for the case, and why; nothing where nobody did."""
    name = page.names.get(page.case.wanted_by or 0)
    why = page.case.wanted_reason or ""
    return [(t("cases.row.wanted_by"), name), (t("cases.field.reason"), why)] if name else []


def _on_paper(page: CasePage) -> list[tuple[str, str]]:
    """Return how many letters are noted: as many as stand on the list for the post."""
    count = min(to_be_posted(page), MOST_ON_A_LIST)
    return [(t("sending.row.on_paper"), FORMAT.number(count))]


def _list(page: CasePage) -> list[tuple[str, str]]:
    return [(t("sending.row.recipients"), FORMAT.number(page.recipients))]


_BESIDE: Mapping[str, Mapping[str, Callable[[CasePage], Any]]] = {
    "dismiss": {"rows": _reason},
    "post_letters": {"rows": _on_paper},
    "hand_over": {"rows": _wanted},
    "keep_case": {"rows": _wanted},
    "ask_release": {"rows": _list, "notes": informing_words.remedies},
    "approve_notice": {
        "rows": informing_words.notice_rows,
        "texts": informing_words.notice_texts,
        "notes": informing_words.notice_lacks,
    },
    "prove_notice": {"rows": informing_words.notice_rows},
    "conclude": {"conditions": closing_words.conditions},
    "ask_awareness": {"rows": awareness_words.awareness, "notes": awareness_words.notes},
    "draft_text": {"notes": _edits},
    "withdraw_awareness": {"rows": awareness_words.awareness_asked},
}
"""What stands beside the form of a step, as the template names it."""

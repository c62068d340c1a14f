"""The risk assessment: facts in, result out; and correcting facts without a new assessment."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from breach.domain.errors import InvalidInput
from breach.services.cases.loading import get_case
from breach.services.desk.case_page import CasePage
from breach.services.risk import assessment as service
from breach.store.models import BreachCase
from breach.web.cases import frame, pictures, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import Again, conflict_page, perform, read, read_only, show, wants
from breach.web.parts.forms import problems
from breach.web.risk import words
from breach.web.risk.forms import GROUPS, FactsForm, answers


def _form(case: BreachCase) -> FactsForm:
    return FactsForm(data={"version": str(case.version), **answers(case.facts)})


@bp.route("/<reference>/risk", methods=["GET", "POST"])
def risk(reference: str) -> ResponseReturnValue:
    """Show the facts as a form with the result beside it; calculate, or calculate and save.

    htmx asks for the result alone while facts are chosen.
    """
    if request.method == "POST" and wants("result"):
        return _result(reference)
    if request.method == "GET":
        page = read(reference)
        return _risk_page(page, _form(page.case))
    case = read_only(lambda ctx: get_case(ctx, reference))
    form = _form(case)
    scenario = case.facts.get("scenario")

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        return _risk_page(page, form, status)

    if request.form.get("do") == "preview":
        return _preview(reference, form, scenario, again)
    return perform(
        reference,
        form,
        "score",
        again,
        do=lambda ctx: service.score(ctx, reference, form.seen, form.facts(scenario)),
    )


def _result(reference: str) -> ResponseReturnValue:
    """Return the result of the facts as they were sent. It shows nothing else, so no look is logged."""
    case = read_only(lambda ctx: get_case(ctx, reference))
    form = _form(case)
    result = None
    if form.validate():
        try:
            result = words.result_of(form.facts(case.facts.get("scenario")), reference)
        except InvalidInput as error:
            form.take_errors(error)
    values = {"result": result, "wrong": problems(form), "words": words, "frame": frame, "pictures": pictures}
    return render_template("risk/_result_part.html", **values), 200 if result else 422


def _preview(reference: str, form: FactsForm, scenario: str | None, again: Again) -> ResponseReturnValue:
    result = _calculated(reference, form, scenario)
    page = read(reference)
    if form.seen != page.case.version:
        return conflict_page(page, form)
    return again(page, 422) if result is None else _risk_page(page, form, result=result)


def _calculated(reference: str, form: FactsForm, scenario: str | None) -> words.Result | None:
    """Return the result of what stands in the form, or None with the errors put at its fields."""
    if not form.validate():
        return None
    try:
        return words.result_of(form.facts(scenario), reference)
    except InvalidInput as error:
        form.take_errors(error)
        return None


def _risk_page(
    page: CasePage, form: FactsForm, status: int = 200, result: words.Result | None = None
) -> ResponseReturnValue:
    return show(
        "risk/risk.html",
        page,
        words=words,
        tab="risk",
        status=status,
        form=form,
        groups=GROUPS.items(),
        may_score=not step_words.barred_by(page, "score"),
        is_preview=result is not None,
        result=result or words.stored_result(page),
    )


@bp.route("/<reference>/facts/revise", methods=["GET", "POST"])
def revise(reference: str) -> ResponseReturnValue:
    """Correct the facts."""
    page = read(reference) if request.method == "GET" else None
    case = page.case if page else read_only(lambda ctx: get_case(ctx, reference))
    form = _form(case)

    def again(page: CasePage, status: int) -> ResponseReturnValue:
        reasons = step_words.reasons(page, "revise", step_words.barred_by(page, "revise"))
        values = {"form": form, "groups": GROUPS.items(), "reasons": reasons}
        return show("risk/revise.html", page, tab="facts", status=status, **values)

    if page is not None:
        return again(page, 200)
    return perform(
        reference,
        form,
        "revise",
        again,
        do=lambda ctx: service.revise_facts(
            ctx, reference, form.seen, form.facts(case.facts.get("scenario"))
        ),
    )

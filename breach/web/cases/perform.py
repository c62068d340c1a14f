"""What the pages of a case share: reading it, doing a step, and answering when the step is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.errors import Conflict, InvalidInput, StepRefused
from breach.services.actions import named
from breach.services.cases.loading import get_case
from breach.services.context import Context
from breach.services.desk import case_page
from breach.services.desk.case_page import CasePage
from breach.web.cases import frame, log_words, pictures, step_words
from breach.web.frame.sessions import current_actor, runtime
from breach.web.parts import words as parts_words
from breach.web.parts.forms import BaseForm
from breach.web.parts.language import say, t
from breach.web.parts.step_form import StepForm, chosen_values, typed_values

Answer = TypeVar("Answer")
Again = Callable[[int], ResponseReturnValue]


def read(reference: str) -> CasePage:
    """Return the case as its pages show it; looking at it is logged."""
    with runtime().transaction(current_actor()) as ctx:
        return case_page.case_page(ctx, reference)


def ask(question: Callable[[Context], Answer]) -> Answer:
    """Return what a service answers to the person who is logged in."""
    with runtime().transaction(current_actor()) as ctx:
        return question(ctx)


def peek(question: Callable[[Context], Answer]) -> Answer:
    """Return what a service answers that only reads and logs no look; it waits for no writer."""
    with runtime().reading(current_actor()) as ctx:
        return question(ctx)


def wants(part: str) -> bool:
    """Tell whether htmx asks for one part of the page; without it the same address gives the whole page."""
    return "HX-Request" in request.headers and request.headers.get("HX-Target") == part


def show(
    template: str, page: CasePage, *, tab: str | None, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """Return a page of a case: its frame, and what the template adds."""
    steps = step_words.steps(page)
    primary = steps.primary if steps.primary and steps.primary.href != request.path else None
    shared: dict[str, Any] = {
        "page": page,
        "frame": frame,
        "step_words": step_words,
        "pictures": pictures,
        "tab": tab,
        "title": f"{page.case.reference} {parts_words.case_title(page.case.title)}",
        "crumbs": [],
        "primary": primary,
        "others": steps.others,
        "barred": steps.barred,
    }
    return render_template(template, **{**shared, **values}), status


def show_step(page: CasePage, form: StepForm, title: str, status: int, **values: Any) -> ResponseReturnValue:
    """Return the page of one step: what it does, its form, and what stands beside it where something does."""
    beside: dict[str, Any] = {"conditions": [], "rows": [], "notes": []}
    return show(
        "cases/step.html",
        page,
        tab=None,
        status=status,
        title=title,
        crumbs=[(title, "")],
        form=form,
        **{**beside, **values},
    )


def perform(
    reference: str,
    form: StepForm,
    step: str,
    again: Again,
    *,
    do: Callable[[Context], object] | None = None,
    done: str = "",
) -> ResponseReturnValue:
    """Do a step in one transaction and go to the page that shows its result.

    step: name of its row; again: the form's page, with a status
    do: calls the service, where more is needed than to hand over what the form asks
    done: key of the word of success, where the step has several
    """
    action = named(step)
    if not form.validate():
        return wrong(reference, form, again, action.saved)
    try:
        ask(do or (lambda ctx: action.do(ctx, reference, form.seen, **form.asked())))
    except InvalidInput as error:
        form.take_errors(error)
        return wrong(reference, form, again, action.saved)
    except Conflict:
        return conflict(reference, form, saved=action.saved)
    except StepRefused as refused:
        return conflict(reference, form, refused=refused)
    return redirect(url_for(action.to, reference=reference, besked=done or action.key), 303)


def wrong(reference: str, form: StepForm, again: Again, saved: tuple[str, ...] = ()) -> ResponseReturnValue:
    """Return the page of a form with errors; if the case has changed since that was made, the conflict.

    Where the case stands now the form may be gone, and all that was typed with it.
    """
    stands = peek(lambda ctx: get_case(ctx, reference).version)
    return again(422) if form.seen == stands else conflict(reference, form, saved=saved)


def saved_now(page: CasePage, names: tuple[str, ...]) -> dict[str, Any]:
    """Return what the case, or its letter, holds now for the fields."""
    holders = [one for one in (page.case, page.text) if one is not None]
    return {name: getattr(one, name) for name in names for one in holders if hasattr(one, name)}


def conflict(
    reference: str, form: BaseForm, *, refused: StepRefused | None = None, saved: tuple[str, ...] = ()
) -> ResponseReturnValue:
    """Return the page of 409: what happened meanwhile, what stands now, and all that was typed and chosen."""
    page = read(reference)
    stored = saved_now(page, saved)
    chosen = [(say(label), words) for label, words in chosen_values(form)]
    typed = [
        {"words": say(label), "value": value, "saved": stored.get(name)}
        for name, label, value in typed_values(form)
    ]
    lines, _ = log_words.log(page)
    reasons = step_words.reasons(page, refused.step, refused.reasons) if refused else []
    name = "step" if refused else "conflict"
    lead = "case.step_refused" if refused else "errors.page.conflict"
    values = {
        "title": t(f"errors.page.{name}_title"),
        "lead": t(lead),
        "reasons": reasons,
        "lines": lines[:5],
        "chosen": chosen,
        "typed": typed,
        "reload": url_for("cases.show", reference=reference),
    }
    return render_template("cases/conflict.html", page=page, **values), 409

"""What the pages of a case share: reading it, doing a step, and answering when the step is refused."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.errors import Conflict, InvalidInput, StepRefused
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
Again = Callable[[CasePage, int], ResponseReturnValue]
Saved = Callable[[CasePage], Mapping[str, Any]]


def read(reference: str) -> CasePage:
    """Return the case as its pages show it; looking at it is logged."""
    return read_with(reference, lambda ctx, page: None)[0]


def read_with(reference: str, also: Callable[[Context, CasePage], Answer]) -> tuple[CasePage, Answer]:
    """Return the case as its pages show it, and what one page reads beside it; the look is logged."""
    return case_page.show(runtime(), current_actor(), reference, also)


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
    do: Callable[[Context], object],
    *,
    done: str,
    to: str,
    again: Again,
    saved: Saved | None = None,
) -> ResponseReturnValue:
    """Do a step in one transaction and go to the page that shows its result.

    done: text key of the word of success; to: endpoint; again: the form's page of the case, with a status;
    saved: what the case holds now for fields of the form, shown beside what was typed in a conflict.
    """
    if not form.validate():
        return wrong(reference, form, again, saved)
    try:
        ask(do)
    except InvalidInput as error:
        form.take_errors(error)
        return wrong(reference, form, again, saved)
    except Conflict:
        return conflict(reference, form, saved=saved)
    except StepRefused as refused:
        return conflict(reference, form, refused=refused)
    return redirect(url_for(to, reference=reference, besked=done), 303)


def wrong(reference: str, form: StepForm, again: Again, saved: Saved | None = None) -> ResponseReturnValue:
    """Return the page of a form with errors; if the case has changed since that was made, the conflict.

    Where the case stands now the form may be gone, and all that was typed with it.
    """
    page = read(reference)
    return again(page, 422) if form.seen == page.case.version else conflict_page(page, form, saved=saved)


def conflict(
    reference: str, form: BaseForm, *, refused: StepRefused | None = None, saved: Saved | None = None
) -> ResponseReturnValue:
    """Return the page of 409: what happened meanwhile, what stands now, and all that was typed and chosen."""
    return conflict_page(read(reference), form, refused=refused, saved=saved)


def conflict_page(
    page: CasePage, form: BaseForm, *, refused: StepRefused | None = None, saved: Saved | None = None
) -> ResponseReturnValue:
    """Return the page of 409 for a case that is read already."""
    stored = saved(page) if saved else {}
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
        "reload": url_for("cases.show", reference=page.case.reference),
    }
    return render_template("cases/conflict.html", page=page, **values), 409

"""Shared by the pages of a case: read it, perform a step, and answer when the step is refused."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.errors import Conflict, InvalidInput, StepRefused
from breach.services.actions import named
from breach.services.cases.action import Action
from breach.services.cases.file_loading import load_file
from breach.services.context import Context
from breach.services.desk import case_page
from breach.services.desk.case_page import CasePage
from breach.services.desk.next_step import next_steps
from breach.services.desk.offers import offers
from breach.web.cases import frame, log_words, next_words, pictures, step_words
from breach.web.frame.sessions import current_actor, runtime
from breach.web.parts import words as parts_words
from breach.web.parts.forms import BaseForm
from breach.web.parts.language import say, t
from breach.web.parts.step_form import StepForm, chosen_values, typed_values

Answer = TypeVar("Answer")
Again = Callable[[CasePage, int], ResponseReturnValue]


def read(reference: str) -> CasePage:
    """Return the case as its pages show it; logs the read."""
    return read_with(reference, lambda ctx, page: None)[0]


def read_with(reference: str, also: Callable[[Context, CasePage], Answer]) -> tuple[CasePage, Answer]:
    """Return the case as its pages show it, and what one page reads beside it; the look is logged."""
    return case_page.show(runtime(), current_actor(), reference, also)


def in_transaction(question: Callable[[Context], Answer]) -> Answer:
    """Run a service as the current user in a transaction that commits."""
    with runtime().transaction(current_actor()) as ctx:
        return question(ctx)


def read_only(question: Callable[[Context], Answer]) -> Answer:
    """Run a service that only reads and logs nothing, without waiting for a writer."""
    with runtime().reading(current_actor()) as ctx:
        return question(ctx)


def wants(part: str) -> bool:
    """Return whether htmx asks for one part of the page only."""
    return "HX-Request" in request.headers and request.headers.get("HX-Target") == part


def show(
    template: str, page: CasePage, *, tab: str | None, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """Return a page of a case: its frame, and what the template adds."""
    steps = step_words.steps(page)
    shared: dict[str, Any] = {
        "page": page,
        "frame": frame,
        "step_words": step_words,
        "pictures": pictures,
        "tab": tab,
        "title": f"{page.case.reference} {parts_words.case_title(page.case.title)}",
        "crumbs": [],
        "next_box": next_words.next_box(page),
        "others": steps.others,
        "barred": steps.barred,
    }
    return render_template(template, **{**shared, **values}), status


def show_step(page: CasePage, form: StepForm, title: str, status: int, **values: Any) -> ResponseReturnValue:
    """Return the page of one step: what it does, its form, and what stands beside it where something does."""
    beside: dict[str, Any] = {"conditions": [], "rows": [], "notes": [], "texts": []}
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


def show_action(
    page: CasePage,
    action: Action,
    form: StepForm,
    status: int,
    *,
    codes: Sequence[str],
    back: str,
    **beside: Any,
) -> ResponseReturnValue:
    """Return the page of a step in the words of its row.

    codes: what bars it; back: endpoint of the page that it is left for
    """
    values = step_words.release_words(page)
    return show_step(
        page,
        form,
        t(f"{action.key}.title", **values),
        status,
        lead=t(f"{action.key}.lead", **values),
        button=t(f"{action.key}.button", **values),
        final=action.final,
        reasons=step_words.reasons(page, action.name, codes),
        back=url_for(back, reference=page.case.reference),
        **beside,
    )


def perform(
    reference: str,
    form: StepForm,
    step: str,
    again: Again,
    *,
    do: Callable[[Context], object] | None = None,
    done: str = "",
    then: Callable[[], ResponseReturnValue] | None = None,
) -> ResponseReturnValue:
    """Do a step in one transaction and go to where the person's next one is taken, or to its result.

    step: name of its row; again: the form's page of the case, with a status
    do: calls the service, where more is needed than to hand over what the form asks
    done: key of the word of success, where the step has several
    then: returns the answer, where it shows what no address may
    """
    action = named(step)
    if not form.validate():
        return wrong(reference, form, again, action.saved)

    def take(ctx: Context) -> Action | None:
        (do or (lambda ctx: action.do(ctx, reference, form.seen, **form.asked())))(ctx)
        return _leads_to(ctx, reference)

    try:
        coming = in_transaction(take)
    except InvalidInput as error:
        form.take_errors(error)
        return wrong(reference, form, again, action.saved)
    except Conflict:
        return conflict(reference, form, saved=action.saved)
    except StepRefused as refused:
        return conflict(reference, form, refused=refused)
    if then is not None:
        return then()
    message = done or action.key
    if coming:
        return redirect(step_words.address_of(reference, coming, message=message), 303)
    return redirect(url_for(action.to, reference=reference, message=message), 303)


def _leads_to(ctx: Context, reference: str) -> Action | None:
    """Return the person's next step where it has a page: one that asks nothing has its button everywhere."""
    ctx.session.flush()
    file = load_file(ctx, reference)
    mine = (named(one.step) for one in next_steps(file, offers(ctx, file)) if one.is_mine)
    coming = next(mine, None)
    return coming if coming and (coming.page or not coming.is_pressed_at_once) else None


def wrong(reference: str, form: StepForm, again: Again, saved: tuple[str, ...] = ()) -> ResponseReturnValue:
    """Return the page of a form with errors; if the case has changed since that was made, the conflict.

    Where the case stands now the form may be gone, and all that was typed with it.
    """
    page = read(reference)
    return again(page, 422) if form.seen == page.case.version else conflict_page(page, form, saved=saved)


def saved_now(page: CasePage, names: tuple[str, ...]) -> dict[str, Any]:
    """Return what the case, or its letter, holds now for the fields."""
    holders = [one for one in (page.case, page.text) if one is not None]
    return {name: getattr(one, name) for name in names for one in holders if hasattr(one, name)}


def conflict(
    reference: str, form: BaseForm, *, refused: StepRefused | None = None, saved: tuple[str, ...] = ()
) -> ResponseReturnValue:
    """Return the page of 409: what happened meanwhile, what stands now, and all that was typed and chosen."""
    return conflict_page(read(reference), form, refused=refused, saved=saved)


def conflict_page(
    page: CasePage, form: BaseForm, *, refused: StepRefused | None = None, saved: tuple[str, ...] = ()
) -> ResponseReturnValue:
    """Return the page of 409 for a case that is read already."""
    stored = saved_now(page, saved)
    chosen = [(say(label), words) for label, words in chosen_values(form)]
    typed = [
        {"words": say(label), "value": value, "saved": stored.get(name)}
        for name, label, value in typed_values(form)
    ]
    lines, _ = log_words.log(page)
    reasons = step_words.reasons(page, refused.step, refused.reasons) if refused else []
    name = "step" if refused else "conflict"
    lead = "cases.step_refused" if refused else "errors.page.conflict"
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

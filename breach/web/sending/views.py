"""The communication to the people affected: progress, the letter, its approval and preview."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from breach.services.actions import roles_of
from breach.services.cases.loading import get_case
from breach.services.context import Context
from breach.services.desk.offers import offers
from breach.services.sending import by_hand
from breach.services.sending.progress import progress
from breach.web.cases import frame, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import ask, peek, read, show, wants
from breach.web.frame.sessions import POLLED, current_actor
from breach.web.sending import notice_words, words

SWITCH = ("pause", "resume")
"""Steps that stand with the state, and change with it while a page is open."""


@bp.get("/<reference>/communication")
def communication(reference: str) -> ResponseReturnValue:
    """Show where the communication stands and what can be done; htmx asks for the progress alone."""
    if wants(POLLED):
        return _progress(reference)
    page = read(reference)
    steps = step_words.track_steps(page, "communication")
    waiting = ask(lambda ctx: by_hand.standing(ctx, get_case(ctx, reference)))
    return show(
        "sending/communication.html",
        page,
        words=words,
        tab="communication",
        primary=None,
        track_steps=steps.open,
        switch=[step.name for step in steps.open if step.name in SWITCH],
        track_barred=steps.barred,
        progress=peek(lambda ctx: progress(ctx, reference)),
        waiting=notice_words.standing_rows(waiting),
        who_may_see=notice_words.who_may_see(page) if waiting else "",
        may_handle=current_actor().has(page.case.controller_id, *roles_of("handle_notice")),
    )


def _progress(reference: str) -> str:
    """Return the part of the page that changes while letters are sent, and the badge of the state above it.

    The address tells in which state the whole page was made and how many letters waited for a person then:
    where that is out of date the part says so. It tells the state last shown too: where somebody has stopped
    the sending or let it go on since, the buttons for that are swapped as well.
    """
    found = peek(lambda ctx: progress(ctx, reference))
    seen = request.args.get("seen", found.state.value)
    moved = request.args.get("shown", seen) != found.state.value
    return render_template(
        "sending/_progress_part.html",
        progress=found,
        words=words,
        frame=frame,
        seen=seen,
        switch=peek(lambda ctx: _switch(ctx, reference)) if moved else None,
        listed=request.args.get("listed", found.waiting, type=int),
    )


def _switch(ctx: Context, reference: str) -> list[str]:
    """Return which of the steps that stop a sending and let it go on the person may take now."""
    found = offers(ctx, get_case(ctx, reference))
    return [one.step for one in found if one.step in SWITCH and one.is_open]

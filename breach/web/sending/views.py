"""The communication to the people affected: progress, the letter, its approval and preview."""

from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from breach.domain.states import Role
from breach.services.actions import roles_of
from breach.services.cases.file_loading import load_file
from breach.services.context import Context
from breach.services.desk.case_page import CasePage
from breach.services.desk.offers import offers
from breach.services.sending import by_hand, release
from breach.services.sending.progress import Progress, progress_of
from breach.store.models import Release
from breach.web.cases import frame, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import read_only, read_with, show, wants
from breach.web.frame.sessions import POLLED, current_actor
from breach.web.informing import words as informing_words
from breach.web.parts.language import t
from breach.web.sending import notice_words, words


@bp.get("/<reference>/communication")
def communication(reference: str) -> ResponseReturnValue:
    """Show where the communication stands and what can be done; htmx asks for the progress alone."""
    if wants(POLLED):
        return _progress(reference)
    page, (waiting, sent) = read_with(reference, _waiting_and_sent)
    steps = step_words.track_steps(page, "communication")
    return show(
        "sending/communication.html",
        page,
        words=words,
        informing=informing_words,
        sent=sent,
        tab="communication",
        track_steps=[step for step in steps.open if step.name not in PAPER_STEPS],
        switch=[step.name for step in steps.open if step.name in step_words.SWITCH],
        track_barred=steps.barred,
        progress=progress_of(page),
        waiting=notice_words.waiting_rows(waiting),
        who_may_see=notice_words.who_may_see(page) if waiting else "",
        paper=_paper(page),
        may_handle=current_actor().has(page.case.controller_id, *roles_of("handle_notice")),
    )


PAPER_STEPS = ("send_on_paper", "post_letters")
"""Steps that stand with the letters that wait for a person."""


def _paper(page: CasePage) -> list[tuple[str, str]]:
    """Return what can be done with all letters on paper at once: words and address of each."""
    links = step_words.track_steps(page, "communication").open
    found = [(link.words, link.href) for link in links if link.name in PAPER_STEPS]
    if by_hand.to_be_posted(page) and step_words.has_role(page, Role.RECIPIENTS_IDENTITY):
        listed = (t("sending.paper_title"), url_for("cases.paper_list", reference=page.case.reference))
        found.insert(0, listed)
    return found


def _waiting_and_sent(ctx: Context, page: CasePage) -> tuple[list[by_hand.WaitingNotice], Sequence[Release]]:
    """Return the notices that wait for a person, and the rounds that were sent."""
    return by_hand.waiting_notices(ctx, page.communication.id), release.sent_rounds(ctx, page)


def _progress(reference: str) -> str:
    """Return the part of the page that changes while letters are sent, and the badge of the state above it.

    The address tells in which state the whole page was made and how many letters waited for a person then:
    where that is out of date the part says so. It tells the state last shown too: where somebody has stopped
    the sending or let it go on since, the buttons for that are swapped as well.
    """
    found, open_now = read_only(lambda ctx: _moved(ctx, reference))
    seen = request.args.get("seen", found.state.value)
    moved = request.args.get("shown", seen) != found.state.value
    return render_template(
        "sending/_progress_part.html",
        progress=found,
        words=words,
        frame=frame,
        seen=seen,
        switch=open_now if moved else None,
        listed=request.args.get("listed", found.waiting, type=int),
    )


def _moved(ctx: Context, reference: str) -> tuple[Progress, list[str]]:
    """Return how far the sending is, and which of the steps that stop it and let it go on are open now."""
    file = load_file(ctx, reference)
    return progress_of(file), [
        one.step for one in offers(ctx, file) if one.step in step_words.SWITCH and one.is_open
    ]

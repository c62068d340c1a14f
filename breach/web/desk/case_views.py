"""The tabs of a case that belong to no other room: overview, facts and log."""

from flask.typing import ResponseReturnValue

from breach.web.cases import log_words, step_words
from breach.web.cases.blueprint import bp
from breach.web.cases.perform import read, show
from breach.web.desk import overview_words
from breach.web.risk import fact_words
from breach.web.risk import words as risk_words


@bp.get("/<reference>", endpoint="show")
def overview(reference: str) -> ResponseReturnValue:
    """Show where the case stands."""
    return show(
        "desk/overview.html",
        read(reference),
        tab="overview",
        words=overview_words,
        fact_words=fact_words,
        risk_words=risk_words,
    )


@bp.get("/<reference>/facts")
def facts(reference: str) -> ResponseReturnValue:
    """Show the facts and what the register holds beside them."""
    page = read(reference)
    may_revise = not step_words.barred_by(page, "revise")
    return show("desk/facts.html", page, tab="facts", words=fact_words, may_revise=may_revise)


@bp.get("/<reference>/log")
def log(reference: str) -> ResponseReturnValue:
    """Show the audit events, newest first; the reads are folded."""
    return show("desk/log.html", read(reference), tab="log", words=log_words)

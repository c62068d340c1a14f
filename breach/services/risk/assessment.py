"""Stores facts and their assessment unchanged, so that it can be recomputed."""

from typing import Any

from breach.domain.events import EventKind
from breach.domain.numbers import looks_like_cpr
from breach.domain.risk import MODEL_VERSION, FactsError, Outcome, assess, facts_to_json, parse_facts
from breach.domain.risk import Assessment as Result
from breach.domain.states import CaseState
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load
from breach.services.cases.steps import move
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.risk.assessment_json import assessment_to_json
from breach.store.models import Assessment, BreachCase


def preview(facts: dict[str, Any]) -> Result:
    """Return the assessment without storing anything; raise FactsError for what are no facts."""
    return assess(parse_facts(facts))


def _save_facts(ctx: Context, case: BreachCase, facts: dict[str, Any]) -> bool:
    """Store the facts; return whether any of them is another than before."""
    fresh = facts_to_json(parse_facts(facts))
    changed = sorted(
        name for name in fresh.keys() | case.facts.keys() if fresh.get(name) != case.facts.get(name)
    )
    if not changed:
        return False
    if "scenario" in changed and looks_like_cpr(str(fresh.get("scenario"))):
        raise FactsError("scenario", "cpr_in_text")
    case.facts, case.facts_changed_at = fresh, ctx.now
    ctx.session.flush()
    append_to_case(ctx, case, EventKind.CASE_FACTS_SAVED, fields=changed, facts=fresh, version=case.version)
    return True


def revise_facts(ctx: Context, reference: str, version: int, facts: dict[str, Any]) -> None:
    """Store facts without a new assessment; a scored case goes back to being assessed.

    After a decision, facts that raise the risk above what was decided open the case again by themselves.
    """
    file = load(ctx, reference, version, "revise")
    case = file.case
    is_changed = _save_facts(ctx, case, facts)
    if case.state is CaseState.SCORED:
        move(ctx, file, "revise")
    elif case.state is CaseState.RESPONDING and is_changed and _raises_risk(file):
        move(ctx, file, "reassess")


def _raises_risk(file: CaseFile) -> bool:
    case, decision = file.case, file.decided
    if decision is None:
        return False
    order = list(Outcome)
    return order.index(assess(parse_facts(case.facts)).outcome) > order.index(Outcome(decision.outcome))


def score(ctx: Context, reference: str, version: int, facts: dict[str, Any]) -> Assessment:
    """Store the facts and the assessment made of them, with the version of the model."""
    file = load(ctx, reference, version, "score")
    case = file.case
    if case.state in (CaseState.ASSESSING, CaseState.SCORED):
        _save_facts(ctx, case, facts)
    move(ctx, file, "score")
    result = assess(parse_facts(case.facts))
    made = Assessment(
        id=new_id(ctx.now),
        controller_id=case.controller_id,
        case_id=case.id,
        facts=case.facts,
        result=assessment_to_json(result, "en", case.reference),
        outcome=result.outcome.value,
        model=MODEL_VERSION,
        made_by=ctx.person_id,
        made_at=ctx.now,
    )
    ctx.session.add(made)
    file.assessment = made
    ctx.session.flush()
    append_to_case(
        ctx, case, EventKind.CASE_ASSESSED, assessment=str(made.id), outcome=made.outcome, model=made.model
    )
    return made

"""What the guards of a case and its tracks read, gathered from the store."""

from dataclasses import replace

from sqlalchemy import func, select

from breach.domain.states import TOLD
from breach.services.cases.file import (
    authority_of,
    communication_of,
    decided,
    last_decision,
    open_correction,
    recipient_count,
)
from breach.services.context import Context
from breach.store.models import BreachCase, Communication, Notice
from workflows import authority, communication
from workflows.case import CaseView


def case_view(ctx: Context, case: BreachCase, **known: object) -> CaseView:
    """Return what the guards of the case read; `known` adds what a form answered."""
    proposal, decision = last_decision(ctx, case), decided(ctx, case)
    track, told = authority_of(ctx, case), communication_of(ctx, case)
    view = CaseView(
        actor_id=ctx.actor.person_id or 0,
        handler_id=case.handler_id,
        has_facts=bool(set(case.facts.get("data_categories", ())) - {"unknown"}),
        dismissal_asked_by=case.dismissal_asked_by,
        reason=case.dismissal_reason or "",
        proposed_by=proposal.proposed_by if proposal and proposal.state == "proposed" else None,
        has_new_facts=bool(decision and decision.decided_at and case.facts_changed_at > decision.decided_at),
        authority_settled=track.state in authority.SETTLED,
        communication_settled=told.state in communication.SETTLED,
        is_contained=case.contained_at is not None,
        measures=case.measures,
        awareness_settled=not waits_below(ctx, case),
    )
    return replace(view, **known)  # type: ignore[arg-type]  # the callers name the fields of CaseView


def waits_below(ctx: Context, case: BreachCase) -> bool:
    """Tell whether a correction of the awareness waits in the case, or in one that is merged into it."""
    if open_correction(ctx, case) is not None:
        return True
    merged = ctx.session.scalars(select(BreachCase).where(BreachCase.merged_into_id == case.id))
    return any(waits_below(ctx, one) for one in merged.all())


def untold(ctx: Context, told: Communication) -> int:
    """Return how many persons on the list have no notice that was delivered or posted."""
    reached = ctx.session.scalar(
        select(func.count(func.distinct(Notice.recipient_id))).where(
            Notice.communication_id == told.id, Notice.state.in_(TOLD)
        )
    )
    return recipient_count(ctx, told) - (reached or 0)

"""What the guards of a case and its tracks read, taken from the file of the case."""

from dataclasses import replace

from sqlalchemy import and_, distinct, exists, func, select

from breach.domain.states import SETTLED, TOLD, NoticeState
from breach.domain.tally import Tally
from breach.services.cases.file import CaseFile, case_tally
from breach.services.cases.file_loading import recipient_count
from breach.services.cases.file_query import counts_as_told, in_this_round
from breach.services.context import Context
from breach.store.models import BreachCase, Communication, Notice, PublicNotice, Release, Segment
from workflows import authority
from workflows import communication as communication_table
from workflows.case import CaseGuardFacts


def case_guard_facts(file: CaseFile, person_id: int | None, **known: object) -> CaseGuardFacts:
    """Return the facts for the guards of the case; `known` overrides fields with what a form answered."""
    case, proposal, decision = file.case, file.decision, file.decided
    facts = CaseGuardFacts(
        actor_id=person_id or 0,
        handler_id=case.handler_id,
        has_facts=bool(set(case.facts.get("data_categories", ())) - {"unknown"}),
        dismissal_asked_by=case.dismissal_asked_by,
        reason=case.dismissal_reason or "",
        proposed_by=proposal.proposed_by if proposal and proposal.state == "proposed" else None,
        has_new_facts=bool(decision and decision.decided_at and case.facts_changed_at > decision.decided_at),
        authority_settled=file.authority.state in authority.SETTLED,
        communication_settled=file.communication.state in communication_table.SETTLED
        and not file.needs_notice,
        tally=file.tally,
        is_contained=case.contained_at is not None,
        measures=case.measures,
        awareness_settled=not file.waits_below,
    )
    return replace(facts, **known)  # type: ignore[arg-type]  # the callers name the fields of CaseGuardFacts


def first_half(file: CaseFile) -> dict[str, int | None]:
    """Return who did what a step says yes to, by the name of the step."""
    proposal = file.decision
    return {
        "decide": proposal.proposed_by if proposal else None,
        "dismiss": file.case.dismissal_asked_by,
        "approve_text": file.text.written_by if file.text else None,
        "release": file.release.first_by if file.release else None,
        "approve_notice": file.notice.written_by if file.notice else None,
        "confirm_segment": file.asked_segments[0].asked_by if file.asked_segments else None,
        "confirm_awareness": file.correction.asked_by if file.correction else None,
    }


def reached(ctx: Context, communication: Communication) -> int:
    """Return how many persons on the list are reached (`CaseFile.reached`), counted now."""
    found = ctx.session.scalar(
        select(func.count(distinct(Notice.recipient_id))).where(
            Communication.id == communication.id,
            Notice.communication_id == Communication.id,
            Notice.state.in_(TOLD),
            counts_as_told(),
        )
    )
    return found or 0


def tally_now(ctx: Context, case: BreachCase, communication: Communication) -> Tally:
    """Return the sum of the people affected (`CaseFile.tally`), counted now."""
    proven = exists().where(PublicNotice.case_id == case.id, PublicNotice.state == "proven")
    confirmed = and_(Segment.case_id == BreachCase.id, Segment.state == "confirmed")
    wanted = select(Segment, proven.label("has_proof")).select_from(BreachCase)
    wanted = wanted.outerjoin(Segment, confirmed).where(BreachCase.id == case.id)
    found = ctx.session.execute(wanted).all()
    return case_tally(
        case,
        communication,
        listed=recipient_count(ctx, communication),
        reached=reached(ctx, communication),
        segments=[row.Segment for row in found if row.Segment is not None],
        has_proof=bool(found[0].has_proof),
    )


def on_the_way_now(ctx: Context, communication: Communication) -> int:
    """Return how many letters of this round are on the way (`CaseFile.on_the_way`), counted now."""
    wanted = select(func.count(Notice.id)).where(
        Communication.id == communication.id,
        Notice.communication_id == Communication.id,
        Notice.state.in_(set(NoticeState) - SETTLED),
        in_this_round(),
    )
    unmade = select(func.sum(Release.unprepared)).where(Release.communication_id == communication.id)
    return (ctx.session.scalar(wanted) or 0) + (ctx.session.scalar(unmade) or 0)

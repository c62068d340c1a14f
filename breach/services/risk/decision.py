"""The high-risk decision: one person proposes with reasons, another decides on the same text."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from breach.domain.errors import Conflict, FieldError, InvalidInput, StepRefused
from breach.domain.events import EventKind
from breach.domain.risk import Outcome
from breach.domain.states import Audience, ExemptionGround
from breach.domain.values import trimmed
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile, begin_round
from breach.services.cases.loading import load
from breach.services.cases.steps import move
from breach.services.checks import written
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.letters.account import (
    PARTS,
    Account,
    account_faults,
    english_faults,
    save_account,
)
from breach.store.models import Assessment, BreachCase, Decision
from workflows.authority import AuthorityFlow, AuthorityGuardFacts
from workflows.communication import CommunicationFlow, CommunicationGuardFacts


@dataclass(frozen=True)
class Proposal:
    """What a case handler proposes: an outcome with its reasons."""

    outcome: str
    reasoning: str
    deviation_reason: str = ""
    exemption_ground: str = ""
    exemption_evidence: str = ""


def _checked(proposal: Proposal, computed: str) -> list[FieldError]:
    errors = []
    if proposal.outcome not in {outcome.value for outcome in Outcome}:
        errors.append(FieldError("outcome", "outcome_missing"))
    if not trimmed(proposal.reasoning):
        errors.append(FieldError("reasoning", "reasoning_missing"))
    if proposal.outcome != computed and not trimmed(proposal.deviation_reason):
        errors.append(FieldError("deviation_reason", "deviation_unexplained"))
    if proposal.exemption_ground:
        if proposal.exemption_ground not in {ground.value for ground in ExemptionGround}:
            errors.append(
                FieldError("exemption_ground", "unknown_value", {"value": proposal.exemption_ground})
            )
        if not trimmed(proposal.exemption_evidence):
            errors.append(FieldError("exemption_evidence", "evidence_missing"))
    return errors


def content_hash(case: BreachCase, assessment: Assessment, proposal: Proposal) -> str:
    """Return the hash of everything the second person approves; any change to it voids the approval."""
    content = {"case": case.reference, "assessment": str(assessment.id), **asdict(proposal)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def propose(
    ctx: Context, reference: str, version: int, proposal: Proposal, account: Account | None = None
) -> Decision:
    """Store a proposal on the newest assessment; departing from it takes a written reason.

    account: what happened and what was done, where it is told with the proposal
    """
    file = load(ctx, reference, version, "propose")
    case, assessment = file.case, file.assessment
    if assessment is None:
        raise StepRefused("propose", case.state.value, ("wrong_state",))
    errors = _checked(proposal, assessment.outcome)
    if account is not None:
        errors += _account_faults(ctx, file, proposal, account)
    if errors:
        raise InvalidInput(errors)
    for field in ("reasoning", "deviation_reason", "exemption_evidence"):
        if value := trimmed(getattr(proposal, field)):
            written(field, value)
    if account is not None:
        save_account(ctx, file.case, account)
    departs, deviation = proposal.outcome != assessment.outcome, proposal.deviation_reason
    move(ctx, file, "propose", reason=proposal.reasoning, departs=departs, deviation_reason=deviation)
    row = _proposed(ctx, case, assessment, proposal)
    ctx.session.add(row)
    file.decision = row
    ctx.session.flush()
    append_to_case(
        ctx,
        case,
        EventKind.DECISION_PROPOSED,
        decision=str(row.id),
        outcome=row.outcome,
        sha256=row.proposed_sha256,
    )
    return row


def _account_faults(ctx: Context, file: CaseFile, proposal: Proposal, account: Account) -> list[FieldError]:
    """Return what is wrong with an account; English is asked for where people are to be told in it."""
    tells_people = proposal.outcome == Outcome.NOTIFY_AUTHORITY_AND_DATA_SUBJECTS.value
    english = english_faults(file.case, account) if tells_people else ()
    return [*account_faults(ctx, file.case, account), *english]


def propose_as_asked(ctx: Context, reference: str, version: int, **asked: Any) -> Decision:
    """Store the proposal that a form or a program sends, field by field, with the account if it is given."""
    told = {name: asked.pop(name) for name in PARTS if name in asked}
    account = Account(**told) if told else None
    return propose(ctx, reference, version, Proposal(**asked), account)


def _proposed(ctx: Context, case: BreachCase, assessment: Assessment, proposal: Proposal) -> Decision:
    return Decision(
        id=new_id(ctx.now),
        controller_id=case.controller_id,
        case_id=case.id,
        assessment_id=assessment.id,
        state="proposed",
        outcome=proposal.outcome,
        computed_outcome=assessment.outcome,
        reasoning=trimmed(proposal.reasoning),
        deviation_reason=trimmed(proposal.deviation_reason) or None,
        exemption_ground=proposal.exemption_ground or None,
        exemption_evidence=trimmed(proposal.exemption_evidence) or None,
        proposed_by=ctx.person_id,
        proposed_at=ctx.now,
        proposed_sha256=content_hash(case, assessment, proposal),
    )


def _open_proposal(file: CaseFile, step: str) -> Decision:
    proposal = file.decision
    if proposal is None or proposal.state != "proposed":
        raise StepRefused(step, file.case.state.value, ("wrong_state",))
    return proposal


def send_back(ctx: Context, reference: str, version: int, comment: str) -> None:
    """Send a proposal back with what needs to change."""
    file = load(ctx, reference, version, "send_back")
    proposal = _open_proposal(file, "send_back")
    comment = written("comment", comment, "comment_missing")
    move(ctx, file, "send_back", comment=comment)
    proposal.state, proposal.comment = "sent_back", comment
    ctx.session.flush()


def decide(ctx: Context, reference: str, version: int, proposal_sha256: str, comment: str = "") -> None:
    """Decide as proposed, as another person than the proposer, and open the tracks that follow.

    Raises Conflict when the proposal that was read is not the one that stands.
    """
    file = load(ctx, reference, version, "decide")
    proposal = _open_proposal(file, "decide")
    if proposal.proposed_sha256 != proposal_sha256:
        raise Conflict("changed_meanwhile")
    if trimmed(comment):
        comment = written("comment", comment)
    move(ctx, file, "decide", comment=comment)
    proposal.state, proposal.decided_by, proposal.decided_at = "decided", ctx.person_id, ctx.now
    proposal.decided_sha256 = proposal_sha256
    proposal.comment = trimmed(comment) or None
    ctx.session.flush()
    file.decided = proposal
    _open_authority(ctx, file, proposal)
    _open_communication(ctx, file, proposal)


def _open_authority(ctx: Context, file: CaseFile, decision: Decision) -> None:
    case, track = file.case, file.authority
    register_only = decision.outcome == Outcome.REGISTER_ONLY.value
    flow = AuthorityFlow(track.state, AuthorityGuardFacts(decided_register_only=register_only))
    step = "waive" if register_only else "require"
    if flow.starts(step):
        track.state = flow.fire(step)
        ctx.session.flush()
        append_to_case(ctx, case, EventKind.of_step("authority", step), after=track.state.value)


def _open_communication(ctx: Context, file: CaseFile, decision: Decision) -> None:
    case, communication = file.case, file.communication
    high = decision.outcome == Outcome.NOTIFY_AUTHORITY_AND_DATA_SUBJECTS.value
    voluntary = file.controller.voluntary_communication
    guard_facts = CommunicationGuardFacts(
        actor_id=ctx.person_id,
        decided_below_high_risk=not high,
        ground=decision.exemption_ground or "",
        evidence=decision.exemption_evidence or "",
        exemption_asked_by=decision.proposed_by,
    )
    wanted = ["require"] if high or voluntary else ["waive"]
    if high and decision.exemption_ground:
        wanted.append("exempt")
    for step in wanted:
        flow = CommunicationFlow(communication.state, guard_facts)
        if not flow.starts(step):
            continue
        communication.state = flow.fire(step)
        if step == "require":
            begin_round(file, Audience.ALL)
        if step == "exempt":
            communication.exemption_ground = ExemptionGround(decision.exemption_ground)
            communication.exemption_evidence = decision.exemption_evidence
        ctx.session.flush()
        append_to_case(ctx, case, EventKind.of_step("communication", step), after=communication.state.value)

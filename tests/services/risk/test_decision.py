"""Decisions: what follows from an outcome, what a deviation takes, and what voids a proposal."""

from dataclasses import replace

import pytest

from breach.domain.errors import Conflict
from breach.domain.states import AuthorityState, CommunicationState
from breach.services.risk import assessment, decision
from breach.store.models import Controller
from tests.services.conftest import At
from tests.support.scenario import FACTS, HIGH, Service

A, C = AuthorityState, CommunicationState
FOLLOWS = {
    "register_only": (A.NOT_REQUIRED, C.NOT_REQUIRED),
    "notify_authority": (A.DUE, C.NOT_REQUIRED),
    HIGH: (A.DUE, C.DUE),
}


def decide(service: Service, proposal: decision.Proposal) -> str:
    """Propose and decide; return the hash that both persons bound themselves to."""
    row = service.do("sagsbehandler", decision.propose, proposal)
    service.do("beslutter", decision.decide, row.proposed_sha256)
    return str(row.proposed_sha256)


@pytest.mark.parametrize("outcome", FOLLOWS)
def test_tracks_follow_from_the_outcome(at: At, outcome: str) -> None:
    service = at("scored")
    deviation = "" if outcome == HIGH else "Modtageren er kendt og har slettet."
    decide(service, decision.Proposal(outcome, "Vurderet.", deviation))
    page = service.page()
    assert (page.authority.state, page.communication.state) == FOLLOWS[outcome]
    assert page.decision is not None
    assert page.decision.deviation_reason == (deviation or None)
    assert page.decision.computed_outcome == HIGH


def test_exemption_is_decided_with_its_ground_and_evidence(at: At) -> None:
    service = at("scored")
    decide(service, decision.Proposal(HIGH, "Vurderet.", "", "risk_removed", "Slettet samme dag."))
    communication = service.page().communication
    assert communication.state is C.EXEMPTED
    assert communication.exemption_ground is not None
    assert (communication.exemption_ground.value, communication.exemption_evidence) == (
        "risk_removed",
        "Slettet samme dag.",
    )


def test_communication_below_high_risk_follows_the_controllers_wish(at: At) -> None:
    service = at("scored")
    with service.runtime.transaction() as ctx:
        controller = service.actors["sagsbehandler"].controllers[0]
        ctx.session.get_one(Controller, controller).voluntary_communication = True
    decide(service, decision.Proposal("notify_authority", "Vurderet.", "Kendt modtager."))
    assert service.page().communication.state is C.DUE


def test_decision_binds_both_persons_to_the_same_hash(at: At) -> None:
    service = at("scored")
    sha256 = decide(service, decision.Proposal(HIGH, "Vurderet."))
    row = service.page().decision
    assert row is not None
    assert row.proposed_sha256 == row.decided_sha256 == sha256
    assert row.proposed_by == service.actors["sagsbehandler"].person_id
    assert row.decided_by == service.actors["beslutter"].person_id


def test_proposal_that_was_sent_back_can_no_longer_be_decided(at: At) -> None:
    service = at("proposed")
    old = service.page().decision
    assert old is not None
    service.do("beslutter", decision.send_back, "Skriv hvorfor.")
    service.do("sagsbehandler", assessment.score, FACTS)
    service.do("sagsbehandler", decision.propose, decision.Proposal(HIGH, "Nu med grund."))
    with pytest.raises(Conflict):
        service.do("beslutter", decision.decide, old.proposed_sha256)


@pytest.mark.parametrize("field", ["outcome", "reasoning", "deviation_reason", "exemption_evidence"])
def test_hash_covers_every_word_of_the_proposal(at: At, field: str) -> None:
    service = at("scored")
    page = service.page()
    proposal = decision.Proposal(HIGH, "Vurderet.")
    assert page.assessment is not None
    changed = replace(proposal, **{field: "andet"})
    first = decision.content_hash(page.case, page.assessment, proposal)
    assert first == decision.content_hash(page.case, page.assessment, proposal)
    assert first != decision.content_hash(page.case, page.assessment, changed)

"""Rounds of letters: a case sends again after letters were sent, and nobody gets the same round twice."""

from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from breach.domain.errors import InvalidInput, StepRefused
from breach.domain.states import CaseState, CommunicationState, NoticeState
from breach.services.authority import notification
from breach.services.cases import steps as case_steps
from breach.services.ids import new_id
from breach.services.letters import text
from breach.services.risk import assessment, decision
from breach.services.sending import by_hand, recipients, release
from breach.store.models import Notice
from tests.services.conftest import At
from tests.support.scenario import FACTS, Service
from tests.support.stages import PEOPLE, PROPOSAL, notices_of, tell_all, text_hash


def send_round(service: Service, count: int) -> None:
    """Walk a round from the draft of its letter to its release."""
    service.do("sagsbehandler", text.start_letter)
    service.do("godkender", text.approve_text, text_hash(service))
    service.do("sagsbehandler", release.ask_release, service.page().list_version)
    service.do("frigiver", release.release, count)


def by_round(service: Service) -> Counter[int]:
    return Counter(notice.round_number or 1 for notice in notices_of(service))


def add_one(service: Service) -> None:
    service.do("sagsbehandler", recipients.add_recipient, "251248-9996", "Prøve Person")


def correct_affected(service: Service, people: int) -> None:
    service.do("sagsbehandler", assessment.revise_facts, {**FACTS, "subject_count": people})


def give_up_one(service: Service) -> None:
    """Give up the letter that could not be delivered, and let all others arrive."""
    refused = next(one for one in notices_of(service) if one.state is NoticeState.REJECTED)
    service.do("sagsbehandler", by_hand.handle, refused.id, "fall_back")
    service.do("sagsbehandler", by_hand.handle, refused.id, "cancel")
    tell_all(service)


def test_round_to_all_sends_everybody_a_second_letter_and_keeps_the_first(at: At) -> None:
    service = at("told")
    first = service.page().released
    assert first is not None
    before = {one.id: (one.state, one.message_sha256) for one in notices_of(service)}
    service.do("sagsbehandler", release.open_round, "all")
    page = service.page()
    assert (page.communication.round, page.reached, page.untold) == (2, 0, PEOPLE)
    send_round(service, PEOPLE)
    assert by_round(service) == {1: PEOPLE, 2: PEOPLE}
    tell_all(service)
    page = service.page()
    assert (page.communication.state, page.untold) == (CommunicationState.COMPLETED, 0)
    after = {one.id: (one.state, one.message_sha256) for one in notices_of(service)}
    assert {key: after[key] for key in before} == before
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        sent = release.sent_rounds(ctx, page)
    assert [(one.round, one.frozen_count, one.text_id == first.text_id) for one in sent] == [
        (1, PEOPLE, True),
        (2, PEOPLE, False),
    ]
    assert all(one.completed_at for one in sent)


def test_round_to_new_people_leaves_out_those_written_to(at: At) -> None:
    service = at("told")
    service.do("sagsbehandler", release.open_round, "new")
    assert (service.page().addressed, service.page().untold) == (0, 0)
    add_one(service)
    assert (service.page().addressed, service.page().untold) == (1, 1)
    correct_affected(service, PEOPLE + 1)
    send_round(service, 1)
    assert by_round(service) == {1: PEOPLE, 2: 1}
    tell_all(service)
    assert service.page().communication.state is CommunicationState.COMPLETED


def test_round_to_new_people_alone_cannot_be_released_without_any(at: At) -> None:
    service = at("told")
    service.do("sagsbehandler", release.open_round, "new")
    service.do("sagsbehandler", text.start_letter)
    service.do("godkender", text.approve_text, text_hash(service))
    with pytest.raises(StepRefused) as refused:
        service.do("sagsbehandler", release.ask_release, service.page().list_version)
    assert refused.value.reasons == ("has_recipients",)
    service.do("sagsbehandler", release.open_round, "all")
    assert service.page().communication.round == 2
    send_round(service, PEOPLE)


def test_round_to_those_not_reached_ends_a_sending_that_gave_one_up(at: At) -> None:
    service = at("undelivered")
    give_up_one(service)
    assert (service.page().communication.state, service.page().untold) == (CommunicationState.SENDING, 1)
    service.do("sagsbehandler", release.open_round, "missed")
    assert (service.page().addressed, service.page().untold) == (1, 1)
    send_round(service, 1)
    tell_all(service)
    assert service.page().communication.state is CommunicationState.COMPLETED


def test_round_to_new_people_does_not_hide_one_who_was_never_reached(at: At) -> None:
    service = at("undelivered")
    give_up_one(service)
    service.do("sagsbehandler", release.open_round, "new")
    add_one(service)
    send_round(service, 1)
    tell_all(service)
    assert (service.page().communication.state, service.page().tally.surplus) == (
        CommunicationState.SENDING,
        1,
    )
    correct_affected(service, PEOPLE + 1)
    tell_all(service)
    page = service.page()
    assert (page.communication.state, page.tally.missing) == (CommunicationState.SENDING, 1)


def decide_again(service: Service) -> None:
    service.do("sagsbehandler", assessment.score, FACTS)
    service.do("sagsbehandler", decision.propose, PROPOSAL)
    proposal = service.page("beslutter").decision
    assert proposal is not None
    service.do("beslutter", decision.decide, proposal.proposed_sha256)


def test_reopened_case_sends_again_and_closes(at: At) -> None:
    service = at("concluded")
    with pytest.raises(StepRefused) as refused:
        service.do("sagsbehandler", release.open_round, "all")
    assert refused.value.reasons == ("case_is_decided",)
    service.do("sagsbehandler", case_steps.reopen, "Nye oplysninger.")
    decide_again(service)
    page = service.page()
    assert (page.communication.state, page.communication.round) == (CommunicationState.DUE, 2)
    send_round(service, PEOPLE)
    tell_all(service)
    if service.page().authority.state.value != "completed":
        service.do("sagsbehandler", notification.complete)
    service.do("sagsbehandler", case_steps.conclude)
    assert service.page().case.state is CaseState.CONCLUDED


def test_round_waits_for_letters_on_their_way(at: At) -> None:
    service = at("released")
    with pytest.raises(StepRefused) as refused:
        service.do("sagsbehandler", release.open_round, "all")
    assert refused.value.reasons == ("nothing_on_the_way",)


def test_round_before_the_first_sending_is_refused(at: At) -> None:
    service = at("approved")
    with pytest.raises(StepRefused) as refused:
        service.do("sagsbehandler", release.open_round, "all")
    assert refused.value.reasons == ("was_released",)


def test_round_for_an_unknown_audience_is_a_fault_of_the_field(at: At) -> None:
    service = at("told")
    with pytest.raises(InvalidInput) as wrong:
        service.do("sagsbehandler", release.open_round, "everybody")
    assert [(one.field, one.code) for one in wrong.value.errors] == [("audience", "audience_missing")]


def test_round_holds_one_living_notice_a_person_in_the_database(at: At) -> None:
    service = at("told")
    with service.runtime.transaction() as ctx:
        one = ctx.session.scalars(select(Notice).limit(1)).one()
        names = ("controller_id", "case_id", "communication_id", "recipient_id", "channel", "state")
        same = {name: getattr(one, name) for name in (*names, "message_sha256")}
        ctx.session.add(Notice(id=new_id(ctx.now), message_uuid=new_id(ctx.now), **same))
        with pytest.raises(IntegrityError):
            ctx.session.flush()
        ctx.session.rollback()

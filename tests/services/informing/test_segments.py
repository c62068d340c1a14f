"""Closing is barred until everybody affected is told, or two persons stand for why somebody is not."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from breach.domain.errors import Forbidden, NotFound, StepRefused
from breach.domain.states import CaseState, CommunicationState, NoticeState
from breach.services.authority import notification
from breach.services.cases import steps as case_steps
from breach.services.informing import segments
from breach.services.letters import text as letters_text
from breach.services.register.register import register
from breach.services.risk import assessment
from breach.services.sending import by_hand, release
from tests.services.conftest import At
from tests.support.scenario import FACTS, Service, import_csv, people_csv
from tests.support.stages import (
    PEOPLE,
    confirm_segment,
    everything,
    leave_out,
    notices_of,
    tell_all,
    text_hash,
)

MANY = 260_000


def correct_affected(service: Service, people: int | None) -> None:
    """Let the handler correct the number of people affected in the facts."""
    facts = {name: value for name, value in FACTS.items() if name != "subject_count"}
    known = {} if people is None else {"subject_count": people}
    service.do("sagsbehandler", assessment.revise_facts, {**facts, **known})


def barred_from_closing(service: Service) -> tuple[str, ...]:
    """Return why the case cannot be closed; nothing when it was."""
    try:
        service.do("sagsbehandler", case_steps.conclude)
    except StepRefused as refused:
        return refused.reasons
    return ()


def settle_authority(service: Service) -> None:
    if service.page().authority.state.value == "submitted":
        service.do("sagsbehandler", notification.complete)


def give_up(service: Service, states: Sequence[NoticeState] = (NoticeState.REJECTED,)) -> None:
    """Give up the letters that could not be delivered, and let all others arrive."""
    for notice in notices_of(service):
        if notice.state in states:
            service.do("sagsbehandler", by_hand.handle, notice.id, "fall_back")
            service.do("sagsbehandler", by_hand.handle, notice.id, "cancel")
    tell_all(service)


def test_list_that_is_shorter_than_those_affected_bars_closing_and_says_how_many(at: At) -> None:
    service = at("released")
    correct_affected(service, MANY)
    tell_all(service)
    settle_authority(service)
    page = service.page()
    assert (page.communication.state, page.letters_are_sent) == (CommunicationState.SENDING, True)
    with pytest.raises(StepRefused) as refused:
        service.do("sagsbehandler", case_steps.conclude)
    assert refused.value.reasons == ("communication_settled", "nobody_is_missing")
    assert refused.value.figures["missing"] == MANY - PEOPLE
    assert page.released is not None
    assert page.primary is not None
    assert page.primary.step == "ask_segment"


def test_list_that_is_shorter_than_those_affected_is_noted_as_a_round_that_reached_all(at: At) -> None:
    service = at("released")
    correct_affected(service, MANY)
    tell_all(service)
    released = service.page().released
    assert released is not None
    assert released.completed_at is not None


def test_case_closes_once_the_others_stand_with_a_reason(at: At) -> None:
    service = at("released")
    correct_affected(service, MANY)
    tell_all(service)
    settle_authority(service)
    leave_out(service, MANY - PEOPLE)
    assert service.page().communication.state is CommunicationState.COMPLETED
    assert barred_from_closing(service) == ()


def test_further_list_in_a_further_round_makes_up_the_sum(at: At) -> None:
    service = at("released")
    correct_affected(service, PEOPLE + 2)
    tell_all(service)
    settle_authority(service)
    service.do("sagsbehandler", release.open_round, "new")
    assert service.do("sagsbehandler", import_csv, people_csv(PEOPLE + 2)).added == 2
    service.do("sagsbehandler", letters_text.start_letter)
    service.do("godkender", letters_text.approve_text, text_hash(service))
    service.do("sagsbehandler", release.ask_release, service.page().list_version)
    service.do("frigiver", release.release, 2)
    tell_all(service)
    assert service.page().communication.state is CommunicationState.COMPLETED
    assert barred_from_closing(service) == ()


def test_small_case_needs_nothing_more(at: At) -> None:
    service = at("settled")
    assert (service.page().tally.by_letter, service.page().tally.missing) == (PEOPLE, 0)
    assert barred_from_closing(service) == ()


def test_number_that_nobody_knows_bars_closing_until_it_is_given(at: At) -> None:
    service = at("settled")
    correct_affected(service, None)
    assert barred_from_closing(service) == ("affected_is_known",)
    primary = service.page().primary
    assert primary is not None
    assert primary.step == "revise"
    correct_affected(service, PEOPLE)
    assert barred_from_closing(service) == ()


def test_list_that_is_longer_than_those_affected_bars_closing(at: At) -> None:
    service = at("settled")
    correct_affected(service, PEOPLE - 1)
    assert barred_from_closing(service) == ("count_covers_everybody",)
    correct_affected(service, PEOPLE)
    assert barred_from_closing(service) == ()


def test_number_corrected_after_all_were_told_bars_closing(at: At) -> None:
    service = at("settled")
    correct_affected(service, PEOPLE + 1)
    assert service.page().communication.state is CommunicationState.COMPLETED
    assert barred_from_closing(service) == ("nobody_is_missing",)


def test_letter_given_up_is_settled_by_a_reason(at: At) -> None:
    service = at("undelivered")
    give_up(service)
    settle_authority(service)
    assert service.page().tally.missing == 1
    assert "nobody_is_missing" in barred_from_closing(service)
    leave_out(service, 1, "told_otherwise")
    page = service.page()
    assert (page.tally.otherwise, page.communication.state) == (1, CommunicationState.COMPLETED)
    assert page.released is not None
    assert page.released.completed_at is None  # not everybody of the round was reached
    assert barred_from_closing(service) == ()


def test_letter_on_its_way_bars_the_end_although_the_numbers_fit(at: At) -> None:
    service = at("undelivered")
    leave_out(service, PEOPLE)
    page = service.page()
    assert (page.tally.missing, page.communication.state) == (0, CommunicationState.SENDING)


def test_nobody_exempts_alone(at: At) -> None:
    service = at("decided")
    alone = everything(service, "beslutter")
    with service.runtime.transaction(alone) as ctx:
        row = segments.ask(ctx, service.reference, service.version(), "all", "risk_removed", "Slettet.")
        segment = str(row.id)
    with service.runtime.transaction(alone) as ctx, pytest.raises(StepRefused) as refused:
        segments.confirm(ctx, service.reference, service.version(), segment)
    assert refused.value.reasons == ("segment_differs_from_asker",)
    assert service.page().communication.state is CommunicationState.DUE


@pytest.mark.parametrize("stage", ["decided", "drafting", "approved"])
def test_exemption_takes_a_second_person_also_where_a_letter_is_approved(at: At, stage: str) -> None:
    service = at(stage)
    before = service.page().communication.state
    service.do("beslutter", segments.ask, "all", "risk_removed", "Slettet samme dag.")
    assert service.page().communication.state is before
    with pytest.raises(Forbidden):
        confirm_as(service, "sagsbehandler")


def confirm_as(service: Service, who: str) -> None:
    service.do(who, segments.confirm, str(service.page().asked_segments[0].id))


def test_confirmed_exemption_settles_everybody_and_can_be_taken_back(at: At) -> None:
    service = at("exempted")
    page = service.page()
    assert (page.communication.state, page.is_informed) == (CommunicationState.EXEMPTED, True)
    assert page.communication.exemption_evidence == "Slettet samme dag."
    service.do("sagsbehandler", segments.withdraw, str(page.segments[0].id))
    page = service.page()
    assert (page.communication.state, page.tally.missing) == (CommunicationState.DUE, PEOPLE)


def test_database_holds_that_nobody_exempts_alone(at: At) -> None:
    service = at("exemption_asked")
    for change in (
        "UPDATE communication SET state = 'exempted'",
        "UPDATE segment SET state = 'confirmed', decided_by = asked_by, decided_at = asked_at",
        "UPDATE segment SET people = 3",
        "DELETE FROM segment",
    ):
        with service.runtime.sessions() as session, pytest.raises(IntegrityError):
            session.execute(text(change))


def test_refused_segment_counts_nobody_and_can_be_asked_for_anew(at: At) -> None:
    service = at("decided")
    service.do("sagsbehandler", segments.ask, "some", "no_high_risk", "Ingen fare.", 2, "To ansatte")
    waiting = str(service.page().asked_segments[0].id)
    service.do("beslutter", segments.refuse, waiting, "Risikoen er den samme.")
    with pytest.raises(StepRefused) as refused:
        service.do("beslutter", segments.refuse, waiting, "Igen.")
    assert refused.value.reasons == ("no_segment_waits",)
    assert service.page().tally.not_told == 0
    leave_out(service, 2)
    assert service.page().tally.not_told == 2


def test_segment_of_another_case_is_not_found(at: At) -> None:
    service = at("exemption_asked")
    with pytest.raises(NotFound):
        service.do("beslutter", segments.confirm, "01948f3e-7c00-7000-8000-000000000001")


def test_everybody_without_a_letter_is_completed_by_a_step(at: At) -> None:
    service = at("accounted_for")
    service.do("sagsbehandler", release.complete)
    assert service.page().is_informed
    assert service.page().case.state is CaseState.RESPONDING


def test_register_tells_how_many_of_those_affected_were_told(at: At) -> None:
    service = at("released")
    correct_affected(service, MANY)
    tell_all(service)
    with service.runtime.transaction(service.actors["revisor"]) as ctx:
        tally = register(ctx).rows[0].tally
    assert (tally.affected, tally.by_letter, tally.missing) == (MANY, PEOPLE, MANY - PEOPLE)


def test_two_segments_wait_and_each_is_answered(at: At) -> None:
    service = at("decided")
    for name in ("Ansatte", "Døde"):
        service.do("sagsbehandler", segments.ask, "some", "no_high_risk", "Ingen fare.", 1, name)
    confirm_segment(service)
    assert [one.name for one in service.page().asked_segments] == ["Døde"]
    confirm_segment(service)
    assert service.page().tally.not_told == 2

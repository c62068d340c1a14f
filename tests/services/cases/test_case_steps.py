"""What the steps of a case leave behind: merged and split awareness, dismissal, measures, reopening."""

from datetime import date, datetime, timedelta

import pytest

from breach.domain.clocks import notification_due
from breach.domain.errors import InvalidInput, StepRefused
from breach.domain.spans import whole_day
from breach.domain.states import AuthorityState, CaseState
from breach.services.cases import loading
from breach.services.cases import steps as case_steps
from breach.services.letters import account
from breach.store.models import BreachCase
from tests.services.conftest import At
from tests.support.scenario import Service
from tests.support.stages import other


def case_of(service: Service, reference: str) -> BreachCase:
    """Return a case as its handler sees it."""
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        return loading.get_case(ctx, reference)


def test_taking_a_case_makes_the_person_its_handler(at: At) -> None:
    service = at("reported")
    assert case_of(service, service.reference).handler_id is None
    service.do("sagsbehandler", case_steps.take)
    assert case_of(service, service.reference).handler_id == service.actors["sagsbehandler"].person_id


def test_merging_gives_the_target_the_earliest_awareness_and_splitting_takes_it_back(at: At) -> None:
    service = at("two")
    first = case_of(service, service.reference)
    own = case_of(service, other(service))
    assert first.aware_at < own.aware_at
    service.do("sagsbehandler", case_steps.merge, other(service).lower())
    target = case_of(service, other(service))
    merged = case_of(service, service.reference)
    assert (target.aware_at, target.due_at) == (first.aware_at, notification_due(first.aware_at))
    assert (merged.state, merged.is_open, merged.merged_into_id) == (CaseState.MERGED, False, target.id)
    service.do("sagsbehandler", case_steps.split)
    target = case_of(service, other(service))
    apart = case_of(service, service.reference)
    assert (target.aware_at, target.due_at) == (own.aware_at, own.due_at)
    assert (apart.state, apart.is_open, apart.merged_into_id) == (CaseState.ASSESSING, True, None)


def test_later_awareness_changes_nothing_in_the_target(at: At) -> None:
    service = at("two")
    first = service.reference
    second = other(service)
    before = case_of(service, first).aware_at
    service.reference = second
    service.do("sagsbehandler", case_steps.merge, first)
    assert case_of(service, first).aware_at == before


def test_split_leaves_the_earliest_awareness_of_those_still_merged(at: At) -> None:
    service = at("two")
    first = service.reference
    target = other(service)
    early = case_of(service, first).aware_at - timedelta(hours=5)
    earliest = service.open(aware_at=early)
    service.do("sagsbehandler", case_steps.merge, target)
    service.reference = first
    service.do("sagsbehandler", case_steps.merge, target)
    assert case_of(service, target).aware_at == early
    service.reference = earliest
    service.do("sagsbehandler", case_steps.split)
    assert case_of(service, target).aware_at == case_of(service, first).aware_at


def chain(service: Service) -> tuple[str, str, str]:
    """Merge the first of three cases into the second and that into the third; the first is the earliest."""
    first = service.reference
    middle = other(service)
    service.reference = first
    service.do("sagsbehandler", case_steps.merge, middle)
    last = service.open(aware_at=case_of(service, first).aware_at + timedelta(hours=9))
    service.reference = middle
    service.do("sagsbehandler", case_steps.merge, last)
    return first, middle, last


def awareness(service: Service, *references: str) -> list[tuple[datetime, datetime]]:
    """Return awareness and deadline of each case."""
    return [(one.aware_at, one.due_at) for one in (case_of(service, name) for name in references)]


def due(*moments: datetime) -> list[tuple[datetime, datetime]]:
    return [(at, notification_due(at)) for at in moments]


def test_earliest_awareness_goes_along_a_chain_of_merges(at: At) -> None:
    service = at("two")
    earliest = case_of(service, service.reference).aware_at
    assert awareness(service, *chain(service)) == due(earliest, earliest, earliest)


def test_split_at_the_far_end_gives_each_case_of_the_chain_what_is_left(at: At) -> None:
    service = at("two")
    own = [case_of(service, name).own_aware_at for name in (service.reference, other(service))]
    first, middle, last = chain(service)
    service.reference = first
    service.do("sagsbehandler", case_steps.split)
    assert awareness(service, first, middle, last) == due(own[0], own[1], own[1])
    service.reference = middle
    service.do("sagsbehandler", case_steps.split)
    assert awareness(service, first, middle, last) == due(*own, own[0] + timedelta(hours=9))


def test_split_in_the_middle_takes_what_hangs_on_it_along(at: At) -> None:
    service = at("two")
    earliest = case_of(service, service.reference).own_aware_at
    first, middle, last = chain(service)
    service.reference = middle
    service.do("sagsbehandler", case_steps.split)
    assert awareness(service, first, middle, last) == due(earliest, earliest, earliest + timedelta(hours=9))
    assert case_of(service, first).merged_into_id == case_of(service, middle).id


def test_case_merged_into_the_middle_of_a_chain_counts_at_its_end(at: At) -> None:
    service = at("two")
    first, middle, last = chain(service)
    service.reference = first
    service.do("sagsbehandler", case_steps.split)
    service.reference = middle
    service.do("sagsbehandler", case_steps.split)
    service.do("sagsbehandler", case_steps.merge, last)
    early = case_of(service, first).own_aware_at - timedelta(hours=5)
    fourth = service.open(aware_at=early)
    with pytest.raises(InvalidInput):  # what is merged is closed: the new case goes to the end itself
        service.do("sagsbehandler", case_steps.merge, middle)
    service.do("sagsbehandler", case_steps.merge, last)
    assert awareness(service, fourth, last) == due(early, early)
    service.do("sagsbehandler", case_steps.split)
    assert awareness(service, last) == due(case_of(service, middle).own_aware_at)


@pytest.mark.parametrize("target", ["itself", "a closed one", "a stranger's"])
def test_case_is_not_merged_into(at: At, target: str) -> None:
    service = at("merged")
    closed = service.reference
    second = other(service)
    service.reference = second
    named = {"itself": second, "a closed one": closed, "a stranger's": "BRUD-2026-999999"}[target]
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", case_steps.merge, named)
    assert [one.field for one in error.value.errors] == ["target_reference"]


def test_dismissed_case_stays_in_the_register_with_its_reason(at: At) -> None:
    service = at("dismissed")
    case = case_of(service, service.reference)
    assert (case.state, case.is_open, case.dismissal_reason) == (CaseState.DISMISSED, False, "Intet brud.")


def test_reopening_a_dismissed_case_asks_for_two_persons_anew(at: At) -> None:
    service = at("dismissed")
    service.do("sagsbehandler", case_steps.reopen, "Nyt vidne.")
    case = case_of(service, service.reference)
    assert (case.state, case.is_open, case.dismissal_asked_by) == (CaseState.ASSESSING, True, None)
    with pytest.raises(StepRefused) as refused:
        service.do("beslutter", case_steps.dismiss)
    assert refused.value.reasons == ("has_reason", "is_seconded")


def test_concluded_case_has_its_time_and_loses_it_when_reopened(at: At) -> None:
    service = at("concluded")
    case = case_of(service, service.reference)
    assert case.concluded_at is not None
    assert not case.is_open
    assert service.page().authority.state is AuthorityState.COMPLETED
    service.do("beslutter", case_steps.reopen, "Flere er ramt.")
    case = case_of(service, service.reference)
    assert case.concluded_at is None
    assert case.is_open


def test_measures_ask_when_the_breach_was_contained_and_keep_the_answer(at: At) -> None:
    service = at("assessing")
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", account.save_measures, "Kort", [], "Lukket.", True)
    assert [(one.field, one.code) for one in error.value.errors] == [
        ("contained_at", "contained_when_missing")
    ]
    day = whole_day(date(2026, 3, 3))
    service.do("sagsbehandler", account.save_measures, " Kort ", ["social"], " Lukket. ", True, day)
    assert case_of(service, service.reference).contained_when == day
    assert service.page().log[0].body["contained_at"] == "2026-03-03"
    first = case_of(service, service.reference)
    assert (first.summary, first.measures, first.consequences) == ("Kort", "Lukket.", ["social"])
    service.do("sagsbehandler", account.save_measures, "Kort", [], "Lukket.", True)
    assert case_of(service, service.reference).contained_at == first.contained_at is not None
    service.do("sagsbehandler", account.save_measures, "Kort", [], "Lukket.", False)
    assert case_of(service, service.reference).contained_at is None


def test_case_is_not_concluded_before_everything_is_settled(at: At) -> None:
    service = at("decided")
    service.do("sagsbehandler", account.save_measures, "")
    with pytest.raises(StepRefused) as refused:
        service.do("sagsbehandler", case_steps.conclude)
    assert refused.value.reasons == (
        "authority_settled",
        "communication_settled",
        "nobody_is_missing",
        "is_contained",
        "has_measures",
    )


def test_reassessing_needs_new_facts(at: At) -> None:
    with pytest.raises(StepRefused) as refused:
        at("decided").do("sagsbehandler", case_steps.reassess)
    assert refused.value.reasons == ("has_new_facts",)

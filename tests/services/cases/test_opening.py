"""A case from its first minute: number, 72 hours, both tracks, first event."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from breach.domain.clocks import notification_due
from breach.domain.states import AuthorityState, CaseState, CommunicationState
from tests.services.conftest import At
from tests.support.scenario import FACTS, Service, open_in


def opened(service: Service, slug: str, now: datetime) -> str:
    """Open a case of a region at a time."""
    with service.runtime.transaction(now=now) as ctx:
        return open_in(ctx, slug, FACTS, now)


def test_numbers_run_over_all_regions_and_by_danish_year(at: At) -> None:
    service = at("people")
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Copenhagen
    found = [opened(service, "nordjylland", summer) for _ in range(3)]
    found += [opened(service, "eksempel", summer), opened(service, "nordjylland", new_year)]
    assert found == [
        "BRUD-2026-000001",
        "BRUD-2026-000002",
        "BRUD-2026-000003",
        "BRUD-2026-000004",
        "BRUD-2027-000001",
    ]


def test_new_case_owes_a_notification_from_its_first_minute(at: At) -> None:
    service = at("reported")
    page = service.page()
    assert page.case.state is CaseState.REPORTED
    assert page.case.due_at == notification_due(page.case.aware_at)
    assert page.case.due_at >= page.case.aware_at + timedelta(hours=72)
    assert page.authority.state is AuthorityState.DUE
    assert page.communication.state is CommunicationState.NOT_REQUIRED
    assert [line.kind for line in page.log if line.kind != "case.read"] == ["case.opened"]


def test_number_of_a_rolled_back_case_is_given_again(at: At) -> None:
    service = at("people")
    with suppress(ZeroDivisionError), service.runtime.transaction() as ctx:
        open_in(ctx, "nordjylland", FACTS)
        raise ZeroDivisionError
    assert service.open().endswith("-000001")

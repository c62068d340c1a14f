"""The notification to Datatilsynet: recorded as it was, late only with the reasons."""

from datetime import timedelta

import pytest

from breach.domain.errors import InvalidInput
from breach.domain.states import AuthorityState
from breach.services.authority import notification
from breach.services.cases import steps as case_steps
from tests.services.conftest import At
from tests.support.scenario import Service


def aware(service: Service, hours_ago: float) -> None:
    """Open another case whose region became aware so many hours ago."""
    service.open(aware_at=service.runtime.clock() - timedelta(hours=hours_ago))


def test_submission_is_stored_with_who_when_and_receipt(at: At) -> None:
    service = at("reported")
    now = service.runtime.clock()
    service.do("beslutter", notification.submit, now, " DT-2026-1 ")
    track = service.page().authority
    assert (track.submitted_at, track.receipt_number, track.late_reason) == (now, "DT-2026-1", None)
    assert track.submitted_by == service.actors["beslutter"].person_id


@pytest.mark.parametrize("reason", ["", "   "])
def test_submission_after_72_hours_needs_the_reasons(at: At, reason: str) -> None:
    service = at("reported")
    aware(service, 72.1)
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", notification.submit, service.runtime.clock(), "1", reason)
    assert [(one.field, one.code) for one in error.value.errors] == [("late_reason", "late_unexplained")]
    assert service.page().authority.state is AuthorityState.DUE
    service.do("sagsbehandler", notification.submit, service.runtime.clock(), "1", "Fundet i en log.")
    assert service.page().authority.late_reason == "Fundet i en log."


def test_submission_within_72_hours_needs_no_reason(at: At) -> None:
    service = at("reported")
    aware(service, 71.9)
    service.do("sagsbehandler", notification.submit, service.runtime.clock(), "1")
    assert service.page().authority.state is AuthorityState.SUBMITTED


WRONG = {
    "in the future": (1, "submitted_at", "submitted_in_future"),
    "before it was known": (-3, "submitted_at", "submitted_before_aware"),
}


@pytest.mark.parametrize("case", WRONG)
def test_time_that_cannot_be_is_refused(at: At, case: str) -> None:
    hours, field, code = WRONG[case]
    service = at("reported")
    aware(service, 2)
    when = service.runtime.clock() + timedelta(hours=hours)
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", notification.submit, when, "1")
    assert [(one.field, one.code) for one in error.value.errors] == [(field, code)]


def test_receipt_number_has_its_limit(at: At) -> None:
    service = at("reported")
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", notification.submit, service.runtime.clock(), "x" * 81)
    assert [one.code for one in error.value.errors] == ["too_long"]


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        pytest.param("251248-9996", ["cpr_in_text"], id="cpr"),
        pytest.param("DT 2512489996 kvittering", ["cpr_in_text"], id="among-words"),
        pytest.param("2512489996" + "x" * 71, ["too_long", "cpr_in_text"], id="long-too"),
        pytest.param("DT-2026-2512", [], id="receipt"),
        pytest.param("a2512489996b" + "0f" * 14, [], id="hash"),
    ],
)
def test_receipt_number_holds_no_cpr_number(at: At, number: str, codes: list[str]) -> None:
    service = at("reported")
    found: list[str] = []
    try:
        service.do("sagsbehandler", notification.submit, service.runtime.clock(), number)
    except InvalidInput as error:
        found = [one.code for one in error.errors if one.field == "receipt_number"]
    track = service.page().authority
    assert found == codes
    assert track.state is (AuthorityState.DUE if codes else AuthorityState.SUBMITTED)
    assert track.receipt_number == (None if codes else number)


def test_supplements_keep_it_submitted_and_completion_waits_for_none(at: At) -> None:
    service = at("submitted")
    for note in ("Antal kendt.", "Foranstaltninger."):
        service.do("sagsbehandler", notification.supplement, note)
        assert service.page().authority.state is AuthorityState.SUBMITTED
    service.do("beslutter", notification.complete)
    service.do("beslutter", notification.withdraw, "Ikke et brud.")
    assert service.page().authority.state is AuthorityState.WITHDRAWN


def test_clock_does_not_wait_for_the_decision(at: At) -> None:
    service = at("submitted")
    service.do("sagsbehandler", case_steps.take)
    assert service.page().authority.state is AuthorityState.SUBMITTED

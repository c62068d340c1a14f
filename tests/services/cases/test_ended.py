"""Merged and dismissed cases have ended, and what is merged into a decided case has it judged anew."""

from datetime import timedelta

import pytest

from breach.domain.errors import InvalidInput, StepRefused
from breach.domain.states import AuthorityState, CaseState, shown_state
from breach.services import actions
from breach.services.authority import notification
from breach.services.cases import loading
from breach.services.cases import steps as case_steps
from breach.services.cases.reminders import open_reminders
from breach.services.risk import decision
from tests.services.conftest import At
from tests.support.stages import everything, other

H, D = "sagsbehandler", "beslutter"
LIVING = ("split", "ask_awareness", "confirm_awareness", "refuse_awareness", "withdraw_awareness")
"""Steps that a merged case still has."""


@pytest.mark.parametrize("step", [one.name for one in actions.ACTIONS if one.name not in LIVING])
def test_merged_case_refuses_every_step_and_names_where_it_went(kept_at: At, step: str) -> None:
    service = kept_at("merged")
    version = service.version()
    with pytest.raises(StepRefused) as refused, service.runtime.transaction(everything(service)) as ctx:
        loading.load(ctx, service.reference, version, step)
    assert (refused.value.reasons, refused.value.into) == (("is_merged",), other(service))


def test_merged_case_offers_no_step_first(at: At) -> None:
    page = at("merged").page()
    assert page.primary is None
    assert {one.step for one in page.offers if one.is_open} == {"split", "ask_awareness"}


def test_dismissed_case_is_not_notified(at: At) -> None:
    service = at("dismissed")
    with pytest.raises(StepRefused) as refused:
        service.do(H, notification.submit, service.runtime.clock(), "a" * 40)
    assert refused.value.reasons == ("is_dismissed",)
    assert service.page().primary is None
    with service.runtime.transaction(service.actors[H]) as ctx:
        assert open_reminders(ctx) == []


def test_case_that_takes_in_another_after_its_decision_is_judged_anew(at: At) -> None:
    service = at("decided")
    decided = service.reference
    service.open()
    service.do(H, case_steps.merge, decided)
    service.reference = decided
    page = service.page()
    assert page.case.state is CaseState.ASSESSING
    assert page.authority.state is AuthorityState.DUE
    with pytest.raises(StepRefused):
        service.do(H, case_steps.conclude)


def test_report_merged_into_a_notified_case_opens_the_notification_for_more(at: At) -> None:
    service = at("settled")
    settled = service.reference
    assert service.page().authority.state is AuthorityState.COMPLETED
    service.open()
    service.do(H, case_steps.merge, settled)
    service.reference = settled
    page = service.page()
    assert (page.case.state, page.authority.state) == (CaseState.ASSESSING, AuthorityState.SUBMITTED)


def test_register_only_case_is_due_again_and_late_when_an_older_report_joins_it(at: At) -> None:
    service = at("scored")
    decided = service.reference
    service.do(
        H, decision.propose, decision.Proposal("register_only", "Ingen risiko.", "Modtageren er betroet.")
    )
    proposal = service.page("beslutter").decision
    assert proposal is not None
    service.do(D, decision.decide, proposal.proposed_sha256)
    assert service.page().authority.state is AuthorityState.NOT_REQUIRED
    earlier = service.runtime.clock() - timedelta(hours=80)
    service.open(aware_at=earlier)
    service.do(H, case_steps.merge, decided)
    service.reference = decided
    page = service.page()
    assert (page.case.state, page.authority.state) == (CaseState.ASSESSING, AuthorityState.DUE)
    assert (page.case.aware_at, page.notifying_due_at) == (earlier, earlier + timedelta(hours=72))
    with pytest.raises(StepRefused):
        service.do(H, case_steps.conclude)


@pytest.mark.parametrize("stage", ["merged", "dismissed"])
@pytest.mark.parametrize("track", list(AuthorityState))
def test_ended_case_has_no_deadline(at: At, stage: str, track: AuthorityState) -> None:
    page = at(stage).page()
    page.authority.state = track
    assert (page.notifying_due_at, page.informing_due_at) == (None, None)
    is_shown = track in (AuthorityState.SUBMITTED, AuthorityState.COMPLETED, AuthorityState.WITHDRAWN)
    assert shown_state(page.case.state, track) is (track if is_shown else None)


def test_case_that_waits_for_its_decision_takes_in_no_other(at: At) -> None:
    service = at("proposed")
    waiting = service.reference
    service.open()
    with pytest.raises(InvalidInput) as error:
        service.do(H, case_steps.merge, waiting)
    assert [one.code for one in error.value.errors] == ["target_waits_decision"]


def test_dismissal_asked_before_a_merge_is_asked_anew(at: At) -> None:
    service = at("dismissal_asked")
    asked = service.reference
    service.open()
    service.do(H, case_steps.merge, asked)
    service.reference = asked
    with pytest.raises(StepRefused):
        service.do(D, case_steps.dismiss)

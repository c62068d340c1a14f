"""Each step of the services: taken where it may be, refused with a name everywhere else."""

from typing import Any

import pytest
from sqlalchemy import func, select

from breach.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, StepRefused
from breach.services.cases import loading
from breach.services.context import Actor
from breach.services.letters import text
from breach.services.risk import decision
from breach.store.models import AuditEvent
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.services.steps import REASONS, STEPS, Step
from tests.support.scenario import Service
from tests.support.stages import everything, text_hash

NAMES = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())


def events_of(service: Service) -> list[str]:
    """Return the kinds of event of the case, in their order."""
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        case = loading.get_case(ctx, service.reference)
        rows = ctx.session.execute(
            select(AuditEvent.kind)
            .where(AuditEvent.case_id == case.id, AuditEvent.kind != "case.read")
            .order_by(AuditEvent.seq)
        )
        return [kind for (kind,) in rows]


def count_events(service: Service) -> int:
    """Return how many events of any kind there are."""
    with service.runtime.transaction() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def state_of(service: Service, track: str) -> str:
    """Return the state of the case or of one of its tracks."""
    row: Any = getattr(service.page(), track)
    return str(row.state.value)


def refused(service: Service, who: Actor, step: Step, version: int | None = None) -> DomainError:
    """Take the step, expect a refusal, and see that it left nothing behind."""
    arguments = step.arguments(service)
    before = service.version(), count_events(service)
    with pytest.raises(DomainError) as error, service.runtime.transaction(who) as ctx:
        step.call(ctx, service.reference, before[0] if version is None else version, *arguments)
    assert (service.version(), count_events(service)) == before
    return error.value


@NAMES
def test_step_is_taken_and_written_down_once(at: At, step: Step) -> None:
    service = at(step.stage)
    arguments = step.arguments(service)
    before = events_of(service)
    service.do(step.who, step.call, *arguments)
    assert state_of(service, step.track) == step.after
    after = events_of(service)
    assert after[: len(before)] == before
    assert tuple(after[len(before) :]) == step.events
    with service.runtime.sessions() as session:
        assert verify(session, service.runtime.settings.anchor_file) is None


@NAMES
def test_step_in_a_wrong_state_is_refused(kept_at: At, step: Step) -> None:
    service = kept_at(step.wrong)
    if step.call is text.approve_text:  # its text is approved: the hash is right, the state is not
        assert step.arguments(service) == (text_hash(service),)
    error = refused(service, service.actors[step.who], step)
    assert isinstance(error, StepRefused)
    assert {"wrong_state", "is_merged"} & set(error.reasons)


@NAMES
def test_step_without_the_right_is_forbidden(kept_at: At, step: Step) -> None:
    service = kept_at(step.stage)
    assert isinstance(refused(service, service.actors["revisor"], step), Forbidden)


@NAMES
@pytest.mark.parametrize("who", ["fremmed", "administrator"])
def test_for_a_stranger_there_is_no_such_case(kept_at: At, step: Step, who: str) -> None:
    service = kept_at(step.stage)
    assert isinstance(refused(service, service.actors[who], step), NotFound)


@NAMES
def test_step_on_an_old_page_is_a_conflict(kept_at: At, step: Step) -> None:
    service = kept_at(step.stage)
    error = refused(service, service.actors[step.who], step, version=service.version() - 1)
    assert isinstance(error, Conflict)
    assert error.code == "changed_meanwhile"


FOUR_EYES = {
    "dismiss": ("sagsbehandler", "is_seconded"),
    "decide": ("sagsbehandler", "approver_differs_from_proposer"),
    "approve_text": ("sagsbehandler", "approver_differs_from_author"),
    "release": ("sagsbehandler", "releaser_differs_from_asker"),
    "confirm_awareness": ("sagsbehandler", "corrector_differs_from_asker"),
    "refuse_awareness": ("sagsbehandler", "corrector_differs_from_asker"),
}


@pytest.mark.parametrize("name", FOUR_EYES)
def test_four_eyes_hold_for_one_person_with_every_right(kept_at: At, name: str) -> None:
    step, (who, guard) = STEPS[name], FOUR_EYES[name]
    service = kept_at(step.stage)
    error = refused(service, everything(service, who), step)
    assert isinstance(error, StepRefused)
    assert error.reasons == (guard,)


@pytest.mark.parametrize("name", REASONS)
def test_input_that_breaks_a_rule_stores_nothing(kept_at: At, name: str) -> None:
    call, stage, who, arguments, field, code = REASONS[name]
    service = kept_at(stage)
    before = service.version(), count_events(service)
    with pytest.raises(InvalidInput) as error:
        service.do(who, call, *arguments)
    assert (field, code) in [(one.field, one.code) for one in error.value.errors]
    assert (service.version(), count_events(service)) == before
    assert "2512489996" not in str(error.value)


@pytest.mark.parametrize(("name", "stage"), [("approve_text", "drafting"), ("decide", "proposed")])
def test_approval_of_another_text_than_the_one_read_is_a_conflict(kept_at: At, name: str, stage: str) -> None:
    service = kept_at(stage)
    with pytest.raises(Conflict):
        service.do(STEPS[name].who, STEPS[name].call, "0" * 64)


def test_comment_with_a_cpr_number_never_reaches_the_record(kept_at: At) -> None:
    service = kept_at("proposed")
    (sha256,) = STEPS["decide"].arguments(service)
    with pytest.raises(InvalidInput):
        service.do("beslutter", decision.decide, sha256, "Gælder 251248-9996")

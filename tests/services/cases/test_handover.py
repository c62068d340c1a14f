"""A case whose handler has left stands with nobody, until another handler takes it over with a reason."""

import json

import pytest
from sqlalchemy import select

from breach.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, StepRefused
from breach.domain.states import Role
from breach.services.access import accounts, overview
from breach.services.access.people import NewPerson, RoleAt, add_person
from breach.services.cases import handover, loading
from breach.services.demo import DEMO_PASSWORD
from breach.services.desk.queue import queue
from breach.store.models import AuditEvent
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.support.access import confirm_all
from tests.support.scenario import Service, actors_of

WHY = "Sara er rejst."
HANDLER = RoleAt(Role.CASE_HANDLER, "nordjylland")


def with_ida(service: Service) -> Service:
    """Let a second case handler come to the region."""
    with service.runtime.transaction() as ctx:
        add_person(ctx, NewPerson("ida", "Ida Prøve", DEMO_PASSWORD, (HANDLER,)))
    confirm_all(service.runtime)
    service.actors = actors_of(service.runtime)
    return service


def without_sara(service: Service) -> Service:
    """Take the log-in of the case's handler away."""
    with service.runtime.transaction() as ctx:
        accounts.disable(ctx, "sagsbehandler")
    return service


def left(service: Service) -> Service:
    return without_sara(with_ida(service))


def tab(service: Service, name: str, who: str = "ida") -> list[tuple[str, str | None, bool]]:
    with service.runtime.transaction(service.actors[who]) as ctx:
        page = queue(ctx, name)
        if name != "closed":
            assert page.counts[name] == len(page.rows)
        return [(row.reference, row.handler, row.handler_left) for row in page.rows]


def refusal(service: Service, who: str, reason: str = WHY, version: int | None = None) -> DomainError:
    with service.runtime.transaction(service.actors[who]) as ctx:
        seen = loading.get_case(ctx, service.reference).version if version is None else version
    with pytest.raises(DomainError) as error, service.runtime.transaction(service.actors[who]) as ctx:
        handover.take_over(ctx, service.reference, seen, reason)
    return error.value


@pytest.mark.parametrize("stage", ["assessing", "proposed", "released"])
def test_case_of_a_disabled_handler_needs_a_new_one_and_gets_it(at: At, stage: str) -> None:
    service = with_ida(at(stage))
    state = service.page().case.state
    assert tab(service, "untaken") == []
    without_sara(service)
    waits = [(service.reference, "Sara Sagsbehandler", True)]
    assert tab(service, "untaken") == waits
    assert tab(service, "all") == waits
    assert service.page("ida").handler_left
    service.do("ida", handover.take_over, WHY)
    page = service.page("ida")
    assert (page.case.handler_id, page.case.state) == (service.actors["ida"].person_id, state)
    assert not page.handler_left
    assert tab(service, "untaken") == []
    assert tab(service, "mine") == [(service.reference, "Ida Prøve", False)]


def test_record_says_who_took_it_from_whom_and_why(at: At) -> None:
    service = left(at("assessing"))
    service.do("ida", handover.take_over, WHY)
    version = service.version()
    with service.runtime.transaction() as ctx:
        event = ctx.session.scalars(select(AuditEvent).where(AuditEvent.kind == "case.taken_over")).one()
        assert event.actor_id == service.actors["ida"].person_id
        assert json.loads(event.body)["data"] == {
            "reason": WHY,
            "left": service.actors["sagsbehandler"].person_id,
            "handler": service.actors["ida"].person_id,
            "version": version,
        }
    with service.runtime.sessions() as session:
        assert verify(session, service.runtime.settings.anchor_file) is None


def test_handler_whose_role_was_taken_has_left_too(at: At) -> None:
    service = with_ida(at("assessing"))
    with service.runtime.transaction() as ctx:
        accounts.change_roles(ctx, "sagsbehandler", (RoleAt(Role.RELEASER, "nordjylland"),), (HANDLER,))
    assert tab(service, "untaken") == [(service.reference, "Sara Sagsbehandler", True)]
    service.do("ida", handover.take_over, WHY)


def test_handler_who_is_let_in_again_keeps_the_case(at: At) -> None:
    service = left(at("assessing"))
    with service.runtime.transaction() as ctx:
        accounts.enable(ctx, "sagsbehandler")
    assert tab(service, "untaken") == [(service.reference, "Sara Sagsbehandler", True)]  # no role yet
    confirm_all(service.runtime)
    assert tab(service, "untaken") == []
    error = refusal(service, "ida")
    assert isinstance(error, StepRefused)
    assert error.reasons == ("handler_is_here",)


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        pytest.param("reported", "handler_is_here", id="taken-by-nobody-yet"),
        pytest.param("dismissed", "wrong_state", id="closed"),
        pytest.param("merged", "is_merged", id="merged"),
    ],
)
def test_take_over_needs_an_open_case_whose_handler_left(at: At, stage: str, reason: str) -> None:
    service = left(at(stage))
    error = refusal(service, "ida")
    assert isinstance(error, StepRefused)
    assert error.reasons == (reason,)
    assert not service.page("ida").handler_left


@pytest.mark.parametrize(
    ("who", "wrong"),
    [("beslutter", Forbidden), ("revisor", Forbidden), ("fremmed", NotFound), ("administrator", NotFound)],
)
def test_take_over_is_refused_to_others(at: At, who: str, wrong: type[DomainError]) -> None:
    service = left(at("assessing"))
    version = service.page("ida").case.version
    assert isinstance(refusal(service, who, version=version), wrong)


@pytest.mark.parametrize(
    ("reason", "code"),
    [("  ", "reason_missing"), ("Se 251248-9996.", "cpr_in_text"), ("x" * 4001, "too_long")],
)
def test_reason_is_a_text_that_can_stand_in_the_register(at: At, reason: str, code: str) -> None:
    service = left(at("assessing"))
    error = refusal(service, "ida", reason)
    assert isinstance(error, InvalidInput)
    assert [(one.field, one.code) for one in error.errors] == [("reason", code)]


def test_take_over_by_two_at_once_gives_it_to_one(at: At) -> None:
    service = left(at("assessing"))
    stale = service.page("ida").case.version
    service.do("ida", handover.take_over, WHY)
    assert isinstance(refusal(service, "ida", version=stale), Conflict)


def test_step_comes_first_and_only_where_it_is_needed(at: At) -> None:
    service = with_ida(at("scored"))
    assert "take_over" not in [offer.step for offer in service.page("ida").offers]
    without_sara(service)
    first = service.page("ida").primary
    assert first is not None
    assert (first.track, first.step) == ("case", "take_over")
    shown = {offer.step: offer.reasons for offer in service.page("revisor").offers}
    assert shown["take_over"] == ("no_right",)


NOTE = "Leverandøren ringer tirsdag."


def test_handler_hands_the_case_over_with_a_note(at: At) -> None:
    service = with_ida(at("assessing"))
    service.do("sagsbehandler", handover.hand_over, "ida", NOTE)
    assert tab(service, "mine") == [(service.reference, "Ida Prøve", False)]
    assert tab(service, "mine", "sagsbehandler") == []
    line = service.page("ida").log[0]
    assert (line.kind, line.who, line.body["reason"]) == ("case.handed_over", "Sara Sagsbehandler", NOTE)


def test_decider_hands_the_case_over_for_a_handler_who_is_away(at: At) -> None:
    service = with_ida(at("scored"))
    service.do("beslutter", handover.hand_over, "Ida", NOTE)
    assert service.page("ida").case.handler_id == service.actors["ida"].person_id


@pytest.mark.parametrize(
    ("stage", "who", "reasons"),
    [
        ("assessing", "ida", ("only_handler_hands_over",)),
        ("reported", "beslutter", ("wrong_state",)),
        ("dismissed", "beslutter", ("wrong_state",)),
    ],
)
def test_hand_over_is_refused(at: At, stage: str, who: str, reasons: tuple[str, ...]) -> None:
    service = with_ida(at(stage))
    offered = {offer.step: offer.reasons for offer in service.page(who).offers}
    assert offered["hand_over"] == reasons
    with pytest.raises(StepRefused) as refused:
        service.do(who, handover.hand_over, "sagsbehandler", NOTE)
    assert refused.value.reasons == reasons


@pytest.mark.parametrize("to", ["beslutter", "sagsbehandler", "fremmed", "nobody", ""])
def test_hand_over_goes_to_a_colleague_with_the_role(at: At, to: str) -> None:
    service = with_ida(at("assessing"))
    with pytest.raises(InvalidInput) as wrong:
        service.do("sagsbehandler", handover.hand_over, to, NOTE)
    assert [(one.field, one.code) for one in wrong.value.errors] == [("to", "handler_unfit")]


def test_closing_an_access_names_the_cases_that_hang_on_it(at: At) -> None:
    service = with_ida(at("assessing"))
    sara = service.actors["sagsbehandler"].person_id or 0
    with service.runtime.transaction(service.actors["administrator"]) as ctx:
        shown = overview.person_page(ctx, sara)
    due = service.page().case.due_at
    assert [(one.reference, one.notifying_due_at) for one in shown.cases] == [(service.reference, due)]
    assert [one.is_late for one in shown.cases] == [False]
    with service.runtime.transaction(service.actors["administrator"], now=due) as ctx:
        assert [one.is_late for one in overview.person_page(ctx, sara).cases] == [True]
    assert shown.deciders == ("Bo Beslutter",)
    service.do("sagsbehandler", handover.hand_over, "ida", NOTE)
    with service.runtime.transaction(service.actors["administrator"]) as ctx:
        assert overview.person_page(ctx, sara).cases == ()

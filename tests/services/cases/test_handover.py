"""A case whose handler has left stands with nobody, until another handler takes it over with a reason."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from breach.domain.danish_time import local
from breach.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, StepRefused
from breach.domain.states import Role
from breach.services.access import accounts, overview
from breach.services.access.people import NewPerson, RoleAt, actor_of, add_person
from breach.services.cases import loading
from breach.services.cases.handler import asking, deputies, handover
from breach.services.demo import DEMO_PASSWORD
from breach.services.desk.queue import queue
from breach.store.models import AuditEvent, Person
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.services.steps import STEPS
from tests.support.access import confirm_all
from tests.support.scenario import Service, actors_of

WHY = "Sara er rejst."
ASKS = "Jeg kender afdelingen."
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


def wanted(service: Service) -> Service:
    """Let a second case handler ask for the case."""
    with_ida(service).do("ida", asking.ask_for_case, ASKS)
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


def waits_with(service: Service, who: str) -> bool:
    """Tell whether the wish for the case waits in somebody's list, and is the step that they are led to."""
    listed = [row[0] for row in tab(service, "waiting", who)]
    primary = service.page(who).primary
    is_next = primary is not None and primary.step == "hand_over"
    assert (service.reference in listed) == is_next
    return is_next


def test_case_that_is_asked_for_waits_for_its_handler_alone(at: At) -> None:
    service = wanted(at("assessing"))
    assert {who: waits_with(service, who) for who in ("sagsbehandler", "ida", "beslutter")} == {
        "sagsbehandler": True,
        "ida": False,
        "beslutter": False,
    }
    page = service.page()
    assert (page.case.wanted_by, page.case.handler_id) == (
        service.actors["ida"].person_id,
        service.actors["sagsbehandler"].person_id,
    )


def test_handler_gives_the_case_that_was_asked_for(at: At) -> None:
    service = wanted(at("assessing"))
    service.do("sagsbehandler", handover.hand_over, "ida", "Alt står i fakta.")
    page = service.page("ida")
    assert (page.case.handler_id, page.case.wanted_by) == (service.actors["ida"].person_id, None)
    assert {"case.handed_over", "case.asked_for"} <= {line.kind for line in page.log}
    assert not waits_with(service, "sagsbehandler")


@pytest.mark.parametrize("who", ["sagsbehandler", "beslutter", "ida"])
def test_case_is_kept_and_the_log_says_why(at: At, who: str) -> None:
    service = wanted(at("assessing"))
    service.do(who, asking.keep_case, "Den er snart færdig.")
    page = service.page()
    assert (page.case.wanted_by, page.case.handler_id) == (None, service.actors["sagsbehandler"].person_id)
    [line] = [line for line in page.log if line.kind == "case.kept"]
    assert (line.body["reason"], line.body["asked_by"]) == (
        "Den er snart færdig.",
        service.actors["ida"].person_id,
    )
    service.do("ida", asking.ask_for_case, ASKS)


def test_case_is_asked_for_once_and_not_by_its_handler(at: At) -> None:
    service = with_ida(at("assessing"))
    with pytest.raises(StepRefused) as error:
        service.do("sagsbehandler", asking.ask_for_case, ASKS)
    assert error.value.reasons == ("case_is_own",)
    service.do("ida", asking.ask_for_case, ASKS)
    with pytest.raises(StepRefused) as error:
        service.do("ida", asking.ask_for_case, ASKS)
    assert error.value.reasons == ("case_is_wanted",)


def test_case_whose_handler_left_is_taken_over_and_not_asked_for(at: At) -> None:
    service = wanted(at("assessing"))
    without_sara(service)
    service.do("ida", handover.take_over, WHY)
    assert service.page("ida").case.wanted_by is None


def deputised(service: Service, *days: int) -> Service:
    """Let Sara name Ida her deputy, from so many days from now to so many."""
    with_ida(service)
    today = local(service.runtime.clock()).date()
    first, last = (today + timedelta(days=one) for one in days or (0, 7))
    with service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        deputies.name_deputy(ctx, "ida", first, last)
    return acting_today(service)


def acting_today(service: Service) -> Service:
    """Let those who act be read anew, with those for whom they stand in today."""
    today = local(service.runtime.clock()).date()
    with service.runtime.transaction() as ctx:
        people = ctx.session.scalars(select(Person)).all()
        service.actors = {one.username: actor_of(one, today=today) for one in people}
    return service


@pytest.mark.parametrize(
    ("days", "holds"),
    [((0, 7), True), ((0, 0), True), ((-3, 0), True), ((1, 7), False)],
)
def test_deputy_has_the_cases_in_the_own_list_on_the_days_named(
    at: At, days: tuple[int, int], holds: bool
) -> None:
    service = deputised(at("sent_back"), *days)
    own = [(service.reference, "Sara Sagsbehandler", False)] if holds else []
    assert tab(service, "mine") == own
    assert tab(service, "waiting") == own
    assert tab(service, "mine", "sagsbehandler") == [(service.reference, "Sara Sagsbehandler", False)]


def test_deputy_does_what_the_handler_does_as_themself(at: At) -> None:
    service = deputised(at("assessing"))
    service.do("ida", handover.hand_over, "ida", "Sara er på ferie.")
    [line] = [line for line in service.page("ida").log if line.kind == "case.handed_over"]
    assert line.who == "Ida Prøve"


@pytest.mark.parametrize("is_deputy", [True, False])
@pytest.mark.parametrize("name", ["dismiss", "decide", "approve_text", "release", "confirm_awareness"])
def test_deputy_is_no_second_pair_of_eyes_to_whom_they_stand_in_for(
    at: At, name: str, is_deputy: bool
) -> None:
    step = STEPS[name]
    service = at(step.stage)
    arguments = step.arguments(service)
    sara = service.actors["sagsbehandler"].person_id
    controller = service.actors[step.who].controllers[0]
    other = replace(
        service.actors[step.who],
        roles=frozenset((controller, role) for role in Role),
        stands_for=frozenset({sara or 0} if is_deputy else ()),
    )
    service.actors["other"] = other
    assert (name in {one.step for one in service.page("other").next if one.is_mine}) != is_deputy
    if not is_deputy:
        service.do("other", step.call, *arguments)
        return
    with pytest.raises(StepRefused) as error:
        service.do("other", step.call, *arguments)
    assert error.value.reasons == ("stands_in",)
    assert tab(service, "waiting", "other") in ([], [(service.reference, "Sara Sagsbehandler", False)])


def test_deputy_is_ended_and_neither_changed_nor_unfit(at: At) -> None:
    service = deputised(at("assessing"))
    sara = service.actors["sagsbehandler"]
    today = local(service.runtime.clock()).date()
    wrong = {
        ("ida", today, today): "deputy_overlaps",
        ("beslutter", today, today): "deputy_unfit",
        ("sagsbehandler", today, today): "deputy_unfit",
        ("ida", today, today - timedelta(days=1)): "deputy_days",
        ("ida", today, today + timedelta(days=400)): "deputy_days",
    }
    for said, code in wrong.items():
        with pytest.raises(InvalidInput) as error, service.runtime.transaction(sara) as ctx:
            deputies.name_deputy(ctx, *said)
        assert [one.code for one in error.value.errors] == [code]
    with service.runtime.transaction(sara) as ctx:
        [row] = deputies.own_deputies(ctx)
    with pytest.raises(NotFound), service.runtime.transaction(service.actors["ida"]) as ctx:
        deputies.end_deputy(ctx, row.id)
    with service.runtime.transaction(sara) as ctx:
        deputies.end_deputy(ctx, row.id)
    assert acting_today(service).actors["ida"].stands_for == frozenset()
    with service.runtime.sessions() as session:
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.kind.like("person.deputy%"))).all()
        assert sorted(kinds) == ["person.deputy_ended", "person.deputy_named"]
        assert verify(session, service.runtime.settings.anchor_file) is None

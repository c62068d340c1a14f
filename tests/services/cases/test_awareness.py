"""The awareness is corrected by two persons: what moves with it, and what merges make of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from breach.domain.clocks import notification_due
from breach.domain.errors import InvalidInput, StepRefused
from breach.domain.states import AuthorityState, Role
from breach.services.authority import notification
from breach.services.cases import awareness, loading
from breach.services.cases import steps as case_steps
from breach.services.cases.reminders import give_reminders, open_reminders
from breach.services.context import Actor
from breach.services.desk.queue import queue
from breach.store.models import BreachCase
from tests.services.conftest import At
from tests.support.scenario import Service
from tests.support.stages import earlier, everything, other

WHY = "Vagten vidste det før."
H, D = "sagsbehandler", "beslutter"


def case_of(service: Service, reference: str = "") -> BreachCase:
    """Return a case as its handler sees it, by default the one worked on."""
    with service.runtime.transaction(service.actors[H]) as ctx:
        return loading.get_case(ctx, reference or service.reference)


def correct(service: Service, aware_at: datetime, reference: str = "") -> None:
    """Let two persons correct the awareness of a case."""
    kept, service.reference = service.reference, reference or service.reference
    service.do(H, awareness.ask, aware_at, WHY)
    service.do(D, awareness.confirm)
    service.reference = kept


def refusal(service: Service, who: str | Actor, step: Callable[..., Any], *arguments: Any) -> tuple[str, ...]:
    """Return the codes for which the step is refused."""
    actor = service.actors[who] if isinstance(who, str) else who
    version = service.version()
    with pytest.raises(StepRefused) as refused, service.runtime.transaction(actor) as ctx:
        step(ctx, service.reference, version, *arguments)
    return refused.value.reasons


def last_event(service: Service, kind: str) -> dict[str, Any]:
    """Return what the newest event of a kind says."""
    return next(line.body for line in service.page().log if line.kind == kind)


def moved_deadlines(service: Service) -> int:
    """Return how often the deadline of the case moved."""
    return [line.kind for line in service.page().log].count("case.deadline_moved")


def asked_at(service: Service, aware_at: datetime) -> list[str]:
    """Return the codes for which a time is refused."""
    with pytest.raises(InvalidInput) as error:
        service.do(H, awareness.ask, aware_at, WHY)
    return [one.code for one in error.value.errors]


def test_correction_moves_nothing_before_another_person_confirms(at: At) -> None:
    service = at("assessing")
    before = case_of(service)
    wanted = earlier(service)
    service.do(H, awareness.ask, wanted, f" {WHY} ")
    assert case_of(service).aware_at == case_of(service).own_aware_at == before.own_aware_at
    row = service.page().correction
    assert row is not None
    assert (row.state, row.old_aware_at, row.new_aware_at) == ("asked", before.own_aware_at, wanted)
    assert (row.reason, row.asked_by, row.decided_by) == (WHY, service.actors[H].person_id, None)


@pytest.mark.parametrize("hours", [-5, 5], ids=["earlier", "later"])
def test_confirmed_correction_moves_awareness_and_both_deadlines(at: At, hours: int) -> None:
    service = at("people")
    service.open(aware_at=service.runtime.clock() - timedelta(hours=9))
    before = case_of(service)
    shown = service.page().communication.due_at
    moved = timedelta(hours=hours)
    correct(service, before.own_aware_at + moved)
    after = case_of(service)
    assert after.own_aware_at == after.aware_at == before.aware_at + moved
    assert after.due_at == notification_due(after.aware_at)
    assert service.page().communication.due_at == shown + moved


def test_log_says_from_what_to_what_who_and_why(at: At) -> None:
    service = at("correction_asked")
    before = case_of(service)
    (row,) = service.page().corrections
    service.do(D, awareness.confirm, "Set i vagtens log.")
    said = last_event(service, "case.awareness_corrected")
    assert said["old_aware_at"] == before.own_aware_at.isoformat()
    assert said["new_aware_at"] == row.new_aware_at.isoformat()
    assert (said["reason"], said["comment"]) == (WHY, "Set i vagtens log.")
    assert said["asked_by"] == service.actors[H].person_id
    moved = last_event(service, "case.deadline_moved")
    assert moved["was_due_at"] == before.due_at.isoformat()
    assert moved["due_at"] == case_of(service).due_at.isoformat()
    (line,) = (line for line in service.page().log if line.kind == "case.awareness_corrected")
    assert line.who == service.page().names[service.actors[D].person_id or 0]


@pytest.mark.parametrize(
    ("who", "step", "arguments", "state"),
    [(D, awareness.refuse, ("Loggen siger nej.",), "refused"), (H, awareness.withdraw, (), "withdrawn")],
    ids=["refused", "withdrawn"],
)
def test_correction_not_confirmed_moves_nothing_and_may_be_asked_again(
    at: At, who: str, step: Callable[..., Any], arguments: tuple[str, ...], state: str
) -> None:
    service = at("correction_asked")
    before = case_of(service)
    service.do(who, step, *arguments)
    after = case_of(service)
    assert (after.own_aware_at, after.due_at) == (before.own_aware_at, before.due_at)
    correct(service, earlier(service))
    assert [row.state for row in service.page().corrections] == ["confirmed", state]


def test_correction_waits_alone(at: At) -> None:
    service = at("correction_asked")
    assert refusal(service, H, awareness.ask, earlier(service), WHY) == ("correction_waits",)
    assert refusal(service, D, awareness.ask, earlier(service), WHY) == ("correction_waits",)


def test_correction_is_withdrawn_by_its_asker_and_answered_by_another(at: At) -> None:
    service = at("correction_asked")
    assert refusal(service, D, awareness.withdraw) == ("only_asker_withdraws",)
    for step, arguments in ((awareness.confirm, ()), (awareness.refuse, ("Nej.",))):
        reasons = refusal(service, everything(service), step, *arguments)
        assert reasons == ("corrector_differs_from_asker",)


def test_decider_who_asks_waits_for_another_decider(at: At) -> None:
    service = at("assessing")
    service.do(D, awareness.ask, earlier(service), WHY)
    assert refusal(service, D, awareness.confirm) == ("corrector_differs_from_asker",)
    controller = service.actors[H].controllers[0]
    another = Actor(service.actors[H].person_id, "", frozenset({(controller, Role.DECIDER)}))
    with service.runtime.transaction(another) as ctx:
        awareness.confirm(ctx, service.reference, service.version())
    assert service.page().corrections[0].state == "confirmed"


@pytest.mark.parametrize("step", [awareness.confirm, awareness.refuse, awareness.withdraw])
def test_correction_nobody_asked_for_is_not_answered(at: At, step: Callable[..., Any]) -> None:
    arguments = ("Nej.",) if step is awareness.refuse else ()
    assert refusal(at("assessing"), D, step, *arguments) == ("no_correction_waits",)


def test_time_differs_by_a_minute_at_least(at: At) -> None:
    service = at("assessing")
    own = case_of(service).own_aware_at
    assert asked_at(service, own.replace(second=0, microsecond=0)) == ["aware_unchanged"]
    service.do(H, awareness.ask, own - timedelta(minutes=1), WHY)


def test_awareness_is_not_before_the_breach(at: At) -> None:
    service = at("assessing")
    happened = case_of(service).own_aware_at - timedelta(days=2)
    with service.runtime.transaction(service.actors[H]) as ctx:
        loading.get_case(ctx, service.reference).occurred_from_at = happened
    assert asked_at(service, happened - timedelta(minutes=1)) == ["aware_before_occurred"]
    correct(service, happened.replace(second=0, microsecond=0))
    assert case_of(service).aware_at <= happened


def test_awareness_never_comes_after_the_submission(at: At) -> None:
    service = at("people")
    aware = service.runtime.clock() - timedelta(hours=30)
    service.open(aware_at=aware)
    service.do(H, notification.submit, aware + timedelta(hours=10), "a" * 40)
    assert asked_at(service, aware + timedelta(hours=10, minutes=1)) == ["aware_after_submitted"]
    correct(service, aware + timedelta(hours=9))


@pytest.mark.parametrize("stage", ["concluded", "dismissed"])
def test_closed_case_refuses(at: At, stage: str) -> None:
    assert refusal(at(stage), H, awareness.ask, earlier(at(stage)), WHY) == ("wrong_state",)


# Merges


def test_correcting_a_merged_case_moves_the_clock_of_its_target(at: At) -> None:
    service = at("merged")
    target = other(service)
    merged = case_of(service)
    correct(service, merged.own_aware_at - timedelta(hours=3))
    moved = case_of(service, target)
    assert moved.aware_at == merged.own_aware_at - timedelta(hours=3)
    assert moved.due_at == notification_due(moved.aware_at)
    service.do(H, case_steps.split)
    assert case_of(service, target).aware_at == case_of(service, target).own_aware_at


def test_target_keeps_the_earlier_time_of_what_is_merged_into_it(at: At) -> None:
    service = at("merged")
    target = other(service)
    merged = case_of(service)
    service.reference = target
    moves = moved_deadlines(service)
    wanted = service.runtime.clock()
    assert merged.aware_at < wanted < case_of(service).own_aware_at
    correct(service, wanted)
    after = case_of(service)
    assert (after.own_aware_at, after.aware_at) == (wanted, merged.aware_at)
    assert moved_deadlines(service) == moves
    assert service.page().aware_from == merged.reference
    service.reference = merged.reference
    service.do(H, case_steps.split)
    assert case_of(service, target).aware_at == wanted


def test_correction_climbs_a_chain_of_merges(at: At) -> None:
    service = at("merged")
    first = service.reference
    second = other(service)
    third = service.open(aware_at=case_of(service, second).own_aware_at)
    service.reference = second
    service.do(H, case_steps.merge, third)
    wanted = case_of(service, first).own_aware_at - timedelta(hours=7)
    correct(service, wanted, first)
    assert {case_of(service, one).aware_at for one in (first, second, third)} == {wanted}
    assert case_of(service, third).own_aware_at == case_of(service, second).own_aware_at != wanted


def test_correction_asked_before_a_merge_is_answered_after_it(at: At) -> None:
    service = at("two")
    wanted = earlier(service)
    service.do(H, awareness.ask, wanted, WHY)
    service.do(H, case_steps.merge, other(service))
    with service.runtime.transaction(service.actors[D]) as ctx:
        found = queue(ctx, "waiting")
    assert ([row.reference for row in found.rows], found.counts["waiting"]) == ([service.reference], 1)
    service.do(D, awareness.confirm)
    assert case_of(service, other(service)).aware_at == wanted


def test_merged_case_whose_target_is_closed_refuses(at: At) -> None:
    service = at("merged")
    merged = service.reference
    service.reference = other(service)
    service.do(H, case_steps.ask_dismissal, "Intet brud.")
    service.do(D, case_steps.dismiss)
    service.reference = merged
    assert refusal(service, H, awareness.ask, earlier(service), WHY) == ("clock_is_closed",)


# What waits, and what follows


def test_closing_waits_for_a_correction(at: At) -> None:
    service = at("settled")
    service.do(H, awareness.ask, earlier(service), WHY)
    assert refusal(service, H, case_steps.conclude) == ("awareness_settled",)
    service.do(H, awareness.withdraw)
    service.do(H, case_steps.conclude)


def test_closing_waits_for_a_correction_in_a_merged_case(at: At) -> None:
    service = at("merged")
    service.do(H, awareness.ask, earlier(service), WHY)
    service.reference = other(service)
    service.do(H, case_steps.ask_dismissal, "Intet brud.")
    assert refusal(service, D, case_steps.dismiss) == ("awareness_settled",)


def test_supplement_is_due_after_the_submission_until_it_is_sent(at: At) -> None:
    service = at("submitted")
    assert not service.page().supplement_is_due
    correct(service, earlier(service))
    assert service.page().supplement_is_due
    service.do(H, notification.supplement, "Tidspunktet er rettet.")
    assert not service.page().supplement_is_due


def test_completed_notification_is_open_again_when_the_deadline_moves(at: At) -> None:
    service = at("settled")
    assert service.page().authority.state is AuthorityState.COMPLETED
    correct(service, earlier(service))
    assert service.page().authority.state is AuthorityState.SUBMITTED
    assert service.page().supplement_is_due
    first = service.page().primary
    assert first is not None
    assert (first.track, first.step) == ("authority", "supplement")
    assert last_event(service, "authority.reopen")["before"] == "completed"


def test_reminders_follow_the_new_deadline(at: At) -> None:
    service = at("people")
    now = service.runtime.clock()
    service.open(aware_at=now - timedelta(hours=71, minutes=30))

    def reminded() -> list[str]:
        with service.runtime.transaction(service.actors[H]) as ctx:
            return [one.threshold for one in open_reminders(ctx)]

    def remind() -> int:
        with service.runtime.transaction() as ctx:
            return give_reminders(ctx)

    assert (remind(), reminded()) == (1, ["1h"])
    correct(service, now - timedelta(hours=20))
    assert (reminded(), remind(), reminded()) == ([], 0, [])
    correct(service, now - timedelta(hours=80))
    assert (remind(), reminded()) == (1, ["passed"])


def test_corrected_time_decides_whether_the_notification_is_late(at: At) -> None:
    service = at("reported")
    now = service.runtime.clock()
    correct(service, now - timedelta(hours=73))
    with pytest.raises(InvalidInput) as error:
        service.do(H, notification.submit, now, "a" * 40)
    assert [one.code for one in error.value.errors] == ["late_unexplained"]

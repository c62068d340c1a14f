"""Every state with every step, against the tables as the lifecycles were agreed, told here a second time."""

from dataclasses import replace
from enum import Enum
from typing import Any

import pytest

from breach.domain.errors import StepRefused
from breach.domain.states import AuthorityState, CaseState, CommunicationState, NoticeState
from breach.domain.tally import Tally
from workflows import authority, case, notice
from workflows import communication as communication_table
from workflows.machine import Flow, dest, sources, steps

OPEN_CASE = "reported assessing scored"
CASE = {
    "take": ("reported", "assessing"),
    "dismiss": (OPEN_CASE, "dismissed"),
    "merge": (OPEN_CASE, "merged"),
    "score": ("assessing scored", "scored"),
    "revise": ("scored", "assessing"),
    "propose": ("scored", "proposed"),
    "send_back": ("proposed", "assessing"),
    "decide": ("proposed", "responding"),
    "reassess": ("responding", "assessing"),
    "conclude": ("responding", "concluded"),
    "reopen": ("dismissed concluded", "assessing"),
}
AUTHORITY = {
    "require": ("not_required withdrawn", "due"),
    "waive": ("due", "not_required"),
    "submit": ("due", "submitted"),
    "supplement": ("submitted", "submitted"),
    "complete": ("submitted", "completed"),
    "reopen": ("completed", "submitted"),
    "withdraw": ("submitted completed", "withdrawn"),
}
COMMUNICATION = {
    "require": ("not_required exempted completed", "due"),
    "open_round": ("due drafting approved sending paused completed", "due"),
    "waive": ("due drafting approved", "not_required"),
    "exempt": ("due drafting approved", "exempted"),
    "draft": ("due", "drafting"),
    "approve": ("drafting", "approved"),
    "rewrite": ("approved", "drafting"),
    "ask_release": ("approved", "releasing"),
    "withdraw_release": ("releasing", "approved"),
    "release": ("releasing", "sending"),
    "pause": ("sending", "paused"),
    "resume": ("paused", "sending"),
    "complete": ("due drafting approved sending", "completed"),
}
NOTICE = {
    "approve": ("drafted", "approved"),
    "queue": ("approved", "queued"),
    "claim": ("queued", "unknown"),
    "return": ("unknown", "queued"),
    "accept": ("unknown", "submitted"),
    "reject": ("unknown submitted", "rejected"),
    "deliver": ("unknown submitted rejected needs_person", "delivered"),
    "hand_over": ("approved unknown submitted rejected", "needs_person"),
    "fall_back": ("rejected needs_person", "needs_letter"),
    "print": ("needs_letter", "printing"),
    "post": ("printing", "posted"),
    "cancel": ("drafted approved queued needs_letter needs_person", "cancelled"),
}

ME, ANOTHER = 1, 2
ALL_TOLD = Tally(affected=3, by_letter=3)
WILLING_CASE = case.CaseGuardFacts(
    actor_id=ME,
    handler_id=ME,
    reason="Fordi.",
    comment="Ret det.",
    has_target=True,
    has_facts=True,
    dismissal_asked_by=ANOTHER,
    proposed_by=ANOTHER,
    has_new_facts=True,
    authority_settled=True,
    communication_settled=True,
    tally=ALL_TOLD,
    is_contained=True,
    measures="Adgangen er lukket.",
    awareness_settled=True,
)
WILLING_AUTHORITY = authority.AuthorityGuardFacts(reason="Trukket.", decided_register_only=True)
WILLING_COMMUNICATION = communication_table.CommunicationGuardFacts(
    actor_id=ME,
    ground="risk_removed",
    evidence="Slettet samme dag.",
    decided_below_high_risk=True,
    author_id=ANOTHER,
    recipients=3,
    asked_by=ANOTHER,
    typed_count=3,
    frozen_count=3,
    list_is_unchanged=True,
    exemption_asked_by=ANOTHER,
    tally=ALL_TOLD,
    case_is_decided=True,
    was_released=True,
)
LIFECYCLES: dict[str, tuple[type[Flow[Any, Any]], dict[str, tuple[str, str]], Any]] = {
    "case": (case.CaseFlow, CASE, WILLING_CASE),
    "authority": (authority.AuthorityFlow, AUTHORITY, WILLING_AUTHORITY),
    "communication": (communication_table.CommunicationFlow, COMMUNICATION, WILLING_COMMUNICATION),
    "notice": (notice.NoticeFlow, NOTICE, None),
}


def states(name: str) -> list[Any]:
    """Return every state of a lifecycle."""
    kind: type[Enum] = type(LIFECYCLES[name][0].table[0].dest)
    return list(kind)


PAIRS = [
    pytest.param(name, state, step, id=f"{name}-{state.value}-{step}")
    for name, (_, agreed, _) in LIFECYCLES.items()
    for state in states(name)
    for step in agreed
]


@pytest.mark.parametrize(("name", "state", "step"), PAIRS)
def test_step_is_legal_exactly_where_the_table_says(name: str, state: Any, step: str) -> None:
    kind, agreed, willing = LIFECYCLES[name]
    flow = kind(state, willing)
    starts, ends = agreed[step]
    if state.value in starts.split():
        assert flow.starts(step)
        assert flow.barred(step) == ()
        assert flow.fire(step).value == ends
        return
    assert flow.barred(step) == ("wrong_state",)
    with pytest.raises(StepRefused) as refused:
        flow.fire(step)
    assert (refused.value.step, refused.value.values["state"]) == (step, state.value)
    assert refused.value.reasons == ("wrong_state",)
    assert flow.state is state


@pytest.mark.parametrize("name", LIFECYCLES)
def test_table_has_the_agreed_steps_and_no_other(name: str) -> None:
    kind, agreed, _ = LIFECYCLES[name]
    assert steps(kind.table) == tuple(agreed)
    for step, (starts, ends) in agreed.items():
        assert [state.value for state in sources(kind.table, step)] == starts.split()
        assert dest(kind.table, step).value == ends


@pytest.mark.parametrize("name", LIFECYCLES)
def test_states_can_all_be_reached(name: str) -> None:
    kind = LIFECYCLES[name][0]
    found = {states(name)[0]} if name != "authority" else {kind.table[0].dest}
    for _ in states(name):
        found |= {row.dest for row in kind.table if found & set(row.sources)}
    assert found == set(states(name))


LATE = {"is_late": True, "late_reason": " "}
HARD = {"is_hard_to_read": True, "hard_to_read_reason": "\n"}
UNKNOWN = {"tally": Tally(affected=None, by_letter=3)}
SHORT = {"tally": Tally(affected=260_000, by_letter=2_000)}
TWICE = {"tally": Tally(affected=3, by_letter=3, not_told=1)}
GUARDS = [
    ("case", "take", "has_handler", {"handler_id": None}),
    ("case", "dismiss", "has_reason", {"reason": "  "}),
    ("case", "dismiss", "is_seconded", {"dismissal_asked_by": ME}),
    ("case", "dismiss", "is_seconded", {"dismissal_asked_by": None}),
    ("case", "dismiss", "awareness_settled", {"awareness_settled": False}),
    ("case", "merge", "has_target", {"has_target": False}),
    ("case", "score", "has_facts", {"has_facts": False}),
    ("case", "propose", "has_reasoning", {"reason": ""}),
    ("case", "propose", "explains_deviation", {"departs": True, "deviation_reason": " "}),
    ("case", "send_back", "has_comment", {"comment": " "}),
    ("case", "decide", "approver_differs_from_proposer", {"proposed_by": ME}),
    ("case", "decide", "approver_differs_from_proposer", {"proposed_by": None}),
    ("case", "reassess", "has_new_facts", {"has_new_facts": False}),
    ("case", "conclude", "authority_settled", {"authority_settled": False}),
    ("case", "conclude", "communication_settled", {"communication_settled": False}),
    ("case", "conclude", "affected_is_known", UNKNOWN),
    ("case", "conclude", "nobody_is_missing", SHORT),
    ("case", "conclude", "count_covers_everybody", TWICE),
    ("case", "conclude", "is_contained", {"is_contained": False}),
    ("case", "conclude", "has_measures", {"measures": " "}),
    ("case", "conclude", "awareness_settled", {"awareness_settled": False}),
    ("case", "reopen", "has_reason", {"reason": ""}),
    ("authority", "waive", "decided_register_only", {"decided_register_only": False}),
    ("authority", "submit", "in_time_or_explained", LATE),
    ("authority", "withdraw", "has_reason", {"reason": " "}),
    ("communication", "open_round", "case_is_decided", {"case_is_decided": False}),
    ("communication", "open_round", "was_released", {"was_released": False}),
    ("communication", "open_round", "nothing_on_the_way", {"on_the_way": 1}),
    ("communication", "waive", "decided_below_high_risk", {"decided_below_high_risk": False}),
    ("communication", "exempt", "has_ground", {"ground": ""}),
    ("communication", "exempt", "has_evidence", {"evidence": " "}),
    ("communication", "approve", "text_is_complete", {"missing_elements": ("da:nature",)}),
    ("communication", "approve", "text_is_current", {"text_is_current": False}),
    ("communication", "approve", "text_is_not_returned", {"text_is_returned": True}),
    ("communication", "approve", "is_readable_or_explained", HARD),
    ("communication", "approve", "approver_differs_from_author", {"author_id": ME}),
    ("communication", "approve", "approver_differs_from_author", {"author_id": None}),
    ("communication", "ask_release", "has_recipients", {"recipients": 0}),
    ("communication", "ask_release", "text_is_current", {"text_is_current": False}),
    ("communication", "release", "releaser_differs_from_asker", {"asked_by": ME}),
    ("communication", "release", "releaser_differs_from_asker", {"asked_by": None}),
    ("communication", "release", "count_matches", {"typed_count": 4}),
    ("communication", "release", "count_matches", {"typed_count": None, "frozen_count": None}),
    ("communication", "release", "list_is_unchanged", {"list_is_unchanged": False}),
    ("communication", "release", "text_is_current", {"text_is_current": False}),
    ("communication", "exempt", "exempter_differs_from_asker", {"exemption_asked_by": ME}),
    ("communication", "exempt", "exempter_differs_from_asker", {"exemption_asked_by": None}),
    ("communication", "complete", "affected_is_known", UNKNOWN),
    ("communication", "complete", "nobody_is_missing", SHORT),
    ("communication", "complete", "count_covers_everybody", TWICE),
    ("communication", "complete", "nothing_on_the_way", {"on_the_way": 1}),
]
GUARD_IDS = [f"{name}-{step}-{guard}-{number}" for number, (name, step, guard, _) in enumerate(GUARDS)]


@pytest.mark.parametrize(("name", "step", "guard", "unwilling"), GUARDS, ids=GUARD_IDS)
def test_guards_alone_refuse_by_their_names(
    name: str, step: str, guard: str, unwilling: dict[str, Any]
) -> None:
    kind, _, willing = LIFECYCLES[name]
    for state in sources(kind.table, step):
        flow = kind(state, replace(willing, **unwilling))
        with pytest.raises(StepRefused) as refused:
            flow.fire(step)
        assert refused.value.reasons == (guard,)
        assert flow.state is state
        assert flow.barred(step) == (() if guard in kind.asked else (guard,))


@pytest.mark.parametrize("name", LIFECYCLES)
def test_guards_of_the_table_are_all_tried_here(name: str) -> None:
    kind = LIFECYCLES[name][0]
    named = {(row.name, guard) for row in kind.table for guard in row.guards}
    assert named == {(step, guard) for owner, step, guard, _ in GUARDS if owner == name}


def test_guards_that_say_no_are_all_named_at_once() -> None:
    flow = case.CaseFlow(CaseState.RESPONDING, case.CaseGuardFacts(actor_id=ME))
    with pytest.raises(StepRefused) as refused:
        flow.fire("conclude")
    assert refused.value.reasons == (
        "authority_settled",
        "communication_settled",
        "affected_is_known",
        "nobody_is_missing",
        "count_covers_everybody",
        "is_contained",
        "has_measures",
        "awareness_settled",
    )


def test_refused_end_says_how_many_are_missing() -> None:
    facts = replace(WILLING_COMMUNICATION, tally=SHORT["tally"])
    with pytest.raises(StepRefused) as refused:
        communication_table.CommunicationFlow(CommunicationState.SENDING, facts).fire("complete")
    assert (refused.value.reasons, refused.value.figures["missing"]) == (("nobody_is_missing",), 258_000)


def test_late_submission_with_its_reasons_is_taken() -> None:
    facts = authority.AuthorityGuardFacts(is_late=True, late_reason="Opdaget for sent.")
    assert authority.AuthorityFlow(AuthorityState.DUE, facts).fire("submit") is AuthorityState.SUBMITTED


def test_delivered_and_posted_never_go_back() -> None:
    shown = {NoticeState.DELIVERED, NoticeState.POSTED, NoticeState.CANCELLED}
    assert not [row.name for row in notice.TABLE if shown & set(row.sources)]

"""The rows of the steps hold together, and what they say is what the services, offers and texts do."""

from typing import Any

import pytest

from breach.api.openapi import document
from breach.domain.errors import DomainError, Forbidden, StepRefused
from breach.services import actions
from breach.services.actions import ACTIONS
from breach.services.cases import action as cases_action
from breach.services.cases.action import Action
from breach.texts import LANGUAGES, catalogue
from tests.services.conftest import At
from tests.services.steps import STEPS
from tests.support.scenario import Service
from tests.support.stages import WALKS
from workflows import authority, case
from workflows import communication as communication_table

TABLES = {"case": case.TABLE, "authority": authority.TABLE, "communication": communication_table.TABLE}
PEOPLE = ("sagsbehandler", "beslutter", "godkender", "frigiver", "revisor")
OFFERED = [action for action in ACTIONS if action.asks is not None]
OF_TWO_HANDLERS = ("take_over", "hand_over", "ask_for_case", "keep_case")
WALKED = [action for action in OFFERED if action.name not in OF_TWO_HANDLERS]
"""All but those that take people of their own; test_handover.py holds them."""
ROWS = pytest.mark.parametrize("action", ACTIONS, ids=[action.name for action in ACTIONS])
TAKEN = pytest.mark.parametrize("action", WALKED, ids=[action.name for action in WALKED])
STAGES = sorted(WALKS)
OF_STATE = frozenset({"wrong_state", "is_merged"})
"""What says that the state of the case bars a step."""


def test_names_and_addresses_are_each_of_one_step() -> None:
    names = [name for action in ACTIONS for name in (action.name, *action.old_names)]
    assert len(set(names)) == len(names)
    addresses = [one for action in ACTIONS for one in (action.address, *action.old_addresses)]
    assert len(set(addresses)) == len(addresses)
    places = [action.order for action in ACTIONS if action.order]
    assert sorted(places) == list(range(1, len(places) + 1))


@ROWS
def test_row_leads_to_functions_that_are_there(action: Action) -> None:
    assert action.do.__name__ == action.service.rpartition(":")[2]
    assert not action.barred or callable(cases_action.resolved(action.barred))


@ROWS
def test_row_fires_a_row_of_its_table(action: Action) -> None:
    table: tuple[Any, ...] = TABLES.get(action.track, ())
    assert action.trigger in {"", *(step.name for step in table)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", OFFERED, ids=[action.name for action in OFFERED])
def test_step_has_its_words(action: Action, language: str) -> None:
    wanted = {"title", "button", "done"} | (set() if action.page else {"lead"})
    known = catalogue(language)
    assert {word for word in wanted if f"{action.key}.{word}" in known} == wanted


@pytest.mark.parametrize("track", TABLES)
def test_row_of_a_table_that_no_step_fires_has_words_of_its_own(track: str) -> None:
    table: tuple[Any, ...] = TABLES[track]
    alone = {step.name for step in table if actions.of_trigger(step.name, track) is None}
    room = "sending" if track == "communication" else track
    shown = {key.rpartition(".")[2] for key in catalogue("da") if key.startswith(f"{room}.follows.")}
    assert alone == shown


def test_old_names_are_answered_and_deprecated() -> None:
    paths = document()["paths"]
    marked = {
        path.rpartition("/")[2]: action.name
        for path, ways in paths.items()
        for action in OFFERED
        if ways.get("post", {}).get("deprecated") and path.rpartition("/")[2] in action.old_names
    }
    assert marked == {
        "submit_to_authority": "submit_notification",
        "complete_authority": "complete_notification",
        "withdraw_authority": "withdraw_notification",
    }


def test_steps_are_all_in_the_table_of_the_tests() -> None:
    assert {action.name for action in WALKED} == STEPS.keys() - {"import_csv"}


def refusal(service: Service, who: str, action: Action, arguments: tuple[Any, ...]) -> DomainError | None:
    """Take the step from a page that is out of date; return how it is refused."""
    with pytest.raises(DomainError) as error, service.runtime.transaction(service.actors[who]) as ctx:
        STEPS[action.name].call(ctx, service.reference, 0, *arguments)
    return error.value


@pytest.mark.parametrize("who", PEOPLE)
@TAKEN
def test_step_is_forbidden_for_exactly_those_without_its_role(kept_at: At, action: Action, who: str) -> None:
    step = STEPS[action.name]
    service = kept_at(step.stage)
    held = {role for _, role in service.actors[who].roles}
    error = refusal(service, who, action, step.arguments(service))
    assert isinstance(error, Forbidden) is not bool(held & set(action.roles))


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("stage", STAGES)
def test_offer_lacks_the_right_for_exactly_those_without_the_role(kept_at: At, stage: str, who: str) -> None:
    service = kept_at(stage)
    held = {role for _, role in service.actors[who].roles}
    for offer in service.page(who).offers:
        may = bool(held & set(actions.roles_of(offer.step)))
        assert not (may and "no_right" in offer.reasons), offer
        assert may or offer.reasons, offer


@TAKEN
def test_offer_barred_by_the_state_is_refused_by_the_service(kept_at: At, action: Action) -> None:
    step = STEPS[action.name]
    for stage in (step.stage, step.wrong):
        service = kept_at(stage)
        shown = {offer.step: offer.reasons for offer in service.page(step.who).offers}
        is_barred = bool(OF_STATE.intersection(shown.get(action.name, OF_STATE)))
        assert is_barred is (stage == step.wrong)
    arguments = step.arguments(service)
    version = service.version()
    with pytest.raises(StepRefused) as refused, service.runtime.transaction(service.actors[step.who]) as ctx:
        step.call(ctx, service.reference, version, *arguments)
    assert OF_STATE.intersection(refused.value.reasons)

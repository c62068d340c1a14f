"""A role given lately cannot say yes to another's work: nobody makes a second person for the occasion."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from breach.domain.errors import StepRefused
from breach.domain.states import Role
from breach.services.access.people import NewPerson, RoleAt, actor_of, add_person
from breach.services.cases import awareness
from breach.services.cases import steps as case_steps
from breach.services.letters import text
from breach.services.risk import decision
from breach.services.sending import release
from breach.store.models import Person
from tests.services.conftest import At
from tests.support.access import confirm_all
from tests.support.scenario import Service
from tests.support.stages import PEOPLE, text_hash


def proposal_hash(service: Service) -> str:
    proposal = service.page("beslutter").decision
    assert proposal is not None
    return proposal.proposed_sha256


Arguments = Callable[[Service], tuple[Any, ...]]
SECONDING: dict[str, tuple[str, str, str, Callable[..., object], Arguments]] = {
    "decide": ("proposed", "beslutter", "case", decision.decide, lambda s: (proposal_hash(s),)),
    "dismiss": ("dismissal_asked", "beslutter", "case", case_steps.dismiss, lambda s: ()),
    "confirm_awareness": ("correction_asked", "beslutter", "awareness", awareness.confirm, lambda s: ()),
    "approve_text": (
        *("drafting", "godkender", "communication"),
        *(text.approve_text, lambda s: (text_hash(s),)),
    ),
    "release": ("asked", "frigiver", "communication", release.release, lambda s: (PEOPLE,)),
    "resume": ("paused", "frigiver", "communication", release.resume, lambda s: ()),
}
"""Each step that says yes to another's work: stage, person, track, service function, its arguments."""


def with_new_role(service: Service, who: str) -> None:
    """Let every role of a person be of today."""
    actor = service.actors[who]
    service.actors[who] = replace(actor, new_roles=actor.roles)


@pytest.mark.parametrize("step", SECONDING)
def test_new_role_is_refused_and_the_page_says_why(at: At, step: str) -> None:
    stage, who, track, function, arguments = SECONDING[step]
    service = at(stage)
    given = arguments(service)
    before = service.version()
    with_new_role(service, who)
    offer = next(one for one in service.page(who).offers if (one.track, one.step) == (track, step))
    assert offer.reasons == ("role_is_new",)
    with pytest.raises(StepRefused) as refused:
        service.do(who, function, *given)
    assert refused.value.reasons == ("role_is_new",)
    assert service.version() == before


@pytest.mark.parametrize("step", SECONDING)
def test_same_person_may_once_the_role_is_not_new(at: At, step: str) -> None:
    stage, who, _, function, arguments = SECONDING[step]
    service = at(stage)
    service.do(who, function, *arguments(service))


def test_role_is_new_for_a_day(at: At) -> None:
    service = at("proposed")
    settings = service.runtime.settings
    roles = (RoleAt(Role.DECIDER, "nordjylland"),)
    with service.runtime.transaction() as ctx:
        add_person(ctx, NewPerson("bente", "Bente Prøve", "en lang sætning om vejret", roles))
    confirm_all(service.runtime)
    with service.runtime.transaction() as ctx:
        person = ctx.session.scalars(select(Person).where(Person.username == "bente")).one()
        for hours, is_new in ((0, True), (23.9, True), (24, False), (2400, False)):
            actor = actor_of(person, settings.new_since(ctx.now + timedelta(hours=hours)))
            controller = actor.controllers[0]
            assert actor.has(controller, Role.DECIDER)
            assert actor.may_second(controller, Role.DECIDER) is not is_new, hours


def test_older_role_seconds_beside_a_new_one(at: At) -> None:
    service = at("dismissal_asked")
    actor = service.actors["beslutter"]
    controller = actor.controllers[0]
    old, new = (controller, Role.DECIDER), (controller, Role.CASE_HANDLER)
    service.actors["beslutter"] = replace(actor, roles=frozenset({old, new}), new_roles=frozenset({new}))
    service.do("beslutter", case_steps.dismiss)

"""Whatever people do with a case, somebody has a step that leads on, and finds the case in their own list."""

import os
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.services.desk import users
from tests.support.scenario import Service
from tests.support.stages import Stages, notices_of

WALKS = int(os.environ.get("BREACH_WALKS", "5"))
"""How many walks of up to STEPS steps each are tried; more for a longer search."""
STEPS = 22


class People(RuleBasedStateMachine):
    """The people at a case, each of whom takes any step that is offered."""

    stages: ClassVar[Stages]

    def __init__(self) -> None:
        super().__init__()
        self.service: Service = users.with_colleagues(self.stages.at("reported"))
        first = self.service.reference
        self.service.open()
        self.service.reference = first

    @rule(data=st.data())
    def somebody_takes_a_step(self, data: st.DataObject) -> None:
        """What is offered can be taken."""
        offered = users.open_steps(self.service)
        who, step = data.draw(st.sampled_from(offered), label="step")
        arguments = data.draw(st.sampled_from(users.arguments_of(self.service, step)), label="with")
        users.take(self.service, who, step, arguments)

    @rule(data=st.data())
    def somebody_does_what_they_are_led_to(self, data: st.DataObject) -> None:
        """The step that is suggested can be taken."""
        for who, step in [*users.next_of(self.service)][:1]:
            arguments = data.draw(
                st.sampled_from(users.arguments_of(self.service, step)), label=f"{who} {step}"
            )
            users.take(self.service, who, step, arguments)

    @rule(data=st.data())
    def the_channel_answers(self, data: st.DataObject) -> None:
        """A letter that is under way is delivered, or comes back."""
        moving = [one for one in notices_of(self.service) if one.state in users.MOVING]
        if moving:
            one = data.draw(st.sampled_from(moving))
            users.answer(self.service, one, data.draw(st.booleans()))

    @invariant()
    def somebody_is_led_on_and_finds_the_case(self) -> None:
        """An open case waits for somebody who has it in a list of their own, or for the service."""
        if not self.service.page().case.is_open or users.on_the_way(self.service):
            return
        led = [who for who, _ in users.next_of(self.service)]
        assert any(users.listed_for(self.service, who) for who in led), users.states_of(self.service)

    def teardown(self) -> None:
        """From where the case stands it comes to its end."""
        try:
            users.finish(self.service)
        finally:
            self.stages.remove(self.service)


def test_nobody_is_ever_stuck(tmp_path: Path) -> None:
    machine = type("Walk", (People,), {"stages": Stages(tmp_path)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a walk told whole is short enough to read
            derandomize="BREACH_WALKS" not in os.environ,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )

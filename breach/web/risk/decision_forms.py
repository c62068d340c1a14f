"""Forms of the decision: propose, decide."""

from typing import Any

from wtforms import HiddenField

from breach.domain.risk import Outcome
from breach.domain.states import ExemptionGround
from breach.web.parts.forms import LongTextField, OneOf, Pick, Required
from breach.web.parts.step_form import StepForm


class DecideForm(StepForm):
    """Decide as proposed, or send it back with what must change."""

    sha256 = HiddenField()
    choice = OneOf(
        "case.field.choice",
        choices=[("decide", "case.choice.decide"), ("send_back", "case.choice.send_back")],
        validators=[Required("errors.choice_missing")],
    )
    comment = LongTextField("case.field.comment", description="case.hint.comment")

    def asked(self) -> dict[str, Any]:
        """Return the comment, and for a decision the hash of the proposal that was read."""
        sha256 = {"proposal_sha256": self.sha256.data or ""} if self.choice.data == "decide" else {}
        return {"comment": self.comment.data or "", **sha256}


class ProposalForm(StepForm):
    """What the case handler proposes."""

    outcome = OneOf(
        "case.field.outcome",
        choices=[(outcome.value, f"states.outcome.{outcome.value}") for outcome in Outcome],
        validators=[Required("errors.outcome_missing")],
    )
    reasoning = LongTextField(
        "case.field.reasoning",
        description="case.hint.reasoning",
        validators=[Required("errors.reasoning_missing")],
    )
    deviation_reason = LongTextField("case.field.deviation_reason", description="case.hint.deviation_reason")
    exemption_ground = Pick(
        "case.field.exemption_ground",
        choices=[
            ("", "case.ground.none"),
            *((ground.value, f"case.ground.{ground.value}") for ground in ExemptionGround),
        ],
    )
    exemption_evidence = LongTextField("case.field.evidence", description="case.hint.evidence")

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
        "risk.field.choice",
        choices=[("decide", "cases.choice.decide"), ("send_back", "cases.choice.send_back")],
        validators=[Required("errors.choice_missing")],
    )
    comment = LongTextField("cases.field.comment", description="cases.hint.comment")

    def asked(self) -> dict[str, Any]:
        """Return the comment, and for a decision the hash of the proposal that was read."""
        sha256 = {"proposal_sha256": self.sha256.data or ""} if self.choice.data == "decide" else {}
        return {"comment": self.comment.data or "", **sha256}


class ProposalForm(StepForm):
    """What the case handler proposes."""

    outcome = OneOf(
        "risk.field.outcome",
        choices=[(outcome.value, f"risk.outcome.{outcome.value}") for outcome in Outcome],
        validators=[Required("errors.outcome_missing")],
    )
    reasoning = LongTextField(
        "risk.field.reasoning",
        description="risk.hint.reasoning",
        validators=[Required("errors.reasoning_missing")],
    )
    deviation_reason = LongTextField("risk.field.deviation_reason", description="risk.hint.deviation_reason")
    exemption_ground = Pick(
        "risk.field.exemption_ground",
        choices=[
            ("", "risk.ground.none"),
            *((ground.value, f"risk.ground.{ground.value}") for ground in ExemptionGround),
        ],
    )
    exemption_evidence = LongTextField("risk.field.evidence", description="risk.hint.evidence")

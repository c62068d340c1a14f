"""Forms of the decision: propose, decide."""

from typing import Any

from wtforms import HiddenField

from breach.domain.states import ExemptionGround
from breach.services.risk.inputs import DecideInput, ProposalInput
from breach.web.cases.forms import MeasuresForm
from breach.web.parts.forms import OneOf, Pick, Required
from breach.web.parts.made_fields import fills
from breach.web.parts.made_forms import step_field
from breach.web.parts.step_form import StepForm


class DecideForm(StepForm):
    """Decide as proposed, or send it back with what must change."""

    sha256 = HiddenField()
    choice = OneOf(
        "risk.field.choice",
        choices=[("decide", "cases.choice.decide"), ("send_back", "cases.choice.send_back")],
        validators=[Required("errors.choice_missing")],
    )
    comment = step_field(DecideInput, "comment", label="cases.field.comment", hint="cases.hint.comment")

    def asked(self) -> dict[str, Any]:
        """Return the comment, and for a decision the hash of the proposal that was read."""
        sha256 = {"proposal_sha256": self.sha256.data or ""} if self.choice.data == "decide" else {}
        return {"comment": self.comment.data or "", **sha256}


class ProposalForm(MeasuresForm):
    """What the case handler proposes, and the account of the breach."""

    outcome = step_field(ProposalInput, "outcome", words="risk.outcome")
    reasoning = step_field(ProposalInput, "reasoning")
    deviation_reason = step_field(ProposalInput, "deviation_reason")
    exemption_ground = Pick(
        "risk.field.exemption_ground",
        choices=[
            ("", "risk.ground.none"),
            *((ground.value, f"risk.ground.{ground.value}") for ground in ExemptionGround),
        ],
        validators=[fills(ProposalInput, "exemption_ground")],
    )
    exemption_evidence = step_field(
        ProposalInput, "exemption_evidence", label="risk.field.evidence", hint="risk.hint.evidence"
    )

"""Forms of the notification to Datatilsynet."""

from collections.abc import Mapping
from typing import Any

from breach.domain.clocks import is_late
from breach.services.authority.inputs import SubmissionInput
from breach.services.desk.case_page import CasePage
from breach.services.schema import StepInput
from breach.web.parts.made_forms import step_field
from breach.web.parts.moments import ClockTimeField, FoldField
from breach.web.parts.step_form import MayBeEmpty, Plain, StepForm, moment_of


class SubmitForm(StepForm):
    """That Datatilsynet was notified, and when."""

    submitted_at = step_field(SubmissionInput, "submitted_at", Plain(), label="authority.field.submitted_on")
    at = ClockTimeField(
        "authority.field.submitted_time", description="common.time.hint", validators=[Plain()]
    )
    fold = FoldField("common.time.which")
    receipt_number = step_field(SubmissionInput, "receipt_number", MayBeEmpty())
    late_reason = step_field(SubmissionInput, "late_reason")

    def fit(self, page: CasePage) -> None:
        """Ask why it comes late only where it is late."""
        if is_late(page.case.due_at, page.read_at):
            self.late_reason.flags.plain_label = True  # it is needed then
        elif not self.late_reason.data:
            del self.late_reason

    def asked(self) -> dict[str, Any]:
        """Return the moment, the number and the reasons; raise InvalidInput with the error at its field."""
        return {
            "submitted_at": moment_of(self.submitted_at, self.at, self.fold),
            "receipt_number": self.receipt_number.data or "",
            "late_reason": self.late_reason.data or "",
        }


FORMS: Mapping[type[StepInput], type[StepForm]] = {SubmissionInput: SubmitForm}
"""The forms of the small steps that say more than what the steps ask, by that."""

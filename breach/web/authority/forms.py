"""Forms of the notification to Datatilsynet."""

from collections.abc import Mapping
from typing import Any

from breach.services.authority.inputs import SubmissionInput, SupplementInput
from breach.services.schema import StepInput
from breach.web.parts.forms import LongTextField, Required, TextField
from breach.web.parts.moments import ClockTimeField, DatePartsField, FoldField
from breach.web.parts.step_form import Plain, StepForm, moment_of


class NoteForm(StepForm):
    """A supplement, in words."""

    note = LongTextField(
        "case.field.note", description="case.hint.note", validators=[Required("errors.note_missing")]
    )


class SubmitForm(StepForm):
    """That Datatilsynet was notified, and when."""

    submitted_at = DatePartsField("case.field.submitted_on", validators=[Plain()])
    at = ClockTimeField("case.field.submitted_time", description="common.time.hint", validators=[Plain()])
    fold = FoldField("common.time.which")
    receipt_number = TextField("case.field.receipt_number")
    late_reason = LongTextField("case.field.late_reason", description="case.hint.late_reason")

    def asked(self) -> dict[str, Any]:
        """Return the moment, the number and the reasons; raise InvalidInput with the error at its field."""
        return {
            "submitted_at": moment_of(self.submitted_at, self.at, self.fold),
            "receipt_number": self.receipt_number.data or "",
            "late_reason": self.late_reason.data or "",
        }


FORMS: Mapping[type[StepInput], type[StepForm]] = {SubmissionInput: SubmitForm, SupplementInput: NoteForm}
"""The forms of the small steps by what the steps ask."""

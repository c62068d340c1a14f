"""The forms of a case's steps. They read what was typed; the rules are the services'."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField

from breach.domain.states import CONSEQUENCES
from breach.services.cases.inputs import AwarenessInput, MeasuresInput, MergeInput, ReasonInput
from breach.services.schema import StepInput
from breach.web.parts.forms import LongTextField, ManyOf, OneOf, Required, TextField
from breach.web.parts.moments import ClockTimeField, DatePartsField, FoldField
from breach.web.parts.step_form import Plain, ReasonForm, StepForm, moment_of


class TargetForm(StepForm):
    """The case to merge with."""

    target_reference = TextField(
        "case.field.target", description="case.hint.target", validators=[Required("errors.target_unknown")]
    )


class MeasuresForm(StepForm):
    """What the register holds beside the facts (GDPR art. 33(5))."""

    summary = LongTextField("case.field.summary", description="case.hint.summary")
    consequences = ManyOf(
        "case.field.consequences", choices=[(one, f"case.consequence.{one}") for one in CONSEQUENCES]
    )
    measures = LongTextField("case.field.measures", description="case.hint.measures")
    contained = BooleanField("case.field.contained")


class AwarenessForm(StepForm):
    """When the controller became aware, and why the time that stands is wrong."""

    aware_at = DatePartsField("case.field.aware_on", validators=[Plain()])
    at = ClockTimeField("case.field.aware_time", description="common.time.hint", validators=[Plain()])
    fold = FoldField("common.time.which")
    reason = LongTextField(
        "case.field.aware_reason",
        description="case.hint.reason",
        validators=[Required("errors.reason_missing")],
    )

    def asked(self) -> dict[str, Any]:
        """Return the moment and the reason; raise InvalidInput with the error already at its field."""
        aware_at = moment_of(self.aware_at, self.at, self.fold)
        return {"aware_at": aware_at, "reason": self.reason.data or ""}


class AnswerForm(StepForm):
    """Confirm the correction of the awareness, or refuse it with what speaks against it."""

    answer = OneOf(
        "case.field.aware_choice",
        choices=[(one, f"case.choice.{one}") for one in ("confirm_awareness", "refuse_awareness")],
        validators=[Required("errors.answer_missing")],
    )
    comment = LongTextField("case.field.comment", description="case.hint.aware_comment", validators=[Plain()])

    def asked(self) -> dict[str, Any]:
        """Return the comment; which of two steps is taken says the answer."""
        return {"comment": self.comment.data or ""}


FORMS: Mapping[type[StepInput], type[StepForm]] = {
    ReasonInput: ReasonForm,
    MergeInput: TargetForm,
    MeasuresInput: MeasuresForm,
    AwarenessInput: AwarenessForm,
}
"""The forms of the small steps by what the steps ask."""

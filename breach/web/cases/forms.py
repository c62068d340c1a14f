"""The forms of a case's steps. They read what was typed; the rules are the services'."""

from datetime import datetime

from wtforms import BooleanField

from breach.domain.states import CONSEQUENCES
from breach.web.parts.forms import LongTextField, ManyOf, OneOf, Required, TextField
from breach.web.parts.moments import ClockTimeField, DatePartsField, FoldField
from breach.web.parts.step_form import Plain, StepForm, moment_of


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

    def asked(self) -> datetime:
        """Return the aware moment; raise InvalidInput with the error already at its field."""
        return moment_of(self.aware_at, self.at, self.fold)


class AnswerForm(StepForm):
    """Confirm the correction of the awareness, or refuse it with what speaks against it."""

    answer = OneOf(
        "case.field.aware_choice",
        choices=[(one, f"case.choice.{one}") for one in ("confirm_awareness", "refuse_awareness")],
        validators=[Required("errors.answer_missing")],
    )
    comment = LongTextField("case.field.comment", description="case.hint.aware_comment", validators=[Plain()])

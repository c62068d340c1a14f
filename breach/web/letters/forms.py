"""Forms of the letter: its text, its approval."""

from wtforms import HiddenField

from breach.web.parts.forms import LongTextField, Required
from breach.web.parts.step_form import Plain, StepForm


class LetterForm(StepForm):
    """The letter in both languages."""

    danish = LongTextField(
        "work.field.danish", description="work.hint.letter", validators=[Required("errors.letter_missing")]
    )
    english = LongTextField(
        "work.field.english", description="work.hint.letter", validators=[Required("errors.letter_missing")]
    )


class ApproveForm(StepForm):
    """Approval of the letter that was read."""

    sha256 = HiddenField()
    hard_to_read_reason = LongTextField("work.field.hard_to_read_reason", validators=[Plain()])

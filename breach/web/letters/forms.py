"""Forms of the letter: its text, its approval."""

from wtforms import HiddenField

from breach.web.cases.forms import _letter
from breach.web.parts.forms import LongTextField
from breach.web.parts.step_form import Plain, StepForm


class LetterForm(StepForm):
    """The letter in both languages."""

    danish = _letter("work.field.danish")
    english = _letter("work.field.english")


class ApproveForm(StepForm):
    """Approval of the letter that was read."""

    sha256 = HiddenField()
    hard_to_read_reason = LongTextField("work.field.hard_to_read_reason", validators=[Plain()])

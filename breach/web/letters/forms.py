"""Forms of the letter: its text, its approval."""

from wtforms import HiddenField

from breach.domain.values import LONGEST_LETTER
from breach.web.parts.forms import Limit, LongTextField, Required
from breach.web.parts.step_form import Plain, StepForm


def _letter(label: str) -> LongTextField:
    fits = (Required("errors.letter_missing"), Limit(LONGEST_LETTER, "errors.too_long"))
    return LongTextField(label, description="work.hint.letter", validators=fits)


class LetterForm(StepForm):
    """The letter in both languages."""

    danish = _letter("work.field.danish")
    english = _letter("work.field.english")


class ApproveForm(StepForm):
    """Approval of the letter that was read."""

    sha256 = HiddenField()
    hard_to_read_reason = LongTextField("work.field.hard_to_read_reason", validators=[Plain()])

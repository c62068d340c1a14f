"""Forms of the letter: its text, its approval."""

from typing import Any

from wtforms import BooleanField, HiddenField

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
    facts_sha256 = HiddenField()
    up_to_date = BooleanField("work.field.up_to_date")

    def asked(self) -> dict[str, Any]:
        """Return both texts, and the hash of the facts that they were said to fit where somebody said so."""
        texts = {"danish": self.danish.data or "", "english": self.english.data or ""}
        is_settled = self.up_to_date is not None and self.up_to_date.data
        return {**texts, "facts_sha256": self.facts_sha256.data or ""} if is_settled else texts


class ApproveForm(StepForm):
    """Approval of the letter that was read."""

    sha256 = HiddenField()
    hard_to_read_reason = LongTextField("work.field.hard_to_read_reason", validators=[Plain()])

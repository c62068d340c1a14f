"""Forms of the letter: its text, its approval."""

from typing import Any

from wtforms import BooleanField, HiddenField

from breach.services.desk.case_page import CasePage
from breach.services.letters.inputs import ApprovalInput, LetterInput
from breach.web.parts.made_forms import step_field
from breach.web.parts.step_form import Plain, StepForm


def _letter(name: str, label: str) -> Any:
    return step_field(
        LetterInput, name, label=label, hint="letters.hint.letter", missing="errors.letter_missing"
    )


class LetterForm(StepForm):
    """The letter in both languages, or in Danish alone."""

    danish = _letter("danish", "letters.field.danish")
    english = _letter("english", "letters.field.english")
    facts_sha256 = HiddenField()
    up_to_date = BooleanField("letters.field.up_to_date")

    def fit(self, page: CasePage) -> None:
        """Ask for English only where the letter is sent in it."""
        if not page.case.in_english:
            del self.english

    def asked(self) -> dict[str, Any]:
        """Return both texts, and the hash of the facts that they were said to fit where somebody said so."""
        fields = (self.danish, self.english) if self.english is not None else (self.danish,)
        texts = {str(field.name): field.data or "" for field in fields}
        is_settled = self.up_to_date is not None and self.up_to_date.data
        return {**texts, "facts_sha256": self.facts_sha256.data or ""} if is_settled else texts


class ApproveForm(StepForm):
    """Approval of the letter that was read."""

    sha256 = HiddenField()
    hard_to_read_reason = step_field(
        ApprovalInput, "hard_to_read_reason", Plain(), label="letters.field.hard_to_read_reason"
    )

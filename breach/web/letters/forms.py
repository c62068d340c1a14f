"""Forms of the letter: its text, its approval."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField

from breach.services.desk.case_page import CasePage
from breach.services.letters.inputs import ApprovalInput, DraftInput, LetterInput, ReturnInput
from breach.services.schema import StepInput
from breach.web.parts.forms import OneOf
from breach.web.parts.made_fields import fills
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
    confirmed = step_field(ApprovalInput, "confirmed", Plain())
    confirmed_reason = step_field(ApprovalInput, "confirmed_reason", Plain())

    def offer(self, missing: Sequence[tuple[str, str]]) -> None:
        """Offer the missing elements that may be confirmed, each with its words; ask nothing without any."""
        if missing:
            self.confirmed.choices = list(missing)
        else:
            del self.confirmed, self.confirmed_reason


class ReturnForm(StepForm):
    """What is to be changed in the letter that was read."""

    sha256 = HiddenField()
    comment = step_field(ReturnInput, "comment")


class DraftForm(StepForm):
    """What becomes of a letter that was corrected by hand."""

    edits = OneOf(
        "letters.field.edits",
        choices=[("drop", "letters.edits.drop"), ("keep", "letters.edits.keep")],
        validators=[fills(DraftInput, "edits"), Plain()],
    )

    def fit(self, page: CasePage) -> None:
        """Ask only where there is such a letter."""
        if page.text is None or page.text.is_as_drafted:
            del self.edits


FORMS: Mapping[type[StepInput], type[StepForm]] = {DraftInput: DraftForm}
"""The forms of the small steps that say more than what the steps ask, by that."""

"""Input models of the steps of the notification to Datatilsynet."""

from datetime import datetime
from typing import Annotated

from breach.services.field_types import Moment, Text
from breach.services.schema import OptionalParagraphs, Paragraphs, StepInput

LONGEST_NUMBER = 80
"""Characters of a receipt number."""


class SubmissionInput(StepInput):
    """That Datatilsynet was notified, and when."""

    submitted_at: Annotated[datetime, Moment("submitted_in_future")]
    receipt_number: Annotated[str, Text(LONGEST_NUMBER, too_long="too_long")]
    late_reason: OptionalParagraphs = None


class SupplementInput(StepInput):
    """A supplement, in words."""

    note: Paragraphs

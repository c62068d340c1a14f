"""Input models of the steps of the notification to Datatilsynet."""

from datetime import datetime
from typing import Annotated

from breach.services.field_types import Moment
from breach.services.schema import Line, OptionalParagraphs, Paragraphs, StepInput


class SubmissionInput(StepInput):
    """That Datatilsynet was notified, and when."""

    submitted_at: Annotated[datetime, Moment("submitted_in_future")]
    receipt_number: Line
    late_reason: OptionalParagraphs = None


class SupplementInput(StepInput):
    """A supplement, in words."""

    note: Paragraphs

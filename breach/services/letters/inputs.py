"""What the steps ask that write and approve the letter."""

from typing import Annotated

from breach.services.field_types import Text
from breach.services.schema import Line, OptionalParagraphs, StepInput

LetterText = Annotated[str, Text(20_000, lines=True)]


class LetterInput(StepInput):
    """The letter in both languages."""

    danish: LetterText
    english: LetterText


class ApprovalInput(StepInput):
    """The letter that was read and is approved."""

    sha256: Line
    hard_to_read_reason: OptionalParagraphs = None

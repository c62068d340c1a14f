"""Input models of the steps that write and approve the letter."""

from typing import Annotated

from breach.domain.values import LONGEST_LETTER
from breach.services.field_types import Text
from breach.services.schema import Line, OptionalLine, OptionalParagraphs, StepInput

_LETTER = Text(LONGEST_LETTER, lines=True)


class LetterInput(StepInput):
    """The letter in both languages, or in Danish alone where the case says so."""

    danish: Annotated[str, _LETTER]
    english: Annotated[str | None, _LETTER] = None
    facts_sha256: OptionalLine = None


class ApprovalInput(StepInput):
    """The letter that was read and is approved."""

    sha256: Line
    hard_to_read_reason: OptionalParagraphs = None

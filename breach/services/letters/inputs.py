"""Input models of the steps that write and approve the letter."""

from typing import Annotated

from breach.domain.values import LONGEST_LETTER
from breach.services.field_types import Choice, Choices, Text
from breach.services.schema import Line, OptionalLine, OptionalParagraphs, Paragraphs, StepInput
from breach.texts import LANGUAGES

CONFIRMABLE = tuple(f"{language}:N{number}" for language in LANGUAGES for number in range(1, 11))
"""Elements of a letter that the approver may find where the checks do not."""
_LETTER = Text(LONGEST_LETTER, lines=True)


EDITS = ("drop", "keep")
"""What becomes of a letter that somebody corrected by hand when a draft is made again."""


class DraftInput(StepInput):
    """What becomes of a letter that was corrected by hand."""

    edits: Annotated[
        str | None,
        Choice(
            EDITS,
            about="Needed where the letter of before was corrected by hand: `drop` drafts it from the facts, "
            "`keep` goes on with its text. The version of before is kept in any case.",
        ),
    ] = None


class LetterInput(StepInput):
    """The letter in both languages, or in Danish alone where the case says so."""

    danish: Annotated[str, _LETTER]
    english: Annotated[str | None, _LETTER] = None
    facts_sha256: OptionalLine = None


class ApprovalInput(StepInput):
    """The letter that was read and is approved."""

    sha256: Line
    hard_to_read_reason: OptionalParagraphs = None
    confirmed: Annotated[
        tuple[str, ...] | None,
        Choices(
            CONFIRMABLE,
            about="Elements that the checks miss and that the approver finds in the text, by language.",
        ),
    ] = None
    confirmed_reason: OptionalParagraphs = None


class ReturnInput(StepInput):
    """The letter that was read and is sent back, with what is to be changed."""

    sha256: Line
    comment: Paragraphs

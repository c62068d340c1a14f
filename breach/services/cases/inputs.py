"""Input models of the steps of the case itself and of its awareness time."""

from datetime import datetime
from typing import Annotated

from breach.domain.awareness import AwarenessSource
from breach.domain.spans import Span
from breach.domain.states import CONSEQUENCES
from breach.services.field_types import Choice, Choices, Flag, Moment, When
from breach.services.schema import Line, OptionalParagraphs, Paragraphs, StepInput


class ReasonInput(StepInput):
    """A step that takes a reason."""

    reason: Paragraphs


class CommentInput(StepInput):
    """An answer that takes a comment."""

    comment: Paragraphs


class OptionalCommentInput(StepInput):
    """An answer that may have a comment."""

    comment: OptionalParagraphs = None


class TakeInput(StepInput):
    """Which of the times that the report says made the controller aware, where it says several."""

    aware_from: Annotated[
        str | None,
        Choice(
            [source.value for source in AwarenessSource],
            about="The time that counts; left out, the earliest does. A later one counts once another "
            "person confirms it.",
        ),
    ] = None
    reason: OptionalParagraphs = None


class HandoverInput(StepInput):
    """The colleague who takes the case, by username, and what they need to know."""

    to: Line
    reason: Paragraphs


class MergeInput(StepInput):
    """The case to merge with."""

    target_reference: Line


IN_ENGLISH = Flag(about="Whether the letter is sent in English too; null leaves it as it is.")


CONTAINED_AT = When(
    "contained_in_future",
    days=True,
    about="When the breach was contained: a time with its offset, or a date where only the day is known. "
    "Needed where `contained` is true and no time is kept yet.",
)


class MeasuresInput(StepInput):
    """The account of the breach, and what the register holds beside the facts (GDPR art. 33(5))."""

    summary: Paragraphs
    consequences: Annotated[tuple[str, ...] | None, Choices(CONSEQUENCES)] = None
    measures: Paragraphs
    contained: Annotated[bool, Flag()]
    contained_at: Annotated[Span | None, CONTAINED_AT] = None
    in_english: Annotated[bool | None, IN_ENGLISH] = None
    summary_en: OptionalParagraphs = None
    measures_en: OptionalParagraphs = None


class AwarenessInput(StepInput):
    """When the controller became aware, and why the time that stands is wrong."""

    aware_at: Annotated[
        datetime, Moment("aware_in_future", about="When the controller became aware of the breach.")
    ]
    reason: Paragraphs

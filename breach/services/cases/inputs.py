"""Input models of the steps of the case itself and of its awareness time."""

from datetime import datetime
from typing import Annotated

from breach.domain.states import CONSEQUENCES
from breach.services.field_types import Choices, Flag, Moment
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


class HandoverInput(StepInput):
    """The colleague who takes the case, by username, and what they need to know."""

    to: Line
    reason: Paragraphs


class MergeInput(StepInput):
    """The case to merge with."""

    target_reference: Line


class MeasuresInput(StepInput):
    """What the register holds beside the facts (GDPR art. 33(5))."""

    summary: Paragraphs
    consequences: Annotated[tuple[str, ...] | None, Choices(CONSEQUENCES)] = None
    measures: Paragraphs
    contained: Annotated[bool, Flag()]


class AwarenessInput(StepInput):
    """When the controller became aware, and why the time that stands is wrong."""

    aware_at: Annotated[
        datetime, Moment("aware_in_future", about="When the controller became aware of the breach.")
    ]
    reason: Paragraphs

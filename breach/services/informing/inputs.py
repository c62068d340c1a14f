"""Input models of the steps that say who gets no letter, and why."""

from typing import Annotated

from breach.domain.states import NoLetter
from breach.services.field_types import Choice, Count, Text
from breach.services.schema import Line, Paragraphs, StepInput

WHOM = ("some", "all")
REASONS = tuple(why.value for why in NoLetter)
LONGEST_NAME = 120


class SegmentInput(StepInput):
    """People affected who get no letter: how many, who they are, and the reason."""

    whom: Annotated[str, Choice(WHOM, unknown="whom_missing")]
    why: Annotated[str, Choice(REASONS, unknown="why_missing")]
    reason: Paragraphs
    people: Annotated[int | None, Count(wrong="people_unreadable")] = None
    name: Annotated[str | None, Text(LONGEST_NAME)] = None


class SegmentChoiceInput(StepInput):
    """The segment that is meant, by its id."""

    segment: Line


class SegmentAnswerInput(SegmentChoiceInput):
    """The segment that is answered, and why it is not confirmed."""

    comment: Paragraphs


class SegmentConfirmInput(SegmentChoiceInput):
    """The segment that is confirmed."""

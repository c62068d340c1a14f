"""Input models of the steps that choose the recipients and send the letter."""

from typing import Annotated

from breach.services.field_types import Count
from breach.services.schema import Line, Paragraphs, StepInput


class ExemptionInput(StepInput):
    """The ground of art. 34(3) and its evidence."""

    ground: Line
    evidence: Paragraphs


class RecipientInput(StepInput):
    """One person to be told."""

    cpr: Line
    name: Line


class ReleaseInput(StepInput):
    """The number of letters, counted by hand."""

    typed_count: Annotated[int, Count(wrong="typed_count_invalid")]

"""Input models of the steps that choose the recipients and send the letter."""

from typing import Annotated

from breach.domain.states import Audience
from breach.services.field_types import Choice, Count
from breach.services.schema import Line, StepInput

AUDIENCES = tuple(audience.value for audience in Audience)


class RoundInput(StepInput):
    """Whom of the list the round goes to."""

    audience: Annotated[str, Choice(AUDIENCES, unknown="audience_missing")]


class RecipientInput(StepInput):
    """One person to be told."""

    cpr: Line
    name: Line


class ReleaseInput(StepInput):
    """The number of letters, counted by hand."""

    typed_count: Annotated[int, Count(wrong="typed_count_invalid")]

"""Input models of the steps that choose the recipients and send the letter."""

from datetime import date
from typing import Annotated

from breach.domain.states import Audience
from breach.services.field_types import Choice, Count, Day, Flag
from breach.services.schema import Line, Paragraphs, StepInput

AUDIENCES = tuple(audience.value for audience in Audience)


class RoundInput(StepInput):
    """Whom of the list the round goes to."""

    audience: Annotated[str, Choice(AUDIENCES, unknown="audience_missing")]


class RecipientInput(StepInput):
    """One person to be told."""

    cpr: Line
    name: Line


class RemovalInput(StepInput):
    """Who is removed from the list, and why."""

    cpr: Line
    reason: Paragraphs


class CorrectionInput(StepInput):
    """Who on the list is corrected, what is right, and why it was wrong."""

    cpr: Line
    new_cpr: Line
    name: Line
    reason: Paragraphs


class AskReleaseInput(StepInput):
    """The version of the list that was seen: who asks means that list and no longer one."""

    list_version: Annotated[int, Count(wrong="list_version_invalid")]


class PaperInput(StepInput):
    """Whether letters that may have reached the person, and lack a receipt, are sent on paper as well."""

    doubtful: Annotated[bool, Flag()]


class PostingInput(StepInput):
    """The day on which the letters were posted."""

    posted_on: Annotated[date, Day()]


class ReleaseInput(StepInput):
    """The number of letters, counted by hand."""

    typed_count: Annotated[int, Count(wrong="typed_count_invalid")]

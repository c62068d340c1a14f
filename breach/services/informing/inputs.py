"""Input models of the steps that say who gets no letter, and why."""

from datetime import date
from typing import Annotated

from breach.domain.states import NoLetter
from breach.domain.values import LONGEST_LETTER
from breach.services.field_types import Choice, Count, Day, Text
from breach.services.schema import Line, Paragraphs, StepInput

WHOM = ("some", "all")
REASONS = tuple(why.value for why in NoLetter)
LONGEST_NAME = 120
_TEXT = Text(LONGEST_LETTER, lines=True)
LONGEST_ADDRESS = 500
LARGEST_PROOF = 10_000_000
"""Bytes of a file that proves a public notice."""
LONGEST_FILE = LARGEST_PROOF * 4 // 3 + 4
"""Characters of that file in base64; the body of a request to the API may have less."""


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


class NoticeInput(StepInput):
    """A public notice: the text in both languages, where it stands, and from and to which day."""

    danish: Annotated[str, _TEXT]
    english: Annotated[str, _TEXT]
    places: Paragraphs
    shown_from: Annotated[date, Day()]
    shown_to: Annotated[date, Day()]


class NoticeApprovalInput(StepInput):
    """The public notice that was read and is approved, by its hash."""

    sha256: Line


class NoticeProofInput(StepInput):
    """What shows that the notice was published: the day it was seen, and an address or a file.

    file: a PDF, PNG or JPEG, in base64
    """

    proven_on: Annotated[date, Day()]
    proof_address: Annotated[str | None, Text(LONGEST_ADDRESS)] = None
    file: Annotated[str | None, Text(LONGEST_FILE)] = None


class NoticeEndInput(StepInput):
    """Why a public notice is taken down."""

    reason: Paragraphs

"""Forms of the steps that say who gets no letter, and why."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request

from breach.domain.errors import FieldError, InvalidInput
from breach.services.desk.case_page import CasePage
from breach.services.informing.inputs import (
    SegmentAnswerInput,
    SegmentChoiceInput,
    SegmentConfirmInput,
    SegmentInput,
)
from breach.services.schema import StepInput
from breach.web.informing.words import choice_words
from breach.web.parts.counts import whole_number
from breach.web.parts.forms import OneOf, Required
from breach.web.parts.made_forms import step_field
from breach.web.parts.step_form import Plain, StepForm


class SegmentForm(StepForm):
    """Who gets no letter, how many they are, and why."""

    whom = step_field(SegmentInput, "whom")
    people = step_field(SegmentInput, "people", Plain())
    name = step_field(SegmentInput, "name", Plain())
    why = step_field(SegmentInput, "why")
    reason = step_field(SegmentInput, "reason", missing="errors.evidence_missing")

    def fit(self, page: CasePage) -> None:
        """Suggest those who are missing, where letters were sent and nothing else was typed."""
        if not self.is_submitted() and page.released is not None and page.tally.missing:
            self.whom.data = "some"
            self.people.data = str(page.tally.missing)

    def asked(self) -> dict[str, Any]:
        """Return what was typed; raise InvalidInput where the number of people is none."""
        typed = (self.people.data or "").strip()
        people = whole_number(typed)
        if typed and people is None:
            raise InvalidInput([FieldError("people", "people_unreadable")])
        return super().asked() | {"people": people}


class SegmentPick(OneOf):
    """One of the case's segments, by its id; the service refuses any other."""

    def pre_validate(self, form: Any) -> None:
        """Accept what was sent: which there are is read with the case."""


def _pick() -> SegmentPick:
    return SegmentPick("informing.field.segment", choices=(), validators=[Required("errors.segment_missing")])


class SegmentChoiceForm(StepForm):
    """Which people without a letter are meant."""

    segment = _pick()
    states: ClassVar[tuple[str, ...]] = ("asked", "confirmed")
    """States of the segments that can be chosen."""

    def fit(self, page: CasePage) -> None:
        """Offer the segments that fit; the one of the address, or the only one, is chosen."""
        found = [one for one in page.segments if one.state in self.states]
        self.segment.choices = [(str(one.id), choice_words(one)) for one in found]
        if not self.is_submitted():
            only = str(found[0].id) if len(found) == 1 else None
            self.segment.data = request.args.get("segment", only)


class SegmentConfirmForm(SegmentChoiceForm):
    """Which people shall get no letter."""

    segment = _pick()
    states = ("asked",)


class SegmentAnswerForm(SegmentConfirmForm):
    """Which people shall be told after all, and why."""

    segment = _pick()
    comment = step_field(SegmentAnswerInput, "comment", missing="errors.refusal_unexplained")


FORMS: Mapping[type[StepInput], type[StepForm]] = {
    SegmentInput: SegmentForm,
    SegmentChoiceInput: SegmentChoiceForm,
    SegmentConfirmInput: SegmentConfirmForm,
    SegmentAnswerInput: SegmentAnswerForm,
}
"""The forms of the steps, by what they ask."""

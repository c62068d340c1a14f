"""Forms of the steps that say who gets no letter, and of the public notice."""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request
from wtforms import FileField, HiddenField

from breach.domain.errors import FieldError, InvalidInput
from breach.services.desk.case_page import CasePage
from breach.services.informing.inputs import (
    NoticeApprovalInput,
    NoticeInput,
    NoticeProofInput,
    SegmentAnswerInput,
    SegmentChoiceInput,
    SegmentConfirmInput,
    SegmentInput,
)
from breach.services.informing.public_notice import draft_of
from breach.services.schema import StepInput
from breach.web.informing.words import choice_words
from breach.web.parts.counts import whole_number
from breach.web.parts.forms import OneOf, Required
from breach.web.parts.made_forms import step_field
from breach.web.parts.moments import DatePartsField
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


class NoticeForm(StepForm):
    """A public notice: text, places and days."""

    danish = step_field(NoticeInput, "danish", hint="informing.hint.text", missing="errors.letter_missing")
    english = step_field(NoticeInput, "english", hint="informing.hint.text", missing="errors.letter_missing")
    places = step_field(NoticeInput, "places")
    shown_from = DatePartsField("informing.field.shown_from", validators=[Plain()])
    shown_to = DatePartsField("informing.field.shown_to", validators=[Plain()])

    def fit(self, page: CasePage) -> None:
        """Begin with the notice as it stands, or with a draft made of the letter's facts."""
        if self.is_submitted():
            return
        notice = page.notice
        if notice is None:
            draft = draft_of(page)
            self.danish.data, self.english.data = draft["da"], draft["en"]
            return
        self.danish.data, self.english.data, self.places.data = notice.danish, notice.english, notice.places
        for field, day in ((self.shown_from, notice.shown_from), (self.shown_to, notice.shown_to)):
            field.process(None, day)

    def asked(self) -> dict[str, Any]:
        """Return what was typed; raise InvalidInput where a day is missing."""
        missing = [name for name in ("shown_from", "shown_to") if self[name].data is None]
        if missing:
            raise InvalidInput([FieldError(name, "day_missing") for name in missing if not self[name].errors])
        return super().asked()


class NoticeApprovalForm(StepForm):
    """Approval of the notice that was read."""

    sha256 = HiddenField()

    def fit(self, page: CasePage) -> None:
        """Take the hash of the notice that is shown with the form."""
        if not self.is_submitted() and page.notice is not None:
            self.sha256.data = page.notice.sha256


class NoticeProofForm(StepForm):
    """What shows that the notice was published."""

    proven_on = DatePartsField("informing.field.proven_on", validators=[Plain()])
    proof_address = step_field(NoticeProofInput, "proof_address", Plain())
    file = FileField("informing.field.file", description="informing.hint.file", validators=[Plain()])

    def asked(self) -> dict[str, Any]:
        """Return day, address and file; raise InvalidInput where the day is missing."""
        if self.proven_on.data is None:
            raise InvalidInput([] if self.proven_on.errors else [FieldError("proven_on", "day_missing")])
        sent = request.files.get(str(self.file.name))
        body = sent.read() if sent else b""
        address = self.proof_address.data or ""
        file = base64.b64encode(body).decode()
        return {"proven_on": self.proven_on.data, "proof_address": address, "file": file}


FORMS: Mapping[type[StepInput], type[StepForm]] = {
    SegmentInput: SegmentForm,
    SegmentChoiceInput: SegmentChoiceForm,
    SegmentConfirmInput: SegmentConfirmForm,
    SegmentAnswerInput: SegmentAnswerForm,
    NoticeInput: NoticeForm,
    NoticeApprovalInput: NoticeApprovalForm,
    NoticeProofInput: NoticeProofForm,
}
"""The forms of the steps, by what they ask."""

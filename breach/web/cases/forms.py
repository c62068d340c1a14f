"""The forms of a case's steps. They read what was typed; the rules are the services'."""

from collections.abc import Mapping
from typing import Any, ClassVar

from breach.services.cases.inputs import (
    AwarenessInput,
    HandoverInput,
    MeasuresInput,
    MergeInput,
    OptionalCommentInput,
    TakeInput,
)
from breach.services.desk.case_page import CasePage
from breach.services.schema import StepInput
from breach.web.cases import awareness_words
from breach.web.parts.forms import OneOf, Required
from breach.web.parts.made_forms import step_field
from breach.web.parts.moments import ClockTimeField, FoldField
from breach.web.parts.step_form import MayBeEmpty, Plain, StepForm, moment_of, span_of


class TakeForm(StepForm):
    """Which of several times made the controller aware; asked only where the report says several."""

    aware_from = step_field(TakeInput, "aware_from", Plain())
    reason = step_field(TakeInput, "reason", Plain(), hint="cases.hint.take_reason")

    def fit(self, page: CasePage) -> None:
        """Offer the times of this case; ask nothing where there is one alone."""
        offered = awareness_words.offered_times(page)
        if not offered:
            del self["aware_from"], self["reason"]
            return
        self.aware_from.choices = offered
        self.aware_from.data = self.aware_from.data or offered[0][0]

    def asked(self) -> dict[str, Any]:
        """Return the answer, where one was given."""
        return {"aware_from": self.aware_from.data or "", "reason": self.reason.data or ""}


class Colleague(OneOf):
    """One of those who handle cases there, by username; the service refuses any other."""

    def pre_validate(self, form: Any) -> None:
        """Accept what was sent: who the colleagues are is read with the case."""


class HandoverForm(StepForm):
    """Who takes the case, and what they need to know."""

    to = Colleague("cases.field.to", description="cases.hint.to", validators=[Required("errors.to_missing")])
    reason = step_field(HandoverInput, "reason", label="cases.field.note", hint="cases.hint.note")

    def fit(self, page: CasePage) -> None:
        """Offer the colleagues of this case, first of all the one who asked for it."""
        self.to.choices = page.colleagues
        if self.to.data is None and page.case.wanted_by is not None:
            self.to.data = page.usernames.get(page.case.wanted_by)


class TargetForm(StepForm):
    """The case to merge with."""

    target_reference = step_field(
        MergeInput,
        "target_reference",
        label="cases.field.target",
        hint="cases.hint.target",
        missing="errors.target_unknown",
    )


class MeasuresForm(StepForm):
    """The account of the breach: what happened, what was done, what it can lead to, if it is contained."""

    summary = step_field(MeasuresInput, "summary", MayBeEmpty())
    measures = step_field(MeasuresInput, "measures", MayBeEmpty())
    in_english = step_field(MeasuresInput, "in_english")
    summary_en = step_field(MeasuresInput, "summary_en", Plain())
    measures_en = step_field(MeasuresInput, "measures_en", Plain())
    consequences = step_field(MeasuresInput, "consequences", words="cases.consequence")
    contained = step_field(MeasuresInput, "contained")
    contained_at = step_field(
        MeasuresInput, "contained_at", label="cases.field.contained_on", hint="cases.hint.contained_on"
    )
    at = ClockTimeField("cases.field.contained_time", description="cases.hint.contained_time")
    fold = FoldField("common.time.which")
    opens: ClassVar[Mapping[str, tuple[str, ...]]] = {"in_english": ("summary_en", "measures_en")}

    def asked(self) -> dict[str, Any]:
        """Return what was typed; a date without a time of day is the whole day."""
        given = super().asked()
        for name in ("at", "fold"):
            given.pop(name, None)
        return {**given, "contained_at": span_of(self.contained_at, self.at, self.fold)}


class AwarenessForm(StepForm):
    """When the controller became aware, and why the time that stands is wrong."""

    aware_at = step_field(AwarenessInput, "aware_at", Plain(), label="cases.field.aware_on")
    at = ClockTimeField("cases.field.aware_time", description="common.time.hint", validators=[Plain()])
    fold = FoldField("common.time.which")
    reason = step_field(AwarenessInput, "reason", label="cases.field.aware_reason")

    def asked(self) -> dict[str, Any]:
        """Return the moment and the reason; raise InvalidInput with the error already at its field."""
        aware_at = moment_of(self.aware_at, self.at, self.fold)
        return {"aware_at": aware_at, "reason": self.reason.data or ""}


class AnswerForm(StepForm):
    """Confirm the correction of the awareness, or refuse it with what speaks against it."""

    answer = OneOf(
        "cases.field.aware_choice",
        choices=[(one, f"cases.choice.{one}") for one in ("confirm_awareness", "refuse_awareness")],
        validators=[Required("errors.answer_missing")],
    )
    comment = step_field(OptionalCommentInput, "comment", Plain(), hint="cases.hint.aware_comment")

    def asked(self) -> dict[str, Any]:
        """Return the comment; which of two steps is taken says the answer."""
        return {"comment": self.comment.data or ""}


FORMS: Mapping[type[StepInput], type[StepForm]] = {
    HandoverInput: HandoverForm,
    MergeInput: TargetForm,
    MeasuresInput: MeasuresForm,
    AwarenessInput: AwarenessForm,
    TakeInput: TakeForm,
}
"""The forms of the small steps that say more than what the steps ask, by that."""

"""The forms of a case's steps. They read what was typed; the rules are the services'."""

from datetime import datetime
from typing import Any, ClassVar

from wtforms import BooleanField, Field, FileField, Form, HiddenField, ValidationError
from wtforms.fields.choices import SelectFieldBase

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.states import ExemptionGround
from breach.services.cases import CONSEQUENCES
from breach.services.looks import PURPOSES
from breach.services.numbers import valid_cpr
from breach.texts.formats import local
from breach.web.forms.base import BaseForm, LongTextField, ManyOf, OneOf, Pick, Required, TextField
from breach.web.forms.counts import whole_number
from breach.web.forms.moments import ClockTimeField, DatePartsField, FoldField, moment
from breach.web.i18n import choices, now_utc, say, t


class Plain:
    """Marks a field whose label does not say "optional": empty has a meaning, or a service asks."""

    field_flags: ClassVar[dict[str, bool]] = {"plain_label": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept whatever was typed."""


class StepForm(BaseForm):
    """What every step carries: the version of the case that its page was made from."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """Return the version that the person saw; something else than a number is no version at all."""
        return whole_number(self.version.data) or 0


class ReasonForm(StepForm):
    """A step that takes a reason."""

    reason = LongTextField(
        "case.field.reason", description="case.hint.reason", validators=[Required("errors.reason_missing")]
    )


def _purpose() -> OneOf:
    """Return the field that asks what a look at who somebody is, is for."""
    listed = [(one, f"work.purpose.{one}") for one in PURPOSES]
    return OneOf("work.field.purpose", choices=listed, validators=[Required("errors.purpose_missing")])


class PurposeForm(BaseForm):
    """What a look at who somebody is, is for."""

    purpose = _purpose()


class CprNumber(Required):
    """Refuses what cannot be a CPR number today, together with whatever else is wrong on the page."""

    def __init__(self) -> None:
        super().__init__("errors.cpr_invalid")

    def __call__(self, form: Form, field: Field) -> None:
        if valid_cpr(field.data or "", local(now_utc()).date()) is None:
            raise ValidationError(t(self.key, label=say(field.label.text)))


class FindForm(PurposeForm):
    """Whom on the list somebody looks for."""

    cpr = TextField("work.field.cpr", description="work.hint.cpr", validators=[CprNumber()])
    purpose = _purpose()  # again, so that it comes after the number as on the page


class NoteForm(StepForm):
    """A supplement, in words."""

    note = LongTextField(
        "case.field.note", description="case.hint.note", validators=[Required("errors.note_missing")]
    )


class TargetForm(StepForm):
    """The case to merge with."""

    target_reference = TextField(
        "case.field.target", description="case.hint.target", validators=[Required("errors.target_unknown")]
    )


class MeasuresForm(StepForm):
    """What the register holds beside the facts (GDPR art. 33(5))."""

    summary = LongTextField("case.field.summary", description="case.hint.summary")
    consequences = ManyOf(
        "case.field.consequences", choices=[(one, f"case.consequence.{one}") for one in CONSEQUENCES]
    )
    measures = LongTextField("case.field.measures", description="case.hint.measures")
    contained = BooleanField("case.field.contained")


class ExemptForm(StepForm):
    """The ground of art. 34(3) and its evidence."""

    ground = OneOf(
        "case.field.ground",
        choices=[(ground.value, f"case.ground.{ground.value}") for ground in ExemptionGround],
        validators=[Required("errors.ground_missing")],
    )
    evidence = LongTextField(
        "case.field.evidence",
        description="case.hint.evidence",
        validators=[Required("errors.evidence_missing")],
    )


class SubmitForm(StepForm):
    """That Datatilsynet was notified, and when."""

    submitted_at = DatePartsField("case.field.submitted_on", validators=[Plain()])
    at = ClockTimeField("case.field.submitted_time", description="common.time.hint", validators=[Plain()])
    fold = FoldField("common.time.which")
    receipt_number = TextField("case.field.receipt_number")
    late_reason = LongTextField("case.field.late_reason", description="case.hint.late_reason")

    def submitted(self) -> datetime:
        """Return the aware moment; raise InvalidInput with the error already at its field."""
        return moment_of(self.submitted_at, self.at, self.fold)


class AwarenessForm(StepForm):
    """When the controller became aware, and why the time that stands is wrong."""

    aware_at = DatePartsField("case.field.aware_on", validators=[Plain()])
    at = ClockTimeField("case.field.aware_time", description="common.time.hint", validators=[Plain()])
    fold = FoldField("common.time.which")
    reason = LongTextField(
        "case.field.aware_reason",
        description="case.hint.reason",
        validators=[Required("errors.reason_missing")],
    )

    def asked(self) -> datetime:
        """Return the aware moment; raise InvalidInput with the error already at its field."""
        return moment_of(self.aware_at, self.at, self.fold)


class AnswerForm(StepForm):
    """Confirm the correction of the awareness, or refuse it with what speaks against it."""

    answer = OneOf(
        "case.field.aware_choice",
        choices=[(one, f"case.choice.{one}") for one in ("confirm_awareness", "refuse_awareness")],
        validators=[Required("errors.answer_missing")],
    )
    comment = LongTextField("case.field.comment", description="case.hint.aware_comment", validators=[Plain()])


class ReleaseForm(StepForm):
    """The number of letters, typed by hand."""

    typed_count = TextField(
        "work.field.typed_count",
        description="work.hint.typed_count",
        validators=[Required("errors.typed_count_unreadable")],
    )

    def count(self) -> int:
        """Return the number typed, with or without the separator of thousands."""
        found = whole_number(self.typed_count.data)
        if found is None:
            raise InvalidInput([FieldError("typed_count", "typed_count_unreadable")])
        return found


class DecideForm(StepForm):
    """Decide as proposed, or send it back with what must change."""

    sha256 = HiddenField()
    choice = OneOf(
        "case.field.choice",
        choices=[("decide", "case.choice.decide"), ("send_back", "case.choice.send_back")],
        validators=[Required("errors.choice_missing")],
    )
    comment = LongTextField("case.field.comment", description="case.hint.comment")


class ProposalForm(StepForm):
    """What the case handler proposes."""

    outcome = OneOf(
        "case.field.outcome",
        choices=[
            (value, f"states.outcome.{value}")
            for value in ("register_only", "notify_authority", "notify_authority_and_data_subjects")
        ],
        validators=[Required("errors.outcome_missing")],
    )
    reasoning = LongTextField(
        "case.field.reasoning",
        description="case.hint.reasoning",
        validators=[Required("errors.reasoning_missing")],
    )
    deviation_reason = LongTextField("case.field.deviation_reason", description="case.hint.deviation_reason")
    exemption_ground = Pick(
        "case.field.exemption_ground",
        choices=[
            ("", "case.ground.none"),
            *((ground.value, f"case.ground.{ground.value}") for ground in ExemptionGround),
        ],
    )
    exemption_evidence = LongTextField("case.field.evidence", description="case.hint.evidence")


class LetterForm(StepForm):
    """The letter in both languages."""

    danish = LongTextField(
        "work.field.danish", description="work.hint.letter", validators=[Required("errors.letter_missing")]
    )
    english = LongTextField(
        "work.field.english", description="work.hint.letter", validators=[Required("errors.letter_missing")]
    )
    facts_sha256 = HiddenField()
    up_to_date = BooleanField("work.field.up_to_date")

    def settled(self) -> str:
        """Return the hash of the facts that the letter was said to fit, or "" where nobody said so."""
        ticked = self.up_to_date is not None and self.up_to_date.data
        return self.facts_sha256.data or "" if ticked else ""


class ApproveForm(StepForm):
    """Approval of the letter that was read."""

    sha256 = HiddenField()
    hard_to_read_reason = LongTextField("work.field.hard_to_read_reason", validators=[Plain()])


class RecipientForm(StepForm):
    """One person to be told."""

    cpr = TextField("work.field.cpr", description="work.hint.cpr", validators=[CprNumber()])
    name = TextField("work.field.name", validators=[Required("errors.name_missing")])


class ImportForm(StepForm):
    """A list of people to be told."""

    file = FileField("work.field.file", description="work.hint.file", validators=[Plain()])


def moment_of(day: DatePartsField, clock: ClockTimeField, fold: FoldField) -> datetime:
    """Return the moment of the three fields; raise InvalidInput with the error at its field."""
    found = moment(day, clock, fold)
    if found is None:
        told = day.errors or clock.errors or fold.errors
        raise InvalidInput([] if told else [FieldError(str(day.name), "moment_missing")])
    return found


def typed_values(form: BaseForm) -> list[tuple[str, str, str]]:
    """Return (name, label key, what was typed) for every text and time, so that nothing typed is lost."""
    typed = [(str(field.name), str(field.label.text), _words(field)) for field in form]
    return [one for one in typed if one[2]]


def _words(field: Any) -> str:
    """Return what was typed into a field of text, date or time; nothing for another kind."""
    if isinstance(field, DatePartsField):
        return ".".join(part for part in field.parts.values() if part)
    return str(field.data or "") if isinstance(field, TextField) else getattr(field, "raw", "")


def chosen_values(form: BaseForm) -> list[tuple[str, str]]:
    """Return (label key, the labels of what was chosen) for every question with choices that was answered."""
    chosen = [(str(field.label.text), _choice(field)) for field in form]
    return [one for one in chosen if one[1]]


def _choice(field: Any) -> str:
    """Return the labels of what is chosen; nothing for a field that holds text."""
    if isinstance(field, BooleanField):
        return t("common.yes" if field.data else "common.no")
    if not isinstance(field, SelectFieldBase):
        return ""
    return ", ".join(say(one.label) for one in choices(field) if one.checked and one.value)

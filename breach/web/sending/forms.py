"""Forms of recipients and release."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Field, FileField, Form, HiddenField
from wtforms.validators import StopValidation

from breach.domain.danish_time import local
from breach.domain.errors import FieldError, InvalidInput
from breach.domain.numbers import replacement_number
from breach.domain.recipients.columns import MOST_COLUMNS
from breach.domain.recipients.rows import ReadingChoices
from breach.services.checks import valid_cpr
from breach.services.desk.case_page import CasePage
from breach.services.schema import StepInput
from breach.services.sending.identity import PURPOSES
from breach.services.sending.inputs import (
    AskReleaseInput,
    CorrectionInput,
    PostingInput,
    RecipientInput,
    ReleaseInput,
    RemovalInput,
)
from breach.web.parts.counts import whole_number
from breach.web.parts.forms import BaseForm, OneOf, Pick, Required, TextField
from breach.web.parts.language import now_utc, say, t
from breach.web.parts.made_fields import fills
from breach.web.parts.made_forms import step_field
from breach.web.parts.moments import DatePartsField
from breach.web.parts.step_form import Plain, StepForm


def _purpose() -> OneOf:
    """Return the field for the purpose of reading a recipient's identity."""
    listed = [(one, f"sending.purpose.{one}") for one in PURPOSES]
    return OneOf("sending.field.purpose", choices=listed, validators=[Required("errors.purpose_missing")])


class PurposeForm(BaseForm):
    """The purpose of reading a recipient's identity."""

    purpose = _purpose()


class CprNumber(Required):
    """Refuses what cannot be a CPR number today, together with whatever else is wrong on the page."""

    def __init__(self) -> None:
        super().__init__("errors.cpr_invalid")

    def __call__(self, form: Form, field: Field) -> None:
        typed = field.data or ""
        if replacement_number(typed) is None and valid_cpr(typed, local(now_utc()).date()) is None:
            raise StopValidation(t(self.key, label=say(field.label.text)))


class FindForm(PurposeForm):
    """The CPR number to find on the list, and the purpose."""

    cpr = TextField("sending.field.cpr", description="sending.hint.cpr", validators=[CprNumber()])
    purpose = _purpose()  # again, so that it comes after the number as on the page


class RemovalForm(StepForm):
    """Who is removed from the list, and why."""

    cpr = step_field(
        RemovalInput, "cpr", CprNumber(), label="sending.field.cpr", hint="sending.hint.cpr_listed"
    )
    reason = step_field(RemovalInput, "reason", label="sending.field.reason", hint="cases.hint.reason")


class CorrectionForm(StepForm):
    """Who on the list is corrected, what is right, and why it was wrong."""

    cpr = step_field(
        CorrectionInput, "cpr", CprNumber(), label="sending.field.old_cpr", hint="sending.hint.cpr_listed"
    )
    new_cpr = step_field(
        CorrectionInput, "new_cpr", CprNumber(), label="sending.field.new_cpr", hint="sending.hint.cpr"
    )
    name = step_field(
        CorrectionInput, "name", label="sending.field.new_name", too_long="errors.name_too_long"
    )
    reason = step_field(CorrectionInput, "reason", label="sending.field.reason", hint="cases.hint.reason")


class RemoveOneForm(RemovalForm):
    """Why somebody is removed whose row on the list was chosen."""

    cpr = None


class CorrectOneForm(CorrectionForm):
    """What is right of somebody whose row on the list was chosen, and why it was wrong."""

    cpr = None


class AskReleaseForm(StepForm):
    """The version of the list that the page showed."""

    list_version = HiddenField()

    def fit(self, page: CasePage) -> None:
        """Take the version of the list that is shown with the form."""
        if self.list_version.data is None:
            self.list_version.data = str(page.list_version)

    def asked(self) -> dict[str, Any]:
        """Return the version; something else than a number is no version at all."""
        found = whole_number(self.list_version.data)
        return {"list_version": -1 if found is None else found}


class PostingForm(StepForm):
    """The day on which the letters were posted."""

    posted_on = DatePartsField(
        "sending.field.posted_on", validators=[fills(PostingInput, "posted_on"), Plain()]
    )

    def asked(self) -> dict[str, Any]:
        """Return the day; raise InvalidInput when there is none."""
        if self.posted_on.data is None:
            raise InvalidInput([FieldError("posted_on", "posted_on_missing")])
        return {"posted_on": self.posted_on.data}


class ReleaseForm(StepForm):
    """The number of letters, typed by hand."""

    typed_count = TextField(
        "sending.field.typed_count",
        description="sending.hint.typed_count",
        validators=[fills(ReleaseInput, "typed_count"), Required("errors.typed_count_unreadable")],
    )

    def asked(self) -> dict[str, Any]:
        """Return the number typed, with or without separators; raise InvalidInput when it is none."""
        found = whole_number(self.typed_count.data)
        if found is None:
            raise InvalidInput([FieldError("typed_count", "typed_count_unreadable")])
        return {"typed_count": found}


class RecipientForm(StepForm):
    """One recipient."""

    cpr = step_field(RecipientInput, "cpr", CprNumber(), label="sending.field.cpr", hint="sending.hint.cpr")
    name = step_field(RecipientInput, "name", label="sending.field.name", too_long="errors.name_too_long")


class ImportForm(StepForm):
    """A file of recipients, and what was chosen for it where it does not tell by itself."""

    file = FileField("sending.field.file", description="sending.hint.file", validators=[Plain()])
    adds_zero = BooleanField("sending.field.adds_zero", description="sending.hint.adds_zero")
    skips_faulty = BooleanField("sending.field.skips_faulty", description="sending.hint.skips_faulty")
    column_cpr = Pick("sending.field.column_cpr", choices=(), validators=[Plain()])
    column_name = Pick("sending.field.column_name", choices=(), validators=[Plain()])
    column_last = Pick("sending.field.column_last", choices=(), validators=[Plain()])

    @property
    def choices(self) -> ReadingChoices:
        """Return what was chosen; columns only where number and name both are."""
        last = _place(self.column_last.data)
        name = "name" if last is None else "first_name"
        given = {"cpr": _place(self.column_cpr.data), name: _place(self.column_name.data), "last_name": last}
        columns = {kind: place for kind, place in given.items() if place is not None}
        chosen = columns if {"cpr", name} <= columns.keys() else {}
        return ReadingChoices(chosen, bool(self.adds_zero.data), bool(self.skips_faulty.data))

    def offer_columns(self, heads: Sequence[str]) -> None:
        """Let the columns of a file be mapped."""
        named = [(str(at), head or t("sending.column_n", n=at + 1)) for at, head in enumerate(heads)]
        for field in (self.column_cpr, self.column_name, self.column_last):
            field.choices = [("", "sending.column_none"), *named]


def _place(chosen: str | None) -> int | None:
    """Return the place of a column, counted from 0; None where none is chosen."""
    found = whole_number(chosen)
    return found if found is not None and found < MOST_COLUMNS else None


FORMS: Mapping[type[StepInput], type[StepForm]] = {
    RemovalInput: RemovalForm,
    CorrectionInput: CorrectionForm,
    AskReleaseInput: AskReleaseForm,
    PostingInput: PostingForm,
    ReleaseInput: ReleaseForm,
}
"""The forms of the small steps that say more than what the steps ask, by that."""

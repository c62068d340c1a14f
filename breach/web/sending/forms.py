"""Forms of recipients, release and exemption."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field, FileField, Form
from wtforms.validators import StopValidation

from breach.domain.danish_time import local
from breach.domain.errors import FieldError, InvalidInput
from breach.services.checks import valid_cpr
from breach.services.schema import StepInput
from breach.services.sending.identity_limits import PURPOSES
from breach.services.sending.inputs import ExemptionInput, RecipientInput, ReleaseInput
from breach.web.parts.counts import whole_number
from breach.web.parts.forms import BaseForm, OneOf, Required, TextField
from breach.web.parts.language import now_utc, say, t
from breach.web.parts.made_fields import fills
from breach.web.parts.made_forms import step_field
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
        if valid_cpr(field.data or "", local(now_utc()).date()) is None:
            raise StopValidation(t(self.key, label=say(field.label.text)))


class FindForm(PurposeForm):
    """The CPR number to find on the list, and the purpose."""

    cpr = TextField("sending.field.cpr", description="sending.hint.cpr", validators=[CprNumber()])
    purpose = _purpose()  # again, so that it comes after the number as on the page


class ExemptForm(StepForm):
    """The ground of art. 34(3) and its evidence."""

    ground = step_field(ExemptionInput, "ground", words="risk.ground")
    evidence = step_field(ExemptionInput, "evidence", label="risk.field.evidence", hint="risk.hint.evidence")


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
    """A file of recipients."""

    file = FileField("sending.field.file", description="sending.hint.file", validators=[Plain()])


FORMS: Mapping[type[StepInput], type[StepForm]] = {ExemptionInput: ExemptForm, ReleaseInput: ReleaseForm}
"""The forms of the small steps that say more than what the steps ask, by that."""

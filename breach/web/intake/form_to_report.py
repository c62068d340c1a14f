"""From the steps of the form to the report that the API takes too, and its errors back to the fields."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms import BooleanField, Field

from breach.domain.errors import FieldError, InvalidInput
from breach.services.field_types import Count, Flag, When
from breach.services.intake.error_words import problem_words
from breach.services.intake.report import ReportInput, parse_report
from breach.web.intake.choices import form_of
from breach.web.intake.forms import STEPS, Content, ControllerChoices, StepForm, is_anonymous, kind_of
from breach.web.parts.counts import typed_number
from breach.web.parts.language import current_language
from breach.web.parts.made_fields import NOT_KNOWN, filled_by
from breach.web.parts.moments import moment

Forms = dict[str, StepForm]
SHOWN_AT = {"occurred": "occurred.kind", "occurred.from": "occurred.kind", "contact": "contact.phone"}
"""Where the error of a field is shown that has none on the page."""
YES_OR_NO = {"yes": True, "no": False}


def forms_of(content: Content, controllers: ControllerChoices) -> Forms:
    """Return the form of every step, filled from the draft and checked by itself."""
    forms = {step: form_of(step, content, controllers) for step in STEPS}
    for form in forms.values():
        form.validate()
    return forms


def read_report(content: Content, forms: Forms, now: datetime) -> ReportInput | None:
    """Return the report, or None with every error put at its field."""
    try:
        report = parse_report(body_of(content, forms.values()), now)
    except InvalidInput as error:
        untold = [one for one in error.errors if not _show(one, forms.values())]
        if untold:
            raise LookupError(f"the form has no field for {untold[0].field}") from None
        return None
    return None if any(form.errors for form in forms.values()) else report


def check_page(content: Content, form: StepForm, now: datetime) -> None:
    """Check one step, with what the report says against it; errors of other steps are not told here."""
    form.validate()
    try:
        parse_report(body_of(content, [form]), now)
    except InvalidInput as error:
        for one in error.errors:
            _show(one, [form])


def _show(error: FieldError, forms: Iterable[StepForm]) -> bool:
    """Put the error at its field, unless that has one already; tell whether any form has the field."""
    found = _field_for(error.field, forms)
    if found is None:
        return False
    form, field = found
    parts = [form[one] for one in (field.name, f"{field.name}_clock", f"{field.name}_fold") if one in form]
    if not any(part.errors for part in parts):
        wrong = parts[1] if error.code == "end_clock_before_start" else parts[0]
        wrong.errors = [problem_words(error, current_language())]
    return True


def _field_for(path: str, forms: Iterable[StepForm]) -> tuple[StepForm, Field] | None:
    """Return the field that fills a field of the report, or where its errors are shown."""
    fields = {path_of(field): (form, field) for form in forms for field in form.answered()}
    return fields.get(path) or fields.get(SHOWN_AT.get(path, ""))


def path_of(field: Field) -> str | None:
    """Return the path of the field of the report that a field of the form fills."""
    mark = filled_by(field)
    return mark.path if mark else None


def body_of(content: Content, forms: Iterable[StepForm]) -> dict[str, Any]:
    """Return the report as JSON would hold it. What was left out, or is not known, is left out."""
    body: dict[str, Any] = {"occurred": {}, "affected": {}, "contact": {}, "processor": {}}
    for form in forms:
        for field in form.answered():
            value = _value(form, field)
            if value not in (None, "", []):
                _put(body, str(path_of(field)), value)
    body["kind"] = kind_of(content)
    body["anonymous"] = is_anonymous(content)
    unsaid = _unsaid(body)
    return {name: value for name, value in body.items() if name not in unsaid}


def _unsaid(body: dict[str, Any]) -> set[str]:
    """Return the parts that this reporter is not asked."""
    unsaid = {name for name in ("kind", "anonymous") if not body[name]}
    unsaid |= {"contact"} if body["anonymous"] else set()
    return unsaid if body["kind"] == "processor" else unsaid | {"processor"}


def _put(body: dict[str, Any], path: str, value: object) -> None:
    *parents, name = path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[name] = value


def _value(form: StepForm, field: Field) -> Any:
    """Return what a field says, as JSON would hold it; None for a field that fills none of the report."""
    mark = filled_by(field)
    if mark is None or field.data == NOT_KNOWN:
        return None
    if isinstance(mark.kind, When):
        return _when(form, field, days=mark.kind.days)
    if isinstance(mark.kind, Count):
        return _count(field.data)
    if isinstance(mark.kind, Flag):
        return (field.data or None) if isinstance(field, BooleanField) else YES_OR_NO.get(field.data)
    return field.data


def _count(words: Any) -> Any:
    """Return the number typed, or the words themselves, which the schema then refuses."""
    number = typed_number(words)
    return words or None if number is None else number


def _when(form: StepForm, field: Field, *, days: bool) -> str | None:
    """Return the time with its offset, or where `days` are enough the date alone without a time of day."""
    clock = form[f"{field.name}_clock"]
    if days and field.data is not None and not clock.raw:
        return str(field.data.isoformat())
    found = moment(field, clock, form[f"{field.name}_fold"])
    return found.isoformat() if found else None


def shown_value(field: Field) -> str | list[str] | None:
    """Return what the check page shows of a plain field: text, or the text keys of what was chosen."""
    if hasattr(field, "iter_choices"):
        return [str(label) for _, label, chosen, *_ in field.iter_choices() if chosen]
    if isinstance(field.data, bool):
        return ["common.yes" if field.data else "common.no"]
    return field.data or None

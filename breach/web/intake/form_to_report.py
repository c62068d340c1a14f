"""From the steps of the form to the report that the API takes too, and its errors back to the fields."""

from datetime import datetime
from typing import Any

from wtforms import Field

from breach.domain.errors import FieldError, InvalidInput
from breach.services.intake.error_words import problem_words
from breach.services.intake.report import ReportInput, parse_report
from breach.web.intake.choices import unchosen
from breach.web.intake.forms import (
    NOT_KNOWN,
    STEPS,
    Content,
    Regions,
    StepForm,
    is_anonymous,
    kind_of,
    make_form,
)
from breach.web.parts.counts import typed_number
from breach.web.parts.language import current_language
from breach.web.parts.moments import moment

Forms = dict[str, StepForm]
MOMENTS = ("exact", "approximate", "start", "end", "aware", "discovered", "update")
"""Names of the fields that have a date, a clock time and the question which of two hours."""
_FIRST_DAY = {"exact": "exact", "approximate": "approximate", "period": "start"}
_FIELDS = {
    "occurred": "occurred_kind",
    "occurred.to": "end",
    "discovered_at": "discovered",
    "processor.aware_at": "aware",
    "processor.next_update_at": "update",
    "contact": "contact_phone",
}


def forms_of(content: Content, regions: Regions) -> Forms:
    """Return the form of every step, filled from the draft and checked by itself.

    It has no fields of choices that were not made: nobody sees them, so nobody could mend them.
    """
    forms = {step: make_form(step, content, regions) for step in STEPS}
    for step, form in forms.items():
        for name in unchosen(step, content) & set(form._fields):
            del form[name]
        form.validate()
    return forms


def read_report(content: Content, forms: Forms, now: datetime) -> ReportInput | None:
    """Return the report, or None with every error put at its field."""
    body = body_of(content, forms)
    try:
        report = parse_report(body, now)
    except InvalidInput as error:
        for one in error.errors:
            _show(one, forms)
        return None
    return None if any(form.errors for form in forms.values()) else report


def field_name(path: str, occurred_kind: str | None) -> str:
    """Return the name of the form's field for a field of the report, given how well the time is known."""
    if path == "occurred.from":
        return _FIRST_DAY.get(occurred_kind or "", "occurred_kind")
    return _FIELDS.get(path, path.replace(".", "_"))


def _show(error: FieldError, forms: Forms) -> None:
    """Put the error at its field, unless the field or a part of it has one of its own already."""
    name = field_name(error.field, forms["when"]["occurred_kind"].data)
    for form in forms.values():
        if name in form:
            parts = [form[one] for one in (name, f"{name}_clock", f"{name}_fold") if one in form]
            if not any(part.errors for part in parts):
                wrong = parts[1] if error.code == "end_clock_before_start" else parts[0]
                wrong.errors = [problem_words(error, current_language())]
            return
    raise LookupError(f"the form has no field for {error.field}")


def body_of(content: Content, forms: Forms) -> dict[str, Any]:
    """Return the report as JSON would hold it. What was left out, or is not known, is left out."""
    who, what, when = forms["who"], forms["what"], forms["when"]
    people, done = forms["people"], forms["done"]
    kind = kind_of(content)
    body = {
        "kind": kind or None,
        "controller": _data(who, "controller"),
        "what": what["what"].data or None,
        "about_self": _yes(_data(what, "about_self")),
        "unit": who["unit"].data if kind == "staff" else None,
        "occurred": _occurred(when),
        "discovered_at": _when(when, "discovered"),
        "discovered_how": _data(when, "discovered_how"),
        "affected": _affected(what, people, done),
        "containment": done["containment"].data or None,
        "anonymous": True if is_anonymous(content) else None,
        "contact": None if is_anonymous(content) else _contact(forms["contact"]),
        "processor": _processor(forms) if kind == "processor" else None,
    }
    return {name: value for name, value in body.items() if value not in (None, "")}


def _occurred(when: StepForm) -> dict[str, Any]:
    kind = when["occurred_kind"].data
    found = {"kind": kind}
    if kind in _FIRST_DAY:
        found["from"] = _when(when, _FIRST_DAY[kind])
    if kind == "period":
        found["to"] = _when(when, "end")
    return _given(found)


def _affected(*forms: StepForm) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for form in forms:
        for field in form:
            if field.name.startswith("affected_"):
                found[field.name.removeprefix("affected_")] = _known(field.data)
    for name in ("subject_count", "record_count"):
        found[name] = _count(found.get(name))
    found["count_is_estimate"] = found.get("count_is_estimate") or None
    return _given(found)


def _count(words: Any) -> Any:
    """Return the number typed, or the words themselves, which the schema then refuses."""
    number = typed_number(words)
    return words or None if number is None else number


def _contact(form: StepForm) -> dict[str, Any]:
    return _given({name: form[f"contact_{name}"].data for name in ("name", "phone", "email")})


def _processor(forms: Forms) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for form in forms.values():
        for field in form:
            if field.name.startswith("processor_"):
                found[field.name.removeprefix("processor_")] = _known(field.data)
    for name in ("ongoing", "authorised_to_notify"):
        found[name] = _yes(found.get(name))
    found["cvr"] = (found["cvr"] or "").replace(" ", "")
    found["dpo"] = _given({name: found.pop(f"dpo_{name}") for name in ("name", "phone", "email")})
    found["sub_processor"] = _given(
        {name: found.pop(f"sub_processor_{name}") for name in ("name", "country")}
    )
    found["aware_at"] = _instant(forms["when"], "aware")
    found["next_update_at"] = _when(forms["done"], "update")
    return _given(found)


def _instant(form: StepForm, name: str) -> str | None:
    """Return the time with its offset; a date without a clock time is no time."""
    found = moment(form[name], form[f"{name}_clock"], form[f"{name}_fold"])
    return found.isoformat() if found else None


def _when(form: StepForm, name: str) -> str | None:
    """Return the time with its offset, or the date alone when no clock time was given."""
    if name not in form:
        return None
    day, clock = form[name], form[f"{name}_clock"]
    if day.data is not None and not clock.raw:
        return str(day.data.isoformat())
    return _instant(form, name)


def _data(form: StepForm, name: str) -> Any:
    return _known(form[name].data) if name in form else None


def _known(value: Any) -> Any:
    return None if value == NOT_KNOWN else value


def _yes(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


def _given(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def shown_value(field: Field) -> str | list[str] | None:
    """Return what the check page shows of a plain field: text, or the text keys of what was chosen."""
    if hasattr(field, "iter_choices"):
        return [str(label) for _, label, chosen, *_ in field.iter_choices() if chosen]
    if isinstance(field.data, bool):
        return ["common.yes" if field.data else "common.no"]
    return field.data or None

"""The answers of a report that is not filed yet, as its pages show them."""

from typing import Any

from flask import url_for

from breach.web.intake.form_to_report import Forms, forms_of, shown_value
from breach.web.intake.forms import Content, ControllerChoices, is_anonymous
from breach.web.parts.language import PageFormats, say, t
from breach.web.parts.moments import DatePartsField

Row = tuple[str, Any, str, str]
"""Field, answer, question, address of the step that asks it."""
Section = tuple[str, list[Row]]
"""Step and its rows."""


def sections_of(content: Content, forms: Forms, name: str) -> list[Section]:
    """Return every step that was asked; `name`: of the draft, for the addresses."""
    asked = {step: form for step, form in forms.items() if step != "contact" or not is_anonymous(content)}
    return [(step, rows_of(step, form, name)) for step, form in asked.items()]


def rows_of(step: str, form: Any, name: str) -> list[Row]:
    """Return the rows of one step, unanswered questions among them."""
    rows = []
    for field in form.answered():
        if field.name.endswith(("_clock", "_fold", "csrf_token")):
            continue
        address = url_for("report.show", name=name, step=step)
        rows.append((field.name, _shown(form, field), say(field.label.text), address))
    return rows


def _shown(form: Any, field: Any) -> str:
    if isinstance(field, DatePartsField):
        day = "" if field.data is None else PageFormats().date_long(field.data)
        clock = form[f"{field.name}_clock"]._value()
        if clock:
            clock = t("common.time.at", time=clock)
        return f"{day} {clock}".strip() or ".".join(part for part in field.parts.values() if part)
    value = shown_value(field)
    return "; ".join(say(one) for one in value) if isinstance(value, list) else value or ""


def given(content: Content | None, controllers: ControllerChoices, name: str) -> list[Section]:
    """Return the sections with the answers that were given, without the questions left open."""
    if content is None:
        return []
    sections = sections_of(content, forms_of(content, controllers), name)
    return [(step, [row for row in rows if row[1]]) for step, rows in sections]


def differences(
    shown: Content | None, kept: Content, controllers: ControllerChoices
) -> list[tuple[str, str, str]]:
    """Return (question, answer shown, answer kept) for each question whose two answers differ."""
    if shown is None:
        return []
    before = _answers(shown, controllers)
    now = _answers(kept, controllers)
    questions = {field: question for field, (question, _) in {**now, **before}.items()}
    unasked = ("", "")
    pairs = [
        (words, before.get(one, unasked)[1], now.get(one, unasked)[1]) for one, words in questions.items()
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _answers(content: Content, controllers: ControllerChoices) -> dict[str, tuple[str, str]]:
    """Return question and answer by the name of the field."""
    rows = [row for _, some in sections_of(content, forms_of(content, controllers), "") for row in some]
    return {field: (question, answer) for field, answer, question, _ in rows}

"""What a reporter answered, question by question, in the words of the page to check the answers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from wtforms import Field

from breach.domain.spans import Span
from breach.services.intake.error_words import field_label
from breach.services.intake.report import ReportInput
from breach.services.schema import Input, Part, fields_of, part_of, type_of
from breach.store.models import Controller
from breach.web.intake.choices import unchosen
from breach.web.intake.form_to_report import path_of
from breach.web.intake.forms import STEPS, StepForm
from breach.web.parts.language import current_language, say, t
from breach.web.parts.words import FORMAT

SHOWN_ABOVE = ("kind", "anonymous", "what", "contact")
"""What the reports of a case show first: who, what, and whom to call."""
Section = tuple[str, list[tuple[str, str]]]


def answers(content: Mapping[str, Any], controller: Controller) -> list[Section]:
    """Return each step of the form that has answers: its name, then questions with answers in words."""
    shown = {name: value for name, value in content.items() if name not in SHOWN_ABOVE}
    kind = str((content.get("occurred") or {}).get("kind"))
    given = dict(_leaves(shown, ReportInput))
    sections = [(t(f"intake.part.{step}"), _rows(form, given)) for step, form in _forms(controller, kind)]
    # a field that no step of the form asks for is shown too, by the name that the API has for it
    strange = [(field_label(path, current_language()), _words(value)) for path, value in given.items()]
    if strange:
        sections.append((t("desk.reports"), strange))
    return [section for section in sections if section[1]]


def _forms(controller: Controller, occurred_kind: str) -> Iterator[tuple[str, StepForm]]:
    """Yield every step with every field and choice that any kind of reporter is asked."""
    for step, form_class in STEPS.items():
        form = form_class(formdata=None, meta={"csrf": False})
        if step == "when":
            form.unread = unchosen(step, {step: {"occurred_kind": [occurred_kind]}})
        if "controller" in form:
            name = controller.name_en if current_language() == "en" else controller.name_da
            form["controller"].choices = [(controller.slug, name)]
        yield step, form


def _rows(form: StepForm, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Return question and answer of the fields that were given, which are then no longer in `given`."""
    asked = [(path_of(field) or "", field) for field in form.answered()]
    return [(say(field.label.text), _words(given.pop(path), field)) for path, field in asked if path in given]


def _leaves(content: Mapping[str, Any], model: type[Input], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of everything that was given."""
    for name, value in content.items():
        field = fields_of(model).get(name)
        if field is not None and isinstance(type_of(field), Part):
            yield from _leaves(value, part_of(field), f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _words(value: Any, field: Field | None = None) -> str:
    """Return an answer as people read it; what was typed stays as typed."""
    if isinstance(value, bool):
        return t("common.yes") if value else t("common.no")
    if isinstance(value, int):
        return FORMAT.number(value)
    if isinstance(value, dict):
        return FORMAT.day_or_moment(Span(*(datetime.fromisoformat(value[end]) for end in ("from", "to"))))
    known = _choices(field)
    chosen = value if isinstance(value, list) else [value]
    return "; ".join(say(known[one]) if one in known else str(one) for one in chosen)


def _choices(field: Field | None) -> dict[str, str]:
    if field is None or not hasattr(field, "iter_choices"):
        return {}
    return {str(value): str(label) for value, label, *_ in field.iter_choices()}

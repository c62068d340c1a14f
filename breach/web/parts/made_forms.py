"""Forms of steps made from what the steps ask: a limit, a choice and what is needed stand in the model alone.

Where a field says nothing else its words are found by the room of its model and its name:
`<room>.field.<name>` is its label, `<room>.hint.<name>` its hint, `<room>.<name>.<value>` a choice, and
`errors.<name>_missing` is said when it is empty.
"""

from functools import cache
from typing import Any

from wtforms import BooleanField

from breach.services.field_types import Count, Flag, When
from breach.services.schema import Part, StepInput, field_at, fields_of, type_of
from breach.texts import LANGUAGES, catalogue, has
from breach.web.parts.forms import Required
from breach.web.parts.made_fields import Fills, field_of, fills
from breach.web.parts.step_form import MayBeEmpty, Plain, StepForm

_NOT_PLAIN = (When, Count, Part)
"""Types that a page asks in its own way: a moment by day and clock, a number as people type it."""


def step_field(
    model: type[StepInput],
    name: str,
    *validators: object,
    label: str = "",
    hint: str = "",
    words: str = "",
    missing: str = "",
    too_long: str = "errors.too_long",
) -> Any:
    """Return the form's field for one field of a step's input; it must be filled where the model needs it.

    validators: one of Plain, MayBeEmpty or Required says instead whether it must be filled
    label, hint, missing, too_long: text keys, the last two of errors; words: beginning of the keys of choices
    """
    mark = fills(model, name)
    room = _room(model)
    label = label or f"{room}.field.{name}"
    hint = hint or _if_there(f"{room}.hint.{name}")
    if isinstance(mark.kind, Flag):
        return BooleanField(label, description=hint, validators=[mark, *validators])
    start = words or f"{room}.{name}"
    asked = [*_required(mark, validators, missing), *validators]
    return field_of(
        mark,
        label,
        *asked,
        words=lambda value: f"{start}.{value}",
        too_long=too_long,
        description=hint,
    )


def _room(model: type[StepInput]) -> str:
    """Return the room whose inputs the model is among; a model from elsewhere speaks as one of `cases`."""
    floor, _, rest = model.__module__.partition("services.")
    return rest.split(".")[0] if floor == "breach." else "cases"


def _required(mark: Fills, validators: tuple[object, ...], missing: str) -> list[Required]:
    """Return what refuses an empty field, where the model needs it and no validator says otherwise."""
    said = any(isinstance(one, Plain | MayBeEmpty | Required) for one in validators)
    if said or not mark.needed:
        return []
    return [Required(missing or _missing(mark.path))]


def _missing(name: str) -> str:
    """Return the key of what an empty field is told: a sentence of its own, unless it wants values."""
    key = f"errors.{name}_missing"
    is_said = has(key) and not any("{" in catalogue(language)[key] for language in LANGUAGES)
    return key if is_said else "errors.required"


def _if_there(key: str) -> str:
    return key if has(key) else ""


@cache
def made_form(model: type[StepInput]) -> type[StepForm]:
    """Return the form of an input, in the order of its fields; raise TypeError where one is not plain."""
    names = [name for name in fields_of(model) if name not in fields_of(StepInput)]
    for name in names:
        if isinstance(type_of(field_at(model, name)), _NOT_PLAIN):
            raise TypeError(f"{model.__name__}.{name} is no plain field: the input wants a form in FORMS")
    fields = {name: step_field(model, name) for name in names}
    made: type[StepForm] = type(f"{model.__name__.removesuffix('Input')}Form", (StepForm,), fields)
    return made

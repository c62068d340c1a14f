"""Fields of forms made from the models of inputs, so that a limit, a choice or a path is written once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import Field, Form

from breach.services.field_types import Choice, Choices, Count, FieldType, Flag, Text, When, is_needed
from breach.services.schema import Input, field_at, type_of
from breach.web.parts.forms import Limit, LongTextField, ManyOf, OneOf, TextField
from breach.web.parts.moments import DatePartsField

NOT_KNOWN = "not_known"
UNSAID = (NOT_KNOWN, "common.not_known")
"""The choice of one who does not know: the input then leaves the field out."""
YES_NO = [("yes", "common.yes"), ("no", "common.no"), UNSAID]
LONGEST_FIGURES = 20
"""Characters of a whole number as people type it, with signs between its thousands."""


@dataclass(frozen=True)
class Fills:
    """Stands among the validators of a field and says which field of an input it fills, and of which type.

    needed: the input must have a value for it
    """

    path: str
    kind: FieldType
    needed: bool
    field_flags: ClassVar[Mapping[str, bool]] = {}

    def __call__(self, form: Form, field: Field) -> None:
        """Accept whatever was typed."""


def fills(model: type[Input], path: str) -> Fills:
    """Return the mark of a form's field for one field of an input."""
    field = field_at(model, path)
    return Fills(path, type_of(field), is_needed(field.annotation))


def filled_by(field: Field) -> Fills | None:
    """Return which field of an input a form's field fills, or None for one that fills none."""
    return next((one for one in field.validators if isinstance(one, Fills)), None)


def field_of(
    mark: Fills,
    label: str,
    *validators: object,
    words: Callable[[str], str] = str,
    more: Sequence[tuple[str, str]] = (),
    too_long: str = "",
    **kwargs: Any,
) -> Any:
    """Return the form's field that the mark's type asks for.

    label: text key; words: gives the text key of a choice; more: choices after those of the type.
    too_long: text key of the error for a text beyond its limit, where the page does not say that of the type.
    A limit among the validators takes the place of the type's own: figures may be typed with blanks.
    """
    kind = mark.kind
    validators = (mark, *validators)
    if isinstance(kind, Choice | Choices):
        choices = [*((one, words(one)) for one in kind.options), *more]
        many_or_one = ManyOf if isinstance(kind, Choices) else OneOf
        return many_or_one(label, choices=choices, validators=validators, **kwargs)
    if isinstance(kind, Flag):
        return OneOf(label, choices=YES_NO, validators=validators, **kwargs)
    if isinstance(kind, When):
        return DatePartsField(label, validators=validators, **kwargs)
    is_long = isinstance(kind, Text) and kind.lines
    one_line_or_many = LongTextField if is_long else TextField
    return one_line_or_many(label, validators=[*validators, *_limits(kind, validators, too_long)], **kwargs)


def _limits(kind: FieldType, validators: Sequence[object], too_long: str) -> list[Limit]:
    if any(isinstance(one, Limit) for one in validators):
        return []
    if isinstance(kind, Count):
        return [Limit(LONGEST_FIGURES)]
    return [Limit(kind.limit, too_long or f"errors.{kind.too_long}")] if isinstance(kind, Text) else []

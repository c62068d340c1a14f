"""The form of a step, and what was typed or chosen in any form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from wtforms import BooleanField, HiddenField, StringField
from wtforms.fields.choices import SelectFieldBase

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.spans import Span, whole_day
from breach.domain.spans import moment as at_moment
from breach.services.desk.case_page import CasePage
from breach.web.parts.counts import whole_number
from breach.web.parts.forms import BaseForm, TextField
from breach.web.parts.language import choices, say, t
from breach.web.parts.moments import ClockTimeField, DatePartsField, FoldField, moment


class Plain:
    """Marks a field whose label does not say "optional": empty has a meaning, or a service asks."""

    field_flags: ClassVar[dict[str, bool]] = {"plain_label": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept whatever was typed."""


class MayBeEmpty:
    """Marks a field that a page may send empty although a program must send it: its label says "optional"."""

    field_flags: ClassVar[dict[str, bool]] = {}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept whatever was typed."""


class StepForm(BaseForm):
    """What every step carries: the version of the case that its page was made from."""

    version = HiddenField()
    opens: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Boxes that open fields when they are ticked, and those fields."""

    @property
    def opened(self) -> frozenset[str]:
        """The fields that stand under a box."""
        return frozenset(name for names in self.opens.values() for name in names)

    @property
    def seen(self) -> int:
        """Return the version that the person saw; something else than a number is no version at all."""
        return whole_number(self.version.data) or 0

    def fit(self, page: CasePage) -> None:
        """Fit the form to the case that it is shown for; most forms are the same for every case."""

    def asked(self) -> dict[str, Any]:
        """Return what was typed and chosen, by the names of the step's input, without what was not sent."""
        fields = [field for field in self if field.name not in ("version", "csrf_token")]
        given = {str(field.name): _given(field) for field in fields}
        return {name: value for name, value in given.items() if value is not None}


def _given(field: Any) -> Any:
    """Return the value of a field; a text that was not sent at all is an empty one."""
    return field.data or "" if isinstance(field, StringField) else field.data


def moment_of(day: DatePartsField, clock: ClockTimeField, fold: FoldField) -> datetime:
    """Return the moment of the three fields; raise InvalidInput with the error at its field."""
    found = moment(day, clock, fold)
    if found is None:
        marked = day.errors or clock.errors or fold.errors
        raise InvalidInput([] if marked else [FieldError(str(day.name), "moment_missing")])
    return found


def span_of(day: DatePartsField, clock: ClockTimeField, fold: FoldField) -> Span | None:
    """Return the moment of the three fields, the whole day where no time of day is typed, or None.

    Raises InvalidInput with the error at its field.
    """
    if day.data is not None and not clock.raw:
        return whole_day(day.data)
    if day.data is None and not clock.raw:
        return None
    return at_moment(moment_of(day, clock, fold))


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

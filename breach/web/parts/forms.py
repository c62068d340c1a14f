"""What all forms share: words from the catalogues, clean text, and errors in the language of the page.

Labels, hints (`description`) and choice labels are text keys; the macros turn them into words.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, Form, StringField, TextAreaField, ValidationError
from wtforms.fields import (
    FieldList,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from breach.domain.errors import InvalidInput
from breach.domain.values import LONGEST_TEXT, UNSEEN, TooMuch, cleaned, unshowable
from breach.texts.wording import error_words, in_figures
from breach.web.parts.language import PageFormats, current_language, say, t

_FORMAT = PageFormats()
UNSEEN_IN_SCRIPTS = "".join(sign if sign.isascii() else f"\\u{{{ord(sign):x}}}" for sign in UNSEEN.pattern)
"""The signs that no reader keeps, as a pattern of JavaScript: a page counts characters as the server does."""


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF and WTForms ship no types
    """A form of the pages; `others` are errors that belong to no field of it, as (id, message)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.others: list[tuple[str, str]] = []

    def take_errors(self, error: InvalidInput) -> None:
        """Show a use case's errors at the fields they name, or in the summary only."""
        first = next(iter(self._fields))
        for one in error.errors:
            field = self._fields.get(one.field.replace(".", "_"))
            label = one.field if field is None else say(field.label.text)
            values = {"label": label, **in_figures(one.values, current_language())}
            message = error_words(one.code, current_language(), **values)
            if field is None:
                self.others.append((first, message))
            else:
                field.errors = [*field.errors, message]


class Required:
    """Refuses an empty field with the text of `key`, and marks it as one that must be filled."""

    def __init__(self, key: str = "errors.required") -> None:
        self.key = key
        self.field_flags = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        if field.data is None or field.data == "" or field.data == []:
            field.errors = []
            raise ValidationError(t(self.key, label=say(field.label.text)))


class Limit:
    """Refuses text of more than `limit` characters, counted after line ends became one character."""

    def __init__(self, limit: int, key: str = "errors.field_too_long") -> None:
        self.limit, self.key = limit, key

    def __call__(self, form: Form, field: Field) -> None:
        used = len(field.data or "")
        if used > self.limit:
            shown = {"limit": _FORMAT.number(self.limit), "n": _FORMAT.number(used)}
            raise ValidationError(t(self.key, label=say(field.label.text), **shown))


class TextField(StringField):  # type: ignore[misc]  # no types
    """One line of clean text; what no field can hold stays as it was typed, and is refused."""

    long = False
    much: TooMuch | None = None

    @property
    def limit(self) -> Limit:
        """The limit of the field; the services may draw it closer."""
        own = (one for one in self.validators if isinstance(one, Limit))
        return next(own, Limit(LONGEST_TEXT, "errors.too_long"))

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take what was typed, cleaned."""
        self.data = valuelist[0] if valuelist else ""
        try:
            self.data = cleaned(self.data, self.limit.limit)
        except TooMuch as much:
            self.much = much

    def pre_validate(self, form: Form) -> None:
        """Refuse characters that cannot be shown; other errors of the field are then left out."""
        if self.much is not None:
            raise StopValidation(self._refusal(self.much))
        if strange := unshowable(self.data or "", lines=self.long):
            values = in_figures(strange, current_language())
            raise StopValidation(t("errors.control_characters", label=say(self.label.text), **values))

    def _refusal(self, much: TooMuch) -> str:
        key = self.limit.key if much.code == "field_too_long" else f"errors.{much.code}"
        return t(key, label=say(self.label.text), **in_figures(much.values, current_language()))


class LongTextField(TextField, TextAreaField):  # type: ignore[misc]  # no types
    """Clean text of many lines."""

    long = True


class SecretField(PasswordField):  # type: ignore[misc]  # no types
    """A password: taken exactly as typed, never shown again."""


def _as_choices(given: Any) -> Any:
    """Return pairs of value and label key as WTForms wants them; anything else as it is."""
    if not isinstance(given, list | tuple):
        return given
    return [SelectChoice(*pair) if isinstance(pair, tuple) else pair for pair in given]


class _Listed:
    """Takes choices as pairs, now or later, and refuses a value that is none of them."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, _as_choices(value) if name == "choices" else value)

    def _check(self: Any, chosen: set[str]) -> None:
        if not chosen <= {str(choice.value) for choice in self.iter_choices()}:
            raise ValidationError(t("errors.choice_unknown", label=say(self.label.text)))


class OneOf(_Listed, RadioField):  # type: ignore[misc]  # no types
    """Radios. Nothing chosen is None; `Required` says what then."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        listed = _as_choices(choices)
        super().__init__(*args, choices=listed, validate_choice=False, coerce=_text_or_none, **kwargs)

    def pre_validate(self, form: Form) -> None:
        """Refuse a value that is none of the choices."""
        self._check(set() if self.data is None else {self.data})


class Pick(_Listed, SelectField):  # type: ignore[misc]  # no types
    """A list to pick from; the first choice should be ("", "")."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        listed = _as_choices(choices)
        super().__init__(*args, choices=listed, validate_choice=False, coerce=_text_or_none, **kwargs)

    def pre_validate(self, form: Form) -> None:
        """Refuse a value that is none of the choices."""
        self._check(set() if self.data is None else {self.data})


class ManyOf(_Listed, SelectMultipleField):  # type: ignore[misc]  # no types
    """Boxes to tick."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, choices=_as_choices(choices), validate_choice=False, **kwargs)

    def pre_validate(self, form: Form) -> None:
        """Refuse a value that is none of the choices."""
        self._check({str(value) for value in self.data or ()})


def _text_or_none(value: object) -> str | None:
    return None if value in (None, "", "None") else str(value)


def problems(form: object) -> list[tuple[str, str]]:
    """Return (id of the control, message) for every error of the form, in the order of the page."""
    if not isinstance(form, Form):
        return []
    return [*_problems(form), *getattr(form, "others", ())]


def _problems(form: Form) -> Iterator[tuple[str, str]]:
    for field in form:
        if isinstance(field, FormField):
            yield from _problems(field.form)
        elif isinstance(field, FieldList):
            for entry in field.entries:
                yield from _problems(entry.form) if isinstance(entry, FormField) else _of(entry)
        elif field.name != "csrf_token":
            yield from _of(field)


def _of(field: Field) -> Iterator[tuple[str, str]]:
    target = getattr(field, "first_wrong_id", field.id)
    for message in field.errors:
        yield target, str(message)

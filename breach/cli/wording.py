"""Puts an error of the domain into one English line for the terminal."""

from breach.domain.errors import DomainError, FieldError, InvalidInput, StepRefused
from breach.texts import MissingText
from breach.texts.wording import error_words

#: Operators' commands speak one language, so that their output can be searched for and quoted.
LANGUAGE = "en"


def sentence(error: DomainError) -> str:
    """Return the error's English message, or its code if the catalogues have none."""
    if isinstance(error, InvalidInput):
        return "; ".join(f"{wrong.field}: {_of_field(wrong)}" for wrong in error.errors)
    words = _words(error.code, error.values)
    if isinstance(error, StepRefused) and error.reasons:
        return f"{words} ({', '.join(_words(reason, error.values) for reason in error.reasons)})"
    return words


def _of_field(wrong: FieldError) -> str:
    return _words(wrong.code, {"label": wrong.field, **wrong.values})


def _words(code: str, values: object) -> str:
    filling = dict(values) if isinstance(values, dict) else {}
    try:
        return error_words(code, LANGUAGE, **filling)
    except MissingText:
        return code

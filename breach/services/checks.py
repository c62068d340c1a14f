"""CPR and CVR numbers, texts and mail addresses: what has the form of one; numbers by python-stdnum."""

import re
from collections.abc import Callable
from datetime import date

from stdnum.dk import cpr, cvr
from stdnum.exceptions import ValidationError

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.numbers import looks_like_cpr
from breach.domain.values import LONGEST_TEXT, trimmed

_CPR = re.compile("[0-9]{6}[- ]?[0-9]{4}")
_CVR = re.compile("[0-9]{8}")


def valid_cpr(value: str, today: date) -> str | None:
    """Return the ten digits of a CPR number whose first six are a date not after `today`, or None.

    No check digit is demanded: numbers without one have been given out since 2007 (the CPR Office, cpr.dk).
    Only a space or a hyphen after the sixth digit, and spaces around, are taken away.
    """
    trimmed = value.strip(" ")
    if not _CPR.fullmatch(trimmed):
        return None
    digits = trimmed.replace("-", "").replace(" ", "")
    try:
        born = cpr.get_birth_date(digits)
    except ValidationError:
        return None
    return digits if born <= today else None


def cpr_checker(today: date) -> Callable[[str], str | None]:
    """Return `valid_cpr` for one day, as the reading of recipient lists takes it."""
    return lambda value: valid_cpr(value, today)


def check_cpr(value: str, today: date, field: str = "cpr") -> str:
    """Return the ten digits; raise InvalidInput with `cpr_invalid` (the number itself is not in it)."""
    digits = valid_cpr(value, today)
    if digits is None:
        raise InvalidInput([FieldError(field, "cpr_invalid")])
    return digits


def cvr_digits(typed: str) -> str:
    """Return what was typed as a CVR number without blanks, dashes, dots and the letters DK before it."""
    return re.sub("[ .\u00a0\u2010-\u2015-]", "", typed).upper().removeprefix("DK")


def cvr_problem(value: str) -> str | None:
    """Return None for a CVR number; else `cvr_length` (not eight digits) or `cvr_invalid` (check digit)."""
    if not _CVR.fullmatch(value):
        return "cvr_length"
    return None if cvr.is_valid(value) else "cvr_invalid"


def check_cvr(value: str, field: str = "cvr") -> str:
    """Return the eight digits of a CVR number; raise InvalidInput with what `cvr_problem` says."""
    digits = cvr_digits(value)
    if code := cvr_problem(digits):
        raise InvalidInput([FieldError(field, code)])
    return digits


def written(field: str, value: str, code: str = "reason_missing") -> str:
    """Return a text that must be there and fit, or raise InvalidInput naming the field."""
    value = trimmed(value)
    if not value:
        raise InvalidInput([FieldError(field, code)])
    if len(value) > LONGEST_TEXT:
        raise InvalidInput([FieldError(field, "too_long", {"limit": LONGEST_TEXT, "n": len(value)})])
    if looks_like_cpr(value):
        raise InvalidInput([FieldError(field, "cpr_in_text")])
    return value


def as_username(typed: str) -> str:
    """Return a username as it is stored, however it was typed: without blanks around it, in small letters."""
    return typed.strip().lower()


def email_problem(value: str) -> str | None:
    """Return the code of what is wrong with an e-mail address, or None."""
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", value):
        return None
    return "email_form" if "@" in value else "email_invalid"

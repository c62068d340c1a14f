"""CPR and CVR numbers: what has the form of one, with the rules of python-stdnum."""

import re
from collections.abc import Callable
from datetime import date

from stdnum.dk import cpr, cvr
from stdnum.exceptions import ValidationError

from breach.domain.errors import FieldError, InvalidInput

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


def check_cvr(value: str, field: str = "cvr") -> str:
    """Return the eight digits of a CVR number.

    Raises InvalidInput: `cvr_length` where it is not eight digits, `cvr_invalid` where the check digit fails.
    """
    digits = re.sub("[ -]", "", value.strip(" ")).removeprefix("DK")
    if not _CVR.fullmatch(digits):
        raise InvalidInput([FieldError(field, "cvr_length")])
    if not cvr.is_valid(digits):
        raise InvalidInput([FieldError(field, "cvr_invalid")])
    return digits

"""Addresses as people type and share them: case numbers in any spelling, no sign that no address has."""

from typing import Any

from flask import Flask, request
from werkzeug.exceptions import NotFound

from breach.domain.errors import FieldError, InvalidInput
from breach.services.ids import case_number
from breach.services.schema import told_key


def read_case_number(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Put the case number that an address means in place of the one that was typed."""
    if values and "reference" in values:
        values["reference"] = case_number(values["reference"]) or values["reference"]


def refuse_signs_of_no_address() -> None:
    """Raise NotFound for a path with a NUL, InvalidInput for a parameter: no database looks for one."""
    if "\0" in request.path:
        raise NotFound()
    strange = [name for name, value in request.args.items(multi=True) if "\0" in name + value]
    if strange:
        name = told_key(strange[0].replace("\0", ""))
        raise InvalidInput([FieldError(name, "unknown_value", {"value": name})])


def init_app(app: Flask) -> None:
    """Take addresses with a slash at their end, and read those that name a case."""
    app.url_map.strict_slashes = False
    app.url_value_preprocessor(read_case_number)
    app.before_request(refuse_signs_of_no_address)

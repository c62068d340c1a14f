"""Addresses as people type and share them: case numbers in any spelling, no sign that no address has."""

from typing import Any

from flask import Flask, request
from werkzeug.exceptions import NotFound

from breach.services.ids import case_number


def read_case_number(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Put the case number that an address means in place of the one that was typed."""
    if values and "reference" in values:
        values["reference"] = case_number(values["reference"]) or values["reference"]


def refuse_signs_of_no_address() -> None:
    """Raise NotFound for an address with a NUL, which no database looks for."""
    if "\0" in request.path or b"%00" in request.query_string or b"\0" in request.query_string:
        raise NotFound()


def init_app(app: Flask) -> None:
    """Take addresses with a slash at their end, and read those that name a case."""
    app.url_map.strict_slashes = False
    app.url_value_preprocessor(read_case_number)
    app.before_request(refuse_signs_of_no_address)

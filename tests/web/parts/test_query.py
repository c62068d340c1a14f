"""Query parameters are answered under their names and under the Danish ones of older addresses."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from breach.web.parts.query import FORMER, parameter


@pytest.mark.parametrize(("name", "former"), FORMER.items())
def test_parameter_is_read_by_either_name(app: Flask, name: str, former: str) -> None:
    for address in (f"/?{name}=value", f"/?{former}=value", f"/?{name}=value&{former}=other"):
        with app.test_request_context(address):
            assert parameter(name) == "value"
    with app.test_request_context("/"):
        assert parameter(name) == ""


def test_language_is_changed_by_either_name(visitor: FlaskClient) -> None:
    assert '<html lang="en">' in visitor.get("/?sprog=en").text
    page = visitor.get("/?sprog=en&lang=da").text
    assert '<html lang="da">' in page
    assert 'href="/?lang=en"' in page


def test_message_is_shown_by_either_name(visitor: FlaskClient) -> None:
    assert "Gemt." in visitor.get("/?besked=saved").text
    assert "Gemt." in visitor.get("/?message=saved").text

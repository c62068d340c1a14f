import pytest
from flask.testing import FlaskClient
from tests.web.conftest import log_in

@pytest.mark.parametrize("path", ["/", "/privatliv", "/aegte", "/tilgaengelighed", "/cookies", "/login", "/logged-out", "/healthz", "/readyz"])
def test_page(visitor: FlaskClient, path: str) -> None:
    a = visitor.get(path); assert a.status_code == 200
    assert visitor.get(path + "?sprog=en").status_code == 200

def test_login(visitor):
    a = log_in(visitor); assert a.status_code == 303, a.get_data(as_text=True)
    assert "Anna Andersen" in visitor.get("/").get_data(as_text=True)
    assert visitor.get("/nope").status_code == 404

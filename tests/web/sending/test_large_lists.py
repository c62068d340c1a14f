"""A large file is read for those alone who may put people on a list, and nothing of a stranger's."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from breach.services.demo import DEMO_PASSWORD
from breach.web.app import create_app
from breach.web.frame.security import MAX_BODY
from tests.support.scenario import make_service
from tests.web.conftest import token_of

ADDRESS = "/cases/BRUD-2026-000001/communication/recipients/list"
SIZE = 4 * MAX_BODY
HEAD = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\n"
END = b"\r\n--x--\r\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    path: Path = tmp_path_factory.mktemp("large")
    service = make_service(path, f"sqlite:///{path / 'breach.db'}")
    yield create_app(service.runtime)
    service.runtime.close()


def client_of(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    if username:
        fields = {"csrf_token": token_of(client), "username": username, "password": DEMO_PASSWORD}
        assert client.post("/login", data=fields).status_code == 303
    return client


@pytest.mark.parametrize(
    ("username", "mimetype", "status", "reads"),
    [
        ("", "multipart/form-data; boundary=x", 302, False),
        ("", "application/x-www-form-urlencoded", 302, False),
        ("revisor", "multipart/form-data; boundary=x", 413, False),
        ("sagsbehandler", "application/x-www-form-urlencoded", 413, False),
        ("sagsbehandler", "multipart/form-data; boundary=x", 400, True),
    ],
)
def test_large_body_is_read_of_those_who_may_import_alone(
    app: Flask, username: str, mimetype: str, status: int, *, reads: bool
) -> None:
    body = BytesIO(HEAD.ljust(SIZE - len(END)) + END)
    sent = {"CONTENT_TYPE": mimetype, "CONTENT_LENGTH": str(SIZE), "wsgi.input": body}
    answer = client_of(app, username).post(ADDRESS, environ_overrides=sent)
    assert (answer.status_code, body.tell() > 0) == (status, reads)

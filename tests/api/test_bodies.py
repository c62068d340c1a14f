"""Bodies as programs really send them: marks, encodings, gzip; and no more is unpacked than the limit."""

import gzip
import json
import zlib

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from breach.web.frame.security import MAX_BODY
from tests.support.reporting import citizen

BODY = json.dumps(citizen(what="Brevet kom til æblevej."), ensure_ascii=False)
KEY = "0191d2c0-8f1e-7a3b-9c4d-5e6f708192a3"


def send(caller: FlaskClient, body: bytes, packing: str = "") -> TestResponse:
    headers = {"Idempotency-Key": KEY, **({"Content-Encoding": packing} if packing else {})}
    return caller.post("/api/v1/reports", data=body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("body", "packing"),
    [
        pytest.param(BODY.encode(), "", id="plain"),
        pytest.param(BODY.encode("utf-8-sig"), "", id="byte-order-mark"),
        pytest.param(BODY.encode(), "identity", id="identity"),
        pytest.param(gzip.compress(BODY.encode()), "gzip", id="gzip"),
        pytest.param(gzip.compress(BODY.encode("utf-8-sig")), "GZIP", id="gzip-with-a-mark"),
    ],
)
def test_body_is_read(caller: FlaskClient, body: bytes, packing: str) -> None:
    assert send(caller, body, packing).status_code == 202


BOMB = gzip.compress(b" " * 50_000_000)


@pytest.mark.parametrize(
    ("body", "packing", "status", "code", "said"),
    [
        pytest.param(BODY.encode("utf-16"), "", 400, "json_encoding", "UTF-16", id="utf-16"),
        pytest.param(
            BODY.encode("utf-16-le"), "", 400, "json_encoding", "UTF-16", id="utf-16-without-a-mark"
        ),
        pytest.param(BODY.encode("utf-16-be"), "", 400, "json_encoding", "UTF-16", id="utf-16-big-end-first"),
        pytest.param(BODY.encode("utf-32"), "", 400, "json_encoding", "UTF-32", id="utf-32"),
        pytest.param(BODY.encode("latin-1"), "", 400, "json_encoding", "Latin-1", id="latin-1"),
        pytest.param(gzip.compress(BODY.encode("cp1252")), "gzip", 400, "json_encoding", "1252", id="packed"),
        pytest.param(BODY.encode(), "gzip", 400, "gzip_unreadable", "gzip", id="not-packed"),
        pytest.param(gzip.compress(BODY.encode())[:-9], "gzip", 400, "gzip_unreadable", "gzip", id="cut"),
        pytest.param(gzip.compress(b"") * 9, "gzip", 400, "gzip_unreadable", "one piece", id="many-parts"),
        pytest.param(zlib.compress(BODY.encode()), "deflate", 415, "packing_unknown", "gzip", id="deflate"),
        pytest.param(BOMB, "gzip", 413, "too_large", "1 MB", id="bomb"),
    ],
)
def test_body_that_is_not_read_is_named(
    caller: FlaskClient, body: bytes, packing: str, status: int, code: str, said: str
) -> None:
    answer = send(caller, body, packing)
    assert answer.json is not None
    assert (answer.status_code, answer.json["title"]) == (status, code)
    assert said in answer.json["detail"]


def test_bomb_is_small_as_it_comes() -> None:
    assert len(BOMB) < MAX_BODY

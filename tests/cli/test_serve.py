"""The real server on real sockets: slow visitors stop nobody, and its own refusals are in our words."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import urlopen

import crossplane
import pytest
from gunicorn.http.errors import NoMoreData

from breach.cli.serve import THREADS
from breach.domain.recipients.rows import LARGEST_LIST
from breach.web.app import create_app
from breach.web.frame import worker
from breach.web.frame.security import HEADERS, MAX_BODY, NO_STORE
from tests.support.browser import ROOT
from tests.support.reporting import service
from tests.support.scenario import environ, make_service
from tests.support.waiting import SLOW
from tests.test_logs import pages

NGINX = ROOT / "docs" / "examples" / "nginx.conf"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{home / 'home' / 'breach.db'}"
    made = make_service(home / "home", url)
    made.runtime.close()
    with pages(environ(home / "home", url), home / "pages.log") as found:
        yield found


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=SLOW)


def answer_of(address: str, request: bytes) -> tuple[int, dict[str, str], str]:
    """Send bytes as they are; return status, headers and body of the answer."""
    with connected(address) as connection:
        connection.sendall(request)
        head, _, body = connection.makefile("rb").read().decode().partition("\r\n\r\n")
    lines = head.split("\r\n")
    return int(lines[0].split()[1]), dict(line.split(": ", 1) for line in lines[1:]), body


@contextmanager
def slow(address: str, number: int, begun: bytes) -> Iterator[None]:
    """Hold connections on which a request has begun and does not go on."""
    with ExitStack() as held:
        for _ in range(number):
            held.enter_context(connected(address)).sendall(begun)
        yield


BEGUN = {
    "line": b"GET /repo",
    "headers": b"GET /report HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "body": b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 900000\r\n\r\nusername=",
}


@pytest.mark.parametrize("part", sorted(BEGUN))
def test_eight_slow_senders_stop_no_page(address: str, part: str) -> None:
    with slow(address, 8, BEGUN[part]):
        began = monotonic()
        with urlopen(f"{address}/report/resume", timeout=SLOW) as answer:
            assert answer.status == 200
        assert monotonic() - began < worker.STANDS_STILL


def test_more_slow_senders_than_threads_stop_the_pages_for_seconds_only(address: str) -> None:
    with slow(address, THREADS + 4, BEGUN["headers"]), urlopen(f"{address}/", timeout=SLOW) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        pytest.param(b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 414, id="address-too-long"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"y" * 9000 + b"\r\n\r\n", 431, id="header-too-long"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"X: hunter2\r\n" * 200 + b"\r\n", 431, id="headers-too-many"),
        pytest.param(b"hunter2\r\n\r\n", 400, id="no-request"),
        pytest.param(b"POST / HTTP/1.1\r\nTransfer-Encoding: hunter2\r\n\r\n", 501, id="coding"),
    ],
)
def test_refusal_of_the_server_itself_is_in_our_words_with_our_headers(
    address: str, request_bytes: bytes, status: int
) -> None:
    found, headers, body = answer_of(address, request_bytes)
    assert found == status
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["Cache-Control"] == NO_STORE
    assert body == worker.REFUSED


@pytest.fixture
def ends() -> Iterator[tuple[worker.Patient, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield worker.Patient(ours), theirs


def test_sender_that_stands_still_is_given_up(
    ends: tuple[worker.Patient, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STANDS_STILL", 0.05)
    ours, theirs = ends
    ours.begin()
    theirs.sendall(b"G")
    assert ours.recv(10) == b"G"
    with pytest.raises(NoMoreData):
        ours.recv(10)


def test_sender_drop_by_drop_is_given_up(
    ends: tuple[worker.Patient, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "ARRIVES_WITHIN", 0)
    ours, theirs = ends
    ours.begin()
    theirs.sendall(b"GET / HTTP/1.1")
    with pytest.raises(NoMoreData):
        ours.recv(10)


def test_reader_that_reads_nothing_has_gone(
    ends: tuple[worker.Patient, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STANDS_STILL", 0.05)
    ours, _ = ends
    ours.setblocking(True)
    with pytest.raises(BrokenPipeError):
        ours.sendall(bytes(50_000_000))


def directives(block: list[dict[str, Any]]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for one in block:
        found.setdefault(str(one["directive"]), []).append(list(one["args"]))
    return found


@pytest.fixture(scope="module")
def read_by_nginx(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The example within the http block of a whole file, as nginx's own parser reads it."""
    path = tmp_path_factory.mktemp("nginx") / "nginx.conf"
    path.write_text(f"events {{}}\nhttp {{\n{NGINX.read_text('utf-8')}\n}}\n", "utf-8")
    read = crossplane.parse(str(path), strict=True, check_ctx=True, check_args=True)
    assert (read["status"], read["errors"]) == ("ok", [])
    (http,) = [one for one in read["config"][0]["parsed"] if one["directive"] == "http"]
    return list(http["block"])


def test_nginx_takes_whole_requests_and_lets_nobody_be_slow(read_by_nginx: list[dict[str, Any]]) -> None:
    server = [one for one in read_by_nginx if one["directive"] == "server"][-1]
    said = directives(server["block"])
    assert said["proxy_request_buffering"] == said["proxy_buffering"] == [["on"]]
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        assert said[name] == [["10s"]]
    assert ["Host", "$host"] in said["proxy_set_header"]
    assert ["X-Forwarded-For", "$remote_addr"] in said["proxy_set_header"]
    assert ["X-Forwarded-Proto", "$scheme"] in said["proxy_set_header"]
    assert said["client_max_body_size"] == [[f"{MAX_BODY // 1_000_000}m"]]
    assert said["access_log"] == [["off"]]


def test_nginx_takes_lists_at_the_addresses_of_lists(
    read_by_nginx: list[dict[str, Any]], tmp_path: Path
) -> None:
    server = [one for one in read_by_nginx if one["directive"] == "server"][-1]
    places = [one for one in server["block"] if one["directive"] == "location" and one["args"][0] == "~"]
    [lists] = places
    pattern = str(lists["args"][1])
    assert directives(lists["block"])["client_max_body_size"] == [[f"{LARGEST_LIST // 1_000_000}m"]]
    with service(tmp_path) as runtime:
        rules = {str(rule.endpoint): str(rule) for rule in create_app(runtime).url_map.iter_rules()}
    for endpoint in ("api.import_list", "cases.import_recipients"):
        assert re.search(pattern, rules[endpoint].replace("<reference>", "BRUD-2026-000001"))
    assert not re.search(pattern, "/report/abcdefghijklmnop/what")

"""What the logs say of a fault, and what they never say; by itself and in real processes."""

import json
import logging
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from requests import ConnectTimeout
from sqlalchemy import create_engine, text

from breach.logs import MASK, JsonLine, masked
from tests.support.processes import answering, breach, free_port, start_worker, stopped_at_the_end
from tests.support.reporting import key_of
from tests.support.scenario import environ, make_service
from tests.support.spellings import SPELLINGS
from tests.support.waiting import SLOW, wait_until

CPR, MAIL, NAME = "251248-9996", "prøve.person@example.dk", "Prøve Person"


def line(error: BaseException | None = None, event: str = "event", **extra: object) -> dict[str, object]:
    """Return what is written of a record, which is one line."""
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.makeLogRecord(
        {"name": "breach", "levelno": 40, "levelname": "ERROR", "msg": event, "exc_info": exc_info, **extra}
    )
    written = JsonLine().format(record)
    assert "\n" not in written
    assert written.isprintable()
    found: dict[str, object] = json.loads(written)
    return found


def plain(shown: object) -> str:
    """Return what was written as a person reads it: no letter is spelled in code."""
    return json.dumps(shown, ensure_ascii=False)


@pytest.mark.parametrize(
    "secret",
    [
        CPR,
        *SPELLINGS.values(),
        "63m7-f3qj-q7b3-cmht-442t-zh7r-zm",
        MAIL,
        "63M7F3QJQ7B3CMHT442TZH7RZM",
        "63M7-F3QJ-Q7B3-CMHT-442T-ZH7R-ZM",
        "brd_" + "x" * 43,
        "A1-_" * 10 + "abc",
    ],
)
def test_secrets_are_masked_in_any_place(secret: str) -> None:
    assert masked(f"<{secret}>, then").count(MASK) == 1
    assert secret not in masked(f"a {secret}. b")
    written = plain(line(OSError(f"no {secret}"), f"event {secret}", value=secret, many=[secret]))
    assert secret not in written
    assert written.count(MASK) == 4


@pytest.mark.parametrize(
    "plain",
    ["BRUD-2026-000001", "2026-03-27T20:00:00.000+00:00", "a" * 64, "F6A4CD7A", "/cases/BRUD-2026-000001"],
)
def test_log_line_keeps_what_an_operator_needs(plain: str) -> None:
    assert masked(plain) == plain


def fault(make: BaseException) -> BaseException:
    """Return a fault as it is caught, with its place."""
    try:
        raise make
    except BaseException as error:
        return error


def test_words_of_our_own_faults_are_not_told_their_kind_and_place_are() -> None:
    shown = line(fault(ValueError(f"cannot read {NAME}")))["fault"]
    assert NAME not in plain(shown)
    assert isinstance(shown, list)
    assert shown[0]["kind"] == "builtins.ValueError"
    assert "tests/test_logs.py:" in shown[0]["at"][-1]
    assert "words" not in shown[0]


def test_words_of_the_machine_are_told_and_none_of_the_values() -> None:
    engine = create_engine("sqlite://", hide_parameters=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE person (name TEXT UNIQUE)"))
        connection.execute(text("INSERT INTO person VALUES (:name)"), {"name": NAME})
        with pytest.raises(Exception, match="UNIQUE") as caught:
            connection.execute(text("INSERT INTO person VALUES (:name)"), {"name": NAME})
    shown = line(caught.value)["fault"]
    assert isinstance(shown, list)
    assert "UNIQUE constraint failed" in shown[0]["words"]
    assert NAME not in plain(shown)


def test_fault_lists_every_cause_the_first_last() -> None:
    try:
        try:
            raise OSError("disk full")
        except OSError as error:
            raise ValueError(NAME) from error
    except ValueError as error:
        shown = line(error)["fault"]
    assert isinstance(shown, list)
    assert [one["kind"] for one in shown] == ["builtins.ValueError", "builtins.OSError"]
    assert shown[1]["words"] == "disk full"


def test_number_is_masked_also_where_it_is_no_text() -> None:
    assert (line(value=2512489996)["value"], line(value=17)["value"]) == (MASK, 17)


def test_fault_that_quotes_an_address_is_told_by_its_kind() -> None:
    shown = line(fault(ConnectTimeout(f"/memos/{NAME}")))["fault"]
    assert isinstance(shown, list)
    assert [(one["kind"], "words" in one) for one in shown] == [("requests.exceptions.ConnectTimeout", False)]


def test_way_leads_through_our_code_wherever_it_is_installed() -> None:
    code = compile("def step(f): f()", "/x/lib/python3/site-packages/breach/jobs/worker.py", "exec")
    library = compile("def step(f): f()", "/x/lib/python3/site-packages/flask/app.py", "exec")
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    exec(code, ours)
    exec(library, theirs)

    def fail() -> None:
        raise KeyError(NAME)

    with pytest.raises(KeyError) as caught:
        theirs["step"](lambda: ours["step"](lambda: theirs["step"](lambda: theirs["step"](fail))))
    shown = line(caught.value)["fault"]
    assert isinstance(shown, list)
    way = [one.partition(":")[0] for one in shown[0]["at"]]
    assert way.count("breach/jobs/worker.py") == 1
    assert "site-packages/flask/app.py" not in way[:-2]


@pytest.mark.parametrize("evil", ["a\nb", "a\r\n{}", "\x1b[31mred", "\u2028", "\x00"])
def test_log_line_is_not_ended_or_coloured_by_a_value(evil: str) -> None:
    assert line(None, f"event {evil}", value=evil)["value"] == evil


@contextmanager
def pages(env: dict[str, str], log: Path) -> Iterator[str]:
    """Serve the pages by a process of its own, whose standard error goes to a file."""
    port = str(free_port())
    with log.open("wb") as errors:
        process = breach("serve", "--workers", "1", env={**env, "BREACH_PORT": port}, errors=errors)
    with answering(process, f"http://127.0.0.1:{port}", "/healthz") as address:
        yield address


def sent(address: str, request: bytes) -> tuple[int, str]:
    """Send bytes as they are; return the status and the kind of the answer."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=SLOW) as connection:
        connection.sendall(request)
        answer = connection.makefile("rb").read().decode()
    head = answer.partition("\r\n\r\n")[0]
    return int(head.split()[1]), "problem" if "application/problem+json" in head else "page"


def chunked(path: str, kind: str, body: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
    return f"{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n{body}".encode()


FORM = "application/x-www-form-urlencoded"
BROKEN = {
    "line": (f"GET /find?cpr=2512489996 {NAME} HTTP/1.1\r\n\r\n".encode(), (400, "page")),
    "password": (b"GET /login?password=hunter2 x y\r\nHost: a\r\n\r\n", (400, "page")),
    "header": (f"GET / HTTP/1.1\r\n{NAME}: hunter2\r\n\r\n".encode(), (400, "page")),
    "api": (chunked("/api/v1/reports", "application/json", f"{NAME}\r\nx"), (400, "problem")),
    "page": (chunked("/login", FORM, f"{NAME} hunter2\r\nx"), (400, "page")),
    "end": (chunked("/login", FORM, "5\r\nhunter2\r\n"), (400, "page")),
}
"""What no server can read, and how it is answered."""


def test_request_that_cannot_be_read_is_refused_and_not_logged(tmp_path: Path, sqlite_url: str) -> None:
    service = make_service(tmp_path / "home", sqlite_url)
    service.runtime.close()
    log = tmp_path / "pages.log"
    with pages(environ(tmp_path / "home", sqlite_url), log) as address:
        answers_ = {name: sent(address, request) for name, (request, _) in BROKEN.items()}
    assert answers_ == {name: answer for name, (_, answer) in BROKEN.items()}
    found = log.read_text()
    assert not [one for one in ("2512489996", NAME, "Prøve", "hunter2", "127.0.0.1") if one in found]
    assert {json.loads(one)["event"] for one in found.splitlines()} == {"Invalid request"}


def report(address: str) -> int:
    """File a report full of what no log may hold; return the status of the answer."""
    body = {
        "kind": "citizen",
        "controller": "nordjylland",
        "what": f"{NAME}, {CPR}, fik et brev til en anden.",
        "occurred": {"kind": "unknown"},
        "contact": {"name": NAME, "email": MAIL, "phone": "61 55 55 55"},
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": key_of("a report")}
    request = Request(f"{address}/api/v1/reports?name=Person", json.dumps(body).encode(), headers)
    try:
        with urlopen(request, timeout=SLOW) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def mislay_reports(url: str) -> None:
    """Rename a table behind the back of the processes that run."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.execute("ALTER TABLE report RENAME TO mislaid")


def test_real_processes_write_lines_that_name_the_fault_and_nobody(tmp_path: Path, sqlite_url: str) -> None:
    service = make_service(tmp_path / "home", sqlite_url)
    service.released(1)
    service.runtime.close()
    env = environ(tmp_path / "home", sqlite_url, BREACH_SIMULATOR_PORT=str(free_port()))  # nobody listens
    logs = [tmp_path / name for name in ("worker.log", "pages.log")]
    with logs[0].open("wb") as errors:
        started = start_worker(env, "logged", errors=errors)
    with stopped_at_the_end(started) as worker:
        wait_until(lambda: "unavailable" in logs[0].read_text(), "the worker says nothing", alive=worker)
    with pages(env, logs[1]) as address:
        assert report(address) == 202
        mislay_reports(sqlite_url)
        assert report(address) == 500
    for log in logs:
        found = plain([json.loads(one) for one in log.read_text().splitlines()])
        assert not [one for one in (CPR, "2512489996", MAIL, NAME, "61 55", "brev til") if one in found]
    away = [json.loads(one) for one in logs[0].read_text().splitlines()]
    assert {(one["event"], one["channel"]) for one in away} == {
        ("worker.channel_unavailable", "digital_post")
    }
    [failed] = map(json.loads, logs[1].read_text().splitlines())
    assert (failed["event"], len(failed["reference"])) == ("web.request_failed", 8)
    assert "no such table: report" in failed["fault"][0]["words"]

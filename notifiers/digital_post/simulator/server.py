"""The simulator's HTTP side: the paths of Digital Post's REST interface on loopback, and a control room.

Shapes of lists and receipts follow a public client of the interface; where that is silent the shape is ours
and stands in docs/plugins.md. Nothing it prints or stores holds a CPR number.
"""

import hmac
import json
import socket
import struct
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event
from urllib.parse import parse_qs, urlsplit

from notifiers.digital_post.simulator.behaviour import Answer, Behaviour, Switchboard
from notifiers.digital_post.simulator.ledger import Ledger, OtherBytes
from notifiers.memo import reading, rules
from notifiers.memo.schemas import Schemas

BASE = "/apis/v1/"
LARGEST_PAGE = 1_000
# The codes of Digital Post that are known; every other broken rule is its general one.
CODES = {
    "memo.file_empty": "file.empty.not.allowed",
    "memo.file_extension": "file.extension.not.allowed",
    "memo.notification_empty": "empty.notification.not.allowed",
}


class SimulatorServer(ThreadingHTTPServer):
    """A loopback server with its ledger, its behaviour and its credentials."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(
        self,
        port: int,
        home: Path,
        behaviour: Behaviour | None = None,
        credentials: str = "simulator:simulator",
        schemas: Schemas | None = None,
    ) -> None:
        self.switches = Switchboard(behaviour or Behaviour())
        self.authorization = f"Basic {b64encode(credentials.encode()).decode()}"
        self.schemas = schemas
        self.stopping = Event()
        self.ledger = Ledger(home / "simulator.db")  # first: a failed bind closes the server
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        """The base address to give to the notifier."""
        return f"http://127.0.0.1:{self.server_address[1]}{BASE}"

    def server_close(self) -> None:
        """Close the port, wake the silent connections, close the ledger."""
        self.stopping.set()
        super().server_close()
        self.ledger.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that went away is what faults are made of here."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: SimulatorServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "DigitalPostSimulator", ""
    disable_nagle_algorithm = True
    wbufsize = 65_536  # head and body of an answer leave together
    timeout = 120

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing: a look-up carries a CPR number in its address."""

    def do_POST(self) -> None:
        """Take a message, or change the behaviour."""
        body = self._body()
        if body is None:
            self._problem(400, "content.length.required")
        elif self._path() == "/control/behaviour":
            self._change(body)
        elif not self._is_known():
            self._problem(401, "unauthorized")
        elif self._path() == f"{BASE}memos/":
            self._memo(body)
        else:
            self._problem(404, "not.found")

    def do_GET(self) -> None:
        """Answer receipts, contacts, ledger."""
        path = self._path()
        query = self._query()
        if path == "/control/ledger":
            self._json(200, self.server.ledger.counts(is_detailed=query.get("detail") == "1"))
        elif not self._is_known():
            self._problem(401, "unauthorized")
        elif path == f"{BASE}receipts/":
            self._list(query)
        elif path.startswith(f"{BASE}receipts/"):
            self._receipt(path.removeprefix(f"{BASE}receipts/"), query)
        elif path == f"{BASE}contacts/":
            self._contacts()
        else:
            self._problem(404, "not.found")

    def do_DELETE(self) -> None:
        """Delete a receipt."""
        path = self._path()
        if not self._is_known():
            self._problem(401, "unauthorized")
        elif path.startswith(f"{BASE}receipts/") and self.server.ledger.forget(
            path.removeprefix(f"{BASE}receipts/")
        ):
            self._answer(204, b"")
        else:
            self._problem(404, "not.found")

    # What was asked

    def _path(self) -> str:
        return urlsplit(self.path).path

    def _query(self) -> Mapping[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def _is_known(self) -> bool:
        given = self.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), self.server.authorization.encode())

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > rules.MAX_BYTES:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    # What is answered

    def _answer(self, status: int, body: bytes, content_type: str = "application/json") -> None:
        self.send_response(status)
        if status == 307:
            self.send_header("Location", f"{self.server.url}elsewhere/")
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _json(self, status: int, value: object) -> None:
        self._answer(status, json.dumps(value).encode())

    def _problem(self, status: int, code: str, *wrong: tuple[str, str]) -> None:
        errors = [
            {"resource": "memo", "field": field, "code": rule, "message": rule, "rejectedValue": None}
            for field, rule in wrong
        ]
        self._json(status, {"code": code, "message": code, "fieldErrors": errors})

    def _reset(self) -> None:
        # Linger 0 makes the close a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    # Messages

    def _memo(self, body: bytes) -> None:
        behaviour = self.server.switches.now
        answer = self.server.switches.next_answer()
        if behaviour.delay:
            self.server.stopping.wait(behaviour.delay)
        early = {
            Answer.REFUSED: (400, "memo.invalid"),
            Answer.UNAUTHORISED: (401, "unauthorized"),
            Answer.FORBIDDEN: (403, "forbidden"),
        }
        if answer in early:
            self._problem(*early[answer])
        elif answer is Answer.UNAVAILABLE:
            self._receipt_now(
                503, self._query().get("memo-message-uuid", ""), "", "INVALID", "service.unavailable"
            )
        elif answer in (Answer.BROKEN, Answer.REDIRECT, Answer.GARBAGE):
            status = {Answer.BROKEN: 500, Answer.REDIRECT: 307, Answer.GARBAGE: 201}[answer]
            self._answer(status, b"<html>?</html>", "text/html")
        elif answer is Answer.RESET:
            self._reset()
        else:
            self._accept(body, behaviour, answer)

    def _wrong(self, body: bytes, found: reading.Reading) -> list[tuple[str, str]]:
        wrong = [(error.field, error.code) for error in found.errors]
        if self.headers.get_content_type() not in ("application/xml", "text/xml"):
            wrong.append(("Content-Type", "memo.invalid"))
        if self._query().get("memo-message-uuid", "").lower() != found.message_uuid.lower():
            wrong.append(("memo-message-uuid", "memo.uuid"))
        if self.server.schemas is not None and not self.server.schemas.is_valid(body):
            wrong.append(("message", "memo.schema"))
        return wrong

    def _accept(self, body: bytes, behaviour: Behaviour, answer: Answer) -> None:
        now = datetime.now(UTC)
        found = reading.read(body, now.date())
        wrong = self._wrong(body, found)
        if wrong:
            self._problem(400, CODES.get(wrong[0][1], "memo.invalid"), *wrong)
            return
        try:
            accepted = self.server.ledger.accept(found, sha256(body).hexdigest(), behaviour, now)
        except OtherBytes:
            self._problem(400, "message.uuid.reused")
            return
        if answer is Answer.ACCEPT_THEN_RESET:
            self._reset()
        elif answer is Answer.ACCEPT_THEN_SILENCE:
            self.server.stopping.wait(behaviour.silence)
            self._reset()
        else:
            self._receipt_now(
                201, found.message_uuid, accepted.transmission_id, "RECEIVED", None, accepted.at
            )

    def _receipt_now(
        self, status: int, message_uuid: str, transmission: str, said: str, code: str | None, at: str = ""
    ) -> None:
        receipt = {
            "transmissionId": transmission or None,
            "messageUUID": message_uuid,
            "errorCode": code,
            "errorMessage": code,
            "timeStamp": at or datetime.now(UTC).isoformat(),
            "receiptStatus": said,
        }
        self._json(status, receipt)

    # Receipts, contacts, control

    def _list(self, query: Mapping[str, str]) -> None:
        page = query.get("page", "0")
        size = query.get("size", "100")
        if not all(one.isascii() and one.isdigit() and len(one) < 8 for one in (page, size)):
            self._problem(400, "page.invalid")
            return
        ids, total = self.server.ledger.waiting(int(page), min(int(size), LARGEST_PAGE), datetime.now(UTC))
        self._json(200, {"receipts": ids, "page": int(page), "size": int(size), "total": total})

    def _receipt(self, source_id: str, query: Mapping[str, str]) -> None:
        found = self.server.ledger.receipt(source_id, datetime.now(UTC))
        if found is None:
            self._problem(404, "not.found")
            return
        if query.get("delete", "true") != "false":
            self.server.ledger.forget(source_id)
        self._json(200, found)

    def _contacts(self) -> None:
        numbers = parse_qs(urlsplit(self.path).query).get("cprNumber", [])
        if not numbers or not all(rules.is_cpr(number) for number in numbers):
            self._problem(400, "cpr.number.invalid")
            return
        closed = self.server.switches.now.closed
        contacts = [
            {
                "type": "CITIZEN",
                "mailboxSubscription": {
                    "publicRegistrationStatus": "CLOSED" if number in closed else "REGISTERED"
                },
            }
            for number in numbers
        ]
        self._json(200, {"contacts": contacts})

    def _change(self, body: bytes) -> None:
        try:
            changes = json.loads(body)
            if not isinstance(changes, dict):
                raise ValueError("an object is needed")
            self.server.switches.change(changes)
        except ValueError as error:
            self._problem(400, f"behaviour: {error}")
            return
        self._json(200, {"changed": sorted(changes)})

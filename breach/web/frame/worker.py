"""Gunicorn's worker with deadlines for slow senders and readers, and with our headers on its own refusals.

A thread serves one request from its first byte to its last: who sends or reads it drop by drop would hold the
thread, and a few such would stop the pages. A proxy in front takes this over (docs/examples/nginx.conf).
"""

import socket
from time import monotonic
from typing import Any

from gunicorn.http.errors import NoMoreData
from gunicorn.workers.gthread import TConn, ThreadWorker

from breach.web.frame.security import HEADERS, NO_STORE

ARRIVES_WITHIN = 60
"""Seconds from the first byte of a request to its last: a list of 50 MB at 7 megabits a second."""
STANDS_STILL = 10
"""Seconds without a byte, from or to the other side, after which a connection is closed."""
REFUSED = (
    "Forespørgslen kan ikke læses, eller adressen eller felterne i den er for lange. Intet er gemt.\n"
    "The request cannot be read, or its address or headers are too long. Nothing is stored.\n"
)


class Patient:
    """A socket that waits for the other side, but not for ever."""

    def __init__(self, held: socket.socket) -> None:
        self._held = held
        self._until = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def begin(self) -> None:
        """Let the time of a request run."""
        self._until = monotonic() + ARRIVES_WITHIN

    def setblocking(self, flag: bool) -> None:
        """Wait as long as nothing stands still, or not at all."""
        self._held.settimeout(STANDS_STILL if flag else 0.0)

    def recv(self, size: int) -> bytes:
        """Return what came; raise NoMoreData when the time is over."""
        before = self._held.gettimeout()
        left = self._until - monotonic()
        if left <= 0:
            raise NoMoreData()
        self._held.settimeout(min(left, STANDS_STILL))
        try:
            return self._held.recv(size)
        except TimeoutError as error:
            raise NoMoreData() from error
        finally:
            self._held.settimeout(before)

    def sendall(self, data: bytes) -> None:
        """Send all; somebody who does not read it has gone."""
        try:
            self._held.sendall(data)
        except TimeoutError as error:
            raise BrokenPipeError from error


class _InOurWords:
    """A socket on which gunicorn refuses a request: the status stays its own, headers and words are ours."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def sendall(self, data: bytes) -> None:
        status = data.partition(b"\r\n")[0]
        body = REFUSED.encode()
        headers = {**HEADERS, "Cache-Control": NO_STORE, "Content-Type": "text/plain; charset=utf-8"}
        headers |= {"Content-Length": str(len(body)), "Connection": "close"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._held.sendall(status + b"\r\n" + lines.encode("latin-1") + b"\r\n" + body)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Serves requests in threads, each of which is free again in bounded time."""

    def handle(self, conn: TConn) -> object:
        """Serve one request of a connection."""
        if not isinstance(conn.sock, Patient):
            conn.sock = Patient(conn.sock)
        conn.sock.begin()
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what cannot be read as a request."""
        super().handle_error(req, _InOurWords(client), addr, exc)

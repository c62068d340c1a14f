"""A web application on a free port of loopback, in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def whole(application: "WSGIApplication") -> "WSGIApplication":
    """Return the application with each answer read to its end at once.

    The development server leaves a file open when a browser goes away in the middle of it, and an open file
    is a warning that fails whichever test runs then.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        parts = application(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answer


@contextmanager
def serving(application: "WSGIApplication") -> Iterator[str]:
    """Yield the address, `http://127.0.0.1:PORT`, at which the application answers until the end."""
    server = make_server("127.0.0.1", 0, whole(application), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

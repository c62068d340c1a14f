"""The one way a notifier speaks HTTP: no proxy, redirect, repeat or cookie; bounded in time and size."""

import time
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO

import requests
from requests.adapters import HTTPAdapter

TIMEOUT = (5.0, 30.0)  # seconds: to connect, and between two bytes of the answer
LONGEST_ANSWER = 1_000_000  # bytes
LONGEST_WAIT = 60.0  # seconds for the whole body of an answer, however slowly it drips
PARALLEL = 32  # connections kept


class BadAnswer(Exception):
    """The server's answer is too long, too slow or encoded in a way we did not ask for."""


class Watched(BytesIO):
    """A request body that knows whether any of it has been taken to the wire."""

    taken = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes and remember that they were asked for."""
        self.taken = True
        return super().read(size)


def session() -> requests.Session:
    """Return a session: certificates are checked, TLS is 1.2 or newer (urllib3's own floor), HTTP is 1.1.

    `trust_env=False` keeps proxies and netrc out: a letter must not go to whom the environment names.
    `max_retries=0`: a repeat is the sender's decision, never the library's.
    """
    made = requests.Session()
    made.trust_env = False
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.headers.update({"Accept-Encoding": "identity", "Accept": "application/json"})
    adapter = HTTPAdapter(max_retries=0, pool_connections=2, pool_maxsize=PARALLEL)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


def answer_body(answer: requests.Response) -> bytes:
    """Return the body of a streamed answer, at most 1 MB; raise BadAnswer or requests' own errors."""
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise BadAnswer("encoded")
    ends = time.monotonic() + LONGEST_WAIT
    found = bytearray()
    for chunk in answer.iter_content(65_536):
        found += chunk
        if len(found) > LONGEST_ANSWER:
            raise BadAnswer("too long")
        if time.monotonic() > ends:
            raise BadAnswer("too slow")
    return bytes(found)

"""Counts requests that were refused, and records the counts at most once a minute: never of whom.

Each refusal as an event of its own would let a stranger fill the record and hold the lock that writing takes.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta
from threading import Lock

from flask import Flask, Response, current_app, g, request

from breach.domain.events import EventKind
from breach.services.audit import append_event
from breach.services.context import Runtime

_LOG = logging.getLogger("breach.web")
EVERY = timedelta(minutes=1)
"""Shortest time between two events of one process; what was refused since waits for the next refusal."""
KINDS = ("no_right", "no_token", "form", "too_many")
"""No role for it; a token that does not hold; a form without our token or from another site; too often."""


class Refusals:
    """The counts of one process since its last event."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._since = runtime.clock()
        self._recorded_at: datetime | None = None

    def count(self, kind: str) -> None:
        """Count one refusal, and record the counts unless that was done within the minute."""
        now = self._runtime.clock()
        with self._lock:
            self._counts[kind] += 1
            if self._recorded_at is not None and now - self._recorded_at < EVERY:
                return
            self._recorded_at = now
            counts = self._counts
            self._counts = Counter()
        self._record(counts, now)

    def _record(self, counts: Counter[str], now: datetime) -> None:
        """Append the event; while that fails, the counts wait: the refusal itself must still be answered."""
        try:
            with self._runtime.transaction() as ctx:
                body = {"since": self._since.isoformat(), "counts": dict(sorted(counts.items()))}
                append_event(ctx, EventKind.REQUESTS_REFUSED, None, **body)
        except Exception as error:  # whatever is wrong with the database
            _LOG.warning("web.refusals_not_recorded", exc_info=error)
            with self._lock:
                self._counts.update(counts)
        else:
            self._since = now


def refused(kind: str) -> None:
    """Note that this page is refused with a status that is used for other things too; one of KINDS."""
    g.refused = kind


def init_app(app: Flask, runtime: Runtime) -> None:
    """Count from now on."""
    app.extensions["breach_refusals"] = Refusals(runtime)
    app.after_request(_count)


def _by_status(status: int) -> str:
    """Return what a status alone says, or nothing: a page with 403 may just ask for the password again."""
    if status == 403 and request.path.startswith("/api/"):
        return "no_right"
    return {401: "no_token", 429: "too_many"}.get(status, "")


def _count(answer: Response) -> Response:
    if kind := g.pop("refused", "") or _by_status(answer.status_code):
        found: Refusals = current_app.extensions["breach_refusals"]
        found.count(kind)
    return answer

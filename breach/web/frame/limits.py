"""Rate limits per client network.

A source is the network of the caller's address, known here only by a keyed hash whose key changes every day.
Counts live in the memory of one process and are gone within the hour. Only log-in also counts in the
database, by account (`services/access/passwords.py`). Nobody is locked out: the answer says when to try
again.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, Response, current_app, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from breach.config import Settings
from breach.domain.network import network
from breach.services.context import Runtime


@dataclass(frozen=True)
class Limit:
    """What one source may do: at most so many in each window, as `limits` writes it."""

    name: str
    windows: str

    @property
    def items(self) -> list[RateLimitItem]:
        """The windows, the shortest first."""
        return sorted(parse_many(self.windows), key=lambda item: item.get_expiry())


REPORTS = "reports"
TRIES = "tries"
DRAFTS = "drafts"
CODES = "codes"
LOGINS = "logins"
ROUTES: Mapping[tuple[str, str], str] = {
    ("POST", "report.send"): TRIES,
    ("POST", "api.file_report"): TRIES,
    ("POST", "report.resume"): CODES,
    ("POST", "report.status"): CODES,
    ("GET", "api.report_status"): CODES,
    ("POST", "login.log_in"): LOGINS,
    ("POST", "login.confirm"): LOGINS,
}
"""Method and endpoint, and the limit that counts each request; those with the same limit share one count."""
FILED = {"report.send": 302, "api.file_report": 202}
"""The status with which each address answers a report that was filed: only such a one counts as a report."""


def limits_of(settings: Settings) -> Mapping[str, Limit]:
    """Return every limit by its name; those of reporting follow how many reports the settings allow.

    Tries to report are ten times the reports, as what is invalid or only checked is no report. Log-ins are
    wide, because a hospital's staff share addresses; one account has its own, narrow limit.
    """
    most = settings.reports_per_minute
    found = (
        Limit(REPORTS, f"{most}/minute;{6 * most}/hour"),
        Limit(TRIES, f"{10 * most}/minute;{60 * most}/hour"),
        Limit(DRAFTS, f"{most}/minute;{6 * most}/hour"),
        Limit(CODES, f"{max(5, most // 2)}/minute;{max(20, 2 * most)}/hour"),
        Limit(LOGINS, "30/minute;300/hour"),
    )
    return {limit.name: limit for limit in found}


def source(runtime: Runtime) -> str:
    """Return the keyed hash of the network that the request comes from; it changes every day."""
    day = datetime.now(UTC).date().isoformat()
    key = runtime.keys.derive(f"web/limits/{day}")
    return hmac.new(key, network(request.remote_addr or "").encode(), "sha256").hexdigest()


class Limiter:
    """Counts what each source does."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._limits = limits_of(runtime.settings)
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def check(self) -> None:
        """Count the request; raise TooManyRequests, which says when to try again, if it is one too many."""
        name = ROUTES.get((request.method, request.endpoint or ""))
        if name is None or _has_token():
            return
        self.count(name)
        if request.endpoint in FILED:
            self._look(REPORTS)

    def count(self, name: str) -> None:
        """Count one under a limit; raise TooManyRequests if it is one too many."""
        limit = self._limits[name]
        who = source(self._runtime)
        self._refuse([item for item in limit.items if not self._windows.hit(item, name, who)], name, who)

    def _look(self, name: str) -> None:
        """Raise TooManyRequests if one more would be too many; count nothing."""
        who = source(self._runtime)
        items = self._limits[name].items
        self._refuse([item for item in items if not self._windows.test(item, name, who)], name, who)

    def _refuse(self, full: Sequence[RateLimitItem], name: str, who: str) -> None:
        if full:
            opens = max(self._windows.get_window_stats(one, name, who).reset_time for one in full)
            raise TooManyRequests(retry_after=datetime.fromtimestamp(int(opens) + 1, UTC))

    def count_filed(self, answer: Response) -> Response:
        """Count a report that was filed."""
        if (
            request.method == "POST"
            and answer.status_code == FILED.get(request.endpoint or "")
            and not _has_token()
        ):
            for item in self._limits[REPORTS].items:
                self._windows.hit(item, REPORTS, source(self._runtime))
        return answer


def _has_token() -> bool:
    """Tell whether the sender gives a token. One that does not hold files nothing, so needs no count."""
    return request.endpoint == "api.file_report" and "Authorization" in request.headers


def init_app(app: Flask, runtime: Runtime) -> None:
    """Count from now on, unless the settings say otherwise."""
    if runtime.settings.limited:
        limiter = app.extensions["breach_limits"] = Limiter(runtime)
        app.before_request(limiter.check)
        app.after_request(limiter.count_filed)


def count(name: str) -> None:
    """Count one under a limit, where there are limits; raise TooManyRequests if it is one too many."""
    limiter: Limiter | None = current_app.extensions.get("breach_limits")
    if limiter is not None:
        limiter.count(name)

"""Rate limits per client network.

A source is the network of the caller's address, known here only by a keyed hash whose key changes every day.
Counts live in the memory of one process and are gone within the hour. Only log-in also counts in the
database, by account (`services/access/passwords.py`). Nobody is locked out: the answer says when to try
again.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from breach.services.context import Runtime

NETWORK_BITS = {4: 24, 6: 56}
"""Length of the network that counts as one source, by the version of the address."""


@dataclass(frozen=True)
class Limit:
    """What one source may do: at most so many in each window, as `limits` writes it."""

    name: str
    windows: str

    @property
    def items(self) -> list[RateLimitItem]:
        """The windows, the shortest first."""
        return sorted(parse_many(self.windows), key=lambda item: item.get_expiry())


REPORTS = Limit("reports", "10/minute;60/hour")
CODES = Limit("codes", "5/minute;20/hour")
LOGINS = Limit("logins", "30/minute;300/hour")
"""Wide, because a hospital's staff share addresses; one account has its own, narrow limit."""

ROUTES: Mapping[tuple[str, str], Limit] = {
    ("POST", "report.send"): REPORTS,
    ("POST", "api.file_report"): REPORTS,
    ("POST", "report.resume"): CODES,
    ("POST", "report.status"): CODES,
    ("GET", "api.report_status"): CODES,
    ("POST", "login.log_in"): LOGINS,
    ("POST", "login.confirm"): LOGINS,
}
"""Method and endpoint; those with the same limit share one count."""


def network(address: str) -> str:
    """Return the /24 or /56 that an address lies in; what is no address counts as one source."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{found}/{NETWORK_BITS[found.version]}", strict=False))


def source(runtime: Runtime) -> str:
    """Return the keyed hash of the network that the request comes from; it changes every day."""
    day = datetime.now(UTC).date().isoformat()
    key = runtime.keys.derive(f"web/limits/{day}")
    return hmac.new(key, network(request.remote_addr or "").encode(), "sha256").hexdigest()


class Limiter:
    """Counts what each source does."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def check(self) -> None:
        """Count the request; raise TooManyRequests, which says when to try again, if it is one too many."""
        limit = ROUTES.get((request.method, request.endpoint or ""))
        if limit is None or _has_token():
            return
        who = source(self._runtime)
        full = [item for item in limit.items if not self._windows.hit(item, limit.name, who)]
        if full:
            opens = max(self._windows.get_window_stats(one, limit.name, who).reset_time for one in full)
            raise TooManyRequests(retry_after=datetime.fromtimestamp(int(opens) + 1, UTC))


def _has_token() -> bool:
    """Tell whether the sender gives a token. One that does not hold files nothing, so needs no count."""
    return request.endpoint == "api.file_report" and "Authorization" in request.headers


def init_app(app: Flask, runtime: Runtime) -> None:
    """Count from now on, unless the settings say otherwise."""
    if runtime.settings.limited:
        app.extensions["breach_limits"] = Limiter(runtime)
        app.before_request(_check)


def _check() -> None:
    found: Limiter = current_app.extensions["breach_limits"]
    found.check()

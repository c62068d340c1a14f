"""Response headers and request checks: hosts, sizes, origin, CSRF."""

import logging
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, SecurityError

from breach.services.context import Runtime

_LOG = logging.getLogger("breach.web")
LONGEST_HOST = 253
"""Characters of a host name (RFC 1035)."""
MAX_BODY = 1_000_000  # bytes of a request without files
MAX_FIELDS = 500  # of one form; the longest of ours has under 200
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_SECONDS = 8 * 3600  # a form left open as long as the longest log-in may still be sent

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # not no-referrer: browsers without Origin need it over HTTPS
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "Vary": "Cookie, Accept-Language, HX-Request",
}
NO_STORE = "no-store"
FOR_EVER = "public, max-age=31536000, immutable"  # the address holds the hash of the content
ONE_DAY = "public, max-age=86400"  # fonts and pictures that the style sheet names without a hash

csrf = CSRFProtect()


class CrossSite(BadRequest):
    """The request was made by another website."""


class NoOrigin(BadRequest):
    """Nothing in a request over HTTPS says which page it comes from."""


class TooManyFields(RequestEntityTooLarge):
    """The form has more fields than any page of ours."""


def page_key(runtime: Runtime) -> bytes:
    """Return the key that signs form tokens, derived from the master key: all web processes share it."""
    return runtime.keys.derive("web/forms")


def harden(response: Response) -> Response:
    """Set the headers that every answer carries, whatever its status."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Vary"] = HEADERS["Vary"]
    response.headers["Cache-Control"] = _caching(response.status_code)
    if response.headers["Cache-Control"] != NO_STORE:
        del response.headers["Vary"]  # the same for everybody: a log-in's new cookie fetches nothing again
    return response


def _caching(status: int) -> str:
    if request.endpoint != "static" or status >= 400:
        return NO_STORE
    return FOR_EVER if "v" in request.args else ONE_DAY


def refuse_other_sites() -> None:
    """Raise CrossSite for a change that another website asks for.

    Browsers say where a request comes from in Sec-Fetch-Site and Origin, or at least in the Referer. Over
    HTTPS a page that says none of them is refused with NoOrigin; programs say none, and send no cookie.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin")
    if site == "cross-site" or (origin and not _is_ours(origin)):
        raise CrossSite()
    if origin or site == "same-origin" or not request.is_secure or request.path.startswith("/api/"):
        return
    if not request.referrer:
        raise NoOrigin()
    if not _is_ours(request.referrer):
        raise CrossSite()


def _is_ours(address: str) -> bool:
    """Tell whether an address lies on the host of this request."""
    return urlsplit(address).netloc.lower() == request.host.lower()


def refuse_other_hosts() -> None:
    """Raise SecurityError for a host that is none of the settings; machines that watch may ask by address."""
    if request.blueprint == "health":
        return
    name = _host_name(request.host)
    if name not in _public_hosts() and not any(
        name.endswith(one) for one in _public_hosts() if one[0] == "."
    ):
        _say_refused(name[:LONGEST_HOST])
        raise SecurityError(f"{name!r} is none of ours")


def _host_name(host: str) -> str:
    """Return the name or address in a Host header, without port, brackets and a final dot."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        name = None
    return (name or "").removesuffix(".")


def _public_hosts() -> tuple[str, ...]:
    runtime: Runtime = current_app.extensions["breach"]
    return runtime.settings.public_hosts


@lru_cache(maxsize=100)
def _say_refused(name: str) -> None:
    """Log a host that is refused, mostly once a process: whoever sets up a proxy has to see it."""
    _LOG.warning("web.host_refused", extra={"host": name})


def refuse_oversized_forms() -> None:
    """Raise TooManyFields for a form of more fields than any page has.

    Werkzeug's own limits on parts hold for multipart only, so url-encoded forms are counted here.
    """
    is_form = request.mimetype == "application/x-www-form-urlencoded"
    if is_form and sum(len(values) for _, values in request.form.lists()) > MAX_FIELDS:
        raise TooManyFields()


def is_secure_cookie() -> bool:
    """Tell whether cookies are marked Secure and carry the __Host- prefix."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def init_app(app: Flask, runtime: Runtime) -> None:
    """Set limits and hooks. The order matters: origin and size are looked at before the CSRF token."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=MAX_FIELDS,
        SESSION_COOKIE_SECURE=runtime.settings.secure,
        WTF_CSRF_SECRET_KEY=page_key(runtime),
        WTF_CSRF_TIME_LIMIT=CSRF_SECONDS,
        WTF_CSRF_SSL_STRICT=False,  # `refuse_other_sites` asks for more than a Referer
    )
    app.before_request(refuse_other_hosts)
    app.before_request(refuse_other_sites)
    app.before_request(refuse_oversized_forms)
    csrf.init_app(app)
    app.after_request(harden)

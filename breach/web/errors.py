"""Errors as pages in the visitor's language, or as problem+json below /api; each has a number to quote."""

import logging
from datetime import datetime
from secrets import token_hex
from typing import Any

from flask import Flask, Response, g, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from breach.api.problems import language, problem
from breach.domain.errors import (
    Conflict,
    DomainError,
    Forbidden,
    InvalidInput,
    LoginOver,
    NotFound,
    StepRefused,
)
from breach.services.access.passwords import TooManyAtOnce
from breach.services.actions import title_key
from breach.services.intake.drafts import TooManyDrafts
from breach.services.intake.error_words import problem_words
from breach.services.sending.identity import LIMITS, LISTS, SEARCHES, TooManyIdentityReads
from breach.store.engine import cannot_store, is_busy
from breach.texts import catalogue, has, text
from breach.texts.formats import clock_time, file_size
from breach.web.access.login_views import confirm_first, log_in_first
from breach.web.frame.contact import current_contact
from breach.web.frame.refusals import refused
from breach.web.frame.security import (
    MAX_BODY,
    MAX_FIELDS,
    CrossSite,
    NoOrigin,
    TooManyFields,
    is_secure_cookie,
)
from breach.web.frame.sessions import StaleLogin, forget_login, login_cookie, needs_login, visitor_cookie
from breach.web.frame.typed_back import is_whole, prose, typed_fields
from breach.web.info.health import note_failure
from breach.web.parts.language import PageFormats, current_language, now_utc, t

_LOG = logging.getLogger("breach.web")
TRY_AGAIN_AFTER = 30
"""Seconds. Whoever waits for a lock has waited ten already."""
_TITLES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method",
    409: "conflict",
    413: "too_large",
    415: "media",
    422: "invalid",
    429: "too_many",
}
_CODES = {"method": "method_not_allowed", "media": "media_type", "server": "server_error"}
"""What a problem document calls an error that has another name in the texts of the pages."""

_AS_LARGE = {"too_much": "too_large", "too_many_fields": "too_large"}
"""Page errors that the API reports under one code."""
_FILES = frozenset({"multipart/form-data", "text/csv"})
"""Types of a body that is a file or holds one; the others are text."""


def reference() -> str:
    """Return the number of this request's error, for the log and for the person on the phone."""
    if "error_reference" not in g:
        g.error_reference = token_hex(4).upper()
    return str(g.error_reference)


def is_api() -> bool:
    """Tell whether the answer is read by a program."""
    return request.path.startswith("/api/")


def _problem(status: int, name: str, until: datetime | None) -> Response:
    """Return the problem document of an error that no address of the API answers itself."""
    values = {
        "limit": file_size(request.max_content_length or MAX_BODY, language()),
        "method": request.method,
        "seconds": TRY_AGAIN_AFTER,
        "at": clock_time(until or now_utc(), language()),
    }
    name = _AS_LARGE.get(name, name)
    if not has(f"errors.api.{name}"):
        name = "bad_request" if status < 500 else "server"
    detail = text(f"errors.api.{name}", language(), **values)
    return problem(status, _CODES.get(name, name), detail, instance=reference())


def _answer(status: int, name: str, template: str = "errors/page.html", **values: Any) -> Response:
    """Return an error of the texts `errors.page.<name>` as page or problem; a message given goes first."""
    if is_api():
        return _problem(status, name, values.get("until"))
    title = t(f"errors.page.{name}_title")
    message = str(values.pop("message", "") or t(f"errors.page.{name}"))
    page = render_template(
        template, title=title, message=message, status=status, reference=reference(), **values
    )
    return Response(page, status)


def on_http(error: HTTPException) -> Response:
    """Answer what Flask itself refuses."""
    if (behind := getattr(error, "original_exception", None)) is not None:  # it failed before any page
        return on_failure(behind)
    if isinstance(error, SecurityError):  # the Host is not ours, so no address can be made for a page
        return Response("Bad request\n", 400, mimetype="text/plain")
    if error.response is not None or error.code is None or error.code < 400:
        answer = error.get_response(request.environ)
        return Response(answer.get_data(), answer.status_code, list(answer.headers.items()))
    name = _TITLES.get(error.code, "bad_request" if error.code < 500 else "server")
    values: dict[str, Any] = {}
    if isinstance(error, RequestEntityTooLarge):
        name, values["message"] = _too_large(error)
    elif error.code == 403:
        refused("no_right")
        values["message"] = _forbidden(None)
    elif error.code == 429:
        values["until"] = until = getattr(error, "retry_after", None) or now_utc()
        values["message"] = t("errors.page.too_many", at=PageFormats().clock_time(until), phone=_phone())
    elif name == "server":
        values["message"] = t("errors.page.server", phone=_phone())
    answer = _answer(error.code, name, **values)
    for header, value in error.get_headers(request.environ):
        if header in ("Allow", "Retry-After"):
            answer.headers[header] = value
    return answer


def _too_large(error: RequestEntityTooLarge) -> tuple[str, str]:
    """Return the name and the sentence of what is too large: a file, a text, or the number of fields."""
    if isinstance(error, TooManyFields):
        return "too_many_fields", t("errors.page.too_many_fields", most=MAX_FIELDS)
    limit = file_size(request.max_content_length or MAX_BODY, current_language())
    name = "too_large" if request.mimetype in _FILES else "too_much"
    return name, t(f"errors.page.{name}", limit=limit)


def _phone() -> str:
    return PageFormats().phone(current_contact().dpo_phone)


def _forbidden(right: str | None) -> str:
    name = current_contact().name
    if right is not None and has(f"access.role.{right}"):
        return t("errors.page.forbidden_right", role=t(f"access.role.{right}"), controller=name)
    return t("errors.page.forbidden", controller=name)


def on_csrf(error: CSRFError) -> Response:
    """Answer a form whose token is missing, old or foreign: what was typed stands there, ready to send.

    Who was logged out meanwhile logs in first; the log-in carries what was typed.
    """
    refused("form")
    reason = _reason(error)
    _LOG.warning("web.form_refused", extra={"reason": reason})
    fields = typed_fields()
    if needs_login():
        return Response(log_in_first(fields), 400)
    values = {"fields": fields, "written": prose(fields), "message": t(f"errors.page.form.{reason}")}
    return _answer(400, "expired" if reason == "expired" else "form", "errors/expired.html", **values)


def _reason(error: CSRFError) -> str:
    """Return why a form's token does not do: `missing`, `expired`, or `other_visit` for that of another."""
    said = str(error.description)
    if said == "The CSRF token is missing.":
        return "missing"
    is_kept = any(name in request.cookies for name in _visit_cookies())
    return "other_visit" if is_kept and said == "The CSRF tokens do not match." else "expired"


def _visit_cookies() -> tuple[str, str]:
    secure = is_secure_cookie()
    return login_cookie(secure), visitor_cookie(secure)


def on_login_over(error: LoginOver) -> Response:
    """Ask for a new log-in where it ended while the form was on its way; the page carries what was typed."""
    forget_login()
    return Response(log_in_first(typed_fields()), 400)


def on_stale(error: StaleLogin) -> Response:
    """Ask for the password first; a form is carried along, and a part of a page gives way to the question."""
    is_form, by_htmx = request.method == "POST", "HX-Request" in request.headers
    if is_form and not by_htmx:
        return Response(confirm_first(typed_fields()), 403)
    back = request.path if is_form else request.full_path.rstrip("?")
    address = url_for("login.confirm", next=back)
    return (
        Response(status=204, headers={"HX-Redirect": address})
        if by_htmx
        else Response(status=302, headers={"Location": address})
    )


def on_cross_site(error: CrossSite) -> Response:
    """Answer a change that another website asked for. It is not offered for sending again."""
    refused("form")
    _LOG.warning("web.form_refused", extra={"reason": "other_site"})
    return _answer(400, "bad_request", message=t("errors.page.expired_foreign"))


def on_no_origin(error: NoOrigin) -> Response:
    """Say what a browser must tell of where a form comes from, and keep what was typed."""
    refused("form")
    _LOG.warning("web.form_refused", extra={"reason": "no_origin"})
    fields = typed_fields()
    values = {"fields": fields, "written": prose(fields), "message": t("errors.page.form.no_origin")}
    return _answer(400, "form", "errors/expired.html", **values)


def on_too_many_identity_reads(error: TooManyIdentityReads) -> Response:
    """Say how many recipients one person may look at, when the next is open, and who can help until then."""
    (hour, _), (day, _) = LIMITS
    at = PageFormats().datetime_short(error.until)
    message = t("errors.page.too_many_looks", hour=hour, day=day, search=SEARCHES[0], lists=LISTS[0], at=at)
    answer = _answer(429, "too_many_looks", message=message)
    answer.headers["Retry-After"] = str(max(1, int((error.until - now_utc()).total_seconds()) + 1))
    return answer


def on_not_found(error: NotFound) -> Response:
    """Answer the same for what is missing and for what belongs to another controller."""
    return _answer(404, "not_found")


def on_forbidden(error: Forbidden) -> Response:
    """Say which role is missing, and who can give it."""
    refused("no_right")
    return _answer(403, "forbidden", message=_forbidden(str(error.values["right"])))


def on_refused(error: StepRefused) -> Response:
    """Say why the step cannot be taken, and keep what was typed."""
    reasons = [t(f"errors.barred.{code}") for code in error.reasons if _is_plain(f"errors.barred.{code}")]
    if not reasons:
        state = f"cases.state.{error.state}"
        step = title_key(error.step)
        reasons = [t("errors.page.step", state=_word(state, error.state), step=_word(step, error.step))]
    return _answer(
        409, "step", "errors/conflict.html", message=" ".join(reasons), fields=typed_fields(), reasons=reasons
    )


def _is_plain(key: str) -> bool:
    words = catalogue(current_language()).get(key)
    return words is not None and "{" not in words


def _word(key: str, code: str) -> str:
    """Return the word of a state or step in lower case, as it stands inside a sentence."""
    found = t(key) if _is_plain(key) else code
    return found[:1].lower() + found[1:]


def on_conflict(error: Conflict) -> Response:
    """Say that somebody else saved first, and keep what was typed."""
    return _answer(409, "conflict", "errors/conflict.html", fields=typed_fields())


def on_invalid(error: InvalidInput) -> Response:
    """Answer input that no form caught: the messages, and what was typed; of an address, which part."""
    if request.method == "GET" and not is_api():
        named = t("errors.page.address", field=", ".join(one.field for one in error.errors))
        return _answer(422, "address", "errors/address.html", message=named)
    messages = [problem_words(one, current_language()) for one in error.errors]
    return _answer(422, "invalid", "errors/conflict.html", message=". ".join(messages), fields=typed_fields())


def on_domain(error: DomainError) -> Response:
    """Answer a rule of the domain that has no page of its own, in its own words where the texts have them."""
    key = f"errors.{error.code}"
    message = t(key, **error.values) if has(key) else t("errors.page.bad_request")
    return _answer(409, "invalid", "errors/conflict.html", message=message, fields=typed_fields())


def on_broken_body(error: Exception) -> Response:
    """Answer a body whose parts are not as it says, or that ends too early."""
    return _answer(400, "bad_request", "errors/bare.html")


def on_failure(error: Exception) -> Response:
    """Answer our own fault. The log has the number and the kind of fault; what was typed is not in it."""
    if is_busy(error):
        return on_busy(error)
    if cannot_store(error):
        return on_nothing_stored(error)
    _LOG.error("web.request_failed", extra={"reference": reference()}, exc_info=error)
    return _answer(500, "server", "errors/bare.html", message=t("errors.page.server", phone=_safe_phone()))


def on_busy(error: Exception) -> Response:
    """Say that the database is busy and when to try again; what was typed stands there, ready to send.

    The page asks nothing of the database, so its form carries the token that came with the fields.
    """
    return _busy("web.database_busy", error)


def on_nothing_stored(error: Exception) -> Response:
    """Say that nothing was received, as the disk is full or read only, and whom to call."""
    note_failure()
    return _busy("web.database_cannot_store", error, "not_stored", phone=_safe_phone())


def on_many_drafts(error: TooManyDrafts) -> Response:
    """Say that no more drafts are kept, and whom to call; what was typed stands there, ready to send."""
    return _busy("web.drafts_full", error, "drafts_full", phone=_safe_phone())


def on_many_log_ins(error: TooManyAtOnce) -> Response:
    """Say that too many log in at once, and when to try again."""
    return _busy("web.log_ins_busy", error)


def _busy(event: str, error: Exception, name: str = "busy", **said: str) -> Response:
    """Answer with a page of the texts `errors.page.<name>`; said: the values of its words."""
    _LOG.warning(event, extra={"reference": reference()}, exc_info=error)
    token = request.form.get("csrf_token", "") if request.method == "POST" else ""
    fields = typed_fields() if token else []
    whole = is_whole(fields)
    values = {"fields": fields, "written": prose(fields), "token": token, "whole": whole}
    message = t(f"errors.page.{name}", **said)
    answer = _answer(503, name, "errors/busy.html", message=message, **values)
    answer.headers["Retry-After"] = str(TRY_AGAIN_AFTER)
    return answer


def _safe_phone() -> str:
    """Return the telephone number, or nothing if it is the database that fails."""
    try:
        return _phone()
    except Exception:  # whatever failed first may fail again here, and the page must still come
        _LOG.warning("web.no_telephone_number", extra={"reference": reference()})
        return ""


def init_app(app: Flask) -> None:
    """Set the handlers; the most special class wins."""
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(CrossSite, on_cross_site)
    app.register_error_handler(NoOrigin, on_no_origin)
    app.register_error_handler(StaleLogin, on_stale)
    app.register_error_handler(LoginOver, on_login_over)
    app.register_error_handler(NotFound, on_not_found)
    app.register_error_handler(Forbidden, on_forbidden)
    app.register_error_handler(TooManyIdentityReads, on_too_many_identity_reads)
    app.register_error_handler(StepRefused, on_refused)
    app.register_error_handler(Conflict, on_conflict)
    app.register_error_handler(InvalidInput, on_invalid)
    app.register_error_handler(DomainError, on_domain)
    for broken in (ParseException, NoMoreData):
        app.register_error_handler(broken, on_broken_body)
    app.register_error_handler(TooManyAtOnce, on_many_log_ins)
    app.register_error_handler(TooManyDrafts, on_many_drafts)
    app.register_error_handler(Exception, on_failure)

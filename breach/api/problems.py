"""Error answers of the API: problem documents (RFC 9457) in the caller's language."""

from collections.abc import Mapping, Sequence
from math import ceil

from flask import Blueprint, Response, current_app, jsonify, request

from breach.domain.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    InvalidInput,
    LoginOver,
    NotFound,
    StepRefused,
)
from breach.domain.recipients.rows import RowFault
from breach.services.actions import title_key
from breach.services.intake.error_words import fault_words, problem_words
from breach.services.sending.identity import SEARCHES, TooManyIdentityReads
from breach.texts import catalogue, has, language_for, text
from breach.texts.wording import error_words, in_figures, state_key


class Refused(Exception):
    """The request cannot be taken, whatever its content: a status and the code of its words."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status, self.code, self.values = status, code, values


def language() -> str:
    """Return the language that the caller asks for; English when nothing is said."""
    return language_for(request.accept_languages, "en")


def problem(status: int, code: str, detail: str, **more: object) -> Response:
    """Return a problem document. `code` is for programs, `detail` for people."""
    answer = jsonify({"type": "about:blank", "status": status, "title": code, "detail": detail, **more})
    answer.status_code, answer.mimetype = status, "application/problem+json"
    answer.headers["Content-Language"] = language()
    return answer


def words(code: str, **values: object) -> str:
    """Return the sentence of an error's code; where it needs values that are not at hand, the code itself."""
    try:
        return error_words(code, language(), **values)
    except KeyError:
        return code


def listed(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Return every error with its field, its code and its sentence."""
    return [{"field": one.field, "code": one.code, "message": _sentence(one)} for one in errors]


def bad_list(faults: Sequence[RowFault], count: int) -> Response:
    """Answer a list that adds nobody: its first faults, each with its row (the heading is 1, the file 0)."""
    errors = [
        {"row": one.row, "column": one.column, "code": one.code, "message": fault_words(one, language())}
        for one in faults
    ]
    detail = "; ".join([fault_words(faults[0], language()), *_of_many(len(errors), count)])
    return problem(422, "invalid_list", detail, errors=errors, error_count=count)


def _of_many(shown: int, count: int) -> list[str]:
    """Return the sentence that not all errors are told, if so."""
    values = in_figures({"shown": shown, "n": count}, language())
    return [text("errors.first_of_many", language(), **values)] if shown < count else []


def _sentence(error: FieldError) -> str:
    try:
        return problem_words(error, language())
    except KeyError:
        return error.code


def on_refused(error: Refused) -> Response:
    """Answer a request that cannot be taken."""
    answer = problem(error.status, error.code, words(error.code, **error.values))
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def on_invalid(error: InvalidInput) -> Response:
    """Answer input with everything that is wrong with it; of very much the first, and how much it is."""
    errors = listed(error.errors)
    sentences = [*(one["message"] for one in errors), *_of_many(len(errors), error.count)]
    return problem(422, "invalid_input", "; ".join(sentences), errors=errors, error_count=error.count)


def on_step(error: StepRefused) -> Response:
    """Answer a step that the lifecycle does not allow now."""
    reasons = list(error.reasons)
    figures = in_figures(error.figures, language())
    sentences = [one for one in (_barred(reason, figures) for reason in reasons) if one]
    if error.into:
        sentences = [text("errors.barred.is_merged", language(), into=error.into)]
    detail = " ".join(sentences) or text(
        "errors.page.step", language(), state=_word(error.state), step=_word(error.step)
    )
    return problem(409, "step_refused", detail, state=error.state, reasons=reasons)


def _plain(*keys: str) -> str:
    """Return the first of the keys whose text stands without values, or nothing."""
    return next((key for key in keys if "{" not in catalogue(language()).get(key, "{")), "")


def _barred(reason: str, figures: Mapping[str, object]) -> str:
    """Return the sentence for what bars a step; '' where it needs values that are not at hand."""
    keys = [f"errors.barred.{reason}", f"cases.barred.{reason}"]
    try:
        return next((text(key, language(), **figures) for key in keys if has(key, language())), "")
    except KeyError:
        return ""


def _word(code: str) -> str:
    """Return the word of a state or step as it stands inside a sentence, or its code."""
    states = (state_key(kind, code) for kind in ("case", "authority", "communication"))
    key = _plain(*states, title_key(code))
    found = text(key, language()) if key else code
    return found[:1].lower() + found[1:]


def on_login_over(error: LoginOver) -> Response:
    """Answer as for any token that does not hold: it ended while the request was under way."""
    return on_refused(Refused(401, "token_invalid"))


def on_too_many_identity_reads(error: TooManyIdentityReads) -> Response:
    """Answer who was told of too many numbers whether they are on a list, until the next may be asked for."""
    now = current_app.extensions["breach"].clock()
    seconds = max(1, ceil((error.until - now).total_seconds()))
    answer = problem(429, error.code, text("errors.api.too_many_looks", language(), most=SEARCHES[0]))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def on_domain(error: DomainError) -> Response:
    """Answer the other rules of the domain."""
    kinds: dict[type[DomainError], int] = {NotFound: 404, Forbidden: 403, Conflict: 409}
    status = next((code for kind, code in kinds.items() if isinstance(error, kind)), 409)
    return problem(status, error.code, words(error.code, **_named(error)))


def _named(error: DomainError) -> dict[str, object]:
    """Return the values of an error, a role by its name."""
    role = f"access.role.{error.values.get('right')}"
    return {**error.values, "right": text(role, language())} if has(role, language()) else {**error.values}


def add_handlers(bp: Blueprint) -> None:
    """Let the blueprint answer its own errors."""
    bp.register_error_handler(Refused, on_refused)
    bp.register_error_handler(InvalidInput, on_invalid)
    bp.register_error_handler(StepRefused, on_step)
    bp.register_error_handler(LoginOver, on_login_over)
    bp.register_error_handler(TooManyIdentityReads, on_too_many_identity_reads)
    bp.register_error_handler(DomainError, on_domain)

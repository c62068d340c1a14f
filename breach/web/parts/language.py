"""The language of a page: chosen by address, cookie or browser; Danish when nothing is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from re import compile as pattern
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, has_request_context, request
from wtforms import Field
from wtforms.fields.choices import SelectFieldBase

from breach.texts import LANGUAGES, language_for, text
from breach.texts import formats as formats_module
from breach.web.parts.query import FORMER, own_path, parameter

COOKIE = "breach-lang"
PARAMETER = "lang"
ONE_YEAR = 365 * 24 * 3600  # seconds
NO_BREAK = "\N{NO-BREAK SPACE}"
_BREAKS = pattern(r"(?<=\bkl\.) |(?<=\b[0-9]{2}) (?=[0-9]{2}\b)|(?<=\+45) (?=[0-9])")
_KEY = pattern(r"\b[a-z0-9_]+(\.[A-Za-z0-9_]+)+")


def current_language() -> str:
    """Return "da" or "en" for this request."""
    if not has_request_context():
        return "da"
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def _choose() -> str:
    for wish in (parameter(PARAMETER), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    # Danish unless the browser says outright that it would rather have English
    return language_for(request.accept_languages, "da")


def held_together(words: str) -> str:
    """Return the words so that no line ends inside a telephone number, or between "kl." and its time.

    Letters and messages keep plain spaces.
    """
    return _BREAKS.sub(NO_BREAK, words)


def t(key: str, /, **values: object) -> str:
    """Return a text of the catalogues in the language of the page."""
    return held_together(text(key, current_language(), **values))


def say(words: object) -> str:
    """Return the text if `words` is a key such as "access.login.username", else the words themselves.

    Labels, hints and choices of forms are keys; names of people and controllers are words.
    """
    found = str(words)
    return t(found) if _KEY.fullmatch(found) else found


class PageFormats:
    """The functions of `breach.texts.formats` with the language of the page filled in."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        function = getattr(formats_module, name)

        def in_language(value: Any, **options: Any) -> str:
            return held_together(str(function(value, current_language(), **options)))

        return in_language


@dataclass(frozen=True)
class Choice:
    """One choice of a field, ready to show."""

    value: str
    label: str
    checked: bool


def choices(field: Field) -> list[Choice]:
    """Return the choices of a select, radio or checkbox field."""
    if not isinstance(field, SelectFieldBase):
        raise TypeError(f"{field.name} has no choices")
    return [Choice(str(value), str(label), bool(on)) for value, label, on, *_ in field.iter_choices()]


def language_links() -> Sequence[tuple[str, str]]:
    """Return (language, address) for every language, the current first; page and query are kept."""
    ordered = sorted(LANGUAGES, key=lambda language: language != current_language())
    return [(language, _address_in(language)) for language in ordered]


def _address_in(language: str) -> str:
    names = (PARAMETER, FORMER[PARAMETER])
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in names]
    return f"{own_path()}?{urlencode([*kept, (PARAMETER, language)])}"


def keep_choice(response: Response) -> Response:
    """Remember a language chosen in the address."""
    wish = parameter(PARAMETER)
    if wish in LANGUAGES and wish != request.cookies.get(COOKIE):
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(COOKIE, wish, max_age=ONE_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def now_utc() -> datetime:
    """Return the time of the request; the one place in the pages that reads the clock of the runtime."""
    runtime = current_app.extensions.get("breach")
    return runtime.clock() if runtime is not None else datetime.now(UTC)


def init_app(app: Flask) -> None:
    """Give templates their words."""
    app.jinja_env.globals.update(
        t=t,
        say=say,
        fmt=PageFormats(),
        choices=choices,
        current_language=current_language,
        language_links=language_links,
    )
    app.after_request(keep_choice)

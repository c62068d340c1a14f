"""Which drafts of reports this browser holds: one cookie a draft, so that tabs do not share one.

The cookie is named after the draft and holds its code. The name stands in addresses and opens nothing alone.
"""

from collections.abc import Iterable
from secrets import choice

from flask import Response, current_app, request

COOKIE_SECONDS = 30 * 60
"""A shared machine forgets a draft after half an hour; its code opens it again."""
MOST = 20
"""Most drafts of one browser; a further one drops the oldest, as cookies must fit into one header."""
NAME_LENGTH = 16
_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # letters alone: nothing in an address reads as a CPR number
NOT_SAVED_YET = "new"
"""Stands for the code of a draft of which no step is saved yet."""


def new_name() -> str:
    """Return a name for a draft that nobody can guess: 72 random bits."""
    return "".join(choice(_LETTERS) for _ in range(NAME_LENGTH))


def is_name(words: str) -> bool:
    """Tell whether the words can be the name of a draft."""
    return len(words) == NAME_LENGTH and set(words) <= set(_LETTERS)


def held() -> dict[str, str]:
    """Return the drafts this browser holds, the oldest first: name -> code, or NOT_SAVED_YET."""
    start = _cookie("")
    ours = {cookie: code for cookie, code in request.cookies.items() if cookie.startswith(start)}
    return {cookie.removeprefix(start): code for cookie, code in ours.items()}


def hold(answer: Response, name: str, code: str = "") -> Response:
    """Let the browser hold the draft for another half hour; without a code nothing is saved of it yet."""
    others = {other: kept for other, kept in held().items() if other != name}
    oldest = sorted(others, key=lambda other: others[other] != NOT_SAVED_YET)
    let_go(answer, oldest[: max(0, len(others) - MOST + 1)])
    secure = _is_secure()
    answer.set_cookie(
        _cookie(name),
        code or NOT_SAVED_YET,
        max_age=COOKIE_SECONDS,
        secure=secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return answer


def let_go(answer: Response, names: Iterable[str]) -> Response:
    """Make the browser forget the drafts of these names."""
    for name in names:
        answer.delete_cookie(_cookie(name), secure=_is_secure(), httponly=True, samesite="Lax", path="/")
    return answer


def draft_cookie(name: str, secure: bool) -> str:
    """Return the name of the cookie of a draft."""
    return f"__Host-breach-draft-{name}" if secure else f"breach-draft-{name}"


def _cookie(name: str) -> str:
    return draft_cookie(name, _is_secure())


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])

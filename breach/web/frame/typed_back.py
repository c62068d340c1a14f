"""Carries a refused form's values through the log-in and error pages, so that nothing typed is lost.

Through a log-in it travels as hidden fields of the log-in page, each with a prefix of ours.
"""

from collections.abc import Mapping, Sequence
from re import compile as pattern
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from breach.web.frame.sessions import is_for_staff

Fields = Sequence[tuple[str, str]]
PREFIX = "kept."
ADDRESS = "kept-for"
"""The field that says which address the form was for."""
_NEVER_KEPT = ("csrf_token", "password", "cpr", "code")
"""Fields whose names contain one of these are never carried."""
_RECIPIENT_PAGES = frozenset({"cases.add_recipient", "cases.find_recipient", "cases.change_recipient"})
_RECIPIENT_STEPS = frozenset({"correct-recipient", "remove-recipient"})
"""Names of the people affected are seen by few, so nothing typed on that page is carried about."""
_CODE_WORD = pattern(r"[a-z0-9_.-]*")


def typed_fields() -> list[tuple[str, str]]:
    """Return what the visitor typed and chose, without secrets."""
    if request.endpoint in _RECIPIENT_PAGES or (request.view_args or {}).get("step") in _RECIPIENT_STEPS:
        return []
    fields = request.form.items(multi=True)
    return [(name, value) for name, value in fields if not _is_secret(name.lower())]


def _is_secret(name: str) -> bool:
    return any(word in name for word in _NEVER_KEPT)


def is_whole(fields: Fields) -> bool:
    """Return whether the whole form can be carried: it has no secret and no file."""
    sent = [name for name in request.form for _ in request.form.getlist(name) if name != "csrf_token"]
    return len(sent) == len(fields) and not request.files


def prose(fields: Fields) -> list[str]:
    """Return the free text among the values: no codes, numbers or ids."""
    return [value for _, value in fields if not _CODE_WORD.fullmatch(value)]


def to_carry(fields: Fields) -> list[tuple[str, str]]:
    """Return the hidden fields with which a log-in page carries a form for the address of this request."""
    return [(ADDRESS, request.path), *((PREFIX + name, value) for name, value in fields)]


def carried() -> list[tuple[str, str]]:
    """Return the hidden fields of a log-in that carries a form, to carry on; empty if it carries none."""
    fields = request.form.items(multi=True)
    return [(name, value) for name, value in fields if name == ADDRESS or name.startswith(PREFIX)]


def unpacked() -> list[tuple[str, str]]:
    """Return the fields of the form that the log-in carries."""
    return [(name.removeprefix(PREFIX), value) for name, value in carried() if name != ADDRESS]


def address() -> str | None:
    """Return the address of the form carried, if it is one of ours that takes forms of those logged in."""
    wanted = request.form.get(ADDRESS, "")
    if not wanted.startswith("/") or "//" in wanted or urlsplit(wanted).netloc or "\\" in wanted:
        return None
    return wanted if is_for_staff(_place(wanted)[0].partition(".")[0]) else None


def purpose(wanted: str) -> str:
    """Return the key of what a form for an address does: its page, and of a step of a case the step."""
    endpoint, values = _place(wanted)
    return "_".join([*endpoint.split("."), *([values["step"]] if "step" in values else [])]).replace("-", "_")


def _place(wanted: str) -> tuple[str, Mapping[str, str]]:
    """Return the page that takes a form for an address, and what the address names; empty if none does."""
    try:
        return current_app.url_map.bind(request.host).match(wanted, method="POST")
    except (HTTPException, RequestRedirect):
        return "", {}

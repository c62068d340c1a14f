"""Reads query parameters by their names, or by the Danish names that addresses had before."""

from urllib.parse import quote

from flask import request

URL_SIGNS = "%&=+-._~!$'()*,;:@/?"
"""Signs that stand in a query as they are (RFC 3986, section 3.4), and the per cent sign of all others."""

FORMER = {"lang": "sprog", "message": "besked", "show": "vis", "to": "til"}
"""Each name with the Danish one that links and bookmarks may still have."""


def own_path() -> str:
    """Return the path of this request for a link of a page: no browser takes it for another host's address.

    Two slashes at its beginning, or a slash and a backslash, would be one.
    """
    return quote("/" + request.path.lstrip("/\\"))


def own_address() -> str:
    """Return the path and query of this request for a link of a page."""
    query = request.query_string.decode("latin-1")
    return f"{own_path()}?{quote(query, safe=URL_SIGNS)}" if query else own_path()


def parameter(name: str) -> str:
    """Return the value of one of FORMER in the address of this request, '' if neither name is in it."""
    return request.args.get(name, "") or request.args.get(FORMER[name], "")

"""Reads query parameters by their names, or by the Danish names that addresses had before."""

from flask import request

FORMER = {"lang": "sprog", "message": "besked", "show": "vis", "to": "til"}
"""Each name with the Danish one that links and bookmarks may still have."""


def parameter(name: str) -> str:
    """Return the value of one of FORMER in the address of this request, '' if neither name is in it."""
    return request.args.get(name, "") or request.args.get(FORMER[name], "")

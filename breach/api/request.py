"""Reads an API request: strict JSON body and bearer token."""

import json
import zlib
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from breach.api.problems import Refused
from breach.domain.json_text import OtherEncoding, decoded
from breach.services.access.tokens import holder_of
from breach.services.context import NOBODY, Actor, Context, Runtime
from breach.services.schema import told_key

Sender = tuple[Actor, str | None, str]
"""Who acts, the controller of the token, and the hash that tells senders apart (empty without a token)."""


def runtime() -> Runtime:
    """Return the running service that the app belongs to."""
    found: Runtime = current_app.extensions["breach"]
    return found


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Refused(400, "json_repeated_key", key=told_key(key))
        found[key] = value
    return found


def _no_constants(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def read_json() -> Any:
    """Return the body; raise Refused for another type or encoding, broken JSON or a key that stands twice."""
    if request.mimetype != "application/json":
        raise Refused(415, "json_only")
    try:
        text = decoded(read_body())
        return json.loads(text, object_pairs_hook=_no_repeats, parse_constant=_no_constants)
    except OtherEncoding as error:
        raise Refused(400, "json_encoding", encoding=error.encoding) from error
    except (ValueError, RecursionError) as error:
        raise Refused(400, "json_unreadable") from error


def read_body() -> bytes:
    """Return the body, unpacked if it was sent in gzip; raise Refused for any other packing.

    Raises RequestEntityTooLarge where it is larger than the limit of the request, packed or unpacked.
    """
    packing = request.headers.get("Content-Encoding", "identity").strip().lower()
    if packing == "identity":
        return request.get_data()
    if packing not in ("gzip", "x-gzip"):
        raise Refused(415, "packing_unknown")
    return _unpacked(request.get_data(), request.max_content_length or 0)


def _unpacked(packed: bytes, limit: int) -> bytes:
    """Return what the one part of a gzip body holds; no more than the limit is ever unpacked."""
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        found = reader.decompress(packed, limit + 1)
    except zlib.error as error:
        raise Refused(400, "gzip_unreadable") from error
    if len(found) > limit:
        raise RequestEntityTooLarge()
    if not reader.eof or reader.unused_data:
        raise Refused(400, "gzip_unreadable")
    return found


def sender(ctx: Context) -> Sender:
    """Return the sender; nobody without a token. Raise Refused (401) for an invalid token."""
    header = request.headers.get("Authorization", "")
    if not header:
        return NOBODY, None, ""
    scheme, _, given = header.partition(" ")
    holder = holder_of(ctx, given.strip()) if scheme.lower() == "bearer" else None
    if holder is None:
        raise Refused(401, "token_invalid")
    return holder.actor, holder.controller, holder.token_hash


def as_person() -> Actor:
    """Return the person whose token is given; raise Refused (401) when there is none."""
    with runtime().reading() as ctx:
        actor, _, _ = sender(ctx)
    if actor is NOBODY:
        raise Refused(401, "token_missing")
    if actor.person_id is None:
        raise Refused(401, "token_invalid")
    return actor

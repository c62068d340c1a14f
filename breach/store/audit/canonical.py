"""Canonical JSON bytes for hashing."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID


def canonical(value: Mapping[str, object]) -> bytes:
    """Return canonical JSON: keys sorted, no spaces, UTF-8 in NFC, no floats.

    Times become `YYYY-MM-DDTHH:MM:SS.ffffffZ`, decimals and identifiers strings, bytes hexadecimal, enums
    their value. Raises TypeError for anything else, ValueError for a time without a zone.
    """
    return spelled(plain(value))


def spelled(value: object) -> bytes:
    """Return the JSON bytes of what `plain` returned."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def timestamp(at: datetime) -> str:
    """Return a time in UTC with microseconds."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be recorded")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: object) -> object:
    """Convert the value to plain JSON types; see `canonical`."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case Enum():
            return plain(value.value)
        case datetime():
            return timestamp(value)
        case Decimal() | UUID():
            return str(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return {unicodedata.normalize("NFC", str(key)): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted(map(plain, value), key=str)
    raise TypeError(f"not a value for the record: {type(value).__name__}")

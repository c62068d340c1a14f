"""Ids of rows, made before the insert because the ciphertext is bound to them, and case numbers as typed."""

import os
import re
from datetime import datetime
from uuid import UUID

from breach.domain.numbers import plain

_CASE_NUMBER = re.compile("BRUD[ -]{0,3}([0-9]{4})[ -]{0,3}([0-9]{1,9})[.]?")


def new_id(now: datetime) -> UUID:
    """Return a UUID of version 7: ordered by time, 74 random bits (RFC 9562 section 5.7)."""
    millis = int(now.timestamp() * 1000) & (2**48 - 1)
    rand = int.from_bytes(os.urandom(10), "big")
    value = (millis << 80) | (0x7 << 76) | ((rand >> 62 & 0xFFF) << 64) | (0b10 << 62) | (rand & (2**62 - 1))
    return UUID(int=value)


def case_number(typed: str) -> str:
    """Return the case number that was typed, in whatever letters, blanks and dashes; "" for what is none."""
    found = _CASE_NUMBER.fullmatch(plain(typed).strip(" ").upper())
    return f"BRUD-{found[1]}-{int(found[2]):06d}" if found else ""

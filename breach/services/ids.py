"""UUIDv7 ids, made before the insert because the ciphertext is bound to the row's id."""

import os
from datetime import datetime
from uuid import UUID


def new_id(now: datetime) -> UUID:
    """Return a UUID of version 7: ordered by time, 74 random bits (RFC 9562 section 5.7)."""
    millis = int(now.timestamp() * 1000) & (2**48 - 1)
    rand = int.from_bytes(os.urandom(10), "big")
    value = (millis << 80) | (0x7 << 76) | ((rand >> 62 & 0xFFF) << 64) | (0b10 << 62) | (rand & (2**62 - 1))
    return UUID(int=value)

"""Codes that stand in for a log-in: shown once, stored as a hash, found again by it."""

import hmac
import re
import secrets
from hashlib import sha256

from breach.domain.numbers import plain

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code can be read out on the telephone."""
LENGTH = 26
"""130 bits: enough that a plain hash may be stored (OWASP ASVS 5.0.0, 6.6.2 asks for 112)."""
_ALIKE = str.maketrans("ILOØ", "1100")


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def derived_code(key: bytes, *parts: str) -> str:
    """Return the code that belongs to the parts, the same each time; without the key nobody can make it."""
    number = int.from_bytes(hmac.digest(key, "\x1f".join(parts).encode(), "sha256"), "big")
    return "".join(ALPHABET[number >> 5 * at & 31] for at in range(LENGTH))


def normalised(typed: str) -> str:
    """Return what was typed as the code it stands for: only letters and digits count, look-alikes are one."""
    return re.sub("[^0-9A-Z]", "", plain(typed).upper().translate(_ALIKE))


def grouped(code: str) -> str:
    """Return the code in groups, as people read it."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def code_hash(code: str) -> str:
    """Return what is stored of a code."""
    return sha256(normalised(code).encode()).hexdigest()

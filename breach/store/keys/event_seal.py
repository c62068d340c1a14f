"""Seals audit events with a key derived from the master key: only who has that can add to the record."""

from functools import cache
from hmac import compare_digest
from hmac import new as keyed

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from breach.store.keys.master import BadMasterKey, Cipher, Master


class EventSeal:
    """Makes and checks the seals of events: the number of a master key, a dot, and an HMAC with SHA-256."""

    def __init__(self, master: Master) -> None:
        self._master = master

    def seal(self, event: bytes) -> str:
        """Return the seal of an event by the active master key."""
        return _seal(self._master.active, event)

    def holds(self, event: bytes, seal: object) -> bool | None:
        """Tell whether it is the event's seal; None for one by a key that is no longer in the file."""
        number, _, _ = str(seal).partition(".")
        try:
            key = self._master.by_id(int(number, 16))
        except ValueError:
            return False
        except BadMasterKey:
            return None
        return compare_digest(_seal(key, event).encode(), str(seal).encode())


def _seal(master: Cipher, event: bytes) -> str:
    return f"{master.key_id:08x}.{keyed(_key(master.key), event, 'sha256').hexdigest()}"


@cache
def _key(master: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"breach/audit/v1").derive(master)

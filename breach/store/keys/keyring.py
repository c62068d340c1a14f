"""The keyring: personal data in the database is encrypted under keys of the case (AES-256-GCM).

master -> controller key -> one key for each life of a case. A key is made by the transaction that first
seals with it: key and cells are kept together or lost together (docs/decisions/keys-in-the-transaction.md).
"""

import hmac
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.orm import Session, SessionTransaction

from breach.store.audit.pending import read_again
from breach.store.base import Base
from breach.store.inserting import insert_new
from breach.store.keys.master import Cipher, Master
from breach.store.models import WrappedKey

CASE_PURPOSES = frozenset({"people", "finger", "contact", "files"})
CONTROLLER_PURPOSES = frozenset({"drafts"})
PADDED = frozenset({"recipient"})
"""Tables whose values are padded before encryption, so that the length reveals nothing."""

_VERSION = b"\x01"
_HEAD = 1 + 4 + 12
_BLOCK = 128
_WRAPPED_SIZE = _HEAD + 32 + 16
_KEYS = Base.metadata.tables[WrappedKey.__tablename__]
_Slot = tuple[int, UUID | None, str]


class IntegrityFailure(Exception):
    """A sealed value does not open where it stands: changed, moved from another row, or its key is gone."""

    def __init__(self, table: str, column: str, row_id: UUID | None) -> None:
        super().__init__(f"{table}.{column} of row {row_id} does not open")
        self.table, self.column, self.row_id = table, column, row_id


class KeyDestroyed(Exception):
    """The case's key for this purpose was destroyed; nothing can be encrypted or decrypted with it."""


def aad(
    table: str, column: str, controller_id: int, case_id: UUID | None, row_id: UUID | None, key_id: int
) -> bytes:
    """Return the place of a cell as bytes: `breach`, 1, then each part after its length (2 bytes).

    A cell copied to another row, column, case or controller does not open.
    """
    parts = (
        table.encode(),
        column.encode(),
        controller_id.to_bytes(8, "big"),
        case_id.bytes if case_id else b"",
        row_id.bytes if row_id else b"",
        key_id.to_bytes(4, "big"),
    )
    return b"breach\x01" + b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def seal_with(cipher: Cipher, place: bytes, plain: bytes) -> bytes:
    """Return the cell: 0x01, key number (4 bytes), nonce (12), ciphertext, tag (16)."""
    nonce = os.urandom(12)
    sealed = cipher.aes.encrypt(nonce, plain, place)
    return _VERSION + cipher.key_id.to_bytes(4, "big") + nonce + sealed


def open_with(cipher: Cipher, place: bytes, sealed: bytes) -> bytes:
    """Return what was sealed, or raise InvalidTag."""
    if sealed[:1] != _VERSION or sealed[1:5] != cipher.key_id.to_bytes(4, "big") or len(sealed) < _HEAD + 16:
        raise InvalidTag
    return cipher.aes.decrypt(sealed[5:_HEAD], sealed[_HEAD:], place)


def pad(plain: bytes) -> bytes:
    """Return the bytes with 0x80 and zeros up to the next multiple of 128 (ISO/IEC 7816-4)."""
    return plain + b"\x80" + b"\x00" * (-(len(plain) + 1) % _BLOCK)


def unpad(padded: bytes) -> bytes:
    """Return the bytes without their padding; only what `pad` returned has any."""
    return padded.rstrip(b"\x00")[:-1]


@dataclass(frozen=True)
class CaseKey:
    """One unwrapped key of a case, for many values: one AESGCM object, no statement per value."""

    purpose: str
    controller_id: int
    case_id: UUID | None
    cipher: Cipher

    def seal(
        self, table: str, column: str, row_id: UUID, plain: bytes, *, padded: bool | None = None
    ) -> bytes:
        """Return the cell for this place. padded: None means by table (recipients are padded)."""
        text = pad(plain) if _is_padded(table, padded) else plain
        return seal_with(self.cipher, self._place(table, column, row_id), text)

    def open(
        self, table: str, column: str, row_id: UUID, sealed: bytes, *, padded: bool | None = None
    ) -> bytes:
        """Return what was sealed at this place, or raise IntegrityFailure."""
        try:
            text = open_with(self.cipher, self._place(table, column, row_id), sealed)
        except InvalidTag as error:
            raise IntegrityFailure(table, column, row_id) from error
        return unpad(text) if _is_padded(table, padded) else text

    def cpr_hash(self, digits: str) -> bytes:
        """Return the keyed hash by which a CPR number is found again within this case only (32 bytes)."""
        return hmac.digest(self.cipher.key, b"cpr|" + digits.encode(), "sha256")

    def message_uuid(self, communication_id: UUID, recipient_id: UUID, channel: str, issue: int) -> UUID:
        """Return the UUID of a message: the same for the same notice, unguessable without the key.

        issue: rises only when a person orders a resend
        """
        name = f"uuid|{communication_id}|{recipient_id}|{channel}|{issue}".encode()
        return UUID(bytes=hmac.digest(self.cipher.key, name, "sha256")[:16], version=4)

    def _place(self, table: str, column: str, row_id: UUID) -> bytes:
        return aad(table, column, self.controller_id, self.case_id, row_id, self.cipher.key_id)


class Keyring:
    """Makes, finds and uses the keys of controllers and cases under the master keys."""

    def __init__(self, master: Master) -> None:
        self._master = master
        self._held: WeakKeyDictionary[SessionTransaction, dict[_Slot, Cipher]] = WeakKeyDictionary()

    def __repr__(self) -> str:
        return "Keyring()"

    def seal(
        self,
        session: Session,
        purpose: str,
        controller_id: int,
        case_id: UUID | None,
        table: str,
        column: str,
        row_id: UUID,
        plain: bytes,
        *,
        pad: bool | None = None,
    ) -> bytes:
        """Return the cell of `plain` for one column of one row; the row's id is made before the row."""
        case_key = self.case_key(session, purpose, controller_id, case_id)
        return case_key.seal(table, column, row_id, plain, padded=pad)

    def open(
        self,
        session: Session,
        purpose: str,
        controller_id: int,
        case_id: UUID | None,
        table: str,
        column: str,
        row_id: UUID,
        sealed: bytes,
        *,
        pad: bool | None = None,
    ) -> bytes:
        """Return what was sealed, or raise IntegrityFailure, or KeyDestroyed once the key is gone."""
        cipher = self._find(session, (controller_id, case_id, _known(purpose, case_id)))
        if cipher is None:
            raise IntegrityFailure(table, column, row_id)
        return CaseKey(purpose, controller_id, case_id, cipher).open(
            table, column, row_id, sealed, padded=pad
        )

    def cpr_hash(self, session: Session, controller_id: int, case_id: UUID, digits: str) -> bytes:
        """Return the keyed hash of a CPR number, under the case's own key for the purpose `finger`."""
        return self.case_key(session, "finger", controller_id, case_id).cpr_hash(digits)

    def message_uuid(
        self,
        session: Session,
        controller_id: int,
        case_id: UUID,
        communication_id: UUID,
        recipient_id: UUID,
        channel: str,
        issue: int,
    ) -> UUID:
        """Return the UUID of the message to a recipient through a channel, under the case's `people` key."""
        case_key = self.case_key(session, "people", controller_id, case_id)
        return case_key.message_uuid(communication_id, recipient_id, channel, issue)

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key of a purpose (sessions, CSRF, throttling), the same in every process."""
        return _derived(self._master.active, purpose)

    def derived_by_any(self, purpose: str) -> list[bytes]:
        """Return the key of a purpose under each master key of the file, the active one first.

        What an older one derived is thus found again after a rotation, for as long as that key is kept.
        """
        return [_derived(cipher, purpose) for cipher in self._master.keys]

    def case_key(self, session: Session, purpose: str, controller_id: int, case_id: UUID | None) -> CaseKey:
        """Return the case's key for a purpose, for many uses within one transaction; make it if needed."""
        slot = (controller_id, case_id, _known(purpose, case_id))
        return CaseKey(
            purpose, controller_id, case_id, self._find(session, slot) or self._make(session, slot)
        )

    def find_all(
        self, session: Session, purpose: str, controller_id: int, case_ids: Collection[UUID]
    ) -> None:
        """Fetch the keys of one life for many cases at once, for the rest of the transaction.

        A case whose key is missing or destroyed is left out: `open` says so when its cell is opened.
        """
        if not case_ids:
            return
        wanted = _KEYS.c.case_id.in_(case_ids) & (_KEYS.c.life == purpose)
        top = _KEYS.c.case_id.is_(None) & (_KEYS.c.life == "controller")
        found = select(_KEYS).where(_KEYS.c.controller_id == controller_id, wanted | top, ~_KEYS.c.destroyed)
        transactions = _transactions(session)
        rows = {row.case_id: row for row in session.connection().execute(found)}
        first = rows.pop(None, None)
        if first is None:
            return
        above = Cipher.of(first.id, self._unwrap(first, self._master.by_id(first.wrapped_by)))
        self._hold(transactions, (controller_id, None, "controller"), above)
        for case_id, row in rows.items():
            cipher = Cipher.of(row.id, self._unwrap(row, above))
            self._hold(transactions, (controller_id, case_id, purpose), cipher)

    def unwrap(self, session: Session, purpose: str, controller_id: int, case_id: UUID | None) -> None:
        """Check that the key for a purpose can be unwrapped; raises as `open` does."""
        if self._find(session, (controller_id, case_id, purpose)) is None:
            raise IntegrityFailure("wrapped_key", purpose, case_id)

    def destroy(self, session: Session, purpose: str, controller_id: int, case_id: UUID) -> None:
        """Overwrite the key for a purpose with zeros: its values can never be decrypted. The row remains."""
        slot = (controller_id, case_id, _known(purpose, case_id))
        change = update(_KEYS).where(*_where(slot)).values(cell=bytes(_WRAPPED_SIZE), destroyed=True)
        destroyed = session.connection().execute(change.returning(_KEYS.c.id)).scalars().all()
        read_again(session, _KEYS.name, destroyed)
        for held in self._held.values():
            held.pop(slot, None)

    def rewrap(self, session: Session) -> int:
        """Re-wrap every controller key with the active master key; return how many. Values do not change."""
        active = self._master.active
        stale = select(_KEYS).where(_KEYS.c.life == "controller", _KEYS.c.wrapped_by != active.key_id)
        rows = session.connection().execute(stale).all()
        for row in rows:
            slot = (row.controller_id, None, "controller")
            sealed = _wrap(slot, active, self._unwrap(row, self._master.by_id(row.wrapped_by)))
            change = update(_KEYS).where(_KEYS.c.id == row.id).values(cell=sealed, wrapped_by=active.key_id)
            session.connection().execute(change)
        read_again(session, _KEYS.name, [row.id for row in rows])
        return len(rows)

    def in_use(self, session: Session) -> dict[int, int]:
        """Return how many controller keys each master key wraps, by its number."""
        by = _KEYS.c.wrapped_by
        counts = select(by, func.count()).where(_KEYS.c.life == "controller").group_by(by)
        return {row[0]: row[1] for row in session.connection().execute(counts)}

    def _find(self, session: Session, slot: _Slot) -> Cipher | None:
        transactions = _transactions(session)
        for transaction in transactions:
            if held := self._held.get(transaction, {}).get(slot):
                return held
        row = session.connection().execute(select(_KEYS).where(*_where(slot))).one_or_none()
        if row is None:
            return None
        if row.destroyed:
            raise KeyDestroyed
        is_top = slot[2] == "controller"
        above = self._master.by_id(row.wrapped_by) if is_top else self._above(session, slot)
        return self._hold(transactions, slot, Cipher.of(row.id, self._unwrap(row, above)))

    def _hold(self, transactions: list[SessionTransaction], slot: _Slot, cipher: Cipher) -> Cipher:
        # kept for the innermost transaction only: a savepoint rolled back takes its keys with it
        self._held.setdefault(transactions[0], {})[slot] = cipher
        return cipher

    def _above(self, session: Session, slot: _Slot) -> Cipher:
        """Return the key that wraps a new one: the controller's, or the active master for a controller's."""
        controller_id, _, purpose = slot
        if purpose == "controller":
            return self._master.active
        above = (controller_id, None, "controller")
        return self._find(session, above) or self._make(session, above)

    def _make(self, session: Session, slot: _Slot) -> Cipher:
        """Store a new key, or take the one that another transaction stored first."""
        controller_id, case_id, purpose = slot
        above = self._above(session, slot)
        plain = os.urandom(32)
        values = {
            "controller_id": controller_id,
            "case_id": case_id,
            "life": purpose,
            "wrapped_by": above.key_id,
            "cell": _wrap(slot, above, plain),
            "created_at": datetime.now(UTC),
            "destroyed": False,
        }
        if made := insert_new(session, _KEYS, [values]):
            return self._hold(_transactions(session), slot, Cipher.of(made[0]["id"], plain))
        if found := self._find(session, slot):
            return found
        raise IntegrityFailure("wrapped_key", purpose, case_id)

    @staticmethod
    def _unwrap(row: Row[Any], above: Cipher) -> bytes:
        place = aad("wrapped_key", row.life, row.controller_id, row.case_id, None, above.key_id)
        try:
            return open_with(above, place, row.cell)
        except InvalidTag as error:
            raise IntegrityFailure("wrapped_key", row.life, row.case_id) from error


def _derived(cipher: Cipher, purpose: str) -> bytes:
    info = f"breach/{purpose}/v1".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(cipher.key)


def _wrap(slot: _Slot, above: Cipher, plain: bytes) -> bytes:
    controller_id, case_id, purpose = slot
    return seal_with(above, aad("wrapped_key", purpose, controller_id, case_id, None, above.key_id), plain)


def _where(slot: _Slot) -> tuple[ColumnElement[bool], ...]:
    controller_id, case_id, purpose = slot
    case = _KEYS.c.case_id.is_(None) if case_id is None else _KEYS.c.case_id == case_id
    return _KEYS.c.controller_id == controller_id, case, _KEYS.c.life == purpose


def _transactions(session: Session) -> list[SessionTransaction]:
    """Return the session's transactions, innermost first; begins one if there is none."""
    session.connection()
    one = session.get_nested_transaction() or session.get_transaction()
    found = []
    while one is not None:
        found.append(one)
        one = one.parent
    return found


def _known(purpose: str, case_id: UUID | None) -> str:
    if purpose not in (CONTROLLER_PURPOSES if case_id is None else CASE_PURPOSES):
        raise ValueError(f"no such purpose: {purpose} {'with' if case_id else 'without'} a case")
    return purpose


def _is_padded(table: str, padded: bool | None) -> bool:
    return table in PADDED if padded is None else padded

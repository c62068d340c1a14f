"""Every copy of a message that the simulator accepted, and the receipts that wait: durable before any answer.

One thread owns the database and commits what many connections ask for at the same time together (one fsync).
Recipients stand as keyed fingers, never as CPR numbers.
"""

import hmac
import os
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from uuid import uuid4

from notifiers.digital_post.simulator.behaviour import Behaviour
from notifiers.memo.reading import Reading

T = TypeVar("T")
Operation = Callable[[sqlite3.Connection], Any]
LARGEST_GROUP = 256  # operations in one commit

TABLES = """
CREATE TABLE IF NOT EXISTS secret (value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS copy (
  id INTEGER PRIMARY KEY, message_uuid TEXT NOT NULL, sha256 TEXT NOT NULL, recipient TEXT NOT NULL,
  transmission_id TEXT NOT NULL, accepted_at TEXT NOT NULL,
  is_effective INTEGER NOT NULL -- 0: a repeat that was recognised and reaches nobody
);
CREATE INDEX IF NOT EXISTS copy_message ON copy (message_uuid);
CREATE TABLE IF NOT EXISTS receipt (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, message_uuid TEXT NOT NULL, message_id TEXT NOT NULL,
  transmission_id TEXT NOT NULL, status TEXT NOT NULL, code TEXT, at TEXT NOT NULL, due_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS receipt_due ON receipt (due_at);
"""

COUNTS = """
SELECT coalesce(sum(is_effective), 0) AS accepted, coalesce(sum(1 - is_effective), 0) AS repeats,
  count(DISTINCT message_uuid) AS messages, count(DISTINCT recipient) AS recipients,
  (SELECT coalesce(max(n), 0) FROM (SELECT sum(is_effective) AS n FROM copy GROUP BY message_uuid))
    AS most_per_message,
  (SELECT coalesce(max(n), 0) FROM (SELECT sum(is_effective) AS n FROM copy GROUP BY recipient))
    AS most_per_recipient,
  (SELECT coalesce(max(n), 0) FROM (SELECT count(DISTINCT sha256) AS n FROM copy GROUP BY message_uuid))
    AS most_hashes_per_message,
  (SELECT count(*) FROM receipt) AS receipts_waiting
FROM copy
"""


class OtherBytes(Exception):
    """The UUID was used before for a message with other bytes."""


@dataclass(frozen=True)
class Accepted:
    """What the technical receipt says."""

    transmission_id: str
    at: str


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # durable before the 201
    connection.executescript(TABLES)
    if connection.execute("SELECT value FROM secret").fetchone() is None:
        connection.execute("INSERT INTO secret VALUES (?)", (os.urandom(32),))
    return connection


def _is_nth(number: int, every: int) -> bool:
    return every > 0 and number % every == 0


class Ledger:
    """The simulator's memory; survives a kill and a restart on the same file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._connection = _open(path)
        self._secret = bytes(self._connection.execute("SELECT value FROM secret").fetchone()[0])
        self._waiting: SimpleQueue[tuple[Operation, Future[Any]] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="ledger", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what was asked for and close the file."""
        self._waiting.put(None)
        self._thread.join()
        self._connection.close()

    def cpr_hash(self, cpr: str) -> str:
        """Return the keyed hash under which a recipient is stored."""
        return hmac.digest(self._secret, cpr.encode(), "sha256").hex()[:32]

    def _do(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        done: Future[T] = Future()
        self._waiting.put((operation, done))
        return done.result()

    def _group(
        self, first: tuple[Operation, Future[Any]]
    ) -> tuple[list[tuple[Operation, Future[Any]]], bool]:
        group, is_last = [first], False
        while len(group) < LARGEST_GROUP and not is_last:
            try:
                more = self._waiting.get_nowait()
            except Empty:
                break
            if more is None:
                is_last = True
            else:
                group.append(more)
        return group, is_last

    def _work(self) -> None:
        is_last = False
        while not is_last and (first := self._waiting.get()) is not None:
            group, is_last = self._group(first)
            self._commit(group)

    def _commit(self, group: list[tuple[Operation, Future[Any]]]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            answers = [self._outcome(operation) for operation, _ in group]
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            answers = [error] * len(group)
        for (_, done), answer in zip(group, answers, strict=True):
            if isinstance(answer, Exception):
                done.set_exception(answer)
            else:
                done.set_result(answer)

    def _outcome(self, operation: Operation) -> object:
        try:
            return operation(self._connection)
        except OtherBytes as error:  # this one's answer, not the group's
            return error

    def accept(self, reading: Reading, sha256: str, behaviour: Behaviour, now: datetime) -> Accepted:
        """Store one copy and its receipts; raise OtherBytes. Returns once it is on disk."""
        is_closed = reading.recipient_id in behaviour.closed
        recipient = self.cpr_hash(reading.recipient_id)

        def operation(connection: sqlite3.Connection) -> Accepted:
            earlier = connection.execute(
                "SELECT sha256, transmission_id, accepted_at FROM copy WHERE message_uuid = ? ORDER BY id",
                (reading.message_uuid.lower(),),
            ).fetchone()
            is_repeat = behaviour.deduplicates and earlier is not None
            if is_repeat and earlier["sha256"] != sha256:
                raise OtherBytes
            accepted = (
                Accepted(earlier["transmission_id"], earlier["accepted_at"])
                if is_repeat
                else Accepted(str(uuid4()), _stamp(now))
            )
            number = connection.execute(
                "INSERT INTO copy"
                " (message_uuid, sha256, recipient, transmission_id, accepted_at, is_effective)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    reading.message_uuid.lower(),
                    sha256,
                    recipient,
                    accepted.transmission_id,
                    accepted.at,
                    not is_repeat,
                ),
            ).lastrowid
            if not is_repeat:
                _store_receipts(connection, reading, accepted, behaviour, number or 0, is_closed, now)
            return accepted

        return self._do(operation)

    def waiting(self, page: int, size: int, now: datetime) -> tuple[list[str], int]:
        """Return one page of ids of the receipts that are due, and how many are due in all."""

        def operation(connection: sqlite3.Connection) -> tuple[list[str], int]:
            due = _stamp(now)
            rows = connection.execute(
                "SELECT id FROM receipt WHERE due_at <= ? ORDER BY number LIMIT ? OFFSET ?",
                (due, size, page * size),
            )
            count = connection.execute("SELECT count(*) FROM receipt WHERE due_at <= ?", (due,)).fetchone()[0]
            return [row["id"] for row in rows], int(count)

        return self._do(operation)

    def receipt(self, source_id: str, now: datetime) -> Mapping[str, object] | None:
        """Return one due receipt in the form of the interface, or None."""

        def operation(connection: sqlite3.Connection) -> Mapping[str, object] | None:
            row = connection.execute(
                "SELECT * FROM receipt WHERE id = ? AND due_at <= ?", (source_id, _stamp(now))
            ).fetchone()
            return None if row is None else _receipt(row)

        return self._do(operation)

    def forget(self, source_id: str) -> bool:
        """Delete a receipt; tell whether it was there."""
        return self._do(
            lambda connection: (
                connection.execute("DELETE FROM receipt WHERE id = ?", (source_id,)).rowcount == 1
            )
        )

    def counts(self, *, is_detailed: bool) -> Mapping[str, object]:
        """Return the totals; in detail also the effective copies by message UUID and by recipient."""

        def operation(connection: sqlite3.Connection) -> Mapping[str, object]:
            found: dict[str, object] = dict(connection.execute(COUNTS).fetchone())
            for name, column in (("by_message", "message_uuid"), ("by_recipient", "recipient")):
                if is_detailed:
                    rows = connection.execute(
                        f"SELECT {column}, sum(is_effective) FROM copy GROUP BY {column}"
                    )
                    found[name] = {row[0]: row[1] for row in rows}
            return found

        return self._do(operation)


def _store_receipts(
    connection: sqlite3.Connection,
    reading: Reading,
    accepted: Accepted,
    behaviour: Behaviour,
    number: int,
    is_closed: bool,
    now: datetime,
) -> None:
    if _is_nth(number, behaviour.lose_every):
        return
    is_rejected = is_closed or _is_nth(number, behaviour.reject_every)
    status, code = ("INVALID", "recipient.is.closed") if is_rejected else ("COMPLETED", None)
    due = _stamp(now + timedelta(seconds=behaviour.receipt_delay))
    connection.executemany(
        "INSERT INTO receipt (id, message_uuid, message_id, transmission_id, status, code, at, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                str(uuid4()),
                reading.message_uuid.lower(),
                reading.message_id,
                accepted.transmission_id,
                status,
                code,
                accepted.at,
                due,
            )
            for _ in range(1 + behaviour.repeat_receipts)
        ],
    )


def _receipt(row: sqlite3.Row) -> Mapping[str, object]:
    return {
        "transmissionId": row["transmission_id"],
        "messageUUID": row["message_uuid"],
        "messageId": row["message_id"],
        "errorCode": row["code"],
        "errorMessage": row["code"],
        "timeStamp": row["at"],
        "receiptStatus": row["status"],
    }

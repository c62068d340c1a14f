"""Temporary on-disk index of the row hashes that the audit log holds."""

import sqlite3
from collections.abc import Mapping

from breach.store.audit.events import SETTLED
from breach.store.audit.row_hashes import VANISHING, Stream

_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
CREATE TABLE claim (name TEXT, key TEXT, said TEXT, PRIMARY KEY (name, key)) WITHOUT ROWID;
CREATE TABLE begun (kind TEXT, key TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
BEGIN
"""


class HashIndex:
    """The newest hash of every row by table and key, in a private temporary file.

    Each row belongs to one stream, so the last entry read is the newest.
    """

    def __init__(self) -> None:
        self._scratch = sqlite3.connect("", isolation_level=None)  # "" is SQLite's own temporary file
        self._scratch.executescript(_TABLES)

    def close(self) -> None:
        """Remove the temporary file."""
        self._scratch.close()

    def tell(self, rows: Mapping[str, Mapping[str, str | None]]) -> None:
        """Add an event's row hashes, by table and key; None for a deleted row."""
        for name, said in rows.items():
            values = [(name, key, one) for key, one in said.items()]
            self._scratch.executemany("INSERT OR REPLACE INTO claim VALUES (?, ?, ?)", values)

    def knows_settled(self, rows: Mapping[str, Mapping[str, str | None]]) -> bool:
        """Tell whether a row that changes by a step alone, among these, has another hash already."""
        said = ((name, key, one) for name in SETTLED & rows.keys() for key, one in rows[name].items())
        wanted = "SELECT 1 FROM claim WHERE name = ? AND key = ? AND said IS NOT ?"
        return any(self._scratch.execute(wanted, one).fetchone() for one in said)

    def begin(self, stream: Stream) -> None:
        """Note a stream whose rows have been hashed since its first event."""
        self._scratch.execute("INSERT OR IGNORE INTO begun VALUES (?, ?)", stream)

    def has_begun(self, stream: Stream) -> bool:
        """Return whether every row of the stream must have a hash."""
        found = self._scratch.execute("SELECT 1 FROM begun WHERE kind = ? AND key = ?", stream)
        return found.fetchone() is not None

    def take(self, name: str, key: str) -> tuple[bool, str | None]:
        """Remove the row's entry; return whether there was one, and its hash."""
        taken = "DELETE FROM claim WHERE name = ? AND key = ? RETURNING said"
        found = self._scratch.execute(taken, (name, key)).fetchall()
        return bool(found), found[0][0] if found else None

    def left(self) -> tuple[str, str] | None:
        """Return table and key of the first remaining row that is in the log as not deleted."""
        marks = ", ".join("?" * len(VANISHING))
        wanted = f"SELECT name, key FROM claim WHERE said IS NOT NULL AND name NOT IN ({marks}) LIMIT 1"
        found: tuple[str, str] | None = self._scratch.execute(wanted, tuple(VANISHING)).fetchone()
        return found

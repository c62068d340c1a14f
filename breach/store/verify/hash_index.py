"""What the record says of every row, gathered on disk so that a large register does not fill the memory."""

import sqlite3
from collections.abc import Mapping

from breach.store.audit.row_hashes import VANISHING, Stream

_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
CREATE TABLE claim (name TEXT, key TEXT, said TEXT, PRIMARY KEY (name, key)) WITHOUT ROWID;
CREATE TABLE begun (kind TEXT, key TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
BEGIN
"""


class Claims:
    """The newest fingerprint of every row by table and key, in a temporary file that nobody else sees.

    A row is recorded by one stream only, so the last that is told of it is the newest.
    """

    def __init__(self) -> None:
        self._scratch = sqlite3.connect("", isolation_level=None)  # "" is SQLite's own temporary file
        self._scratch.executescript(_TABLES)

    def close(self) -> None:
        """Remove the temporary file."""
        self._scratch.close()

    def tell(self, rows: Mapping[str, Mapping[str, str | None]]) -> None:
        """Take down what an event says: fingerprints by table and key, None for a row that was deleted."""
        for name, said in rows.items():
            values = [(name, key, one) for key, one in said.items()]
            self._scratch.executemany("INSERT OR REPLACE INTO claim VALUES (?, ?, ?)", values)

    def begin(self, stream: Stream) -> None:
        """Take down a stream that records its rows from its first event on."""
        self._scratch.execute("INSERT OR IGNORE INTO begun VALUES (?, ?)", stream)

    def has_begun(self, stream: Stream) -> bool:
        """Tell whether every row of the stream must have a fingerprint."""
        found = self._scratch.execute("SELECT 1 FROM begun WHERE kind = ? AND key = ?", stream)
        return found.fetchone() is not None

    def take(self, name: str, key: str) -> tuple[bool, str | None]:
        """Return whether anything was said of the row, and its fingerprint; it is not left any more."""
        taken = "DELETE FROM claim WHERE name = ? AND key = ? RETURNING said"
        found = self._scratch.execute(taken, (name, key)).fetchall()
        return bool(found), found[0][0] if found else None

    def left(self) -> tuple[str, str] | None:
        """Return table and key of the first row that was told of and not taken; deleted ones do not count."""
        marks = ", ".join("?" * len(VANISHING))
        wanted = f"SELECT name, key FROM claim WHERE said IS NOT NULL AND name NOT IN ({marks}) LIMIT 1"
        found: tuple[str, str] | None = self._scratch.execute(wanted, tuple(VANISHING)).fetchone()
        return found

"""Results of verifying the audit log."""

from dataclasses import asdict, dataclass

OF_ROWS = frozenset({"row", "gone", "unrecorded", "counter", "foreign", "sealed"})
"""Findings about a row of a table, not about the record."""


@dataclass(frozen=True)
class Problem:
    """The first thing that is broken.

    kind, key: the stream, or the table and what names the row in it; `schema`, `anchor` and `database` are
    neither but say what was changed
    seq: the event's number in its stream, the anchor's number, or 0 for the stream or row as a whole
    what: the code of the finding. Of events: seq, prev, hash, column, head, length, anchored, tail, stream,
    name, seal, unsealed, restated; of anchors: root, line, missing; of the schema: trigger, table, index,
    function, constraint, field, rule; of rows: row, gone, unrecorded, counter, foreign, sealed; of the file:
    page, unreadable
    column: the column of the row, as far as it can be told
    case: the reference of the case that the row belongs to, as far as it has one
    """

    kind: str
    key: str
    seq: int
    what: str
    column: str = ""
    case: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the finding as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """What a whole check found: the first problem or None, and how many rows have no fingerprint to compare.

    Such rows are of streams that began before there were fingerprints, and have not been written since.
    """

    problem: Problem | None
    unchecked: int = 0

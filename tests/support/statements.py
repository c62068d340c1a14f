"""Hears every statement that is sent to a database with its values, but for how transactions run."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_RUNNING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Heard:
    """The statements of one request, in their order, each with its values."""

    said: list[tuple[str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.said)

    @property
    def repeated(self) -> list[tuple[str, str]]:
        """Those that were said more than once with the same values."""
        return [one for one, count in Counter(self.said).items() if count > 1]

    def note(self, _conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        """Hear one statement."""
        if not statement.startswith(_RUNNING):
            self.said.append((statement, repr(values)))


@contextmanager
def heard(engine: Engine) -> Iterator[Heard]:
    """Give what is said to the database within the block."""
    found = Heard()
    event.listen(engine, "before_cursor_execute", found.note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", found.note)

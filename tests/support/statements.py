"""Hears every statement that is sent to a database with its values, but for how transactions run."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_RIGHTS = ("FROM login_session ", "FROM api_token ")
"""Who asks: read when the request comes, and once more in the transaction that writes."""
_RUNNING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Heard:
    """The statements of one request, in their order, each with its values."""

    said: list[tuple[str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        """How many were said; that the rights are read again before writing is not counted."""
        return len(self.said) - sum(count - 1 for one, count in Counter(self.said).items() if _is_right(one))

    @property
    def repeated(self) -> list[tuple[str, str]]:
        """Those that were said more than once with the same values; of the rights, more than twice."""
        return [one for one, count in Counter(self.said).items() if count > 1 + _is_right(one)]

    def note(self, _conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        """Hear one statement."""
        if not statement.startswith(_RUNNING):
            self.said.append((statement, _words(values)))


def _words(values: Any) -> str:
    """Return the values as text; bytes by what they hold, and not by where they stand in memory."""
    if isinstance(values, memoryview):
        return repr(bytes(values))
    if isinstance(values, dict):
        return repr({name: _words(value) for name, value in values.items()})
    return repr([_words(one) for one in values]) if isinstance(values, list | tuple) else repr(values)


def _is_right(said: tuple[str, str]) -> bool:
    return any(rights in " ".join(said[0].split()) + " " for rights in _RIGHTS)


@contextmanager
def heard(engine: Engine) -> Iterator[Heard]:
    """Give what is said to the database within the block."""
    found = Heard()
    event.listen(engine, "before_cursor_execute", found.note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", found.note)

"""The letters that wait for a person: why, and what can be done with each."""

from collections.abc import Sequence
from typing import Any

from breach.services.notices import StandingNotice
from breach.texts import has
from breach.web.i18n import t


def standing_rows(rows: Sequence[StandingNotice]) -> list[dict[str, Any]]:
    """Return the letters with their state and code in words; a code nobody knows is shown as it is.

    The number is the end of the letter's own id and says nothing of who it is for.
    """
    return [
        {
            "id": row.id,
            "number": letter_number(row),
            "state": t(f"states.notice.{row.state.value}"),
            "why": _why(row.code),
            "steps": row.steps,
        }
        for row in rows
    ]


def letter_number(row: StandingNotice) -> str:
    """Return what a letter is called on the pages: eight signs."""
    return row.id.hex[-8:].upper()


def _why(code: str) -> str:
    key = f"work.code.{code.replace('.', '_')}"
    return t(key) if has(key) else code

"""Notices that need action, in words: why, and the possible steps."""

from collections.abc import Sequence
from typing import Any

from breach.documents.table_file import table_file
from breach.domain.states import Role
from breach.services.desk.case_page import CasePage
from breach.services.sending.by_hand import PaperLetter, WaitingNotice
from breach.services.sending.identity import ListedRecipient
from breach.texts import has
from breach.web.frame.sessions import current_actor
from breach.web.parts.language import t
from breach.web.sending.recipient_words import who


def waiting_rows(rows: Sequence[WaitingNotice]) -> list[dict[str, Any]]:
    """Return the letters with their state and code in words; a code nobody knows is shown as it is.

    The number is the end of the letter's own id and says nothing of who it is for.
    """
    return [
        {
            "id": row.id,
            "number": letter_number(row),
            "state": t(f"letters.state.{row.state.value}"),
            "why": _why(row.code),
            "steps": row.steps,
        }
        for row in rows
    ]


def letter_waiting(row: WaitingNotice) -> list[tuple[str, str]]:
    """Return how far one letter is, and why it waits."""
    state = t(f"letters.state.{row.state.value}")
    return [(t("cases.col.state"), state), (t("cases.col.why"), _why(row.code) or t("sending.code_none"))]


def letter_recipient(row: WaitingNotice, person: ListedRecipient) -> list[tuple[str, str]]:
    """Return whom one letter is for, and why it waits."""
    return [*who(person), *letter_waiting(row)]


def who_may_see(page: CasePage) -> str:
    """Return who can be asked whom a letter is for; nothing for one who may see it."""
    controller_id, right = page.case.controller_id, Role.RECIPIENTS_IDENTITY
    if current_actor().has(controller_id, right):
        return ""
    names = ", ".join(page.who_holds(right)) or t("cases.nobody")
    return t("sending.who_may_see", role=t(f"access.role.{right.value}"), names=names)


def letter_number(row: WaitingNotice | PaperLetter) -> str:
    """Return a notice's name on the pages: the first eight characters of its id."""
    return row.id.hex[-8:].upper()


def paper_file(letters: Sequence[PaperLetter]) -> bytes:
    """Return the letters to be posted as a file; a CPR number has its dash, so that it stays a text."""
    head = [t(f"sending.col.{name}") for name in ("letter", "name", "number", "address")]
    rows = [(letter_number(one), one.name, _dashed(one.cpr), _in_a_line(one.address)) for one in letters]
    return table_file(head, rows)


def _dashed(number: str) -> str:
    return f"{number[:6]}-{number[6:]}"


def _in_a_line(address: str) -> str:
    return ", ".join(line.strip() for line in address.splitlines() if line.strip())


def _why(code: str) -> str:
    key = f"sending.code.{code.replace('.', '_')}"
    return t(key) if has(key) else code

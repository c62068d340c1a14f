"""The list of recipients, and what became of an imported one."""

from collections.abc import Sequence

from flask import url_for

from breach.documents.table_file import table_file
from breach.domain.recipients.rows import RecipientList
from breach.services.desk.case_page import CasePage
from breach.services.intake.error_words import fault_words
from breach.services.sending.identity import ListedRecipient, masked
from breach.services.sending.recipients import ImportResult
from breach.web.parts.language import current_language, t
from breach.web.parts.words import FORMAT

Link = tuple[str, str]


def recipient_states(rows: Sequence[ListedRecipient]) -> list[tuple[str, str]]:
    """Return the list: a number for each person, and how far the letter is."""
    return [(_called(row), _state(row)) for row in rows]


def recipient_rows(page: CasePage, rows: Sequence[ListedRecipient]) -> list[tuple[str, str, Link]]:
    """Return the list for those who may see who the persons are, with the way to each."""
    return [(_called(row), _state(row), (_show(row), _address(page, row))) for row in rows]


def listed_recipient(row: ListedRecipient) -> list[tuple[str, str]]:
    """Return what is told of one person: how far the letter is, and who it is once that may be shown."""
    state = (t("cases.col.state"), _state(row))
    return [*who(row), state] if row.name else [state]


def who(row: ListedRecipient) -> list[tuple[str, str]]:
    """Return name and number of one person."""
    return [(t("sending.col.recipient"), row.name), (t("sending.col.number"), row.cpr)]


def _called(row: ListedRecipient) -> str:
    return f"{t('sending.col.recipient')} {FORMAT.number(row.number)}"


def _show(row: ListedRecipient) -> str:
    return f"{t('sending.show_recipient')} {FORMAT.number(row.number)}"


def _address(page: CasePage, row: ListedRecipient) -> str:
    return url_for("cases.recipient", reference=page.case.reference, recipient_id=row.id)


def _state(row: ListedRecipient) -> str:
    return t(f"letters.state.{row.state.value}") if row.state is not None else t("sending.waits")


def bad_rows(found: ImportResult) -> list[tuple[str, str, str]]:
    """Return the first faults of a file: row, column, and what to do; never what stood in the cell."""
    return [
        (
            FORMAT.number(fault.row) if fault.row else t("sending.whole_file"),
            fault.column,
            fault_words(fault, current_language()),
        )
        for fault in found.faults
    ]


def bad_list(found: ImportResult) -> str:
    """Return what is wrong with a file in one sentence: its only fault, or how many it has."""
    if found.count == 1:
        return fault_words(found.faults[0], current_language())
    return t("errors.list_faulty", n=FORMAT.number(found.count))


def of_many(found: ImportResult) -> str:
    """Return that not all faults are shown, if so."""
    shown = len(found.faults)
    values = {"shown": FORMAT.number(shown), "n": FORMAT.number(found.count)}
    return t("errors.first_of_many", **values) if shown < found.count else ""


def imported(found: ImportResult) -> list[tuple[str, str]]:
    """Return what became of a list, and how it was read where that may be wrong."""
    counts = {
        "added": found.added,
        "repeated": found.repeated,
        "doubles": found.found.doubles,
        "skipped": found.skipped,
        "replacements": found.replacements,
    }
    always = ("added", "repeated")
    rows = [(t(f"sending.row.{name}"), FORMAT.number(n)) for name, n in counts.items() if n or name in always]
    return [*rows, (t("sending.row.encoding"), ENCODINGS[found.found.encoding]), *_sample(found)]


ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252 (Latin-1)",
    "latin-1": "Latin-1",
    "xlsx": "XLSX",
}
"""What people call the encodings."""


def _sample(found: ImportResult) -> list[tuple[str, str]]:
    """Return words that show whether the letters were read right, where the file does not tell."""
    words = ", ".join(found.found.sample)
    is_sure = found.found.encoding != "cp1252"
    return [] if is_sure or not words else [(t("sending.row.sample"), words)]


def fault_file(found: RecipientList) -> bytes:
    """Return the rows with faults as a file: row, column and what to do; nothing of what stood in them."""
    head = [t("sending.col.row"), t("sending.col.column"), t("sending.col.fault")]
    listed = found.named or found.faults
    rows = [(one.row, one.column, fault_words(one, current_language())) for one in listed]
    return table_file(head, rows)


def typed(name: str, number: str) -> list[tuple[str, str]]:
    """Return what was typed of a person who is on the list now: the name, and the number masked."""
    return [(t("sending.col.recipient"), name), (t("sending.col.number"), masked(number))]

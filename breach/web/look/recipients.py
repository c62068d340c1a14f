"""The list of recipients, and what became of an imported one."""

from collections.abc import Sequence

from breach.services.recipients import ImportResult, ListedRecipient
from breach.web.i18n import t
from breach.web.look.shared import FORMAT


def recipient_rows(rows: Sequence[ListedRecipient]) -> list[tuple[str, str, str]]:
    """Return the list: masked and numbered, or by name for those who may see it."""
    return [
        (
            row.name or f"{t('work.col.recipient')} {FORMAT.number(at)}",
            row.cpr or t("work.hidden"),
            t(f"states.notice.{row.state.value}") if row.state is not None else t("work.waits"),
        )
        for at, row in enumerate(rows, 1)
    ]


def bad_rows(found: ImportResult) -> list[tuple[str, str, str]]:
    """Return every fault of a file: row, column, and what to do; never what stood in the cell."""
    return [
        (
            FORMAT.number(fault.row) if fault.row else t("work.whole_file"),
            fault.column,
            t(f"letters.rows.{fault.code}", **{"n": fault.row, "column": fault.column, **fault.values}),
        )
        for fault in found.faults
    ]


def imported(found: ImportResult) -> list[tuple[str, str]]:
    """Return what became of a list."""
    return [
        (t("work.row.added"), FORMAT.number(found.added)),
        (t("work.row.repeated"), FORMAT.number(found.repeated)),
        (t("work.row.bad"), FORMAT.number(len(found.faults))),
    ]

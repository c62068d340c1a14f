"""The audit log of a case in words: its events, and who read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from breach.services.desk.case_page import CasePage, LogLine
from breach.texts import has
from breach.web.parts.language import t
from breach.web.parts.words import FORMAT

_MOVED = (("old_aware_at", "new_aware_at"), ("was_due_at", "due_at"))
"""What an event calls the time before and the time after."""


def log(page: CasePage) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the events, newest first, and separately the reads."""
    lines = [_log_row(line) for line in page.log if not line.kind.endswith(".read")]
    reads = [_log_row(line)[:3] for line in page.log if line.kind.endswith(".read")]
    return lines, reads


def _log_row(line: LogLine) -> tuple[str, ...]:
    who = line.who or t("cases.the_service")
    return FORMAT.datetime_short(line.at), who, words_of(line), _why(line.body)


def words_of(line: LogLine) -> str:
    """Return what the line says happened; an event of an earlier version may be of a kind not known now."""
    key = f"audit.event.{line.kind}"
    what = t(key) if has(key) else t("audit.other_event", kind=line.kind)
    purpose = f"sending.purpose.{line.body.get('purpose', '')}"
    return f"{what}: {t(purpose)}" if has(purpose) else what


def _why(body: Mapping[str, Any]) -> str:
    """Return what was said of the event, and the times that it moved."""
    said = next(
        (str(body[name]) for name in ("reason", "comment", "note", "evidence", "other") if body.get(name)), ""
    )
    for before, after in _MOVED:
        if before in body:
            old, new = (FORMAT.datetime_short(datetime.fromisoformat(body[name])) for name in (before, after))
            moved = t("cases.awareness.change", before=old, after=new)
            return f"{moved}: {said}" if said else moved
    return said

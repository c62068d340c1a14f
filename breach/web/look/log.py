"""What happened in a case, and who looked."""

from breach.services.pages import CasePage, LogLine
from breach.texts import has
from breach.web.i18n import t
from breach.web.look.shared import FORMAT


def log(page: CasePage) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return what happened, newest first, and apart from it who looked."""
    lines = [_log_row(line) for line in page.log if not line.kind.endswith(".read")]
    looks = [_log_row(line)[:3] for line in page.log if line.kind.endswith(".read")]
    return lines, looks


def _log_row(line: LogLine) -> tuple[str, ...]:
    key = f"case.event.{line.kind.replace('.', '_')}"
    what = t(key) if has(key) else t("case.event.other", kind=line.kind)
    why = next(
        (
            str(line.body[name])
            for name in ("reason", "comment", "note", "evidence", "other")
            if line.body.get(name)
        ),
        "",
    )
    return FORMAT.datetime_short(line.at), line.who or t("case.the_service"), what, why

"""What the processes write to standard error: one JSON object a line, without personal data.

A fault is told by its kind and its place. Its words are told only of the kinds whose words come from the
machine (files, network, database), their first line alone; of all others the words may be what a person
typed. Whatever looks like a CPR number, a mail address, a code or a token is masked in every string.
"""

import json
import logging
import re
import threading
import traceback
from datetime import UTC, datetime
from logging.config import dictConfig
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError, OperationalError

from breach.domain.numbers import without_cpr

MASK = "***"
_SECRETS = re.compile(
    r"(?<![^\s@<>\"',;)])[^\s@<>\"',;)]+@[^\s@<>\"']+\.[^\s@<>\"',;)]+"  # mail address
    r"|\b(?:[0-9A-Za-z]{4}-){5,}[0-9A-Za-z]{2,4}\b|\b[0-9A-HJKMNP-TV-Z]{26}\b"  # code of a report or a draft
    r"|\bbrd_[A-Za-z0-9_-]+"  # token of the API
    r"|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])"  # id of a log-in
)
_ESCAPED = re.compile(r"\\(?:[tnr]|x[0-9a-f]{2}|u[0-9a-f]{4})")
"""How lists and file names spell a blank or a dash within a number."""
_TELLING = (OSError, OperationalError, IntegrityError)
"""Faults whose words are the machine's. Statements come without their parameters (`hide_parameters`)."""
_FRAMES, _LAST, _WORDS = 20, 2, 300
"""How many steps on the way to a fault are told, how many of a library's, and how many characters."""
_QUOTING = frozenset({"gunicorn", "requests", "urllib3"})
"""Their faults quote addresses and what was sent; a channel may have to write a number into an address."""
_OURS = frozenset({"breach", "workflows", "notifiers", "templates"})
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_OF_DBOS = frozenset({"applicationID", "applicationVersion", "executorID"})

_STDERR: dict[str, Any] = {"handlers": ["stderr"], "propagate": False}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_request": {"()": lambda: _without_request}},
    "formatters": {"line": {"()": "breach.logs.JsonLine"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "filters": ["no_request"], **_STDERR},
        # Who asked for which page is nobody's to keep: a report may be anonymous.
        "gunicorn.access": {"handlers": ["nowhere"], "propagate": False},
        "dbos": {"level": "ERROR", **_STDERR},
    },
}


def configure() -> None:
    """Let this process log as above, what its threads and Python's warnings say included."""
    dictConfig(LOGGING)
    logging.captureWarnings(True)
    threading.excepthook = _thread_failed


def masked(words: str) -> str:
    """Return the words without what looks like a CPR number, a mail address, a code or a token."""
    return _SECRETS.sub(MASK, without_cpr(_ESCAPED.sub(_as_sign, words), MASK))


def _as_sign(escaped: re.Match[str]) -> str:
    return escaped[0].encode().decode("unicode_escape")


_OF_A_REQUEST = re.compile(r"(Invalid request|Error handling (?:HTTP/2 )?request|HTTP/2 connection error)\b")


def _without_request(record: logging.LogRecord) -> bool:
    """Take out of gunicorn's words what was sent and from where: what it cannot read may hold a name."""
    if found := _OF_A_REQUEST.match(record.getMessage()):
        record.msg, record.args = found[1], ()
    return True


class JsonLine(logging.Formatter):
    """One event as one line: when, how grave, who says so, what, and its values."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a line break or a control character in a value cannot end or colour it."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": masked(record.getMessage()),
        }
        extras = record.__dict__.keys() - _STANDARD - _OF_DBOS
        line |= {name: _plain(record.__dict__[name]) for name in sorted(extras)}
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = _faults(record.exc_info[1])
        return json.dumps(line)


def _plain(value: object) -> object:
    plain = masked(str(value))
    return value if isinstance(value, bool | int | float | None) and plain == str(value) else plain


def _faults(error: BaseException) -> list[dict[str, object]]:
    """Return the fault and those behind it, the first cause last."""
    found: list[dict[str, object]] = []
    behind: BaseException | None = error
    while behind is not None and len(found) < _FRAMES:
        kind = type(behind)
        described: dict[str, object] = {"kind": f"{kind.__module__}.{kind.__qualname__}"}
        if isinstance(behind, _TELLING) and kind.__module__.partition(".")[0] not in _QUOTING:
            described["words"] = masked(str(behind).partition("\n")[0][:_WORDS])
        described["at"] = _way(behind)
        found.append(described)
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)
    return found


def _way(error: BaseException) -> list[str]:
    """Return the way to the fault: through code of ours, and its last steps whosever code they are."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames[:-_LAST] if not _OURS.isdisjoint(Path(one.filename).parts)]
    way = [*ours, *frames[-_LAST:]][-_FRAMES:]
    return [f"{'/'.join(Path(one.filename).parts[-3:])}:{one.lineno} {one.name}" for one in way]


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    error = failed.exc_value or failed.exc_type()
    logging.getLogger("breach").error("thread.failed", exc_info=error)

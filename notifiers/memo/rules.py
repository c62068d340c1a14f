"""The rules of a MeMo message that its schema does not enforce, one error each.

Sources: the Agency for Digital Government's MeMo page and its notes on stricter validation (file names from
10 September 2025), Digital Post's error codes as published by KMD, the order on file sizes in Digital Post.
Patterns use `fullmatch` and `[0-9]`: `$` would let a line feed through and `\\d` full-width digits.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from breach.domain.errors import FieldError
from breach.domain.messages import Message, Sender
from breach.domain.numbers import looks_like_cpr

MAX_BYTES = 99_500_000  # a message from a public sender, the order on file sizes in Digital Post
MAX_FILES = 10  # the same order
MAX_TEXT = 256  # characters, type Text of the schema
MAX_NOTIFICATION = 150  # characters; 160 in the newest schema, 150 is allowed by both
MAX_DAYS_AHEAD = 12  # of doNotDeliverUntilDate; 5 until 2022
# As published by the shared municipal post service; the official list is a security list and has no archives.
EXTENSIONS = frozenset(
    {
        "pdf",
        "html",
        "txt",
        "doc",
        "docx",
        "rtf",
        "bmp",
        "gif",
        "jpg",
        "png",
        "tif",
        "xls",
        "xlsx",
        "odt",
        "ods",
    }
)
FORBIDDEN_IN_FILENAME = frozenset(
    '<>:"/\\|?*\r\n\u00a0\u2028\u205f\u2060\u3000' + "".join(chr(c) for c in range(0x2000, 0x200B))
)
BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

is_uuid4 = re.compile(
    "[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-4[a-fA-F0-9]{3}-[aAbB89][a-fA-F0-9]{3}-[a-fA-F0-9]{12}"
).fullmatch
is_cpr = re.compile("[0-9]{10}").fullmatch
is_cvr = re.compile("[0-9]{8}").fullmatch
is_utc = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z").fullmatch
_is_language = re.compile("[a-z]{2}").fullmatch

Broken = Iterator[FieldError]


def message_uuid(value: str) -> Broken:
    """Yield an error unless the value is a version 4 UUID."""
    if not is_uuid4(value):
        yield FieldError("message_uuid", "memo.uuid")


def recipient(value: str, id_type: str = "CPR") -> Broken:
    """Yield an error unless the id is 10 digits (CPR) or 8 (CVR)."""
    shape = {"CPR": is_cpr, "CVR": is_cvr}.get(id_type)
    if shape is None or not shape(value):
        yield FieldError("addressee.cpr", "memo.recipient")


def _is_refused(c: str) -> bool:
    return c in BIDIRECTIONAL or c in "\ufffe\uffff" or unicodedata.category(c) in ("Cc", "Cs", "Co")


def line(field: str, value: str, longest: int = MAX_TEXT) -> Broken:
    """Yield errors unless the value is one line of 1 to `longest` characters without a CPR number."""
    if not value.strip():
        yield FieldError(field, "memo.empty")
    if len(value) > longest:
        yield FieldError(field, "memo.too_long", {"longest": longest})
    if any(map(_is_refused, value)):
        yield FieldError(field, "memo.characters")
    if looks_like_cpr(value):
        yield FieldError(field, "memo.cpr_in_text")


def sender(value: Sender) -> Broken:
    """Yield errors of the sender's CVR number and label."""
    if not is_cvr(value.cvr):
        yield FieldError("sender.cvr", "memo.sender_cvr")
    yield from line("sender.label", value.label)


def filename(value: str) -> Broken:
    """Yield errors of a file name: its characters, its length, its extension."""
    yield from line("message.filename", value)
    if FORBIDDEN_IN_FILENAME & set(value):
        yield FieldError("message.filename", "memo.filename_characters")
    stem, dot, extension = value.rpartition(".")
    if not (stem and dot and extension.lower() in EXTENSIONS):
        yield FieldError("message.filename", "memo.file_extension")


def language(value: str) -> Broken:
    """Yield an error unless the language is two small letters."""
    if not _is_language(value):
        yield FieldError("message.language", "memo.language")


def message(value: Message) -> Broken:
    """Yield errors of what all addressees get: subject, file name, language, a PDF that is one."""
    yield from line("message.subject", value.subject)
    yield from filename(f"{value.filename}.pdf")
    yield from language(value.language)
    if not value.pdf():
        yield FieldError("message.pdf", "memo.file_empty")
    elif not value.pdf().startswith(b"%PDF-"):
        yield FieldError("message.pdf", "memo.not_pdf")


def created_at(value: datetime) -> Broken:
    """Yield an error for a naive time: local time with a Z behind it would be one or two hours wrong."""
    if value.utcoffset() is None:
        yield FieldError("created_at", "memo.created_at")


def size(length: int) -> Broken:
    """Yield an error for a message of more than 99.5 MB (read as 10^6 bytes, the stricter reading)."""
    if length > MAX_BYTES:
        yield FieldError("message.pdf", "memo.too_large", {"longest": MAX_BYTES})


def value_date(value: date, today: date) -> Broken:
    """Yield an error unless doNotDeliverUntilDate is today or at most 12 days ahead."""
    if not today <= value <= today + timedelta(days=MAX_DAYS_AHEAD):
        yield FieldError("value_date", "memo.value_date", {"days": MAX_DAYS_AHEAD})


def link(value: str) -> Broken:
    """Yield an error unless the address of an action is absolute and https."""
    if not value.startswith("https://") or len(value) <= len("https://"):
        yield FieldError("action.url", "memo.link")

"""Letters and receipts set by typst, PDF/A-2a and PDF/UA-1 at once; the same input gives the same bytes."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

import typst

from breach.domain.letters.form import Letter, parse
from breach.texts import text

STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")

# Fixed, so that the bytes depend on the words alone: the hash of an approved letter stays the same.
_MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class DocumentFailed(RuntimeError):
    """The text could not be set as a PDF, for example because no font has one of its letters."""


@dataclass(frozen=True)
class LetterHead:
    """Who writes, and about which case: what stands above and below each page."""

    name_da: str
    name_en: str
    address: tuple[str, ...]
    reference: str

    def name(self, language: str) -> str:
        """The sender as the reader of that language knows it."""
        return self.name_da if language == "da" else self.name_en


@cache
def _root() -> Path:
    """An empty folder of its own: a document can read nothing, not even its neighbours."""
    return Path(mkdtemp(prefix="breach-documents-"))


@cache
def _source(name: str) -> bytes:
    with as_file(files(__package__) / name) as path:
        return path.read_bytes()


def _visible(value: str) -> str:
    """Return the words with every hidden or direction-turning sign written out, so that nothing hides in print."""
    return _NOT_SHOWN.sub(lambda match: f"[U+{ord(match.group()):04X}]", value)


def _shown(value: object) -> object:
    if isinstance(value, str):
        return _visible(value)
    if isinstance(value, Mapping):
        return {key: _shown(part) for key, part in value.items()}
    return [_shown(part) for part in value] if isinstance(value, list | tuple) else value


def _compile(name: str, data: Mapping[str, object], form: Literal["pdf", "png"]) -> list[bytes]:
    inputs = {"data": json.dumps(_shown(data), ensure_ascii=False, sort_keys=True)}
    try:
        made = typst.compile(
            _source(name),
            root=_root(),
            format=form,
            sys_inputs=inputs,
            pdf_standards=list(STANDARDS) if form == "pdf" else None,
            timestamp=_MADE_AT,
            ignore_system_fonts=True,
            ppi=110,
        )
    except typst.TypstError as error:
        raise DocumentFailed(error.message) from None  # the trace would carry the letter into the log
    return made if isinstance(made, list) else [made] if made else []


def _words(language: str) -> dict[str, str]:
    return {f"{name}_label": text(f"letters.pdf.{name}", language) for name in ("case", "page", "of")}


def _part(letter: Letter, head: LetterHead) -> dict[str, object]:
    sections = [
        {
            "heading": section.heading,
            "blocks": [{"bullets": block.bullets, "lines": block.lines} for block in section.blocks],
        }
        for section in letter.sections
    ]
    language = letter.language
    sender = {"sender": head.name(language), "address": head.address}
    return {"language": language, "sections": sections, **sender, **_words(language)}


def _letter(da: str, en: str, head: LetterHead) -> dict[str, object]:
    parts = [_part(parse(da, "da"), head), _part(parse(en, "en"), head)]
    title = text("notices.letter.subject", "da")
    return {"title": title, "author": head.name_da, "reference": head.reference, "parts": parts}


def letter_pdf(da: str, en: str, head: LetterHead) -> bytes:
    """Return the letter, Danish pages first, then English.

    da, en: the approved texts in the form that a person edits. The letter names no reader, so one PDF serves all
    readers of a text: fewer personal data on the way, and a million letters are set once.
    Raises DocumentFailed.
    """
    return _compile("letter.typ", _letter(da, en, head), "pdf")[0]


def letter_pictures(da: str, en: str, head: LetterHead) -> list[bytes]:
    """Return the pages of the letter as PNG, for the preview before approval."""
    return _compile("letter.typ", _letter(da, en, head), "png")


@dataclass(frozen=True)
class ReceiptText:
    """The words of a receipt, in the reporter's language: lead, answers as (question, answer), closing."""

    language: str
    title: str
    lead: Sequence[str]
    rows: Sequence[tuple[str, str]]
    closing: Sequence[str]


def report_receipt_pdf(receipt: ReceiptText, head: LetterHead) -> bytes:
    """Return the receipt of a report as the reporter keeps it. Raises DocumentFailed."""
    language = receipt.language
    data = {
        "language": language,
        "title": receipt.title,
        "author": head.name(language),
        "sender": head.name(language),
        "address": head.address,
        "reference": head.reference,
        "lead": list(receipt.lead),
        "rows": [list(row) for row in receipt.rows],
        "closing": list(receipt.closing),
        "columns": [text("letters.pdf.question", language), text("letters.pdf.answer", language)],
        **_words(language),
    }
    return _compile("receipt.typ", data, "pdf")[0]

"""Letters set by typst, PDF/A-2a and PDF/UA-1 at once; the same input gives the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import typst

from breach.documents.filled import day_of_letter, filled
from breach.documents.signs import NOT_SET
from breach.domain.letters.form import Letter, parse
from breach.texts import text

STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")

_SOURCES = Path(__file__).with_name("sources")
# Fixed, so that the bytes depend on the words alone: the hash of an approved letter stays the same.
_MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


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


def _visible(value: str) -> str:
    """Return the words; signs that hide or turn the text, or have no form, are written out as [U+202E]."""
    return NOT_SET.sub(
        lambda match: f"[U+{ord(match.group()):04X}]", normalize("NFC", value.replace("\t", " "))
    )


def _shown(value: object) -> object:
    if isinstance(value, str):
        return _visible(value)
    if isinstance(value, Mapping):
        return {key: _shown(part) for key, part in value.items()}
    return [_shown(part) for part in value] if isinstance(value, list | tuple) else value


def _compile(name: str, data: Mapping[str, object]) -> bytes:
    return typst.compile(
        _SOURCES / name,
        root=_SOURCES,  # the document can open nothing outside it
        format="pdf",
        sys_inputs={"data": json.dumps(_shown(data), sort_keys=True)},
        pdf_standards=list(STANDARDS),
        timestamp=_MADE_AT,
        ignore_system_fonts=True,
    )


def _words(language: str) -> dict[str, str]:
    return {f"{name}_label": text(f"letters.pdf.{name}", language) for name in ("case", "page", "of")}


def _part(letter: Letter, head: LetterHead, day: str) -> dict[str, object]:
    sections = [
        {
            "heading": section.heading,
            "blocks": [{"bullets": block.bullets, "lines": block.lines} for block in section.blocks],
        }
        for section in letter.sections
    ]
    language = letter.language
    sender = {"sender": head.name(language), "address": head.address, "day": day}
    return {"language": language, "sections": sections, **sender, **_words(language)}


def _letter(da: str, en: str, head: LetterHead, sent_on: date | None) -> dict[str, object]:
    texts = [("da", da), ("en", en)] if en else [("da", da)]
    shown = ((code, filled(body, code, head.reference, sent_on)) for code, body in texts)
    parts = [_part(parse(body, code), head, day_of_letter(sent_on, code)) for code, body in shown]
    title = text("letters.letter.subject", "da")
    return {
        "title": title,
        "author": head.name_da,
        "reference": head.reference,
        "parts": parts,
        "other_note": text("letters.pdf.english_on", "en"),
    }


def letter_pdf(da: str, en: str, head: LetterHead, sent_on: date | None = None) -> bytes:
    """Return the letter, Danish pages first, then English where `en` is not empty.

    da, en: the approved texts in the form that a person edits. The letter names no reader, so one PDF
    serves all readers of a text: fewer personal data on the way, and a million letters are set once.
    sent_on: the Danish day of the release, which is the date of the letter; None for a look before it
    """
    return _compile("letter.typ", _letter(da, en, head, sent_on))

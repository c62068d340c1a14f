"""A letter becomes the same accessible PDF each time, and what is typed stays text."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject

from breach.documents.filled import filled
from breach.documents.pdf import LetterHead, letter_pdf
from breach.domain.letters.facts import LetterFacts
from breach.services.letters.drafting import compose_letters
from tests.services.letters.letter_cases import CONTACTS, REFERENCE, STOLEN_LIST, WRITTEN, WRONG_LETTER

HEAD = LetterHead(
    "Region Nordjylland",
    "The North Denmark Region",
    ("Niels Bohrs Vej 30, 9220 Aalborg Øst", "CVR 29190941"),
    REFERENCE,
)
DRAFTS = compose_letters(WRONG_LETTER, CONTACTS, REFERENCE, WRITTEN)


def letter(da: str, en: str = "# Letter\n\nText.") -> PdfReader:
    return PdfReader(io.BytesIO(letter_pdf(da, en, HEAD)))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_same_letter_is_the_same_bytes() -> None:
    first = letter_pdf(DRAFTS["da"].text, DRAFTS["en"].text, HEAD)
    assert first == letter_pdf(DRAFTS["da"].text, DRAFTS["en"].text, HEAD)
    assert first != letter_pdf(DRAFTS["da"].text + "x", DRAFTS["en"].text, HEAD)


def test_pdf_declares_archive_and_screen_readers() -> None:
    reader = letter(DRAFTS["da"].text, DRAFTS["en"].text)
    root = reader.root_object
    stream = root["/Metadata"].get_object()
    assert isinstance(stream, StreamObject)
    metadata = stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    marks = root["/MarkInfo"].get_object()
    assert isinstance(marks, DictionaryObject)
    assert marks["/Marked"]
    assert str(root["/Lang"]) == "da"
    assert reader.metadata is not None
    assert reader.metadata.title == "Vigtig besked om dine oplysninger"


def test_danish_stands_first_each_page_numbered_in_its_own_language() -> None:
    pages = [page.extract_text() for page in letter(DRAFTS["da"].text, DRAFTS["en"].text).pages]
    shown = [page.strip().splitlines()[-1] for page in pages]
    assert shown == [
        f"Sagsnummer {REFERENCE} Side 1 af 4",
        f"Sagsnummer {REFERENCE} Side 2 af 4",
        f"Case number {REFERENCE} Page 3 of 4",
        f"Case number {REFERENCE} Page 4 of 4",
    ]
    assert "This letter in English: page 3" in pages[0]


@pytest.mark.parametrize("facts", [WRONG_LETTER, STOLEN_LIST], ids=["wrong-letter", "stolen-list"])
def test_pdf_has_every_sentence_of_the_letter(facts: LetterFacts) -> None:
    drafts = compose_letters(facts, CONTACTS, REFERENCE, WRITTEN)
    shown = words(letter(drafts["da"].text, drafts["en"].text)).replace("ﬁ", "fi")
    given = [filled(drafts[code].text, code, REFERENCE, None) for code in ("da", "en")]
    for line in "".join(given).splitlines():
        sentence = line.removeprefix("# ").removeprefix("- ").split(". ")[0]
        assert sentence in shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param('#read("x")', '#read("x")', id="typst-code"),
        pytest.param('#include "/etc/passwd"', '#include "/etc/passwd"', id="include"),
        pytest.param("{{7*7}}", "{{7*7}}", id="template"),
        pytest.param("*fed* _skrå_ $x^2$ `kode`", "*fed* _skrå_ $x^2$ `kode`", id="markup"),
        pytest.param("= Overskrift <mærke> @henvis", "= Overskrift <mærke> @henvis", id="labels"),
        pytest.param("abc\u202edef", "abc[U+202E]def", id="turned-text"),
        pytest.param("a\u200bb\u00adc", "a[U+200B]b[U+00AD]c", id="hidden-signs"),
        pytest.param("漢 🙂", "[U+6F22] [U+1F642]", id="no-letter-form"),
        pytest.param("\\u202e", "\\u202e", id="typed-escape"),
        pytest.param('"], "x": ["', '"], "x": ["', id="json"),
    ],
)
def test_pdf_gives_typed_text_as_text(typed: str, shown: str) -> None:
    assert shown in words(letter(f"# Brev\n\nFør {typed} efter."))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200))
def test_pdf_sets_any_text(typed: str) -> None:
    assert letter_pdf(typed, typed, HEAD).startswith(b"%PDF")


def test_number_of_the_case_is_filled_in() -> None:
    shown = words(letter("# Brev\n\nSagen er {sag}.", "# Letter\n\nThe case is {case}, not {sag}."))
    assert f"Sagen er {REFERENCE}." in shown
    assert f"The case is {REFERENCE}, not {{sag}}." in shown

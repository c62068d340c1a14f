"""Every sign of the table can be set in both weights, and what people write is among them."""

import unicodedata

import pytest

from breach.documents.pdf import LetterHead, letter_pdf
from breach.documents.signs import NOT_SET, SPANS

HEAD = LetterHead("Region", "Region", (), "BRUD-2026-000001")


def test_signs_of_the_table_are_all_set() -> None:
    # one that a font lacks would end the setting of PDF/A: there is nothing to look at in the file
    signs = [chr(one) for first, last in SPANS for one in range(first, last + 1)]
    bases = [f"a{sign}" if unicodedata.combining(sign) else sign for sign in signs]
    rows = [" ".join(bases[start : start + 64]) for start in range(0, len(bases), 64)]
    text = "# Brev\n\n" + "\n\n".join(f"# x{row}\n\nx{row}" for row in rows)
    assert letter_pdf(text, "# Letter", HEAD).startswith(b"%PDF")


@pytest.mark.parametrize(
    "words",
    [
        "→ ← ≤ ≥ ≠ ± × ½ ™ © ® ☎ ✓ ★ € £ § ‰ … – — ‘’ “” „ « »",
        "Ægte ærøske åer, É è ü ß ñ",
        "Sááisaʼ ĸ Ĩ Ũ",
        "Føroyskt: ð Ð ý í ó",
        "Łódź, żółć, ęą, ñ, ő, ş, ğ, ț",
        "Ελληνικά Русский Українська",
        "مرحبا بالعالم",
        "שלום",
    ],
)
def test_signs_that_people_write_are_set(words: str) -> None:
    assert NOT_SET.search(words) is None


@pytest.mark.parametrize("sign", ["🙂", "漢", "ก", "\u202e", "\u200b", "\u00ad", "\ufeff", "\ue000", "\x07"])
def test_signs_that_no_font_has_or_nobody_sees_are_named(sign: str) -> None:
    assert NOT_SET.search(f"Før {sign} efter") is not None

"""A typed day of writing is found, in the spellings of both languages; days of the breach are none."""

import pytest

from breach.domain.letters.writing_day import typed_day_of_writing

TYPED = [
    ("da", "Vi skriver til dig i dag, den 20. november.", "den 20. november"),
    ("da", "Vi skriver til dig den 20. november 2026, fordi vi fandt det.", "den 20. november 2026"),
    ("da", "Vi skriver til dig i dag, fredag den 20. nov. 2026.", "fredag den 20. nov. 2026"),
    ("da", "I dag, d. 20/11-2026, skriver vi til dig.", "d. 20/11-2026"),
    ("da", "I dag er det den 20. november.", "den 20. november"),
    ("da", "Dette brev er skrevet den 20.11.2026.", "den 20.11.2026"),
    ("da", "# Brev\n\nAalborg, den 20. november 2026\n\nKære dig", "den 20. november 2026"),
    ("da", "Den 20. november 2026", "Den 20. november 2026"),
    ("da", "20-11-2026", "20-11-2026"),
    ("da", "2026-11-20", "2026-11-20"),
    ("da", "Dato: 20. november 2026", "20. november 2026"),
    ("en", "We write to you today, 20 November.", "20 November"),
    ("en", "We are writing to you on 20 November 2026.", "20 November 2026"),
    (
        "en",
        "We are writing to you today, Friday the 20th of November 2026.",
        "Friday the 20th of November 2026",
    ),
    ("en", "Today, November 20, 2026, we write to you.", "November 20, 2026"),
    ("en", "This letter is dated 20 Nov. 2026.", "20 Nov. 2026"),
    ("en", "20 November 2026", "20 November 2026"),
    ("en", "Aalborg, 20 November 2026", "20 November 2026"),
    ("en", "Date: 2026-11-20", "2026-11-20"),
]


@pytest.mark.parametrize(("language", "text", "day"), TYPED)
def test_day_of_writing_is_found(language: str, text: str, day: str) -> None:
    assert typed_day_of_writing(text, language).removeprefix("on ") == day


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Det skete den 20. november 2026."),
        ("da", "Vi skriver til dig, fordi vi den 20. november opdagede en fejl."),
        ("da", "Vi skriver til dig om det, der skete den 20. november."),
        ("da", "Vi skriver til dig i dag, den {dato}."),
        ("da", "Vi skriver til dig igen senest den 1. december 2026."),
        ("da", "Den 20. november opdagede vi det. I dag ved vi mere."),
        ("da", "- Ring til os på 97 64 80 01"),
        ("en", "It happened on 20 November 2026."),
        ("en", "We write to you because on 20 November we found a mistake."),
        ("en", "We write to you today, {date}."),
        ("en", "We will write to you again no later than 1 December 2026."),
        ("en", "You may write to us until 20 November."),
    ],
)
def test_other_days_are_left(language: str, text: str) -> None:
    assert typed_day_of_writing(text, language) == ""

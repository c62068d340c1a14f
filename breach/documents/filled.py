"""Fills the placeholders of a letter: one function for page, PDF and message, so that all show the same."""

from datetime import date

from breach.domain.letters.placeholders import case_values, render
from breach.texts import text
from breach.texts.formats import date_long


def day_of_letter(sent_on: date | None, language: str) -> str:
    """Return the day on which the letter goes, or in its place that it is set at the release."""
    return date_long(sent_on, language) if sent_on else text("letters.day_at_release", language)


def filled(body: str, language: str, reference: str, sent_on: date | None) -> str:
    """Return a letter as its reader gets it; what it asks for and cannot have stays as typed.

    sent_on: the Danish day of the release, None before it
    """
    values = case_values(language, reference, day_of_letter(sent_on, language))
    return render(body, values, keep_unknown=True)

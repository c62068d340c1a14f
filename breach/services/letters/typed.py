"""What a text has to be to stand in a letter: signs that can be set, lines that end, no day of writing."""

from collections.abc import Iterator

from breach.documents.signs import NOT_SET
from breach.domain.errors import FieldError
from breach.domain.letters.writing_day import typed_day_of_writing
from breach.domain.numbers import looks_like_cpr
from breach.domain.values import LONGEST_LETTER, TooMuch, cleaned

LONGEST_PARAGRAPH = 4_000
"""Characters of one line: more than a page of print."""
LONGEST_WORD = 100
"""Characters between two blanks: more than fit on a line of print."""


def normal(value: str) -> str:
    """Return a typed text as it is kept: NFC, `\\n` as line end, no signs that show nothing.

    One that is too long to be looked at comes back as it is, and `faults` names it.
    """
    try:
        return cleaned(value, LONGEST_LETTER)
    except TooMuch:
        return value


def faults(field: str, value: str, language: str) -> Iterator[FieldError]:
    """Yield what bars a text from a letter in the language ("da" or "en"); the first is the one to tell."""
    if len(value) > LONGEST_LETTER:
        yield FieldError(field, "too_long", {"limit": LONGEST_LETTER, "n": len(value)})
        return
    if not value:
        yield FieldError(field, "letter_missing")
    if looks_like_cpr(value):
        yield FieldError(field, "cpr_in_text")
    yield from cannot_be_set(field, value)
    if day := typed_day_of_writing(value, language):
        place = "{dato}" if language == "da" else "{date}"
        yield FieldError(field, "letter_day_typed", {"day": day, "place": place})


def cannot_be_set(field: str, value: str) -> Iterator[FieldError]:
    """Yield what the print of a letter cannot show: a sign without a form, a word or line without an end."""
    yield from not_set(field, value)
    yield from _too_long(field, value)


def not_set(field: str, value: str) -> Iterator[FieldError]:
    """Yield the first sign that no font of the letter has, with its line and its place on it from 1."""
    found = NOT_SET.search(value.replace("\t", " "))
    if found is not None:
        sign = found.group()
        before = value[: found.start()]
        values = {"line": before.count("\n") + 1, "n": found.start() - before.rfind("\n")}
        shown = sign if sign.isprintable() else ""
        yield FieldError(field, "sign_not_set", {"sign": f"{shown} (U+{ord(sign):04X})".strip(), **values})


def _too_long(field: str, value: str) -> Iterator[FieldError]:
    for number, line in enumerate(value.split("\n"), start=1):
        longest = max(map(len, line.split()), default=0)
        if longest > LONGEST_WORD:
            values = {"line": number, "limit": LONGEST_WORD, "n": longest}
            yield FieldError(field, "word_too_long", values)
        if len(line) > LONGEST_PARAGRAPH:
            values = {"line": number, "limit": LONGEST_PARAGRAPH, "n": len(line)}
            yield FieldError(field, "line_too_long", values)

"""The words for an error, wherever its room keeps them."""

from breach.texts import MissingText, has, text

PLACES = ("errors", "facts.problem", "clocks.problem", "letters.rows")
"""Where words for a code are looked for: the rooms of facts, times and lists keep their own."""


def error_words(code: str, language: str, /, **values: object) -> str:
    """Return the sentence for an error's code; raise MissingText where no room has one."""
    for place in PLACES:
        if has(f"{place}.{code}", language):
            return text(f"{place}.{code}", language, **values)
    raise MissingText(f"{language}: no words for the error {code}")

"""Which section of a letter answers which question, known by the words of its heading."""

import re
from collections.abc import Mapping

from breach.domain.letters.form import Letter, Section

HAPPENED, KINDS, MEANING, DONE, ADVICE, FIXED = "happened", "kinds", "meaning", "done", "advice", "fixed"

_PATTERNS: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    language: {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in patterns.items()}
    for language, patterns in {
        "da": {
            HAPPENED: r"\bhvad er der sket|\bhvad skete",
            KINDS: r"\bhvilke oplysninger",
            MEANING: r"\bhvad (kan|kommer) det\b.{0,100}\bbetyde|\bhvad betyder det",
            DONE: r"\bhvad (har|gør) vi\b",
            ADVICE: r"\bhvad (kan|skal) du\b",
            FIXED: r"^kontakt$|^adresser$",
        },
        "en": {
            HAPPENED: r"\bwhat (has )?happened",
            KINDS: r"\b(which|what) (data|information)|\bwhat was in",
            MEANING: r"\bwhat (can|may|does|could) (it|this) mean",
            DONE: r"\bwhat (have|are) we\b|\bwhat we have done",
            ADVICE: r"\bwhat (can|should) you\b|\bwhat you can do",
            FIXED: r"^contact$|^addresses$",
        },
    }.items()
}


def is_fixed(section: Section, language: str) -> bool:
    """Tell whether the section is the fixed block of addresses at the end."""
    return bool(_PATTERNS[language][FIXED].search(section.heading))


def section_about(letter: Letter, kind: str) -> Section | None:
    """Return the first section that answers the question and says something, or None."""
    pattern = _PATTERNS[letter.language][kind]
    found = (part for part in letter.sections if pattern.search(part.heading) and part.body.strip())
    return next(found, None)

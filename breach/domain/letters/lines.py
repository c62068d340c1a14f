"""A sentence chosen for a letter: one of the catalogue with its values, or one that a person wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from breach.domain.letters.facts import Bilingual


@dataclass(frozen=True)
class Line:
    """A sentence of the catalogue, `letters.letter.<code>`; values are dates, counts and phone numbers."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


Item = Line | Bilingual

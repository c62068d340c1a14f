"""What a letter needs to know about the breach. None everywhere means: not known yet."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Bilingual:
    """A sentence that a person wrote, in both languages of the letter."""

    da: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence on one line, without the marks that would make it a heading or a list."""
        return " ".join((self.da if language == "da" else self.en).split()).lstrip("#- ")


@dataclass(frozen=True)
class LetterFacts:
    """The facts of one group of recipients. Strings are the values of the risk vocabulary.

    Dates are Danish calendar days. `subject_count` counts everybody affected; under five it is not told, as
    it could point at a person. `consequences` are values of CONSEQUENCES that a person ticked, each with a
    sentence in the letter. `day_is_about`: the day it happened is an estimate.
    """

    confidentiality: str | None = None
    integrity: str | None = None
    availability: str | None = None
    cause: str | None = None
    data_categories: tuple[str, ...] | None = None
    subject_groups: tuple[str, ...] | None = None
    return_or_deletion: str | None = None
    subject_count: int | None = None
    subject_count_is_estimate: bool = True
    recipient_count: int | None = None
    began_on: date | None = None
    ended_on: date | None = None
    day_is_about: bool = False
    discovered_on: date | None = None
    next_message_by: date | None = None
    contained: bool | None = None
    authority_notified: bool | None = None
    police_notified: bool | None = None
    consequences: tuple[str, ...] = ()
    what_happened: Bilingual | None = None
    reason_for_delay: Bilingual | None = None
    measures_done: tuple[Bilingual, ...] = ()
    measures_planned: tuple[Bilingual, ...] = ()

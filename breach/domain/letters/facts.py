"""What a letter needs to know about the breach. None means: not known, so nothing is said of it."""

from dataclasses import dataclass
from datetime import date

from breach.domain.risk.facts import MadeBy, Way

WAYS = tuple(str(one.value) for one in Way)
"""How it came about; `other` says nothing."""
MAKERS = tuple(str(one.value) for one in MadeBy)
"""Who made the mistake or did it; `nobody_known` is a finding, None is no answer."""
DELAYS = ("finding_people", "finding_out", "stopping_it", "asked_to_wait")
"""Why people are written to only now, chosen by a person."""


@dataclass(frozen=True)
class Bilingual:
    """A sentence that a person wrote, in both languages of the letter; "" where it was not written in one."""

    da: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence on one line, without the marks that would make it a heading or a list."""
        return " ".join((self.da if language == "da" else self.en).split()).lstrip("#- ")


@dataclass(frozen=True)
class LetterFacts:
    """The facts of one group of recipients. Strings are values of the risk vocabulary, or of those above.

    Dates are Danish calendar days: `began_on` and `ended_on` when it happened, `discovered_on` when somebody
    discovered it, `aware_on` when the controller became aware. `subject_count` counts everybody affected;
    under five it is not told, as it could point at a person. `recipient_count` counts everybody who got
    anything, `recipients_per_person` those who got the data of each reader. `consequences` are values of
    CONSEQUENCES that a person ticked. `day_is_about`: the day it happened is an estimate. `in_english`: the
    letter is sent in English too.
    """

    confidentiality: str | None = None
    integrity: str | None = None
    availability: str | None = None
    cause: str | None = None
    data_categories: tuple[str, ...] | None = None
    subject_groups: tuple[str, ...] | None = None
    return_or_deletion: str | None = None
    protection: str | None = None
    access_log: str | None = None
    service_impact: str | None = None
    subject_count: int | None = None
    subject_count_is_estimate: bool = False
    recipient_count: int | None = None
    recipients_per_person: int | None = None
    way: str | None = None
    made_by: str | None = None
    began_on: date | None = None
    ended_on: date | None = None
    day_is_about: bool = False
    discovered_on: date | None = None
    aware_on: date | None = None
    next_message_by: date | None = None
    contained: bool | None = None
    authority_notified: bool | None = None
    police_notified: bool | None = None
    consequences: tuple[str, ...] = ()
    what_happened: Bilingual | None = None
    late_because: str | None = None
    reason_for_delay: Bilingual | None = None
    measures_done: tuple[Bilingual, ...] = ()
    measures_planned: tuple[Bilingual, ...] = ()
    in_english: bool = True

    @property
    def reached_by(self) -> int | None:
        """How many got the data of each reader: as told, or where the whole number leaves no other answer."""
        if self.recipients_per_person is not None:
            return self.recipients_per_person
        return self.recipient_count if self.subject_count == 1 or self.recipient_count == 1 else None

    @property
    def is_locked(self) -> bool:
        """Nobody who has the data can read them."""
        return self.confidentiality == "unintelligible_only" or (
            self.protection == "intact" and self.confidentiality not in (None, "none", "published")
        )

    @property
    def reach(self) -> str | None:
        """How far readable data got: a value of confidentiality, or "locked"."""
        return "locked" if self.is_locked else self.confidentiality

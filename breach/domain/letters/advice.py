"""What the reader can do: advice that fits what happened, most urgent first.

Source: EDPB Guidelines 9/2022 and recital 86 GDPR (advice so that people can protect themselves).
"""

from collections.abc import Iterator

from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.harms import CALLED, CREDIT, by_strangers, misused
from breach.domain.letters.lines import Line
from breach.domain.letters.sentences import Sentence, every
from breach.domain.letters.told import both, holds_kind, no, value, way

MOST = 5
"""Pieces of advice in a letter: more are not followed."""
_HEALTH = ("health", "employment_health", "genetic")
_BANK = (*CREDIT, "payment", "financial")
_reachable = value("reach", "exposed", "known_recipients", "unknown_recipients", "exfiltrated", "published")
_looked_up = both(way("looked_up_without_need", "access_too_wide"), _reachable)
_wrong = value("integrity", "recoverable", "unrecoverable")
_care = value("service_impact", "care_delayed", "care_endangered")


def _protected(facts: LetterFacts) -> bool:
    return "protected_address" in (facts.data_categories or ()) + (facts.subject_groups or ())


ADVICE = (
    Sentence("advice.protected_address", (), both(_protected, no(value("confidentiality", "none")))),
    Sentence(
        "advice.password", ("data_categories", "confidentiality"), both(misused, holds_kind("credentials"))
    ),
    Sentence("advice.care", ("service_impact",), _care),
    Sentence("advice.check", ("integrity",), both(_wrong, no(_care))),
    Sentence("advice.card", ("data_categories", "confidentiality"), both(misused, holds_kind("payment"))),
    Sentence(
        "advice.credit_warning", ("data_categories", "confidentiality"), both(misused, holds_kind(*CREDIT))
    ),
    Sentence("advice.bank", ("data_categories", "confidentiality"), both(misused, holds_kind(*_BANK))),
    Sentence(
        "advice.callers", ("data_categories", "confidentiality"), both(by_strangers, holds_kind(*CALLED))
    ),
    Sentence(
        "advice.access_log", ("data_categories", "confidentiality"), both(_looked_up, holds_kind(*_HEALTH))
    ),
    Sentence("advice.misuse", ("data_categories", "confidentiality"), both(misused, holds_kind(*_BANK))),
)
"""Every one that holds, up to MOST."""


def advice(facts: LetterFacts) -> Iterator[Line]:
    """Yield the advice; there is always somebody to call."""
    found = tuple(every(ADVICE, facts))[:MOST]
    yield from found or (Line("advice.call_us"),)

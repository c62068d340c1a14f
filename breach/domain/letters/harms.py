"""What it can mean for the reader: how likely harm is, why, and which harms; only those that fit.

Source: GDPR Art. 34(2) with 33(3)(c), the likely consequences; recital 86.
"""

from collections.abc import Iterator

from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.lines import Line
from breach.domain.letters.sentences import Sentence, every, first
from breach.domain.letters.told import INWARD, LOST, OUT_OF_REACH, SEEN, both, holds_kind, no, value, way

CREDIT = ("national_id", "official_document")
PRIVATE = (
    "health",
    "employment_health",
    "genetic",
    "biometric",
    "ethnic_origin",
    "religion",
    "sex_life",
    "criminal",
    "trade_union",
    "political",
    "communications",
    "family",
    "photo_video",
    "social_matters",
)
CALLED = ("contact", "national_id", "customer_relation")
_OUTSIDERS = ("unknown_recipients", "exfiltrated", "published")
by_strangers = value("reach", *_OUTSIDERS)
"""People whom nobody knows may have the data."""
misused = both(value("reach", "exposed", "known_recipients", *_OUTSIDERS), no(way(*SEEN)))
"""Somebody may have the data who can do something with them."""
_reached = value("reach", "exposed", "known_recipients", *_OUTSIDERS)


def _ticked(name: str) -> Sentence:
    return Sentence(f"harm.{name}", ("consequences",), lambda facts: name in facts.consequences)


def _unticked(facts: LetterFacts) -> bool:
    return not facts.consequences


_wrong = value("integrity", "recoverable", "unrecoverable")
_gone = value("availability", *OUT_OF_REACH, "permanent")
_unasked = value("service_impact", None)


def _wrong_or_gone(facts: LetterFacts) -> bool:
    return _wrong(facts) or _gone(facts)


HARMS = (
    Sentence(
        "harm.credit",
        ("data_categories", "confidentiality"),
        lambda facts: misused(facts) and holds_kind(*CREDIT)(facts) and _chosen(facts, "identity_theft"),
    ),
    Sentence(
        "harm.identity_theft",
        ("consequences",),
        lambda facts: "identity_theft" in facts.consequences and not _told_credit(facts),
    ),
    Sentence(
        "harm.payment",
        ("data_categories", "confidentiality"),
        lambda facts: misused(facts) and holds_kind("payment")(facts) and _chosen(facts, "financial_loss"),
    ),
    Sentence(
        "harm.financial_loss",
        ("consequences",),
        lambda facts: "financial_loss" in facts.consequences and not holds_kind("payment")(facts),
    ),
    Sentence("harm.log_in", ("data_categories", "confidentiality"), both(misused, holds_kind("credentials"))),
    Sentence(
        "harm.callers",
        ("data_categories", "confidentiality"),
        both(_unticked, by_strangers, holds_kind("contact")),
    ),
    _ticked("discrimination"),
    _ticked("reputation"),
    _ticked("social"),
    Sentence(
        "harm.found",
        ("data_categories", "confidentiality"),
        both(_reached, holds_kind("protected_address")),
    ),
    Sentence(
        "harm.unease",
        ("data_categories", "confidentiality"),
        both(_unticked, _reached, holds_kind(*PRIVATE)),
    ),
    Sentence(
        "harm.{service_impact}",
        ("service_impact",),
        value("service_impact", "minor", "moderate", "care_delayed", "care_endangered"),
    ),
    Sentence("harm.none_felt", ("service_impact",), both(value("service_impact", "none"), _wrong_or_gone)),
    Sentence(
        "harm.wrong_care", ("integrity", "data_categories"), both(_unasked, _wrong, holds_kind("health"))
    ),
    Sentence("harm.wrong_case", ("integrity",), both(_unasked, _wrong, no(holds_kind("health")))),
    Sentence(
        "harm.waiting", ("availability",), both(_unasked, value("availability", "minutes", "hours", "days"))
    ),
    Sentence("harm.lost_for_good", ("availability",), value("availability", "permanent")),
)
"""Every one that holds, the most tangible first."""


def _chosen(facts: LetterFacts, name: str) -> bool:
    """Tell whether a person ticked the consequence, or none at all."""
    return not facts.consequences or name in facts.consequences


def _told_credit(facts: LetterFacts) -> bool:
    return misused(facts) and holds_kind(*CREDIT)(facts)


_known = value("reach", "known_recipients")
_copied = value("reach", "exfiltrated")
_on_purpose = value("cause", "internal_deliberate", "external_deliberate")
_unknown = value("reach", "unknown_recipients")
LIKELY = (
    Sentence("likely.locked", ("confidentiality",), value("reach", "locked")),
    Sentence("likely.none", ("confidentiality",), value("confidentiality", "none")),
    Sentence(
        "likely.back",
        ("confidentiality", "return_or_deletion"),
        both(_known, value("return_or_deletion", "confirmed"), no(way(*SEEN))),
    ),
    Sentence(
        "likely.refused",
        ("confidentiality", "return_or_deletion"),
        both(_known, value("return_or_deletion", "refused"), no(way(*SEEN))),
    ),
    Sentence("likely.on_purpose", ("confidentiality", "cause"), both(_known, _on_purpose)),
    Sentence("likely.seen", ("confidentiality", "way"), both(_known, way(*SEEN))),
    Sentence("likely.known", ("confidentiality",), _known),
    Sentence(
        "likely.exposed_log",
        ("confidentiality", "access_log"),
        both(value("reach", "exposed"), value("access_log", "complete")),
    ),
    Sentence("likely.exposed_no_log", ("confidentiality", "access_log"), value("reach", "exposed")),
    Sentence("likely.exposed", ("confidentiality",), value("reach", "exposed")),
    Sentence("likely.lost", ("confidentiality", "way"), both(_unknown, way(*LOST))),
    Sentence("likely.unknown", ("confidentiality",), _unknown),
    Sentence("likely.copied_on_purpose", ("confidentiality", "cause"), both(_copied, _on_purpose)),
    Sentence("likely.copied", ("confidentiality",), _copied),
    Sentence("likely.published", ("confidentiality",), value("reach", "published")),
    Sentence("likely.open"),
)
"""How likely it is that somebody uses the data, and why: the first that holds."""


def harms(facts: LetterFacts) -> tuple[Line, ...]:
    """Return the harms that fit, the most tangible first."""
    return tuple(every(HARMS, facts))


def likelihood(facts: LetterFacts) -> Iterator[Line]:
    """Yield how likely harm is and why; nothing of access where nobody can have had any."""
    if facts.way not in INWARD or facts.confidentiality not in (None, "none"):
        yield from first(LIKELY, facts)

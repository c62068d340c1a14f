"""Facts as ranks: what is unknown becomes the worst, or for the best outcome the mildest, it could be."""

from typing import NamedTuple

from breach.domain.risk.facts import DataCategory, Facts, SubjectGroup
from breach.domain.risk.rules import (
    ALL,
    BIT_OF,
    EXPOSED,
    MASKS,
    NO_ACCESS,
    PUBLISHED,
    UNREADABLE,
    DataProfile,
    data_profile,
    group_mask,
)
from breach.domain.risk.severity import Severity

_UNKNOWN_DATA, _OTHER_DATA = 1 << DataCategory.UNKNOWN.rank, 1 << DataCategory.OTHER.rank
_UNKNOWN_GROUP, _OTHER_GROUP = 1 << SubjectGroup.UNKNOWN.rank, 1 << SubjectGroup.OTHER.rank

# ENISA, circumstances, in quarters. Minutes are recovered "without difficulty"; hours and days are a
# "temporary unavailability". A recoverable alteration may have been used wrongly: 0.25.
CB_BY_EXPOSURE = (0, 0, 0, 1, 2, 2, 2)
_INTEGRITY_CB = (0, 1, 2)
_AVAILABILITY_CB = (0, 0, 1, 1, 2)
_INTENT_CB = (0, 0, 2, 2, 2)
#: The circumstances by the place of their fact among the ranks.
CB_BY_PLACE = {2: _INTEGRITY_CB, 3: _AVAILABILITY_CB, 4: _INTENT_CB}


class Thresholds(NamedTuple):
    """Numbers of persons at which rules turn: own choices, versioned with the model.

    few: at most so many persons are few (25); many: from so many on they are many (100, near ENISA's flag)
    """

    few: int = 25
    many: int = 100
    version: str = "1"


class Ranks(NamedTuple):
    """The facts as the rules read them; every one is known here. Booleans: 0 is the mild answer."""

    confidentiality: int
    protection: int
    integrity: int
    availability: int
    cause: int
    insight: int
    ease: int
    subjects: int
    recipients: int
    secrecy: int
    returned: int
    unhashed: int
    backup: int
    impact: int
    private: int
    data: int
    groups: int


class Measured(NamedTuple):
    """What the ranks come to: the bits of the clauses met, the exposure and the parts of the severity."""

    met: int
    exposure: int
    dpc: int
    ei: int
    cb: int

    @property
    def severity(self) -> Severity:
        """The severity as a value."""
        return Severity(self.dpc, self.ei, self.cb)


def subject_rank(count: int, thresholds: Thresholds) -> int:
    """Return 0 for few, 2 for many and 1 for a number of persons in between."""
    return 0 if count <= thresholds.few else 1 if count < thresholds.many else 2


def _data_bits(facts: Facts) -> int:
    bits = 0
    for kind in facts.data_categories:
        bits |= 1 << kind.rank
    return bits


def _group_bits(facts: Facts) -> int:
    bits = 0
    for group in facts.subject_groups:
        bits |= 1 << group.rank
    return bits or _UNKNOWN_GROUP


def _flag(value: bool | None, mild: bool) -> int:
    return 0 if value is mild else 1


def worst_ranks(facts: Facts, thresholds: Thresholds) -> Ranks:
    """Return the ranks with every unknown fact at its worst."""
    f, subjects, recipients = facts, facts.subject_count, facts.recipient_count
    return Ranks(
        6 if f.confidentiality is None else f.confidentiality.rank,
        2 if f.protection is None else f.protection.rank,
        2 if f.integrity is None else f.integrity.rank,
        4 if f.availability is None else f.availability.rank,
        4 if f.cause is None else f.cause.rank,
        3 if f.insight is None else f.insight.rank,
        3 if f.identifiability is None else f.identifiability.rank,
        2 if subjects is None else subject_rank(subjects, thresholds),
        1 if recipients is None or recipients > thresholds.few else 0,
        _flag(f.recipients_bound_by_secrecy, True),
        3 if f.return_or_deletion is None else f.return_or_deletion.rank,
        _flag(f.credentials_hashed, True),
        3 if f.backup is None else f.backup.rank,
        4 if f.service_impact is None else f.service_impact.rank,
        _flag(f.already_public, True),
        _data_bits(f),
        _group_bits(f),
    )


#: The fact that each rank is read from.
RANK_OF_FACT = {
    "confidentiality": "confidentiality",
    "protection": "protection",
    "integrity": "integrity",
    "availability": "availability",
    "cause": "cause",
    "insight": "insight",
    "ease": "identifiability",
    "subjects": "subject_count",
    "recipients": "recipient_count",
    "returned": "return_or_deletion",
    "secrecy": "recipients_bound_by_secrecy",
    "unhashed": "credentials_hashed",
    "backup": "backup",
    "impact": "service_impact",
    "private": "already_public",
}


def _without_unknown(bits: int, unknown: int, other: int) -> int:
    return (bits & ~unknown or other) if bits & unknown else bits


def best_ranks(facts: Facts, worst: Ranks) -> Ranks:
    """Return the ranks with every unknown fact at its mildest."""
    mild = {rank: 0 for rank, name in RANK_OF_FACT.items() if getattr(facts, name) is None}
    data = _without_unknown(worst.data, _UNKNOWN_DATA, _OTHER_DATA)
    groups = _without_unknown(worst.groups, _UNKNOWN_GROUP, _OTHER_GROUP)
    return worst._replace(**mild, data=data, groups=groups)


def exposure_of(confidentiality: int, protection: int, open_credentials: bool) -> int:
    """Return how far readable data got.

    Intact encryption makes unreadable whatever was reached, short of publication and of passwords
    without a strong hash; "unreadable" data whose key may be known lie open, as no more is known of them.
    """
    if confidentiality in (NO_ACCESS, PUBLISHED):
        return confidentiality
    if confidentiality == UNREADABLE:
        return EXPOSED if protection else UNREADABLE
    return confidentiality if protection or open_credentials else UNREADABLE


def ease_of(exposure: int, met: int, ease: int, profile: DataProfile) -> int:
    """Return the ease of identification in quarters; nobody is identified from what nobody can read.

    That helps only while nothing is lost for good: EDPB 9/2022 wants persons told of encrypted data that
    cannot be restored.
    """
    return 1 if exposure == UNREADABLE and met & BIT_OF["R"] else max(ease + 1, profile.ease_floor)


def measure(ranks: Ranks) -> Measured:
    """Return which clauses the ranks meet, and how severe the breach is."""
    profile = data_profile(ranks.data)
    open_credentials = profile.has_credentials and ranks.unhashed == 1
    exposure = exposure_of(ranks.confidentiality, ranks.protection, open_credentials)
    met = ALL & profile.mask & group_mask(ranks.groups)
    for masks, rank in zip(IN_ORDER, (exposure, *ranks[2:15]), strict=True):
        met &= masks[rank]
    ei = ease_of(exposure, met, ranks.ease, profile)
    cb = CB_BY_EXPOSURE[exposure] + _INTEGRITY_CB[ranks.integrity]
    cb += _AVAILABILITY_CB[ranks.availability] + _INTENT_CB[ranks.cause]
    return Measured(met, exposure, profile.dpc[ranks.insight], ei, cb)


#: Masks in the order of exposure and then of the ranks from integrity on.
IN_ORDER = tuple(MASKS[name] for name in ("exposure", *Ranks._fields[2:15]))

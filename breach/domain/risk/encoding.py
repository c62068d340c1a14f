"""Facts as ranks: what is unknown becomes the worst, or for the best outcome the mildest, it could be."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from breach.domain.risk.facts import SET_FACTS, DataCategory, Facts, SubjectGroup
from breach.domain.risk.profiles import (
    DATA_PROFILES,
    DATA_TRAITS,
    GROUP_MASKS,
    GROUP_TRAITS,
    DataProfile,
    traits_of,
)
from breach.domain.risk.rules import (
    ALL,
    BIT_OF,
    EXPOSED,
    MASKS,
    NO_ACCESS,
    PUBLISHED,
    UNREADABLE,
)
from breach.domain.risk.severity import Severity

_UNKNOWN_GROUP = GROUP_TRAITS[SubjectGroup.UNKNOWN.rank]

# ENISA, circumstances, in quarters. Minutes are recovered "without difficulty"; hours and days are a
# "temporary unavailability". A recoverable alteration may have been used wrongly: 0.25.
CB_BY_EXPOSURE = (0, 0, 0, 1, 2, 2, 2)
_INTEGRITY_CB = (0, 1, 2)
_AVAILABILITY_CB = (0, 0, 1, 1, 2)
_INTENT_CB = (0, 0, 2, 2, 2)
#: The clauses of recovery: nothing is lost for good.
RECOVERED = BIT_OF["R"]
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
    """The facts as the rules read them; every one is known here. Booleans: 0 is the mild answer.

    data, groups: not ranks but the traits of the set
    """

    confidentiality: int
    protection: int
    integrity: int
    availability: int
    cause: int
    insight: int
    ease: int
    subjects: int
    recipients: int
    returned: int
    secrecy: int
    unhashed: int
    backup: int
    impact: int
    private: int
    relation: int
    opened: int
    late: int
    proof: int
    log: int
    used: int
    data: int
    groups: int


@cache  # 4 contexts, 4 eases, 9 circumstances
def _severity(dpc: int, ei: int, cb: int) -> Severity:
    return Severity(dpc, ei, cb)


class Measured(NamedTuple):
    """What the ranks come to: the bits of the clauses met, the exposure and the parts of the severity.

    nearly: the bits of the clauses that a single fact keeps from being met
    """

    met: int
    nearly: int
    exposure: int
    dpc: int
    ei: int
    cb: int

    @property
    def score(self) -> int:
        """The severity in quarters."""
        return self.dpc * self.ei + self.cb

    @property
    def severity(self) -> Severity:
        """The severity as a value."""
        return _severity(self.dpc, self.ei, self.cb)


def subject_rank(count: int, thresholds: Thresholds) -> int:
    """Return 0 for few, 2 for many and 1 for a number of persons in between."""
    if count <= thresholds.few:
        return 0
    return 1 if count < thresholds.many else 2


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
        3 if f.return_or_deletion is None else f.return_or_deletion.rank,
        _flag(f.recipients_bound_by_secrecy, True),
        _flag(f.credentials_hashed, True),
        3 if f.backup is None else f.backup.rank,
        4 if f.service_impact is None else f.service_impact.rank,
        _flag(f.already_public, True),
        6 if f.recipient_relation is None else f.recipient_relation.rank,
        2 if f.recipient_opened is None else f.recipient_opened.rank,
        _flag(f.deleted_at_once, True),
        3 if f.recipient_proof is None else f.recipient_proof.rank,
        2 if f.access_log is None else f.access_log.rank,
        2 if f.altered_data_use is None else f.altered_data_use.rank,
        traits_of(f.data_categories, DATA_TRAITS),
        traits_of(f.subject_groups, GROUP_TRAITS) if f.subject_groups else _UNKNOWN_GROUP,
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
    "relation": "recipient_relation",
    "opened": "recipient_opened",
    "late": "deleted_at_once",
    "proof": "recipient_proof",
    "log": "access_log",
    "used": "altered_data_use",
}
#: The place among the ranks of each fact that has one.
PLACE_OF = {name: Ranks._fields.index(rank) for rank, name in RANK_OF_FACT.items()}
#: The places of the sets, after all others.
DATA = len(RANK_OF_FACT)
GROUPS = DATA + 1
PLACE_OF |= {"data_categories": DATA, "subject_groups": GROUPS}


def mildest(facts: Facts, name: str) -> int:
    """Return the traits of an unknown set at its mildest: without what is unknown, or of `other`."""
    if name == "data_categories":
        known = facts.data_categories - {DataCategory.UNKNOWN}
        return traits_of(known or (DataCategory.OTHER,), DATA_TRAITS)
    persons = facts.subject_groups - {SubjectGroup.UNKNOWN}
    return traits_of(persons or (SubjectGroup.OTHER,), GROUP_TRAITS)


def best_ranks(facts: Facts, worst: Ranks, unknown: Iterable[str]) -> Ranks:
    """Return the ranks with every unknown fact at its mildest."""
    ranks = list(worst)
    for name in unknown:
        if name in PLACE_OF:
            ranks[PLACE_OF[name]] = mildest(facts, name) if name in SET_FACTS else 0
    return Ranks._make(ranks)


def exposure_of(confidentiality: int, protection: int) -> int:
    """Return how far readable data got.

    Intact encryption makes unreadable whatever was reached, short of publication: what is out for good
    may be opened one day. "Unreadable" data whose key may be known lie open, as no more is known of them.
    """
    if confidentiality in (NO_ACCESS, PUBLISHED):
        return confidentiality
    if confidentiality == UNREADABLE:
        return EXPOSED if protection else UNREADABLE
    return confidentiality if protection else UNREADABLE


def ease_of(exposure: int, met: int, ease: int, profile: DataProfile) -> int:
    """Return the ease of identification in quarters; nobody is identified from what nobody can read.

    That helps only while nothing is lost for good: EDPB 9/2022 wants persons told of encrypted data that
    cannot be restored.
    """
    if exposure == UNREADABLE and met & RECOVERED:
        return 1
    return ease + 1 if ease >= profile.ease_floor else profile.ease_floor


#: The exposure by confidentiality and protection.
EXPOSURES = tuple(tuple(exposure_of(reach, cover) for cover in range(3)) for reach in range(7))
EXPOSURE = MASKS["exposure"]
#: The clauses that each rank leaves standing, from integrity on.
IN_ORDER = tuple(MASKS[name] for name in Ranks._fields[2:DATA])
#: The clauses that each rank fails: the other ones.
EXPOSURE_FAILS, GROUP_FAILS = (tuple(ALL ^ mask for mask in masks) for masks in (EXPOSURE, GROUP_MASKS))
FAILS = tuple(tuple(ALL ^ mask for mask in masks) for masks in IN_ORDER)


class _Bunch(dict[tuple[int, ...], tuple[int, int, int]]):
    """Some facts together, by their ranks: clauses failing once and twice, and points for circumstances."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first

    def __missing__(self, ranks: tuple[int, ...]) -> tuple[int, int, int]:
        once = twice = points = 0
        for place, rank in enumerate(ranks, self.first):
            fails = FAILS[place - 2][rank]
            twice |= once & fails
            once |= fails
            points += CB_BY_PLACE[place][rank] if place in CB_BY_PLACE else 0
        return self.setdefault(ranks, (once, twice, points))


# The facts of a bunch have some hundred combinations of ranks, so each is worked out once.
_LOSS = _Bunch(2)
_TRUST = _Bunch(6)
_RELIEF = _Bunch(11)
_PROOF = _Bunch(15)


def measure(ranks: Ranks) -> Measured:
    """Return which clauses the ranks meet, and how severe the breach is."""
    profile = DATA_PROFILES[ranks.data]
    exposure = EXPOSURES[ranks.confidentiality][ranks.protection]
    once, twice, cb = _LOSS[ranks[2:6]]
    for fails, again, _ in (_TRUST[ranks[6:11]], _RELIEF[ranks[11:15]], _PROOF[ranks[15:DATA]]):
        twice |= once & fails | again
        once |= fails
    for fails in (profile.fails, GROUP_FAILS[ranks.groups], EXPOSURE_FAILS[exposure]):
        twice |= once & fails
        once |= fails
    met = ALL ^ once
    ei = ease_of(exposure, met, ranks.ease, profile)
    return Measured(
        met, once ^ twice, exposure, profile.dpc[ranks.insight], ei, cb + CB_BY_EXPOSURE[exposure]
    )

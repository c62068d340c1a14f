"""What kinds of data and groups of persons mean to the rules, by the traits of a set.

A trait is a bit: "among them is one of those that the rules ask about here". The traits of a set are those
of its members together, so a neighbour of a set costs one OR. Kinds that nothing tells apart have the
same traits, so few different sets are left to remember.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from breach.domain.risk.facts import DataCategory as D
from breach.domain.risk.facts import Ordered
from breach.domain.risk.facts import SubjectGroup as G
from breach.domain.risk.rules import ALL, CLAUSES, CONTEXTS, Clause
from breach.domain.risk.severity import Context, dpc_by_insight

Member = TypeVar("Member", bound=Ordered)

_INSIGHTS = range(4)


@dataclass(frozen=True, slots=True)
class DataProfile:
    """What a set of data categories means to the rules: clauses left standing and parts of the severity.

    fails: the other clauses
    """

    mask: int
    fails: int
    dpc: tuple[int, ...]
    ease_floor: int


def _required_sets(clause: Clause) -> tuple[frozenset[D], ...]:
    """Return the sets of which the data must contain one; UNKNOWN satisfies any of them."""
    return tuple(wish | {D.UNKNOWN} for wish in (clause.any_data, clause.also_data) if wish is not None)


def _forbidden_sets(clause: Clause) -> tuple[frozenset[D], ...]:
    """Return the sets of which the data must contain none; UNKNOWN violates all of them."""
    outside = frozenset[D]() if clause.within is None else frozenset(D) - clause.within
    return tuple(limit | {D.UNKNOWN} for limit in (outside, clause.without) if limit)


def _by_context() -> dict[tuple[int, ...], frozenset[D]]:
    """Return the kinds of data by their processing context for each insight."""
    found: dict[tuple[int, ...], frozenset[D]] = {}
    for kind in D:
        context = CONTEXTS.get(kind, Context.SIMPLE)
        steps = tuple(dpc_by_insight(context, insight) for insight in _INSIGHTS)
        found[steps] = found.get(steps, frozenset()) | {kind}
    return found


_BY_CONTEXT = _by_context()
_NUMBER = frozenset({D.NATIONAL_ID, D.UNKNOWN})
_NAME = frozenset({D.IDENTITY, D.UNKNOWN})
_ADDRESS = frozenset({D.PROTECTED_ADDRESS, D.UNKNOWN})


def _data_sets() -> Iterator[frozenset[D]]:
    for clause in CLAUSES:
        yield from (*_required_sets(clause), *_forbidden_sets(clause))
    yield from (*_BY_CONTEXT.values(), _NUMBER, _NAME, _ADDRESS)


_DATA_SETS = tuple(dict.fromkeys(_data_sets()))


def _group_sets() -> Iterator[frozenset[G]]:
    for clause in CLAUSES:
        yield from (limit | {G.UNKNOWN} for limit in (clause.any_group, clause.without_group) if limit)


_GROUP_SETS = tuple(dict.fromkeys(_group_sets()))


def _traits(vocabulary: Iterable[Member], sets: Sequence[frozenset[Member]]) -> tuple[int, ...]:
    return tuple(sum(1 << i for i, each in enumerate(sets) if member in each) for member in vocabulary)


#: The traits of each kind of data and of each group of persons, by its rank.
DATA_TRAITS = _traits(D, _DATA_SETS)
GROUP_TRAITS = _traits(G, _GROUP_SETS)


def traits_of(members: Iterable[Ordered], traits: tuple[int, ...]) -> int:
    """Return the traits of a set: those of its members together."""
    found = 0
    for member in members:
        found |= traits[member.rank]
    return found


_REQUIRED = tuple(tuple(1 << _DATA_SETS.index(each) for each in _required_sets(clause)) for clause in CLAUSES)
_FORBIDDEN = tuple(
    sum({1 << _DATA_SETS.index(each) for each in _forbidden_sets(clause)}) for clause in CLAUSES
)


def data_mask(traits: int) -> int:
    """Return the clauses that data of these traits leave standing."""
    mask = 0
    for i, (wishes, limits) in enumerate(zip(_REQUIRED, _FORBIDDEN, strict=True)):
        if not traits & limits and all(traits & wish for wish in wishes):
            mask |= 1 << i
    return mask


def _has(traits: int, kinds: frozenset[D]) -> bool:
    return bool(traits >> _DATA_SETS.index(kinds) & 1)


def _dpc(traits: int) -> tuple[int, ...]:
    if _has(traits, _ADDRESS):
        return (4, 4, 4, 4)  # ENISA: simple data critical to the person's safety; an unknown kind may be such
    held = [steps for steps, kinds in _BY_CONTEXT.items() if _has(traits, kinds)]
    return tuple(max(steps[insight] for steps in held) for insight in _INSIGHTS)


def _ease_floor(traits: int) -> int:
    """Own rule: a CPR number shows birth date and sex, so it identifies: 0.75 alone, 1 with the name."""
    if not _has(traits, _NUMBER):
        return 1
    return 4 if _has(traits, _NAME) else 3


class _DataProfiles(dict[int, DataProfile]):
    """Profiles by the traits of the data, worked out once each."""

    def __missing__(self, traits: int) -> DataProfile:
        mask = data_mask(traits)
        profile = DataProfile(mask, ALL ^ mask, _dpc(traits), _ease_floor(traits))
        return self.setdefault(traits, profile)


def _has_group(traits: int, groups: frozenset[G]) -> bool:
    """Tell whether one of the groups is among the persons; unknown persons may be anyone."""
    return bool(traits >> _GROUP_SETS.index(groups | {G.UNKNOWN}) & 1)


def _group_mask(traits: int) -> int:
    """Return the clauses that the persons leave standing."""
    mask = 0
    for i, clause in enumerate(CLAUSES):
        wished = clause.any_group is None or _has_group(traits, clause.any_group)
        barred = bool(clause.without_group) and _has_group(traits, clause.without_group)
        if wished and not barred:
            mask |= 1 << i
    return mask


#: What a set of kinds of data means, by its traits.
DATA_PROFILES = _DataProfiles()
#: The clauses that a set of groups leaves standing, by its traits.
GROUP_MASKS = tuple(_group_mask(traits) for traits in range(1 << len(_GROUP_SETS)))

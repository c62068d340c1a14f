"""What would change the outcome: each single fact with another value, all else as it is."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from breach.domain.risk.encoding import RANK_OF_FACT, Thresholds, mildest, subject_rank
from breach.domain.risk.facts import BOOLEAN_FACTS, ENUM_FACTS, SET_FACTS, Facts, Ordered
from breach.domain.risk.profiles import DATA_TRAITS, GROUP_TRAITS
from breach.domain.risk.rules import Outcome
from breach.domain.risk.scan import CAUSE, DATA, GROUPS, Scan
from breach.domain.risk.verdict import LEAST, MOST

Value = str | int | bool | list[str]
ORDER = {outcome: place for place, outcome in enumerate(Outcome)}
NAMES = tuple(RANK_OF_FACT.values())


class Change(NamedTuple):
    """One fact whose other value, all else as it is, gives another outcome; `to` as in JSON."""

    fact: str
    to: Value
    outcome: Outcome


#: A set one member away: the rank of the member, and the traits of the set.
_Step = tuple[int, int]
#: The values of a fact that tell, each with its rank and the change for each outcome.
_Values = tuple[tuple[int, dict[Outcome, Change]], ...]


@lru_cache(maxsize=16)
def _scalars(thresholds: Thresholds) -> tuple[_Values, ...]:
    """Return the values of each scalar fact, by its place among the ranks."""
    return tuple(
        tuple((rank, {o: Change(name, to, o) for o in Outcome}) for to, rank in _values(name, thresholds))
        for name in RANK_OF_FACT.values()
    )


def _values(name: str, thresholds: Thresholds) -> Iterator[tuple[Value, int]]:
    if name in ENUM_FACTS:
        yield from ((member.value, member.rank) for member in ENUM_FACTS[name])
    elif name in BOOLEAN_FACTS:
        yield from ((True, 0), (False, 1))
    elif name == "recipient_count":
        yield from ((thresholds.few, 0), (thresholds.few + 1, 1))
    else:
        counts = sorted({thresholds.few, thresholds.few + 1, thresholds.many})
        yield from ((count, subject_rank(count, thresholds)) for count in counts)


def _scalar_changes(scan: Scan, thresholds: Thresholds) -> Iterator[Change]:
    now, facts = scan.now, _scalars(thresholds)
    for place in scan.telling():
        held = scan.ranks[place]
        for rank, changes in facts[place]:
            if rank == held:
                continue
            outcome = scan.at(place, rank) if rank else scan.lower.get(place, now)
            if outcome is not now:
                yield changes[outcome]
            elif now is MOST and place != CAUSE:
                break  # what lies between this rank and the one held lowers nothing either


def _first_of_each(traits: tuple[int, ...]) -> tuple[_Step, ...]:
    """Return the first member, with its traits, of those that mean the same to the rules; never `unknown`."""
    first: dict[int, int] = {}
    for rank, bits in enumerate(traits[:-1]):
        first.setdefault(bits, rank)
    return tuple((rank, bits) for bits, rank in first.items())


class _Set(NamedTuple):
    """A fact that is a set: its place among the ranks, the traits of its members, whom to add."""

    name: str
    place: int
    vocabulary: tuple[Ordered, ...]
    traits: tuple[int, ...]
    additions: tuple[_Step, ...]
    at: Callable[[Scan, int], Outcome]


_SETS = tuple(
    _Set(name, place, tuple(SET_FACTS[name]), traits, _first_of_each(traits), at)
    for name, place, traits, at in (
        ("data_categories", DATA, DATA_TRAITS, Scan.with_data),
        ("subject_groups", GROUPS, GROUP_TRAITS, Scan.with_groups),
    )
)
_BY_RANK = attrgetter("rank")


def _removals(members: frozenset[Ordered], kind: _Set, held: int) -> list[_Step]:
    """Return the sets without one member that brought traits of its own."""
    bits = [(member.rank, kind.traits[member.rank]) for member in members]
    once = twice = 0
    for _, traits in bits:
        twice |= once & traits
        once |= traits
    own = once & ~twice
    return [(rank, held & ~(traits & own)) for rank, traits in bits if traits & own] if len(bits) > 1 else []


def _additions(members: frozenset[Ordered], kind: _Set, held: int) -> list[_Step]:
    """Return the sets with one member more that brings traits of its own; of those that mean the same one."""
    base = held if members else 0
    return [(rank, base | traits) for rank, traits in kind.additions if base | traits != held]


def _steps(members: frozenset[Ordered], kind: _Set, scan: Scan) -> list[_Step]:
    """Return the sets one member away that may change the outcome, in the order of the vocabulary."""
    held: int = scan.ranks[kind.place]
    removals = [] if scan.now is LEAST else _removals(members, kind, held)
    additions = [] if scan.now is MOST and members else _additions(members, kind, held)
    return sorted(removals + additions)


def _set_changes(facts: Facts, scan: Scan) -> Iterator[Change]:
    """Yield every removal that changes the outcome, and the first addition for each new outcome."""
    for kind in _SETS:
        if not scan.may_matter(kind.place):
            continue
        members: frozenset[Ordered] = getattr(facts, kind.name)
        added: set[Outcome] = set()
        for rank, traits in _steps(members, kind, scan):
            outcome = kind.at(scan, traits)
            if outcome is scan.now:
                continue
            member = kind.vocabulary[rank]
            if member not in members:
                if outcome in added:
                    continue
                added.add(outcome)
            yield Change(kind.name, _json(members ^ {member}), outcome)


def _json(members: frozenset[Ordered]) -> Value:
    return [member.value for member in sorted(members, key=_BY_RANK)]


def changes(facts: Facts, scan: Scan, thresholds: Thresholds) -> tuple[Change, ...]:
    """Return the single facts whose other value gives another outcome, all else as it is."""
    return (*_scalar_changes(scan, thresholds), *_set_changes(facts, scan))


def by_narrowing(facts: Facts, scan: Scan, unknown: tuple[str, ...]) -> tuple[str, ...]:
    """Return the unknown facts, the one whose mildest value lowers the outcome most first."""
    if len(unknown) < 2:
        return unknown
    lowest = {NAMES[place]: ORDER[outcome] for place, outcome in scan.lower.items()}
    for kind in _SETS:
        if kind.name in unknown and scan.may_matter(kind.place):
            lowest[kind.name] = ORDER[kind.at(scan, mildest(facts, kind.name))]
    now = ORDER[scan.now]
    return tuple(sorted(unknown, key=lambda name: lowest.get(name, now)))

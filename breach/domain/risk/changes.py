"""What would change the outcome: each single fact with another value, all else as it is."""

from collections.abc import Callable, Iterator
from functools import lru_cache, reduce
from operator import attrgetter, or_
from typing import NamedTuple

from breach.domain.risk.encoding import DATA, GROUPS, RANK_OF_FACT, Thresholds, mildest, subject_rank
from breach.domain.risk.facts import BOOLEAN_FACTS, ENUM_FACTS, SET_FACTS, Facts, Ordered
from breach.domain.risk.profiles import DATA_TRAITS, GROUP_TRAITS
from breach.domain.risk.rules import Outcome
from breach.domain.risk.scan import CAUSE, Scan
from breach.domain.risk.verdict import LEAST, MOST

Value = str | int | bool | list[str]
ORDER = {outcome: place for place, outcome in enumerate(Outcome)}
NAMES = tuple(RANK_OF_FACT.values())


class Change(NamedTuple):
    """One fact whose other value, all else as it is, gives another outcome; `to` as in JSON."""

    fact: str
    to: Value
    outcome: Outcome


#: A set one member away: the rank of that member, and the outcome.
_Step = tuple[int, Outcome]
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
    now = scan.now
    facts = _scalars(thresholds)
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


def _first_of_each(traits: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return the first member, with its traits, of those that mean the same to the rules; never `unknown`."""
    first: dict[int, int] = {}
    for rank, bits in enumerate(traits[:-1]):
        first.setdefault(bits, rank)
    return tuple((rank, bits) for bits, rank in first.items())


class _Set(NamedTuple):
    """A fact that is a set: its place among the ranks, the traits of its members and of all, whom to add."""

    name: str
    place: int
    vocabulary: tuple[Ordered, ...]
    traits: tuple[int, ...]
    every: int
    additions: tuple[tuple[int, int], ...]
    at: Callable[[Scan, int], Outcome]


_SETS = tuple(
    _Set(name, place, tuple(SET_FACTS[name]), traits, reduce(or_, traits), _first_of_each(traits), at)
    for name, place, traits, at in (
        ("data_categories", DATA, DATA_TRAITS, Scan.with_data),
        ("subject_groups", GROUPS, GROUP_TRAITS, Scan.with_groups),
    )
)
_BY_RANK = attrgetter("rank")


def _removals(members: frozenset[Ordered], kind: _Set, scan: Scan) -> list[_Step]:
    """Return every member without which the outcome is another; only one with traits of its own can be."""
    if len(members) < 2 or scan.now is LEAST:
        return []
    held: int = scan.ranks[kind.place]
    once = twice = 0
    for member in members:
        traits = kind.traits[member.rank]
        twice |= once & traits
        once |= traits
    own = once ^ twice
    tried = [(m.rank, kind.at(scan, held ^ lost)) for m in members if (lost := kind.traits[m.rank] & own)]
    return [step for step in tried if step[1] is not scan.now]


def _additions(members: frozenset[Ordered], kind: _Set, scan: Scan) -> list[_Step]:
    """Return for each other outcome the first member that brings it; named persons are no worse than unknown.

    The rules are monotone: if all kinds together add nothing to the outcome, none of them does.
    """
    now, held = scan.now, scan.ranks[kind.place]
    base, left = (held, ORDER[MOST] - ORDER[now]) if members else (0, ORDER[now])
    found: dict[Outcome, int] = {now: 0}
    if not left or (members and kind.at(scan, kind.every) is now):
        return []
    for rank, traits in kind.additions:
        if base | traits != held:
            found.setdefault(kind.at(scan, base | traits), rank)
            if len(found) > left:
                break
    del found[now]
    return [(rank, outcome) for outcome, rank in found.items()]


def _set_changes(facts: Facts, scan: Scan) -> Iterator[Change]:
    """Yield every removal that changes the outcome, and the first addition for each new outcome."""
    for kind in _SETS:
        if scan.may_matter(kind.place):
            members: frozenset[Ordered] = getattr(facts, kind.name)
            steps = _removals(members, kind, scan) + _additions(members, kind, scan)
            for rank, outcome in sorted(steps):
                yield Change(kind.name, _json(members ^ {kind.vocabulary[rank]}), outcome)


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
    if not lowest:
        return unknown
    now = ORDER[scan.now]
    return tuple(sorted(unknown, key=lambda name: lowest.get(name, now)))

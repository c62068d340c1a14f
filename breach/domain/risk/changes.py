"""What would change the outcome, and which unknown fact matters most."""

from collections.abc import Iterator
from typing import NamedTuple

from breach.domain.risk.encoding import RANK_OF_FACT, Ranks, Thresholds, best_ranks, subject_rank, worst_ranks
from breach.domain.risk.facts import BOOLEAN_FACTS, ENUM_FACTS, SET_FACTS, Facts, Ordered
from breach.domain.risk.rules import Outcome
from breach.domain.risk.verdict import outcome_of

Value = str | int | bool | list[str]
ORDER = {outcome: place for place, outcome in enumerate(Outcome)}


class Change(NamedTuple):
    """One fact whose other value, all else as it is, gives another outcome; `to` as in JSON."""

    fact: str
    to: Value
    outcome: Outcome


def _scalars(name: str, thresholds: Thresholds) -> Iterator[tuple[Value, int]]:
    """Yield the values of a fact that can differ in effect, with their ranks."""
    if name in ENUM_FACTS:
        yield from ((str(member.value), member.rank) for member in ENUM_FACTS[name])
    elif name in BOOLEAN_FACTS:
        yield from ((True, 0), (False, 1))
    elif name == "recipient_count":
        yield from ((thresholds.few, 0), (thresholds.few + 1, 1))
    else:
        counts = sorted({thresholds.few, thresholds.few + 1, thresholds.many})
        yield from ((count, subject_rank(count, thresholds)) for count in counts)


def _scalar_changes(facts: Facts, ranks: Ranks, thresholds: Thresholds) -> Iterator[Change]:
    now = outcome_of(ranks)
    for rank_name, name in RANK_OF_FACT.items():
        for value, rank in _scalars(name, thresholds):
            outcome = outcome_of(ranks._replace(**{rank_name: rank}))
            if outcome is not now:
                yield Change(name, value, outcome)


def _sets(name: str, held: frozenset[Ordered]) -> Iterator[tuple[bool, frozenset[Ordered]]]:
    """Yield the sets that are one member away, whether by adding; from no known member, the single ones."""
    for member in SET_FACTS[name]:
        if member in held and len(held) > 1:
            yield False, held - {member}
        elif member not in held and member.value != "unknown":
            yield True, held | {member}


def _set_changes(facts: Facts, ranks: Ranks) -> Iterator[Change]:
    """Yield every removal that changes the outcome, and the first addition for each new outcome."""
    now = outcome_of(ranks)
    for rank_name, name in (("data", "data_categories"), ("groups", "subject_groups")):
        added: set[Outcome] = set()
        for adds, members in _sets(name, getattr(facts, name)):
            bits = sum(1 << member.rank for member in members)
            outcome = outcome_of(ranks._replace(**{rank_name: bits}))
            if outcome is now or (adds and outcome in added):
                continue
            if adds:
                added.add(outcome)
            yield Change(name, [m.value for m in SET_FACTS[name] if m in members], outcome)


def changes(facts: Facts, thresholds: Thresholds) -> tuple[Change, ...]:
    """Return the single facts whose other value gives another outcome, all else as it is."""
    ranks = worst_ranks(facts, thresholds)
    return (*_scalar_changes(facts, ranks, thresholds), *_set_changes(facts, ranks))


def by_narrowing(facts: Facts, thresholds: Thresholds, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the unknown facts, the one whose mildest value lowers the outcome most first."""
    worst = worst_ranks(facts, thresholds)
    best = best_ranks(facts, worst)
    rank_of = {name: rank for rank, name in RANK_OF_FACT.items()}
    rank_of |= {"data_categories": "data", "subject_groups": "groups"}

    def lowest(name: str) -> int:
        rank = rank_of.get(name)
        ranks = worst if rank is None else worst._replace(**{rank: getattr(best, rank)})
        return ORDER[outcome_of(ranks)]

    return tuple(sorted(names, key=lowest))

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from breach.domain.risk.encoding import (
    CB_BY_EXPOSURE,
    CB_BY_PLACE,
    IN_ORDER,
    RANK_OF_FACT,
    Ranks,
    Thresholds,
    best_ranks,
    ease_of,
    exposure_of,
    measure,
    subject_rank,
    worst_ranks,
)
from breach.domain.risk.facts import BOOLEAN_FACTS, ENUM_FACTS, SET_FACTS, Facts, Ordered
from breach.domain.risk.rules import ALL, DataProfile, Outcome, data_profile, group_mask
from breach.domain.risk.verdict import outcome_by, outcome_of, verdict_on

Value = str | int | bool | list[str]
ORDER = {outcome: place for place, outcome in enumerate(Outcome)}


class Change(NamedTuple):
    """One fact whose other value, all else as it is, gives another outcome; `to` as in JSON."""

    fact: str
    to: Value
    outcome: Outcome


class SetStep(NamedTuple):
    """A set one member away: whether it adds one, its values as in JSON, and its ranks as bits."""

    adds: bool
    values: tuple[str, ...]
    bits: int


@lru_cache(maxsize=16)
def _scalars(thresholds: Thresholds) -> tuple[tuple[int, str, tuple[tuple[Value, int], ...]], ...]:
    """Return for each scalar fact its place among the ranks, its name and its telling values with ranks."""
    places = {rank: place for place, rank in enumerate(Ranks._fields)}
    return tuple(
        (places[rank], name, tuple(_values(name, thresholds))) for rank, name in RANK_OF_FACT.items()
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


@lru_cache(maxsize=65536)
def _set_steps(name: str, bits: int) -> tuple[SetStep, ...]:
    """Return the removals, and of additions that mean the same to the rules the first."""
    vocabulary: list[Ordered] = list(SET_FACTS[name])
    meaning = data_profile if name == "data_categories" else group_mask
    unknown = 1 << vocabulary[-1].rank
    seen: set[DataProfile | int] = set()
    steps = []
    for member in vocabulary:
        bit = 1 << member.rank
        adds, other = not bits & bit, bits ^ bit
        if not other or (adds and (bit == unknown or meaning(other) in seen)):
            continue
        if adds:
            seen.add(meaning(other))
        values = tuple(each.value for each in vocabulary if other >> each.rank & 1)
        steps.append(SetStep(adds, values, other))
    return tuple(steps)


_DATA, _GROUPS, _UNHASHED = (Ranks._fields.index(name) for name in ("data", "groups", "unhashed"))
_SETS = ((_DATA, "data_categories"), (_GROUPS, "subject_groups"))


def _with(ranks: Ranks, place: int, rank: int) -> Ranks:
    return Ranks._make((*ranks[:place], rank, *ranks[place + 1 :]))


class _Scan:
    """Facts and their neighbours: what all the others leave standing is worked out once for each fact."""

    def __init__(self, ranks: Ranks) -> None:
        self.ranks, self.profile = ranks, data_profile(ranks.data)
        self.measured = measure(ranks)
        self.now = verdict_on(self.measured).outcome
        standing = [IN_ORDER[0][self.measured.exposure]]
        standing += [masks[rank] for masks, rank in zip(IN_ORDER[1:], ranks[2:15], strict=True)]
        before, after = [ALL], [ALL]
        for first, last in zip(standing, reversed(standing), strict=True):
            before.append(before[-1] & first)
            after.append(after[-1] & last)
        # others[0] leaves out the exposure, others[n] the fact at place n + 1
        self.others = [left & right for left, right in zip(before, after[-2::-1], strict=False)]
        self.groups = group_mask(ranks.groups)

    def at(self, place: int, rank: int) -> Outcome:
        """Return the outcome with another rank at a place."""
        if place == _DATA:
            return self._with_data(rank)
        if place < 2 or place == _UNHASHED:
            return outcome_of(_with(self.ranks, place, rank))
        if place == _GROUPS:
            met = self.others[0] & IN_ORDER[0][self.measured.exposure] & self.profile.mask & group_mask(rank)
        else:
            met = self.others[place - 1] & IN_ORDER[place - 1][rank] & self.profile.mask & self.groups
        return outcome_by(met, self._score(place, rank, met))

    def _score(self, place: int, rank: int, met: int) -> int:
        _, exposure, dpc, _, cb = self.measured
        ease = rank if place == 6 else self.ranks.ease
        if place == 5:
            dpc = self.profile.dpc[rank]
        elif place in CB_BY_PLACE:
            points = CB_BY_PLACE[place]
            cb += points[rank] - points[self.ranks[place]]
        return dpc * ease_of(exposure, met, ease, self.profile) + cb

    def _with_data(self, bits: int) -> Outcome:
        ranks, profile = self.ranks, data_profile(bits)
        exposure = exposure_of(ranks[0], ranks[1], profile.has_credentials and ranks[_UNHASHED] == 1)
        cb = self.measured.cb + CB_BY_EXPOSURE[exposure] - CB_BY_EXPOSURE[self.measured.exposure]
        met = self.others[0] & IN_ORDER[0][exposure] & profile.mask & self.groups
        return outcome_by(met, profile.dpc[ranks[5]] * ease_of(exposure, met, ranks[6], profile) + cb)


def _scalar_changes(scan: _Scan, thresholds: Thresholds) -> Iterator[Change]:
    for place, name, values in _scalars(thresholds):
        held = scan.ranks[place]
        for value, rank in values:
            if rank != held and (outcome := scan.at(place, rank)) is not scan.now:
                yield Change(name, value, outcome)


def _set_changes(facts: Facts, scan: _Scan) -> Iterator[Change]:
    """Yield every removal that changes the outcome, and the first addition for each new outcome."""
    for place, name in _SETS:
        added: set[Outcome] = set()
        for step in _set_steps(name, scan.ranks[place] if getattr(facts, name) else 0):
            outcome = scan.at(place, step.bits)
            if outcome is scan.now or (step.adds and outcome in added):
                continue
            if step.adds:
                added.add(outcome)
            yield Change(name, list(step.values), outcome)


def changes(facts: Facts, thresholds: Thresholds) -> tuple[Change, ...]:
    """Return the single facts whose other value gives another outcome, all else as it is."""
    scan = _Scan(worst_ranks(facts, thresholds))
    return (*_scalar_changes(scan, thresholds), *_set_changes(facts, scan))


_RANK_OF = {name: rank for rank, name in RANK_OF_FACT.items()} | {name: Ranks._fields[p] for p, name in _SETS}


def by_narrowing(facts: Facts, thresholds: Thresholds, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the unknown facts, the one whose mildest value lowers the outcome most first."""
    if len(names) < 2:
        return names
    worst = worst_ranks(facts, thresholds)
    best = best_ranks(facts, worst)

    def lowest(name: str) -> int:
        place = Ranks._fields.index(_RANK_OF[name]) if name in _RANK_OF else None
        return ORDER[outcome_of(worst if place is None else _with(worst, place, best[place]))]

    return tuple(sorted(names, key=lowest))

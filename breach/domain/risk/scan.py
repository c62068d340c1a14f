"""The facts at their worst, and what the rules would come to with one of them another."""

from collections.abc import Iterable
from functools import reduce
from operator import and_

from breach.domain.risk.encoding import (
    CB_BY_EXPOSURE,
    CB_BY_PLACE,
    DATA,
    EXPOSURE,
    EXPOSURE_FAILS,
    EXPOSURES,
    FAILS,
    GROUP_FAILS,
    GROUPS,
    IN_ORDER,
    RECOVERED,
    Measured,
    Ranks,
    ease_of,
)
from breach.domain.risk.profiles import DATA_PROFILES, DATA_TRAITS, GROUP_MASKS, data_mask
from breach.domain.risk.rules import ALL, BIT_OF, CLAUSES, UNREADABLE, Outcome
from breach.domain.risk.verdict import LEAST, MOST, NEUTRAL_BITS, SOFTENER, firing, outcome_by

CAUSE, INSIGHT, EASE = 4, 5, 6
_SCORED = frozenset({*CB_BY_PLACE, INSIGHT, EASE})
_SCALARS = tuple(range(DATA))
#: By place: the clauses that each rank leaves standing; the first entry those of the mildest.
_MASKS = (EXPOSURE, EXPOSURE[1:], *IN_ORDER)
_FAILS = (EXPOSURE_FAILS, (), *FAILS)
_LAST = (6, 2, *(len(masks) - 1 for masks in _MASKS[2:]))
_SETS = (tuple(data_mask(traits) for traits in (0, *DATA_TRAITS)), GROUP_MASKS)
_MILD = tuple(masks[0] for masks in (*_MASKS, *_SETS))
#: By place: the clauses that the fact bears on.
_READ = tuple(ALL & ~reduce(and_, masks) for masks in (*_MASKS, *_SETS))


class _Closing(dict[int, int]):
    """By the triggers that fire: the places (as bits) whose mildest value closes every one of them."""

    def __missing__(self, fired: int) -> int:
        return self.setdefault(fired, sum(1 << p for p, mild in enumerate(_MILD) if not fired & mild))


class _Opening(dict[int, int]):
    """By clauses that are not met: the places (as bits) that bear on any of them."""

    def __missing__(self, clauses: int) -> int:
        return self.setdefault(clauses, sum(1 << p for p, read in enumerate(_READ) if clauses & read))


class _Places(dict[int, tuple[int, ...]]):
    """By bits: the places of scalar facts, in order."""

    def __missing__(self, bits: int) -> tuple[int, ...]:
        return self.setdefault(bits, tuple(place for place in _SCALARS if bits >> place & 1))


_CLOSING = _Closing()
_OPENING = _Opening()
_PLACES = _Places()
_EVERY = (1 << GROUPS + 1) - 1
# The triggers are looked up in two halves, which keeps the table to a few hundred entries.
_HALF = (1 << (len(CLAUSES) + NEUTRAL_BITS.bit_length()) // 2) - 1


class Scan:
    """Facts and their neighbours.

    A neighbour differs in one fact, so besides the clauses met now it can only meet those that this fact
    alone keeps from being met: the clauses failing once tell them without asking the other facts again.
    """

    def __init__(self, ranks: Ranks, measured: Measured, now: Outcome) -> None:
        self.ranks, self.now = ranks, now
        self.met, self.nearly, self.exposure, self.dpc, _, self.cb = measured
        self.score = measured.score
        self.profile = DATA_PROFILES[ranks.data]
        self._matter = self._that_may_lower() if now is MOST else _EVERY
        self._lower: dict[int, Outcome] | None = None

    def _that_may_lower(self) -> int:
        """Return the places (as bits) that can bring the graver outcome down.

        A single fact must close every trigger that fires, or open a neutraliser; while what is lost is not
        recovered only the softener can hold, so then it must open that or the recovery.
        """
        wanted = NEUTRAL_BITS ^ RECOVERED if self.met & RECOVERED else RECOVERED | BIT_OF[SOFTENER]
        fired = firing(self.met)
        return _CLOSING[fired & _HALF] & _CLOSING[fired & ~_HALF] | _OPENING[self.nearly & wanted]

    def may_matter(self, place: int) -> bool:
        """Tell whether another value at a place can change the outcome at all."""
        return bool(self._matter >> place & 1)

    def at(self, place: int, rank: int) -> Outcome:
        """Return the outcome with another rank of a scalar fact."""
        if place < 2:
            return self._at_exposure(place, rank)
        met = (self.met | self.nearly & _FAILS[place][self.ranks[place]]) & _MASKS[place][rank]
        if place in _SCORED or self.exposure == UNREADABLE:
            return outcome_by(met, self._score(place, rank, met))
        return outcome_by(met, self.score)

    def _score(self, place: int, rank: int, met: int) -> int:
        dpc = self.profile.dpc[rank] if place == INSIGHT else self.dpc
        ease = rank if place == EASE else self.ranks[EASE]
        cb = self.cb
        if place in CB_BY_PLACE:
            points = CB_BY_PLACE[place]
            cb += points[rank] - points[self.ranks[place]]
        return dpc * ease_of(self.exposure, met, ease, self.profile) + cb

    def _at_exposure(self, place: int, rank: int) -> Outcome:
        confidentiality, protection = (self.ranks[0], rank) if place else (rank, self.ranks[1])
        exposure = EXPOSURES[confidentiality][protection]
        if exposure == self.exposure:
            return self.now
        met = (self.met | self.nearly & EXPOSURE_FAILS[self.exposure]) & EXPOSURE[exposure]
        cb = self.cb + CB_BY_EXPOSURE[exposure] - CB_BY_EXPOSURE[self.exposure]
        return outcome_by(met, self.dpc * ease_of(exposure, met, self.ranks[EASE], self.profile) + cb)

    def with_data(self, traits: int) -> Outcome:
        """Return the outcome with data of other traits."""
        profile = DATA_PROFILES[traits]
        met = (self.met | self.nearly & self.profile.fails) & profile.mask
        ei = ease_of(self.exposure, met, self.ranks[EASE], profile)
        return outcome_by(met, profile.dpc[self.ranks[INSIGHT]] * ei + self.cb)

    def with_groups(self, traits: int) -> Outcome:
        """Return the outcome with groups of other traits; they do not bear on the severity."""
        met = (self.met | self.nearly & GROUP_FAILS[self.ranks[GROUPS]]) & GROUP_MASKS[traits]
        return outcome_by(met, self.score)

    @property
    def lower(self) -> dict[int, Outcome]:
        """The places whose mildest rank lowers the outcome, in order, with that outcome."""
        if self._lower is None:
            self._lower = {} if self.now is LEAST else self._at_mildest()
        return self._lower

    def _at_mildest(self) -> dict[int, Outcome]:
        ranks, now = self.ranks, self.now
        tried = [(place, self.at(place, 0)) for place in _PLACES[self._matter] if ranks[place]]
        return {place: outcome for place, outcome in tried if outcome is not now}

    def telling(self) -> Iterable[int]:
        """Return the places of the scalar facts with a value that changes the outcome, in order.

        The rules are monotone, so a fact tells nothing if neither its mildest nor its worst rank does.
        """
        lower, ranks = self.lower, self.ranks
        if self.now is MOST:
            return lower
        return [
            place
            for place, last in zip(_SCALARS, _LAST, strict=True)
            if place in lower or (ranks[place] < last and self.at(place, last) is not self.now)
        ]

"""What the rules that hold come to: the gate of Art. 33(1) and the high-risk triggers of Art. 34(1)."""

from functools import lru_cache
from typing import NamedTuple

from breach.domain.risk.encoding import Measured
from breach.domain.risk.rules import BIT_OF, CLAUSES, Outcome

LEAST, MOST = Outcome.REGISTER_ONLY, Outcome.NOTIFY_AUTHORITY_AND_DATA_SUBJECTS

_NEUTRALISERS = ("N1", "N2", "N3", "N3b", "N3c", "N4", "N5", "N7", "N8", "N9", "N10")
SOFTENER = "N6"
"""Sets the severity aside where nobody saw the data, yet makes no risk unlikely."""
_TRIGGERS = ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T10", "T11")
#: What those who see the data could do with them: nothing, where it is shown that nobody did.
_BY_SIGHT = frozenset({"T1", "T2-many", "T3", "T6", "T7", "T9", "T10"})
_CANCELS: dict[str, frozenset[str]] = {
    "N1": frozenset({"T1", "T5", "T6", "T7", "T9"}),
    "N2": frozenset({"T1", "T5", "T6", "T7", "T9"}),
    # A trusted recipient takes away the severity, as WP250 and EDPB 9/2022 have it: T9, and T2 by number.
    "N3b": frozenset({"T1", "T2-many", "T5", "T6", "T7", "T9"}),
    "N3b-public": frozenset({"T10"}),
    "N4": frozenset({"T9"}),
    "N5": frozenset({"T1", "T5", "T7", "T9"}),
    SOFTENER: frozenset({"T9"}),
    "N7": _BY_SIGHT,
    "N8": frozenset({"T2-many"}),
    "N9": frozenset({"T1", "T2-many", "T6", "T7", "T9", "T10"}),
    "N10": _BY_SIGHT,
}

_HARMLESS = frozenset({"N1", "N2", "N4", "N5", "N7", "N8", "N10"})
_SOFTENED = frozenset({"N3b", "N9", SOFTENER})


class FiredRule(NamedTuple):
    """A rule that holds for the facts; `effect` is an outcome, `cancelled` (set aside) or `noted`."""

    id: str
    effect: str


class Verdict(NamedTuple):
    """What the rules that hold come to.

    fired: the ids of the triggers that fire; consequence: the most that the consequence is in the matrix,
    0 to 3; harmed: the harm has already happened
    """

    outcome: Outcome
    rules: tuple[FiredRule, ...]
    fired: frozenset[str]
    consequence: int
    harmed: bool


class Neutral(NamedTuple):
    """What the neutralisers come to; the triggers that they leave standing decide the rest.

    triggers: the clauses that fire if they are met; otherwise: the outcome where none of them is
    opens: the neutralisers that make a risk unlikely; cancels: the triggers that they set aside
    """

    triggers: int
    otherwise: Outcome
    held: tuple[str, ...]
    opens: frozenset[str]
    cancels: frozenset[str]


def _held(met: int) -> list[str]:
    """Return the neutralisers that hold; where something is lost or felt none but the softener can."""
    if not met & BIT_OF["R"]:
        return [SOFTENER] if met & BIT_OF[SOFTENER] else []
    held = [name for name in _NEUTRALISERS if met & BIT_OF[name]]
    if "N4" in held:  # nothing was reached, so nothing had to be unreadable or without a look
        held = [name for name in held if name not in ("N1", "N10")]
    return held


def _is_opening(name: str, met: int, severe: bool) -> bool:
    """Tell whether a neutraliser that holds makes a risk unlikely."""
    if name == "N3b":
        return bool(met & BIT_OF["N3b-few"]) and not severe
    return name != SOFTENER


def _neutral(met: int, severe: bool, high: bool) -> Neutral:
    held = _held(met)
    opens = {name for name in held if _is_opening(name, met, severe)}
    legs = ("N3b-public",) if "N3b" in held and met & BIT_OF["N3b-public"] else ()
    cancels = frozenset[str]().union(*(_CANCELS.get(name, ()) for name in (*held, *legs)))
    triggers = sum(BIT_OF[name] for name in (*_TRIGGERS, "T2-many") if name not in cancels)
    otherwise = LEAST if opens else Outcome.NOTIFY_AUTHORITY
    if high and "T9" not in cancels:
        otherwise = MOST
    return Neutral(triggers, otherwise, tuple(held), frozenset(opens), cancels)


class _Neutrals(dict[int, Neutral]):
    """What the neutralisers come to, by their bits and the class of the severity; worked out once each."""

    def __missing__(self, key: int) -> Neutral:
        severity = key >> len(CLAUSES)
        return self.setdefault(key, _neutral(key, severity >= 1, severity == 2))


_NEUTRALS = _Neutrals()
#: The clauses of the neutralisers, and of the recovery that they all need.
NEUTRAL_BITS = sum(bits for rule, bits in BIT_OF.items() if not rule.startswith("T"))
# The class of a severity in quarters: below 2 points is low (0), from 3 points (T9) high (2).
_CLASS = tuple(((score >= 8) + (score >= 12)) << len(CLAUSES) for score in range(25))


def _number(trigger: str) -> int:
    return int(trigger[1:])


def _fired(met: int, neutral: Neutral, high: bool) -> tuple[list[str], list[str]]:
    """Return the triggers that fire and those that a neutraliser sets aside."""
    found = {name for name in _TRIGGERS if met & BIT_OF[name]}
    if high:
        found.add("T9")
    fired, cancelled = found - neutral.cancels, found & neutral.cancels
    if met & BIT_OF["T2-many"] and "T2" not in found:
        (cancelled if "T2-many" in neutral.cancels else fired).add("T2")
    return sorted(fired, key=_number), sorted(cancelled, key=_number)


def _consequence(held: tuple[str, ...]) -> int:
    if not _HARMLESS.isdisjoint(held):
        return 0
    return 3 if _SOFTENED.isdisjoint(held) else 1


@lru_cache(maxsize=65536)
def _verdict(met: int, severity: int) -> Verdict:
    neutral = _NEUTRALS[met & NEUTRAL_BITS | severity]
    fired, cancelled = _fired(met, neutral, severity == _CLASS[-1])
    outcome = neutral.otherwise
    if fired:
        outcome = MOST
    rules = [FiredRule(name, MOST.value) for name in fired]
    decisive = outcome is LEAST
    if not decisive:
        rules.append(FiredRule("G1", Outcome.NOTIFY_AUTHORITY.value))
    rules += [
        FiredRule(n, outcome.value if decisive and n in neutral.opens else "noted") for n in neutral.held
    ]
    rules += [FiredRule(name, "cancelled") for name in cancelled]
    return Verdict(outcome, tuple(rules), frozenset(fired), _consequence(neutral.held), "T4" in fired)


def verdict_on(measured: Measured) -> Verdict:
    """Return the verdict on measured facts."""
    return _verdict(measured.met, _CLASS[measured.score])


def outcome_by(met: int, score: int) -> Outcome:
    """Return the outcome of the clauses met and a severity in quarters."""
    neutral = _NEUTRALS[met & NEUTRAL_BITS | _CLASS[score]]
    return MOST if met & neutral.triggers else neutral.otherwise


def firing(met: int) -> int:
    """Return the clauses of triggers that are met and that no neutraliser sets aside."""
    return met & _NEUTRALS[met & NEUTRAL_BITS].triggers

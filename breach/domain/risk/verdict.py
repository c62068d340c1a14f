"""What the rules that hold come to: the gate of Art. 33(1) and the high-risk triggers of Art. 34(1)."""

from functools import lru_cache
from typing import NamedTuple

from breach.domain.risk.encoding import Measured, Ranks, measure
from breach.domain.risk.rules import BIT_OF, Outcome

_NEUTRALISERS = ("N1", "N2", "N3", "N3b", "N4", "N5")
_TRIGGERS = ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9")
_CANCELS: dict[str, frozenset[str]] = {
    "N1": frozenset({"T1", "T5", "T6", "T7", "T9"}),
    "N2": frozenset({"T1", "T5", "T6", "T7", "T9"}),
    # A trusted recipient takes away the severity, as WP250 and EDPB 9/2022 have it: T9 as well.
    "N3b": frozenset({"T1", "T5", "T6", "T7", "T9"}),
    "N4": frozenset({"T9"}),
    "N5": frozenset({"T1", "T5", "T7", "T9"}),
}


class FiredRule(NamedTuple):
    """A rule that holds for the facts; `effect` is an outcome, `cancelled` (set aside) or `noted`."""

    id: str
    effect: str


class Verdict(NamedTuple):
    """What the rules that hold come to."""

    outcome: Outcome
    rules: tuple[FiredRule, ...]
    held: frozenset[str]


def _neutral(met: int, severe: bool) -> tuple[list[str], set[str]]:
    """Return the neutralisers that hold and those of them that make a risk unlikely."""
    if not met & BIT_OF["R"]:
        return [], set()
    held = [name for name in _NEUTRALISERS if met & BIT_OF[name]]
    if "N4" in held and "N1" in held:
        held.remove("N1")  # nothing was reached, so nothing had to be unreadable
    opens = {name for name in held if name != "N3b" or (met & BIT_OF["N3b-few"] and not severe)}
    return held, opens


def _fired(met: int, high: bool, held: list[str]) -> tuple[list[str], list[str]]:
    """Return the triggers that fire and those that a neutraliser sets aside."""
    found = {name for name in _TRIGGERS[:-1] if met & BIT_OF[name]}
    if high:
        found.add("T9")
    cancelled = {name for neutraliser in held for name in _CANCELS.get(neutraliser, ())} & found
    if met & BIT_OF["T2-many"] and "T2" not in found:
        found.add("T2")
        if "N3b" in held:
            cancelled.add("T2")
    return sorted(found - cancelled), sorted(cancelled)


@lru_cache(maxsize=65536)
def _verdict(met: int, severe: bool, high: bool) -> Verdict:
    held, opens = _neutral(met, severe)
    fired, cancelled = _fired(met, high, held)
    if fired:
        outcome = Outcome.NOTIFY_AUTHORITY_AND_DATA_SUBJECTS
    else:
        outcome = Outcome.REGISTER_ONLY if opens else Outcome.NOTIFY_AUTHORITY
    rules = [FiredRule(name, Outcome.NOTIFY_AUTHORITY_AND_DATA_SUBJECTS.value) for name in fired]
    if outcome is not Outcome.REGISTER_ONLY:
        rules.append(FiredRule("G1", Outcome.NOTIFY_AUTHORITY.value))
    decisive = outcome is Outcome.REGISTER_ONLY
    rules += [FiredRule(n, outcome.value if decisive and n in opens else "noted") for n in held]
    rules += [FiredRule(name, "cancelled") for name in cancelled]
    return Verdict(outcome, tuple(rules), frozenset({*held, *fired}))


def verdict_on(measured: Measured) -> Verdict:
    """Return the verdict on measured facts; below 2 points is low, from 3 points (T9) high."""
    score = measured.dpc * measured.ei + measured.cb
    return _verdict(measured.met, score >= 8, score >= 12)


def outcome_by(met: int, score: int) -> Outcome:
    """Return the outcome of the clauses met and a severity in quarters."""
    return _verdict(met, score >= 8, score >= 12).outcome


def outcome_of(ranks: Ranks) -> Outcome:
    """Return the outcome of facts that are all known."""
    return verdict_on(measure(ranks)).outcome

"""Risk assessments a second on one core, with all that an assessment returns and without its changes.

The baseline is the least that any assessment must do: reading the same facts strictly.
"""

import time
from collections.abc import Callable
from random import Random

from breach.domain.risk import Facts, assess, facts_to_json, parse_facts
from breach.domain.risk.facts import BOOLEAN_FACTS, COUNT_FACTS, ENUM_FACTS, DataCategory, SubjectGroup

_FACTS = 5000
_SECONDS = 1.0


def sample(count: int, seed: int = 1) -> list[Facts]:
    """Return different facts over the whole vocabulary, a fifth of them unknown; the same for a seed."""
    chance = Random(seed)
    return [parse_facts(_one(chance)) for _ in range(count)]


def _one(chance: Random) -> dict[str, object]:
    answer: dict[str, object] = {
        "data_categories": [kind.value for kind in chance.sample(list(DataCategory), chance.randint(1, 6))],
        "subject_groups": [group.value for group in chance.sample(list(SubjectGroup), chance.randint(0, 3))],
    }
    choices: dict[str, list[object]] = {name: [m.value for m in kind] for name, kind in ENUM_FACTS.items()}
    choices |= {name: [True, False] for name in BOOLEAN_FACTS}
    choices |= {name: [0, 1, 25, 60, 100, 5000] for name in COUNT_FACTS}
    answer |= {name: chance.choice(values) for name, values in choices.items() if chance.random() < 0.8}
    return answer


def _rate(step: Callable[[Facts], object], facts: list[Facts]) -> float:
    """Return steps a second of processor time, so that a busy machine does not count against one core."""
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < _SECONDS:
        for each in facts[done % len(facts) :][:500]:
            step(each)
            done += 1
    return done / spent


def _complete(facts: Facts) -> object:
    answer = assess(facts)
    return answer.unknown, answer.would_change


def run() -> dict[str, object]:
    """Return assessments a second of one core, and the rate with the changes, made when asked for."""
    facts = sample(_FACTS)
    # One round first, so that the tables of sets seen are filled as in a running service.
    for each in facts:
        _complete(each)
    decoded = {id(each): facts_to_json(each) for each in facts}
    baseline = _rate(lambda each: parse_facts(decoded[id(each)]), facts)
    figure = _rate(assess, facts)
    return {
        "what": "assessments on one core: outcome, severity, flags, rules, interval and matrix",
        "figure": figure,
        "unit": "assessments/s",
        "baseline": baseline,
        "ratio": figure / baseline,
        "baseline_what": "reading the same facts strictly",
        "with_unknown_order_and_would_change": _rate(_complete, facts),
    }

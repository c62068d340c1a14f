"""Complete risk assessments a second on one core: with the ordered unknown facts and all changes.

Each of the facts is assessed once and none was seen before, so no answer is remembered. The baseline is the
least that any assessment must do: reading the same facts strictly.
"""

import time
from collections.abc import Callable
from random import Random
from typing import TypeVar

from breach.domain.risk import Facts, assess, facts_to_json, parse_facts
from breach.domain.risk.facts import BOOLEAN_FACTS, COUNT_FACTS, ENUM_FACTS, DataCategory, SubjectGroup

_FACTS = 30_000
Item = TypeVar("Item")


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


def _rate(step: Callable[[Item], object], items: list[Item]) -> float:
    """Return steps a second of processor time, so that a busy machine does not count against one core."""
    start = time.process_time()
    for each in items:
        step(each)
    return len(items) / (time.process_time() - start)


def _complete(facts: Facts) -> object:
    answer = assess(facts)
    return answer.unknown, answer.would_change, answer.doubtful


def run() -> dict[str, object]:
    """Return complete assessments a second of one core, of facts new to the process."""
    # Other facts first, so that the tables of the rules are filled as in a running service.
    for each in sample(_FACTS // 6, seed=2):
        _complete(each)
    facts = sample(_FACTS)
    figure = _rate(_complete, facts)
    baseline = _rate(parse_facts, [facts_to_json(each) for each in facts])
    return {
        "what": "complete assessments on one core: outcome, severity, flags, rules, interval, matrix, "
        "ordered unknown facts, all changes; facts not seen before",
        "figure": figure,
        "unit": "assessments/s",
        "baseline": baseline,
        "ratio": figure / baseline,
        "baseline_what": "reading the same facts strictly",
        "same_facts_again": _rate(_complete, facts),
        "without_unknown_order_and_changes": _rate(assess, facts),
    }

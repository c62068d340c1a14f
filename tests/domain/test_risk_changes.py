"""What would change the outcome, and the order of the unknown, held against a slow reading of the rules.

The reference looks at each clause as it is written, tries every neighbour one by one and remembers nothing.
"""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given

from breach.bench.risk import sample
from breach.domain.risk import Change, Facts, Outcome, Thresholds, assess, facts_to_json, parse_facts
from breach.domain.risk.encoding import EXPOSURES
from breach.domain.risk.facts import (
    BOOLEAN_FACTS,
    ENUM_FACTS,
    FACT_NAMES,
    SET_FACTS,
    TOLD_FACTS,
    DataCategory,
    SubjectGroup,
    is_asked,
)
from breach.domain.risk.profiles import DATA_PROFILES, DATA_TRAITS, GROUP_MASKS, GROUP_TRAITS, traits_of
from breach.domain.risk.rules import CLAUSES, Clause
from tests.domain.fact_strategies import CATEGORIES, GROUPS, ORDERED, Json, facts_objects, mild_facts

PLACE = {outcome: place for place, outcome in enumerate(Outcome)}
THRESHOLDS = (Thresholds(), Thresholds(few=1, many=2, version="a"), Thresholds(few=30, many=60, version="b"))


def outcome_of(obj: Json, thresholds: Thresholds) -> Outcome:
    return assess(parse_facts(obj), thresholds).outcome


def scalar_values(name: str, thresholds: Thresholds) -> list[object]:
    few, many = thresholds.few, thresholds.many
    counts = {"subject_count": sorted({few, few + 1, many}), "recipient_count": [few, few + 1]}
    return list(ORDERED[name]) if name in ENUM_FACTS or name in BOOLEAN_FACTS else list(counts.get(name, []))


def scalar_changes(obj: Json, thresholds: Thresholds) -> Iterator[Change]:
    """Yield the changes fact by fact; a number of persons tells where the rules turn."""
    now = outcome_of(obj, thresholds)
    for name in ORDER:
        for value in scalar_values(name, thresholds):
            outcome = outcome_of({**obj, name: value}, thresholds)
            if outcome is not now:
                yield Change(name, value, outcome)  # type: ignore[arg-type]  # the values of the schema


#: Scalar facts in the order in which they are named.
ORDER = (
    *("confidentiality", "protection", "integrity", "availability", "cause", "insight", "identifiability"),
    *("subject_count", "recipient_count", "return_or_deletion", "recipients_bound_by_secrecy"),
    *("credentials_hashed", "backup", "service_impact", "already_public", "recipient_relation"),
    *("recipient_opened", "deleted_at_once", "recipient_proof", "access_log", "altered_data_use"),
)


def set_changes(obj: Json, name: str, vocabulary: list[str], thresholds: Thresholds) -> Iterator[Change]:
    """Yield every removal that tells, and of the additions the first for each outcome."""
    now = outcome_of(obj, thresholds)
    held = set(obj.get(name) or ())  # type: ignore[call-overload]  # a list where the fact is a set
    added = set()
    for member in vocabulary:
        other = [each for each in vocabulary if (each in held) is not (each == member)]
        adds = member not in held
        if not other or (adds and member == "unknown"):
            continue
        outcome = outcome_of({**obj, name: other}, thresholds)
        if outcome is now or (adds and outcome in added):
            continue
        if adds:
            added.add(outcome)
        yield Change(name, other, outcome)


def reference_changes(obj: Json, thresholds: Thresholds) -> list[Change]:
    return [
        *scalar_changes(obj, thresholds),
        *set_changes(obj, "data_categories", CATEGORIES, thresholds),
        *set_changes(obj, "subject_groups", GROUPS, thresholds),
    ]


def lowest(obj: Json, name: str, thresholds: Thresholds) -> int:
    """Return the outcome with an unknown fact at its mildest; undetected days are read by no rule."""
    mild: list[object]
    if name in SET_FACTS:
        held = [each for each in obj.get(name) or () if each != "unknown"]  # type: ignore[attr-defined]  # a set is a list of texts
        mild = [held or ["other"]]
    else:
        mild = list(ORDERED[name])
    return min(PLACE[outcome_of({**obj, name: value}, thresholds)] for value in mild)


def unknown_of(obj: Json) -> list[str]:
    return [
        name
        for name in FACT_NAMES
        if is_asked(name, obj)
        and name not in TOLD_FACTS
        and (obj.get(name) in (None, []) or (name in SET_FACTS and "unknown" in obj[name]))  # type: ignore[operator]  # a list
    ]


def holds(facts: Facts, thresholds: Thresholds) -> None:
    obj = facts_to_json(facts)
    found = assess(facts, thresholds)
    assert list(found.would_change) == reference_changes(obj, thresholds)
    unknown = unknown_of(obj)
    assert list(found.unknown) == sorted(unknown, key=lambda name: lowest(obj, name, thresholds))


@given(facts_objects())
def test_changes_and_order_are_those_of_trying_every_neighbour(obj: Json) -> None:
    for thresholds in THRESHOLDS:
        holds(parse_facts(obj), thresholds)


@pytest.mark.parametrize("seed", [101, 102])
def test_changes_and_order_over_seeded_facts(seed: int) -> None:
    """Other facts than the measurement's, and as many that lean to the mild, where neutralisers meet."""
    chance = Random(seed)
    for facts in [*sample(100, seed), *(parse_facts(mild_facts(chance)) for _ in range(200))]:
        holds(facts, chance.choice(THRESHOLDS))


def meets_data(clause: Clause, data: frozenset[DataCategory]) -> bool:
    """Read a clause as it is written: an unknown kind fits every wish and spoils every limit."""
    unknown = DataCategory.UNKNOWN in data
    wishes = [wish for wish in (clause.any_data, clause.also_data) if wish is not None]
    limited = clause.within is not None or clause.without
    if unknown:
        return not limited
    within = clause.within is None or data <= clause.within
    return all(wish & data for wish in wishes) and within and not clause.without & data


def meets_groups(clause: Clause, groups: frozenset[SubjectGroup]) -> bool:
    """Read a clause as it is written: unknown persons may be anyone."""
    unknown = SubjectGroup.UNKNOWN in groups
    wished = clause.any_group is None or unknown or bool(clause.any_group & groups)
    barred = bool(clause.without_group) and (unknown or bool(clause.without_group & groups))
    return wished and not barred


@pytest.mark.parametrize("seed", range(3))
def test_traits_meet_the_clauses_that_the_sets_meet(seed: int) -> None:
    chance = Random(seed)
    for size in list(range(1, 32)) * 10:
        data = frozenset(chance.sample(list(DataCategory), size))
        profile = DATA_PROFILES[traits_of(data, DATA_TRAITS)]
        assert profile.mask == sum(1 << i for i, clause in enumerate(CLAUSES) if meets_data(clause, data))
        groups = frozenset(chance.sample(list(SubjectGroup), chance.randint(1, 16)))
        expected = sum(1 << i for i, clause in enumerate(CLAUSES) if meets_groups(clause, groups))
        assert GROUP_MASKS[traits_of(groups, GROUP_TRAITS)] == expected


UNSAID = {
    "data_categories": ["health"],
    "confidentiality": "known_recipients",
    "insight": "full",
    "protection": "none",
    "integrity": "none",
    "availability": "none",
    "already_public": False,
}


@pytest.mark.parametrize(
    ("more", "fires", "doubtful"),
    [
        pytest.param({}, "T8", True, id="nobody-said-who-did-it"),
        pytest.param({"cause": "internal_deliberate"}, "T8", False, id="a-member-of-staff-did-it"),
        pytest.param({"cause": "internal_accidental"}, "T1", True, id="nobody-said-who-they-are"),
        pytest.param(
            {"cause": "internal_accidental", "identifiability": "maximum"}, "T1", True, id="trusted"
        ),
        pytest.param(
            {
                "cause": "internal_accidental",
                "identifiability": "maximum",
                "recipients_bound_by_secrecy": False,
            },
            "T1",
            True,
            id="perhaps-unopened",
        ),
        pytest.param(
            {
                "cause": "internal_accidental",
                "identifiability": "maximum",
                "recipients_bound_by_secrecy": False,
                "recipient_opened": "read",
            },
            "T1",
            False,
            id="certain",
        ),
    ],
)
def test_rule_that_only_the_unknown_makes_fire_is_told_apart(
    more: dict[str, object], fires: str, doubtful: bool
) -> None:
    found = assess(parse_facts({**UNSAID, **more}))
    assert fires in {rule.id for rule in found.rules}
    assert (fires in found.doubtful) is doubtful


def test_exposed_data_were_reached_and_can_be_read() -> None:
    assert [EXPOSURES[reach][0] for reach in range(7)] == [0, 1, 1, 1, 1, 1, 6]
    assert [EXPOSURES[reach][2] for reach in range(7)] == [0, 2, 2, 3, 4, 5, 6]

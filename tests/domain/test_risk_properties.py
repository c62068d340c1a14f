"""The assessment over the whole vocabulary: total, monotone, an interval that holds, true sentences."""

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breach.domain.risk import (
    MODEL_VERSION,
    Assessment,
    Outcome,
    Thresholds,
    assess,
    facts_to_json,
    parse_facts,
)
from breach.domain.risk.facts import FACT_NAMES
from breach.domain.risk.severity import band_of
from tests.domain.fact_strategies import CATEGORIES, GROUPS, ORDERED, Json, facts_objects, mild_facts, worse

MILD: Json = {name: values[0] for name, values in ORDERED.items()} | {"subject_groups": ["citizens"]}
PLACE = {outcome: place for place, outcome in enumerate(Outcome)}


def _assess(obj: Json) -> Assessment:
    return assess(parse_facts(obj))


def _rank(obj: Json) -> int:
    return PLACE[_assess(obj).outcome]


@given(facts_objects())
def test_facts_that_are_valid_have_an_outcome_with_reasons(obj: Json) -> None:
    found = _assess(obj)
    assert PLACE[found.best] <= PLACE[found.outcome]
    assert 1 <= found.severity.score <= 24
    assert found.severity.band is band_of(found.severity.score)
    assert found.outcome.value in {rule.effect for rule in found.rules}
    assert found.matrix.risk != "high" or found.communicate_to_data_subjects
    assert set(found.unknown) <= set(FACT_NAMES)


@given(facts_objects(), st.data())
def test_worse_fact_never_lowers_the_outcome(obj: Json, data: st.DataObject) -> None:
    steps = [(name, value) for name in ORDERED for value in worse(name, obj[name])]
    before = _assess(obj)
    for name, value in data.draw(st.lists(st.sampled_from(steps or [("cause", None)]), max_size=12)):
        after = _assess({**obj, name: value})
        assert PLACE[after.outcome] >= PLACE[before.outcome], (name, value)


@pytest.mark.parametrize("seed", range(4))
def test_outcome_is_not_lowered_by_a_step_to_the_worse(seed: int) -> None:
    """Many facts near the mild end, where neutralisers meet, and every step from each."""
    chance = Random(seed)
    for _ in range(500):
        obj = mild_facts(chance)
        before = _rank(obj)
        for name in ORDERED:
            for value in worse(name, obj[name]):
                assert _rank({**obj, name: value}) >= before, (name, value, obj)


def test_encryption_and_loss_are_ordered_in_every_combination() -> None:
    """All combinations of the facts that encryption and loss turn on, with each step between neighbours."""
    names = (
        "confidentiality",
        "protection",
        "credentials_hashed",
        "availability",
        "backup",
        "service_impact",
    )
    for kind in ("contact", "health", "national_id", "credentials"):
        rest: Json = {**MILD, "data_categories": [kind], "insight": "full", "identifiability": "maximum"}
        outcome = {
            places: _rank(rest | {name: ORDERED[name][at] for name, at in zip(names, places, strict=True)})
            for places in product(*(range(len(ORDERED[name])) for name in names))
        }
        for places, rank in outcome.items():
            for at in range(len(names)):
                after = outcome.get((*places[:at], places[at] + 1, *places[at + 1 :]), rank)
                assert after >= rank, (kind, names[at], places)


def test_encrypted_data_lost_for_good_weigh_as_much_as_plain_ones() -> None:
    """EDPB 9/2022: without a backup encryption does not spare the persons the loss."""
    lost: Json = {
        "confidentiality": "unintelligible_only",
        "protection": "intact",
        "integrity": "none",
        "availability": "permanent",
        "backup": "none",
        "insight": "full",
        "service_impact": "none",
        "identifiability": "maximum",
        "data_categories": ["health"],
        "cause": "internal_accidental",
    }
    assert _assess(lost).communicate_to_data_subjects
    assert not _assess({**lost, "availability": "hours", "backup": "restored"}).notify_authority


@given(facts_objects(), st.sampled_from(CATEGORIES))
def test_further_kind_of_data_never_lowers_the_outcome(obj: Json, kind: str) -> None:
    more = sorted({*obj["data_categories"], kind})  # type: ignore[misc]  # a list
    assert _rank({**obj, "data_categories": more}) >= _rank(obj)


@given(facts_objects(), st.sampled_from(GROUPS))
def test_further_group_of_persons_never_lowers_the_outcome(obj: Json, group: str) -> None:
    if obj["subject_groups"]:
        more = sorted({*obj["subject_groups"], group})  # type: ignore[misc]  # a list
        assert _rank({**obj, "subject_groups": more}) >= _rank(obj)
    assert _rank({**obj, "subject_groups": []}) >= _rank({**obj, "subject_groups": [group]})


def _completed(obj: Json, data: st.DataObject) -> Json:
    filled = {
        n: v if v is not None or n not in ORDERED else data.draw(st.sampled_from(ORDERED[n]))
        for n, v in obj.items()
    }
    for name, vocabulary in (("data_categories", CATEGORIES), ("subject_groups", GROUPS)):
        held: set[str] = set(obj[name])  # type: ignore[call-overload]  # a list
        if "unknown" in held or not held:
            more = data.draw(
                st.lists(st.sampled_from(vocabulary[:-1]), min_size=0 if held - {"unknown"} else 1)
            )
            filled[name] = sorted({*held, *more} - {"unknown"})
    return filled


@settings(max_examples=100)
@given(facts_objects(), st.data())
def test_interval_holds_the_outcome_of_every_completion(obj: Json, data: st.DataObject) -> None:
    found = _assess(obj)
    completed = _assess(_completed(obj, data))
    assert PLACE[found.best] <= PLACE[completed.outcome] <= PLACE[found.worst]
    assert completed.unknown == ()
    assert completed.best is completed.outcome


@pytest.mark.parametrize("kind", CATEGORIES[:-1])
def test_unknown_kinds_of_data_weigh_as_much_as_any_kind(kind: str) -> None:
    chance = Random(kind)
    for _ in range(200):
        obj = mild_facts(chance)
        held = sorted({*obj["data_categories"]} - {"unknown"})  # type: ignore[misc]  # a list
        found = _assess({**obj, "data_categories": [*held, "unknown"]})
        known = _rank({**obj, "data_categories": sorted({*held, kind})})
        assert PLACE[found.best] <= known <= PLACE[found.worst], obj


@given(facts_objects())
def test_changes_named_are_true(obj: Json) -> None:
    found = _assess(obj)
    for change in found.would_change:
        assert change.outcome is not found.outcome
        assert _assess({**obj, change.fact: change.to}).outcome is change.outcome


@given(facts_objects())
def test_changes_name_every_scalar_fact_that_changes_the_outcome(obj: Json) -> None:
    found = _assess(obj)
    named = {change.fact for change in found.would_change}
    for name, values in ORDERED.items():
        changing = any(_assess({**obj, name: value}).outcome is not found.outcome for value in values)
        assert (name in named) is changing, name


@given(facts_objects())
def test_first_unknown_narrows_the_interval_most(obj: Json) -> None:
    found = _assess(obj)
    scalars = [name for name in found.unknown if name in ORDERED]
    lowest = [min(_rank({**obj, name: value}) for value in ORDERED[name]) for name in scalars]
    assert lowest == sorted(lowest)


@given(facts_objects())
def test_facts_read_back_as_they_were_written(obj: Json) -> None:
    facts = parse_facts(obj)
    assert parse_facts(facts_to_json(facts)) == facts


@pytest.mark.parametrize(
    ("few", "expected"),
    [(25, Outcome.REGISTER_ONLY), (1, Outcome.NOTIFY_AUTHORITY)],
)
def test_thresholds_are_settings_and_stand_in_the_model_version(few: int, expected: Outcome) -> None:
    facts = parse_facts(
        {"data_categories": ["identity"], "confidentiality": "known_recipients", "integrity": "none"}
        | {"availability": "none", "cause": "internal_accidental", "insight": "general", "subject_count": 2}
        | {"subject_groups": ["customers"], "recipient_count": 1, "return_or_deletion": "confirmed"}
    )
    found = assess(facts, Thresholds(few=few, version="few-people"))
    assert (found.outcome, found.model) == (expected, f"{MODEL_VERSION}+few-people")

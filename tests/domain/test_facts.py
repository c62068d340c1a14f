"""Facts are read strictly: each wrong one is named."""

import pytest
from hypothesis import given

from breach.domain.risk import Facts, FactsError, assess, facts_to_json, parse_facts
from breach.domain.risk.facts import (
    ASKED_OF_DATA,
    ASKED_OF_LOSS,
    ASKED_WHERE,
    ENUM_FACTS,
    TOLD_FACTS,
    is_asked,
)
from tests.domain.fact_strategies import facts_objects

HEALTH = {"data_categories": ["health"]}


@pytest.mark.parametrize(
    ("obj", "field", "problem"),
    [
        pytest.param(None, "facts", "not_an_object", id="null"),
        pytest.param([HEALTH], "facts", "not_an_object", id="list"),
        pytest.param("health", "facts", "not_an_object", id="text"),
        pytest.param({}, "data_categories", "missing", id="no-categories"),
        pytest.param({"data_categories": []}, "data_categories", "empty", id="empty-categories"),
        pytest.param({"data_categories": None}, "data_categories", "not_a_list", id="null-categories"),
        pytest.param({"data_categories": "health"}, "data_categories", "not_a_list", id="categories-as-text"),
        pytest.param({"data_categories": ["health", "health"]}, "data_categories", "repeated", id="repeated"),
        pytest.param({"data_categories": ["helth"]}, "data_categories", "not_allowed", id="misspelt"),
        pytest.param({"data_categories": [1]}, "data_categories", "not_text", id="number-as-category"),
        pytest.param({"data_categories": [["health"]]}, "data_categories", "not_text", id="nested-category"),
        pytest.param(
            {**HEALTH, "subject_groups": ["children"] * 2}, "subject_groups", "repeated", id="groups"
        ),
        pytest.param({**HEALTH, "colour": "red"}, "colour", "unknown_fact", id="unknown-fact"),
        pytest.param({**HEALTH, "colour": None}, "colour", "unknown_fact", id="unknown-fact-null"),
        pytest.param({**HEALTH, "cause": "magic"}, "cause", "not_allowed", id="unknown-value"),
        pytest.param({**HEALTH, "cause": True}, "cause", "not_text", id="boolean-as-enum"),
        pytest.param({**HEALTH, "subject_count": -1}, "subject_count", "negative", id="negative"),
        pytest.param(
            {**HEALTH, "subject_count": True}, "subject_count", "not_whole_number", id="boolean-as-count"
        ),
        pytest.param(
            {**HEALTH, "recipient_count": 1.5}, "recipient_count", "not_whole_number", id="fraction"
        ),
        pytest.param(
            {**HEALTH, "undetected_days": "3"}, "undetected_days", "not_whole_number", id="text-as-count"
        ),
        pytest.param(
            {**HEALTH, "already_public": 1}, "already_public", "not_boolean", id="number-as-boolean"
        ),
        pytest.param(
            {**HEALTH, "already_public": "yes"}, "already_public", "not_boolean", id="text-as-boolean"
        ),
        *(
            pytest.param({**HEALTH, name: count}, name, "above_most", id=f"{name}-{len(str(count))}-digits")
            for name in ("subject_count", "recipient_count", "undetected_days")
            for count in (10**9 + 1, 10**400)
        ),
        *(
            pytest.param({**HEALTH, "scenario": f"a{sign}b"}, "scenario", "text_not_showable", id=ascii(sign))
            for sign in ("\0", "\x1b", "\x85", "\u202e", "\ud800")
        ),
        pytest.param({**HEALTH, "scenario": "a" * 4001}, "scenario", "text_longer", id="long-scenario"),
        pytest.param({**HEALTH, "scenario": None}, "scenario", "not_text", id="null-scenario"),
    ],
)
def test_bad_fact_is_named(obj: object, field: str, problem: str) -> None:
    with pytest.raises(FactsError) as caught:
        parse_facts(obj)
    assert (caught.value.field, caught.value.problem) == (field, problem)


@pytest.mark.parametrize("name", ["subject_count", "recipient_count", "undetected_days"])
def test_recipients_can_be_as_many_as_the_page_takes(name: str) -> None:
    assert getattr(parse_facts({**HEALTH, name: 10**9}), name) == 10**9


@pytest.mark.parametrize("words", ["a\tb\nc\r\nd", "æ" * 4000, ""])
def test_text_of_several_lines_can_be_told(words: str) -> None:
    assert parse_facts({**HEALTH, "scenario": words}).scenario == words.replace("\r\n", "\n")


def test_facts_of_version_2_are_read_as_before() -> None:
    """Nothing of facts that were stored before is lost, and what version 3 added is not known."""
    stored = {
        "data_categories": ["identity", "national_id", "health"],
        "scenario": "A letter to the wrong doctor.",
        "confidentiality": "known_recipients",
        "integrity": "recoverable",
        "availability": "none",
        "cause": "internal_accidental",
        "insight": "full",
        "identifiability": "maximum",
        "subject_count": 1,
        "subject_groups": ["patients"],
        "recipient_count": 1,
        "recipients_bound_by_secrecy": True,
        "return_or_deletion": "confirmed",
        "protection": "none",
        "credentials_hashed": False,
        "backup": "restored",
        "service_impact": "minor",
        "undetected_days": 2,
        "already_public": False,
    }
    assert facts_to_json(parse_facts(stored)) == stored
    assert set(assess(parse_facts(stored)).unknown) == ADDED - {"access_log"}


ADDED = {
    *("recipient_relation", "recipient_opened", "deleted_at_once", "recipient_proof"),
    *("access_log", "altered_data_use"),
}


@pytest.mark.parametrize("name", sorted(ASKED_WHERE))
def test_fact_that_cannot_matter_is_not_asked(name: str) -> None:
    other, values = ASKED_WHERE[name]
    for member in ENUM_FACTS[other]:
        answers = {other: member.value}
        asked = name in assess(parse_facts({**HEALTH, **answers})).unknown
        assert asked is is_asked(name, answers) is (member.value in values)
    assert is_asked(name, {})


NEUTRAL = {*ASKED_OF_DATA, *ASKED_OF_LOSS, "recipient_count", "recipients_bound_by_secrecy", "protection"}


@pytest.mark.parametrize(
    ("kinds", "asked"),
    [
        (["health"], False),
        (["credentials", "health"], True),
        (["unknown"], True),
        (["health", "unknown"], True),
    ],
)
def test_passwords_are_asked_about_only_where_they_are_among_the_data(kinds: list[str], asked: bool) -> None:
    facts = {"data_categories": kinds}
    assert is_asked("credentials_hashed", facts) is asked
    assert ("credentials_hashed" in assess(parse_facts(facts)).unknown) is asked
    assert is_asked("credentials_hashed", {})


@pytest.mark.parametrize(
    ("integrity", "availability", "asked"),
    [("none", "none", False), ("none", "days", True), ("recoverable", "none", True), (None, "none", True)],
)
@pytest.mark.parametrize("name", ["backup", "service_impact"])
def test_loss_is_asked_about_unless_nothing_was_lost(
    name: str, integrity: str | None, availability: str, asked: bool
) -> None:
    facts = {**HEALTH, "integrity": integrity, "availability": availability}
    assert is_asked(name, facts) is asked
    assert (name in assess(parse_facts(facts)).unknown) is asked


@given(facts_objects())
def test_fact_that_is_not_asked_changes_no_outcome(obj: dict[str, object]) -> None:
    kept = {name: value for name, value in obj.items() if name not in NEUTRAL or is_asked(name, obj)}
    before = assess(parse_facts(obj))
    after = assess(parse_facts(kept))
    assert (after.outcome, after.severity) == (before.outcome, before.severity)


def test_null_and_missing_are_the_same_unknown() -> None:
    nulls = {name: None for name in Facts.__slots__ if name not in ("data_categories", "scenario")}
    assert parse_facts({**HEALTH, **nulls}) == parse_facts(HEALTH)


def test_recipients_are_not_shown_by_repr() -> None:
    assert "secret" not in repr(parse_facts({**HEALTH, "scenario": "secret"}))


def test_facts_that_letters_tell_change_no_assessment_and_are_not_missed() -> None:
    plain = assess(parse_facts(HEALTH))
    told = {"recipients_per_person": 1, "way": "device_lost", "made_by": "supplier"}
    found = assess(parse_facts({**HEALTH, **told}))
    assert set(told) == TOLD_FACTS
    assert (found.outcome, found.best, found.severity) == (plain.outcome, plain.best, plain.severity)
    assert found.unknown == plain.unknown
    assert not TOLD_FACTS & set(found.unknown)
    assert not TOLD_FACTS & {change.fact for change in found.would_change}

"""Every word that an assessment can need stands in both languages."""

import pytest

from breach import texts
from breach.domain.risk import Band, Change, Outcome, assess, parse_facts
from breach.domain.risk.assessment import LIKELIHOODS, RISKS
from breach.domain.risk.facts import BOOLEAN_FACTS, COUNT_FACTS, ENUM_FACTS, FACT_NAMES, SET_FACTS
from breach.domain.risk.rules import CLAUSES
from breach.services.risk.assessment_json import assessment_to_json, change_text
from breach.texts import LANGUAGES

RULES = {clause.rule.split("-")[0] for clause in CLAUSES} - {"R"} | {"G1", "T9"}
NEEDED = {
    *(f"risk.{part}.{rule}" for part in ("rule", "source") for rule in RULES),
    *(f"risk.outcome.{outcome.value}" for outcome in Outcome),
    *(f"risk.effect.{effect}" for effect in (*(outcome.value for outcome in Outcome), "cancelled", "noted")),
    *(f"risk.band.{band.name.lower()}" for band in Band),
    *(f"risk.likelihood.{each}" for each in LIKELIHOODS),
    *(f"risk.level.{each}" for each in RISKS),
    *(f"risk.facts.question.{name}" for name in FACT_NAMES),
    *(
        f"risk.facts.value.{name}.{m.value}"
        for name, kind in {**ENUM_FACTS, **SET_FACTS}.items()
        for m in kind
    ),
}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_assessment_has_every_word(language: str) -> None:
    assert {key for key in NEEDED if key not in texts.keys(language)} == set()


def test_facts_are_all_asked_for() -> None:
    assert {*ENUM_FACTS, *BOOLEAN_FACTS, *COUNT_FACTS, *SET_FACTS} == set(FACT_NAMES)


@pytest.mark.parametrize(
    ("fact", "to", "sentence"),
    [
        pytest.param(
            "confidentiality",
            "none",
            'If the answer to "Did unauthorised persons get access to the data?" were "No, ruled out", '
            "the outcome would be: Register only.",
            id="value",
        ),
        pytest.param(
            "data_categories",
            ["identity"],
            'If the answer to "Which data?" did not include "Health", '
            "the outcome would be: Notify Datatilsynet.",
            id="removed",
        ),
    ],
)
def test_change_is_a_sentence(fact: str, to: object, sentence: str) -> None:
    facts = parse_facts(
        {"data_categories": ["identity", "health"], "insight": "some", "confidentiality": "known_recipients"}
        | {"cause": "internal_accidental", "integrity": "none", "availability": "none", "protection": "none"}
        | {"subject_groups": ["patients"], "recipient_count": 1, "subject_count": 1, "already_public": False}
    )
    changes = assessment_to_json(assess(facts), "en")["would_change"]
    assert isinstance(changes, list)
    assert [c["text"] for c in changes if (c["fact"], c["to"]) == (fact, to)] == [sentence]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("fact", "to", "shown"),
    [
        ("subject_count", 25, ("25 eller færre", "25 or fewer")),
        ("subject_count", 26, ("26 til 99", "26 to 99")),
        ("subject_count", 100, ("100 eller flere", "100 or more")),
        ("recipient_count", 25, ("25 eller færre", "25 or fewer")),
        ("recipient_count", 26, ("26 eller flere", "26 or more")),
    ],
)
def test_number_that_would_change_the_outcome_stands_for_all_that_do(
    fact: str, to: int, shown: tuple[str, str], language: str
) -> None:
    sentence = change_text(
        parse_facts({"data_categories": ["health"]}), Change(fact, to, Outcome.REGISTER_ONLY), language
    )
    assert f'"{shown[LANGUAGES.index(language)]}"' in sentence

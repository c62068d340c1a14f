"""Sentences of a letter that the facts no longer make are found by their words, whoever wrote them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from breach.domain.letters.facts import LetterFacts
from breach.services.letters.drafting import compose_letters
from breach.services.letters.outdated import Outdated, outdated
from tests.services.letters.letter_cases import CONTACTS, REFERENCE, STOLEN_LIST, WRITTEN, WRONG_LETTER
from tests.services.letters.test_drafting import FACTS

LANGUAGES = ("da", "en")
FORMER = frozenset({date(2026, 3, 5)})
MOVED = replace(WRONG_LETTER, discovered_on=date(2026, 3, 3))


def found(written: LetterFacts, now: LetterFacts, language: str = "da") -> list[tuple[str, str]]:
    """Return what the letter drafted from some facts says otherwise than other facts."""
    body = compose_letters(written, CONTACTS, REFERENCE, WRITTEN)[language].text
    return [(one.said, one.now) for one in outdated(body, language, now, frozenset())]


@settings(max_examples=100, deadline=None)
@given(FACTS)
def test_letter_of_the_facts_says_nothing_otherwise(facts: LetterFacts) -> None:
    assert [found(facts, facts, language) for language in LANGUAGES] == [[], []]


@pytest.mark.parametrize(
    ("language", "change", "shown"),
    [
        pytest.param(
            "da",
            {"discovered_on": date(2026, 3, 3)},
            ("Det blev opdaget den 5. marts 2026.", "Det blev opdaget den 3. marts 2026."),
            id="discovered",
        ),
        pytest.param(
            "en",
            {"discovered_on": date(2026, 3, 3)},
            ("It was discovered on 5 March 2026.", "It was discovered on 3 March 2026."),
            id="discovered-en",
        ),
        pytest.param(
            "da",
            {"ended_on": date(2026, 3, 4)},
            ("Det skete den 3. marts 2026.", "Det skete mellem den 3. marts 2026 og den 4. marts 2026."),
            id="happened",
        ),
        pytest.param(
            "da",
            {"day_is_about": True},
            ("Det skete den 3. marts 2026.", "Det skete omkring den 3. marts 2026."),
            id="happened-about",
        ),
        pytest.param(
            "da",
            {"recipient_count": 7},
            (
                "Én person har fået oplysninger om dig uden at skulle have dem. Vi ved, hvem personen er.",
                "7 personer har fået oplysninger om dig uden at skulle have dem. Vi ved, hvem de er.",
            ),
            id="who-saw-it",
        ),
        pytest.param(
            "en", {"data_categories": ("identity", "contact", "health")}, ("Your CPR number", ""), id="kind"
        ),
        pytest.param(
            "en",
            {"authority_notified": None},
            ("We have notified Datatilsynet, the Danish data protection authority.", ""),
            id="authority",
        ),
    ],
)
def test_sentence_that_no_longer_holds_is_named_with_what_holds_now(
    language: str, change: dict[str, Any], shown: tuple[str, str]
) -> None:
    assert found(WRONG_LETTER, replace(WRONG_LETTER, **change), language) == [shown]


def test_count_is_one_sentence_with_its_about() -> None:
    changed = replace(STOLEN_LIST, subject_count=300_000)
    assert found(STOLEN_LIST, changed) == [
        (
            "Omkring 214.000 personer er berørt, og du er en af dem.",
            "Omkring 300.000 personer er berørt, og du er en af dem.",
        )
    ]


@pytest.mark.parametrize("unsaid", [{"consequences": ()}, {"contained": None}, {"subject_count": None}])
def test_outdated_leaves_additions_to_the_reader(unsaid: dict[str, Any]) -> None:
    assert found(replace(STOLEN_LIST, **unsaid), STOLEN_LIST) == []


@pytest.mark.parametrize(
    ("language", "sentence", "is_outdated"),
    [
        pytest.param("da", "Vi opdagede fejlen torsdag den 5. marts 2026 om aftenen.", True, id="reworded"),
        pytest.param("da", "Vagten blev klar over det den 5. marts.", True, id="no-year"),
        pytest.param("en", "We became aware of it on 5 March.", True, id="english"),
        pytest.param("en", "On March 5, 2026 we found out about it.", True, id="english-month-first"),
        pytest.param("en", "It was discovered on the 5th of March.", True, id="english-ordinal"),
        pytest.param("da", "Vi opdagede fejlen den 05.marts 2026.", True, id="another-hand"),
        pytest.param("da", "Vi opdagede fejlen den 3. marts 2026.", False, id="mended"),
        pytest.param(
            "en", "We noticed it on March 3rd, and not on 5 March as we wrote.", False, id="mended-ordinal"
        ),
        pytest.param(
            "da", "Fejlen blev opdaget den 3. marts, og den 5. marts fandt vi flere.", False, id="both-days"
        ),
        pytest.param("da", "Den 5. marts 2026 lukkede vi for adgangen.", False, id="another-event"),
        pytest.param("da", "Vi opdagede noget lignende den 5. marts 2024.", False, id="another-year"),
        pytest.param("da", "Vi opdagede fejlen den 15. marts 2026.", False, id="another-day"),
    ],
)
def test_former_day_of_discovery_is_found_in_other_words(
    language: str, sentence: str, is_outdated: bool
) -> None:
    shown = outdated(f"# Hvad er der sket?\n\nDet er slemt. {sentence}", language, MOVED, FORMER)
    now = {"da": "Det blev opdaget den 3. marts 2026.", "en": "It was discovered on 3 March 2026."}
    assert shown == ((Outdated(language, sentence, now[language]),) if is_outdated else ())


def test_true_day_of_discovery_that_the_case_does_not_know_contradicts_nothing() -> None:
    facts = replace(WRONG_LETTER, discovered_on=None, aware_on=date(2026, 3, 5))
    body = (
        "# Hvad er der sket?\n\nDet blev opdaget den 4. marts 2026. Vi blev klar over det den 5. marts 2026."
    )
    assert outdated(body, "da", facts, FORMER) == ()


def test_discovery_and_awareness_are_two_days() -> None:
    now = replace(WRONG_LETTER, aware_on=date(2026, 3, 7))
    written = replace(now, aware_on=date(2026, 3, 6))
    assert found(written, now) == [
        ("Vi blev klar over det den 6. marts 2026.", "Vi blev klar over det den 7. marts 2026.")
    ]


SUPPLIER = {
    "da": "Leverandøren opdagede fejlen den 5. marts 2026. {0} den {1}. marts 2026.",
    "en": "The supplier discovered it on 5 March 2026. {0} on {1} March 2026.",
}


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("da", "Vi fik besked"),
        ("da", "De ringede til os"),
        ("da", "Det blev vi orienteret om"),
        ("en", "They told us"),
        ("en", "We were informed"),
    ],
)
def test_outdated_accepts_another_day_for_what_others_discovered(language: str, shown: str) -> None:
    for day, is_outdated in ((3, False), (4, True)):
        body = "# Hvad er der sket?\n\n" + SUPPLIER[language].format(shown, day)
        assert bool(outdated(body, language, MOVED, FORMER)) is is_outdated


@pytest.mark.parametrize(
    ("language", "sentence", "is_outdated"),
    [
        pytest.param("da", "I alt 214.000 personer er berørt, og du er en af dem.", False, id="to-one"),
        pytest.param("en", "214,000 people are affected, and you are one of them.", False, id="to-one-en"),
        pytest.param(
            "da", "Omkring 214000 personer er berørt, og du er en af dem.", False, id="no-separator"
        ),
        pytest.param("da", "Omkring 214 000 personer er berørt, og du er en af dem.", False, id="space"),
        pytest.param("da", "I 2026 214.000 personer er berørt, og du er en af dem.", False, id="year-before"),
        pytest.param("da", "214 personer er berørt, og du er en af dem.", True, id="another-count"),
        pytest.param(
            "da", "Omkring 14 000 personer er berørt, og du er en af dem.", True, id="another-space"
        ),
        pytest.param("da", "Det blev opdaget den 03. marts 2026.", False, id="leading-zero"),
        pytest.param("da", "Det blev opdaget den 05. marts 2026.", True, id="another-day"),
    ],
)
def test_same_number_or_day_written_otherwise_says_the_same(
    language: str, sentence: str, is_outdated: bool
) -> None:
    facts = replace(MOVED, subject_count=214_000)
    assert bool(outdated(f"# Brev\n\n{sentence}", language, facts, frozenset())) is is_outdated

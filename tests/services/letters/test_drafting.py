"""A draft says the facts, all of them, in both languages, and nothing that must not stand in a letter."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breach.domain.letters.facts import DELAYS, MAKERS, WAYS, Bilingual, LetterFacts
from breach.domain.letters.form import parse, write
from breach.domain.letters.lines import Line
from breach.domain.letters.lix import Gate
from breach.domain.letters.plan import plan_letter
from breach.domain.states import CONSEQUENCES
from breach.services.letters.drafting import compare_letters, compose_letter, compose_letters, review_letter
from breach.texts import has, keys
from tests.services.letters.letter_cases import (
    ABOUT,
    CONTACTS,
    ELEMENT_FACTS,
    REFERENCE,
    SENT,
    STOLEN_LIST,
    WRITTEN,
    WRONG_LETTER,
)

CATEGORIES = sorted(
    key.removeprefix("letters.letter.kind.")
    for key in keys("da")
    if key.startswith("letters.letter.kind.") and not key.endswith("more_unknown")
)
CONFIDENTIALITY = (
    "none",
    "unintelligible_only",
    "exposed",
    "known_recipients",
    "unknown_recipients",
    "exfiltrated",
    "published",
)
CAUSES = ("internal_accidental", "internal_deliberate", "external_accidental", "external_deliberate")
DAYS = st.none() | st.dates(date(2025, 1, 1), date(2026, 3, 6))


def _maybe(*values: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


FACTS = st.builds(
    LetterFacts,
    confidentiality=_maybe(*CONFIDENTIALITY),
    integrity=_maybe("none", "recoverable", "unrecoverable"),
    availability=_maybe("none", "minutes", "hours", "days", "permanent"),
    cause=_maybe(*CAUSES),
    data_categories=st.none() | st.lists(st.sampled_from(CATEGORIES), unique=True).map(tuple),
    subject_groups=st.none() | st.lists(st.sampled_from(["patients", "protected_address"])).map(tuple),
    return_or_deletion=_maybe("confirmed", "requested", "none", "refused"),
    protection=_maybe("intact", "doubtful", "none"),
    access_log=_maybe("complete", "partial", "none"),
    service_impact=_maybe("none", "minor", "moderate", "care_delayed", "care_endangered"),
    subject_count=st.none() | st.integers(0, 6_000_000),
    subject_count_is_estimate=st.booleans(),
    recipient_count=st.none() | st.integers(0, 5_000),
    recipients_per_person=st.none() | st.integers(0, 5_000),
    way=_maybe(*WAYS),
    made_by=_maybe(*MAKERS),
    began_on=DAYS,
    ended_on=DAYS,
    day_is_about=st.booleans(),
    discovered_on=DAYS,
    aware_on=DAYS,
    next_message_by=DAYS,
    contained=st.none() | st.booleans(),
    authority_notified=st.none() | st.booleans(),
    police_notified=st.none() | st.booleans(),
    consequences=st.lists(st.sampled_from(CONSEQUENCES), unique=True).map(tuple),
    what_happened=st.sampled_from([None, SENT]),
    late_because=_maybe(*DELAYS),
)


def _untold(facts: LetterFacts) -> list[str]:
    """Return the elements that nobody has told yet: an account, and what was done."""
    is_done = any("done" in name or "returned" in name for name in _codes(facts)) or facts.measures_done
    return [*([] if facts.what_happened else ["N1"]), *([] if is_done else ["N5"])]


def _codes(facts: LetterFacts) -> list[str]:
    return [one.code for one in plan_letter(facts).done if isinstance(one, Line)]


def _complete(facts: LetterFacts) -> None:
    drafts = compose_letters(facts, CONTACTS, REFERENCE, WRITTEN)
    for language, draft in drafts.items():
        review = review_letter(draft.text, language, ELEMENT_FACTS)
        assert [check.id for check in review.elements if not check.present] == _untold(facts)
        assert review.unknown_placeholders == ()
        assert not review.holds_cpr
        assert review.tone == ()
        assert review.lix.gate is Gate.OK, (language, review.lix)
    assert compare_letters(drafts["da"].text, drafts["en"].text) == ()


@settings(max_examples=100, deadline=None)
@given(FACTS)
def test_letter_of_any_facts_is_complete_and_plain_in_both_languages(facts: LetterFacts) -> None:
    _complete(facts)


@pytest.mark.parametrize("category", CATEGORIES)
def test_letter_is_complete_and_names_each_kind_of_data(category: str) -> None:
    facts = replace(WRONG_LETTER, data_categories=(category,))
    _complete(facts)
    assert has(f"letters.letter.kind.{category}", "en")


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(WRONG_LETTER, id="wrong-letter"),
        pytest.param(STOLEN_LIST, id="stolen-list"),
        pytest.param(ABOUT, id="about"),
        pytest.param(LetterFacts(), id="nothing-known"),
        *(pytest.param(replace(STOLEN_LIST, confidentiality=value), id=value) for value in CONFIDENTIALITY),
        *(pytest.param(replace(WRONG_LETTER, cause=value), id=value) for value in CAUSES),
    ],
)
def test_draft_survives_editing_unchanged(facts: LetterFacts) -> None:
    _complete(facts)
    for language, draft in compose_letters(facts, CONTACTS, REFERENCE, WRITTEN).items():
        assert write(parse(draft.text, language)) == draft.text


@pytest.mark.parametrize(
    ("facts", "language", "sentence"),
    [
        pytest.param(WRONG_LETTER, "da", "Det skete den 3. marts 2026.", id="day-da"),
        pytest.param(WRONG_LETTER, "en", "It happened on 3 March 2026.", id="day-en"),
        pytest.param(ABOUT, "da", "Det skete omkring den 3. marts 2026.", id="about-da"),
        pytest.param(ABOUT, "en", "It happened around 3 March 2026.", id="about-en"),
        pytest.param(
            STOLEN_LIST, "da", "Det skete mellem den 11. maj 2026 og den 14. maj 2026.", id="period-da"
        ),
        pytest.param(
            STOLEN_LIST, "da", "Omkring 214.000 personer er berørt, og du er en af dem.", id="count-da"
        ),
        pytest.param(STOLEN_LIST, "en", "About 214,000 people are affected", id="count-en"),
        pytest.param(STOLEN_LIST, "da", "# Dit CPR-nummer er blevet stjålet", id="title"),
        pytest.param(STOLEN_LIST, "da", "Opret en kreditadvarsel på borger.dk.", id="credit-warning"),
        pytest.param(
            STOLEN_LIST, "da", "Vi skriver til dig igen senest den 12. juni 2026.", id="next-message"
        ),
        pytest.param(
            replace(WRONG_LETTER, way="looked_up_without_need"),
            "da",
            "Se på sundhed.dk, hvem der har slået op",
            id="access-log",
        ),
        pytest.param(
            replace(WRONG_LETTER, data_categories=("credentials",)),
            "da",
            "Skift din adgangskode nu.",
            id="password",
        ),
        pytest.param(
            replace(WRONG_LETTER, subject_groups=("protected_address",)),
            "da",
            "så ring til os i dag på 97 64 80 00",
            id="protected-address",
        ),
        pytest.param(LetterFacts(), "da", "Vi ved endnu ikke, hvornår det skete.", id="unknown-time"),
    ],
)
def test_fact_brings_its_sentence(facts: LetterFacts, language: str, sentence: str) -> None:
    assert sentence in compose_letter(facts, CONTACTS, REFERENCE, WRITTEN, language).text


def test_draft_names_no_reader_and_has_a_subject_without_content() -> None:
    drafts = compose_letters(WRONG_LETTER, CONTACTS, REFERENCE, WRITTEN)
    assert [draft.subject for draft in drafts.values()] == [
        "Vigtig besked om dine oplysninger",
        "Important message about your data",
    ]
    whole = drafts["da"].text.replace("{dato}", "") + drafts["en"].text.replace("{date}", "")
    assert "{" not in whole


def test_fewer_than_five_people_are_not_counted_in_the_letter() -> None:
    facts = replace(STOLEN_LIST, subject_count=4)
    assert "personer er berørt" not in compose_letter(facts, CONTACTS, REFERENCE, WRITTEN, "da").text


def test_letter_has_what_a_person_wrote_as_typed_on_one_line() -> None:
    odd = Bilingual(
        "# Vi lukkede {{7*7}}\n- systemet {x} {% for %}.", "We closed {{7*7}} the system {x} {% for %}."
    )
    facts = replace(
        WRONG_LETTER, measures_done=(odd,), what_happened=Bilingual("Et brev blev sendt.", "Sent.")
    )
    text = compose_letter(facts, CONTACTS, REFERENCE, WRITTEN, "da").text
    assert "- Vi lukkede {{7*7}} - systemet {x} {% for %}.\n" in text
    assert "\nEt brev blev sendt.\n\nDet skete den 3. marts 2026." in text


def test_reason_for_the_delay_is_told_in_its_place() -> None:
    reason = Bilingual("Vi ledte efter alle på listen.", "We searched for everyone on the list.")
    facts = replace(STOLEN_LIST, reason_for_delay=reason)
    _complete(facts)
    text = compose_letter(facts, CONTACTS, REFERENCE, WRITTEN, "da").text
    assert "Derfor skriver vi først nu: Vi ledte efter alle på listen." in text


def test_account_written_in_danish_alone_is_left_out_of_the_english_letter() -> None:
    facts = replace(WRONG_LETTER, what_happened=Bilingual(SENT.da, ""))
    text = compose_letter(facts, CONTACTS, REFERENCE, WRITTEN, "en").text
    assert "# What happened?\n\nIt happened on 3 March 2026." in text


def test_changed_date_in_one_language_is_found() -> None:
    drafts = compose_letters(WRONG_LETTER, CONTACTS, REFERENCE, WRITTEN)
    later = drafts["en"].text.replace("3 March", "4 March")
    found = compare_letters(drafts["da"].text, later)
    assert [(item.fact, item.only_in) for item in found] == [("number 3", "da"), ("number 4", "en")]


def test_letter_with_a_cpr_number_or_an_unknown_placeholder_says_so() -> None:
    text = compose_letter(WRONG_LETTER, CONTACTS, REFERENCE, WRITTEN, "da").text
    with_number = review_letter(text + "\n251248-9996", "da", ELEMENT_FACTS)
    assert with_number.holds_cpr
    with_case = review_letter(text.replace(REFERENCE, "{sag}"), "da", ELEMENT_FACTS)
    assert (with_case.holds_cpr, with_case.unknown_placeholders) == (False, ())
    with_name = review_letter(text + "\nKære {navn}", "da", ELEMENT_FACTS)
    assert with_name.unknown_placeholders == ("navn",)
    with_place = review_letter(text + "\nKære {fornavn}", "da", ELEMENT_FACTS)
    assert with_place.unknown_placeholders == ("fornavn",)


def test_written_day_moves_no_other_fact() -> None:
    one = compose_letter(WRONG_LETTER, CONTACTS, REFERENCE, WRITTEN, "da").text
    two = compose_letter(WRONG_LETTER, CONTACTS, REFERENCE, WRITTEN + timedelta(days=1), "da").text
    assert one.replace("6. marts 2026", "7. marts 2026") == two

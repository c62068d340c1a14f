"""What the Danish and the English letter claim is compared: our sentences by code, the rest side by side."""

from dataclasses import replace

import pytest

from breach.domain.letters.basis import written_by_hand
from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.form import parse
from breach.domain.letters.reading import parse_letter_facts
from breach.services.letters.claims import Claims, Unpaired, compare_claims
from breach.services.letters.drafting import compose_letters
from breach.texts import text
from tests.services.letters.letter_cases import CONTACTS, REFERENCE, SENT, WRONG_LETTER
from tests.services.letters.situations import SITUATIONS, Situation

OPEN = replace(WRONG_LETTER, confidentiality="exposed", access_log="none", way=None, return_or_deletion=None)
"""Others could have seen the data, and nobody can see whether they did."""


def compared(danish: str, english: str) -> Claims:
    return compare_claims(parse(danish, "da"), parse(english, "en"), CONTACTS, REFERENCE)


def both(facts: LetterFacts) -> tuple[str, str]:
    found = compose_letters(facts, CONTACTS, REFERENCE, None)
    return found["da"].text, found["en"].text


def sentence(code: str, language: str) -> str:
    return text(f"letters.letter.{code}", language)


@pytest.mark.parametrize("one", SITUATIONS, ids=[one.name for one in SITUATIONS])
def test_claims_of_a_draft_are_the_same_but_for_what_a_person_wrote(one: Situation) -> None:
    facts = parse_letter_facts(one.given)
    claims = compared(*both(facts))
    typed = " ".join(written_by_hand(facts))
    shown = [words for pair in claims.unpaired for words in (*pair.danish, *pair.english)]
    assert (claims.differing, [words for words in shown if words not in typed]) == ((), [])


def test_claim_that_differs_in_our_own_words_is_named_by_its_question() -> None:
    danish, english = both(OPEN)
    was = sentence("reach.exposed_no_log", "en")
    assert was in english
    assert compared(danish, english.replace(was, sentence("reach.exposed", "en"))).differing == ("reach",)


def test_claim_in_a_persons_words_is_shown_beside_what_the_other_language_says() -> None:
    danish, english = both(OPEN)
    by_hand = "We have found no sign that anyone fetched them."
    claims = compared(danish, english.replace(sentence("reach.exposed_no_log", "en"), by_hand))
    assert claims.differing == ()
    [happened] = [pair for pair in claims.unpaired if pair.headings[1] == "What happened?"]
    assert set(happened.danish) == {sentence("reach.exposed_no_log", "da"), SENT.da}
    assert set(happened.english) == {by_hand, SENT.en}


def test_sentence_in_one_language_alone_is_shown() -> None:
    danish, english = both(WRONG_LETTER)
    claims = compared(
        danish.replace("# Hvad har vi gjort?\n\n", "# Hvad har vi gjort?\n\n- Vi ringer til dig.\n"), english
    )
    assert (
        Unpaired(("Hvad har vi gjort?", "What have we done?"), ("Vi ringer til dig.",), ()) in claims.unpaired
    )


def test_day_of_another_form_is_no_sentence_of_ours() -> None:
    danish, english = both(WRONG_LETTER)
    typed = [words for pair in compared(danish, english).unpaired for words in pair.danish]
    assert typed == [SENT.da]

"""The letters of real situations: what they say, what they must not, and how they read, in both languages."""

import io
import re
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from breach.documents.pdf import LetterHead, letter_pdf
from breach.domain.letters import advice, harms, told
from breach.domain.letters.facts import LetterFacts
from breach.domain.letters.form import parse
from breach.domain.letters.reading import parse_letter_facts
from breach.domain.letters.sentences import Sentence
from breach.services.letters.drafting import LetterText, compare_letters, compose_letters, review_letter
from breach.texts import LANGUAGES
from tests.services.letters.letter_cases import CONTACTS, ELEMENT_FACTS, REFERENCE, WRITTEN
from tests.services.letters.situations import SITUATIONS, Situation

MOST_WORDS = 480
"""Words of a letter in one language that fit two pages; the longest are set below."""
STOP = re.compile(r"[.?:]$")
NAME = re.compile(r"[A-ZÆØÅÉ0-9]")
TWICE = re.compile(r"\b([^\W\d]+) \1\b", re.I)
each = pytest.mark.parametrize("one", SITUATIONS, ids=[one.name for one in SITUATIONS])


def drafts(one: Situation) -> dict[str, LetterText]:
    return compose_letters(parse_letter_facts(one.given), CONTACTS, REFERENCE, WRITTEN)


def without_account(one: Situation) -> set[str]:
    """Return the element that a draft lacks where nobody wrote what happened."""
    return set() if one.given.get("what_happened") else {"N1"}


def paragraphs(text: str, language: str) -> list[str]:
    """Return the lines that are made of sentences: no headings, greeting, kinds of data or addresses."""
    letter = parse(text, language)
    found = []
    for section in letter.sections[1:-1]:
        for block in section.blocks:
            found += [line for line in block.lines if not (block.bullets and not STOP.search(line))]
    closing = ("Venlig hilsen", "Kind regards")
    return [line for line in found if not line.startswith(closing)]


@each
def test_letter_says_what_is_true_and_nothing_else(one: Situation) -> None:
    text = drafts(one)["da"].text
    assert [words for words in one.says if words not in text] == []
    assert [words for words in one.never if words in text] == []


@each
def test_letter_is_well_formed_and_the_same_in_both_languages(one: Situation) -> None:
    found = drafts(one)
    for language in LANGUAGES:
        text = found[language].text
        review = review_letter(text, language, ELEMENT_FACTS)
        absent = {check.id for check in review.elements if not check.present}
        assert absent <= {"N5"} | without_account(one)
        assert (review.tone, review.unknown_placeholders, review.holds_cpr) == ((), (), False)
        assert review.lix.value <= 30, review.lix
        assert len(text.split()) <= MOST_WORDS
        assert not re.search(r"[{}]|None|  ", text)
        assert [found.group() for found in TWICE.finditer(text.replace("\n", " | "))] == []
        for line in paragraphs(text, language):
            assert NAME.match(line), line
            assert STOP.search(line), line
            assert all(
                NAME.match(part) for part in re.split(r"(?<=[^0-9][.?]) ", line) if "kl." not in line
            ), line
        assert not re.search(r"(?<![0-9.,])1 (?:personer|people)", text)
    assert compare_letters(found["da"].text, found["en"].text) == ()


@each
def test_letter_promises_and_counts_nothing_that_nobody_told(one: Situation) -> None:
    said = drafts(one)["da"].text
    for name, words in (
        ("next_message_by", "Vi skriver til dig igen"),
        ("late_because", "Vi skriver først nu"),
        ("police_notified", "Vi har meldt det til politiet"),
        ("authority_notified", "Vi har anmeldt det"),
        ("contained", "Det er stoppet nu"),
    ):
        assert one.given.get(name) or words not in said


LONGEST = sorted(SITUATIONS, key=lambda one: -len(drafts(one)["da"].text))[:3]


@pytest.mark.parametrize("one", LONGEST, ids=[one.name for one in LONGEST])
def test_longest_letters_take_two_pages_a_language(one: Situation) -> None:
    head = LetterHead(
        "Region Nordjylland", "The North Denmark Region", ("Niels Bohrs Vej 30", "CVR 29190941"), REFERENCE
    )
    found = drafts(one)
    pages = PdfReader(io.BytesIO(letter_pdf(found["da"].text, found["en"].text, head))).pages
    assert len(pages) <= 4


TABLES = (
    told.TITLE,
    told.APOLOGY,
    told.HOW,
    told.WHO,
    told.WHEN,
    told.FOUND,
    told.COUNT,
    told.REACH,
    told.COVER,
    told.CHANGE,
    told.LOSS,
    told.LATE,
    told.STOPPED,
    told.ASKED_BACK,
    told.REPORTED,
    told.NEXT,
    harms.HARMS,
    harms.LIKELY,
    advice.ADVICE,
)
SENTENCES = [row for table in TABLES for row in table]
UNKNOWN: dict[str, Any] = {one.name: one.default for one in fields(LetterFacts)}


@pytest.mark.parametrize("row", SENTENCES, ids=[f"{place}-{row.code}" for place, row in enumerate(SENTENCES)])
def test_sentence_is_left_out_where_a_fact_it_rests_on_is_not_known(row: Sentence) -> None:
    known = [parse_letter_facts(one.given) for one in SITUATIONS]
    for facts in known:
        if row.holds(facts):
            for name in row.rests_on:
                if name != "reached_by":
                    assert not row.holds(replace(facts, **{name: UNKNOWN[name]}))


def test_sentences_rest_on_facts_by_their_names() -> None:
    names = {one.name for one in fields(LetterFacts)} | {"reached_by"}
    assert {name for row in SENTENCES for name in row.rests_on} <= names


@pytest.mark.parametrize(
    ("facts", "reached"),
    [
        (LetterFacts(recipients_per_person=1, recipient_count=18856), 1),
        (LetterFacts(recipient_count=18856, subject_count=18856), None),
        (LetterFacts(recipient_count=7, subject_count=1), 7),
        (LetterFacts(recipient_count=1, subject_count=40), 1),
        (LetterFacts(), None),
    ],
)
def test_how_many_got_the_data_of_each_is_told_or_follows(facts: LetterFacts, reached: int | None) -> None:
    assert facts.reached_by == reached


def test_day_of_the_letter_stands_in_it_or_is_left_to_the_release() -> None:
    facts = LetterFacts(began_on=date(2026, 3, 3))
    assert "\n6. marts 2026\n" in compose_letters(facts, CONTACTS, REFERENCE, WRITTEN)["da"].text
    assert "6. marts" not in compose_letters(facts, CONTACTS, REFERENCE, None)["da"].text

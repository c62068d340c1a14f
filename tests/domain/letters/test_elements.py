"""Each element is looked for by itself: taking one away is found, and only that one."""

import re
from dataclasses import replace

import pytest

from breach.domain.letters.compare import differences, facts_of
from breach.domain.letters.elements import FINDERS, check_elements, missing_elements
from breach.domain.letters.form import parse
from breach.services.letters.drafting import compose_letter, phrases, review_letter
from breach.texts import has
from tests.domain.letters import model_letters
from tests.services.letters.letter_cases import CONTACTS, ELEMENT_FACTS, REFERENCE, WRITTEN, WRONG_LETTER

DRAFTS = {
    "da": compose_letter(WRONG_LETTER, CONTACTS, REFERENCE, WRITTEN, "da").text,
    "en": compose_letter(WRONG_LETTER, CONTACTS, REFERENCE, WRITTEN, "en").text,
}
BLOCK = {
    "da": "\n# Kontakt\n\nRegion Nordjylland, Niels Bohrs Vej 30, 9220 Aalborg Øst. CVR 29190941. "
    "97 64 80 00. region@rn.dk. "
    "Datatilsynet: Carl Jacobsens Vej 35, 2500 Valby, 33 19 32 00, dt@datatilsynet.dk\n",
    "en": "\n# Contact\n\nThe North Denmark Region, Niels Bohrs Vej 30, 9220 Aalborg Øst. CVR 29190941. "
    "+45 97 64 80 00. region@rn.dk. "
    "Datatilsynet: Carl Jacobsens Vej 35, 2500 Valby, +45 33 19 32 00, dt@datatilsynet.dk\n",
}


def _without(pattern: str, text: str) -> str:
    changed, times = re.subn(pattern, "", text, flags=re.MULTILINE)
    assert times, f"nothing to take away: {pattern}"
    return changed


@pytest.mark.parametrize(
    ("language", "pattern", "missing"),
    [
        pytest.param("da", r"^Det skete.*\n", ["N1"], id="when"),
        pytest.param("en", r"^It happened.*\n", ["N1"], id="when-en"),
        pytest.param("da", r"^En medarbejder.*\n\n.*\n", ["N1"], id="account"),
        pytest.param("da", r"^# Hvilke.*\n", ["N2"], id="heading-of-kinds"),
        pytest.param("da", r"^- (Dit|Din|Oplysninger).*\n", ["N2"], id="kinds"),
        pytest.param("da", r"61 55 55 55", ["N3"], id="dpo-phone"),
        pytest.param("da", r"Kirsten Prøve", ["N3"], id="dpo-name"),
        pytest.param("en", r"data protection officer", ["N3"], id="dpo-word"),
        pytest.param("da", r"^# Hvad kan det betyde.*\n", ["N4"], id="meaning"),
        pytest.param("da", r"^- (Vi|Det) .*\n", ["N5"], id="done"),
        pytest.param("en", r"^# What can you do.*\n", ["N6"], id="advice"),
        pytest.param("da", r"CVR 29190941", ["N7"], id="cvr"),
        pytest.param("en", r"region@rn\.dk", ["N7"], id="mail"),
        pytest.param("da", r"Niels Bohrs Vej 30", ["N7"], id="address"),
        pytest.param("da", r"vi beklager", ["N8"], id="apology"),
        pytest.param("en", r"and we are sorry", ["N8"], id="apology-en"),
        pytest.param("da", r"klage til", ["N9"], id="complaint"),
        pytest.param("da", r"dt@datatilsynet\.dk", ["N9"], id="authority-mail"),
        pytest.param("da", r"gerne til os først", ["N9"], id="us-first"),
        pytest.param("da", r"begrænse", ["N10"], id="restriction"),
        pytest.param("en", r"or object", ["N10"], id="objection"),
        pytest.param("da", REFERENCE, ["N11"], id="case-number"),
    ],
)
def test_element_taken_away_is_missed(language: str, pattern: str, missing: list[str]) -> None:
    letter = parse(_without(pattern, DRAFTS[language]), language)
    assert list(missing_elements(letter, ELEMENT_FACTS)) == missing


@pytest.mark.parametrize(
    ("language", "said", "shown"),
    [
        pytest.param("da", "Det ved vi ikke endnu: Hvornår det skete.", True, id="unknown"),
        pytest.param("da", "Hvornår det skete, ved vi ikke endnu.", True, id="unknown-other-order"),
        pytest.param("da", "Det ved vi ikke endnu: Hvordan det gik til.", False, id="how-is-not-when"),
        pytest.param("da", "Vi ved endnu ikke, hvornår det skete.", True, id="not-yet"),
        pytest.param("da", "Det ved vi ikke endnu: Hvornår det først blev opdaget.", False, id="discovery"),
        pytest.param("en", "It is not yet known when it happened.", True, id="not-yet-en"),
        pytest.param(
            "en", "What we do not know yet: when it was first discovered.", False, id="discovery-en"
        ),
        pytest.param("en", "What we do not know yet: when it happened.", True, id="unknown-en"),
        pytest.param("en", "When it happened is not known yet.", True, id="unknown-other-order-en"),
        pytest.param("en", "What we do not know yet: how it came about.", False, id="how-is-not-when-en"),
    ],
)
def test_element_when_may_be_unknown_and_is_a_whole_sentence(language: str, said: str, shown: bool) -> None:
    line = {"da": r"^Det skete.*\n", "en": r"^It happened.*\n"}[language]
    changed = re.sub(line, f"{said}\n", DRAFTS[language], flags=re.MULTILINE)
    when = check_elements(parse(changed, language), ELEMENT_FACTS)[0]
    assert (when.present, when.sentence) == ((True, said) if shown else (False, ""))


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        pytest.param("En sygeplejerske gav brevet til en anden patient.", True, id="account"),
        pytest.param("Brevet kom til en nabo.", True, id="short-account"),
        pytest.param("Vi har lavet en fejl.", False, id="own-phrase"),
        pytest.param(
            "En medarbejder lavede en fejl, så oplysninger om dig ikke var sikre.",
            False,
            id="own-long-phrase",
        ),
        pytest.param("", False, id="nothing"),
        pytest.param("Fejl sket.", False, id="two-words"),
        pytest.param("En medarbejder hos os lavede en fejl.", False, id="phrase"),
        pytest.param("Der er sket et brud på sikkerheden for dine oplysninger.", False, id="general-phrase"),
        pytest.param("Det blev opdaget den 4. marts 2026.", False, id="day-of-discovery"),
        pytest.param("3 personer har fået oplysninger om dig uden at skulle have dem.", False, id="count"),
    ],
)
def test_element_what_happened_wants_an_account_and_no_phrase(said: str, is_told: bool) -> None:
    body = f"# Brev\n\n# Hvad er der sket?\n\n{said} Det skete den 3. marts 2026. Vi beklager."
    checks = check_elements(parse(body, "da"), replace(ELEMENT_FACTS, phrases=phrases("da")))
    assert checks[0].present is is_told


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("An employee made a mistake so that data about you was not safe.", False),
        ("There has been a personal data breach in the region.", False),
        ("A nurse put the letter into an envelope for another patient.", True),
    ],
)
def test_element_what_happened_wants_an_account_in_english_too(said: str, is_told: bool) -> None:
    body = f"# Letter\n\n# What happened?\n\n{said} It happened on 3 March 2026. We are sorry."
    [first, *_] = review_letter(body, "en", ELEMENT_FACTS).elements
    assert first.present is is_told


@pytest.mark.parametrize("language", ["da", "en"])
def test_elements_are_shown_by_lines_of_the_letter(language: str) -> None:
    checks = check_elements(parse(DRAFTS[language], language), ELEMENT_FACTS)
    assert [check.id for check in checks] == [f"N{number}" for number in range(1, 12)]
    assert all(check.present and check.sentence for check in checks)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("da", model_letters.WRONG_PERSON_DA, id="a-da"),
        pytest.param("en", model_letters.WRONG_PERSON_EN, id="a-en"),
        pytest.param("da", model_letters.LARGE_LEAK_DA, id="b-da"),
        pytest.param("en", model_letters.LARGE_LEAK_EN, id="b-en"),
    ],
)
def test_model_letters_have_every_element(language: str, text: str) -> None:
    filled = re.sub(r"Kære \{navn\}|Dear \{name\}", "Til dig", text)
    filled = re.sub(r"\{navn\}|\{name\}", "Kirsten Prøve", filled)
    filled = re.sub(r"\{sag\}|\{case\}", REFERENCE, filled)
    assert missing_elements(parse(filled + BLOCK[language], language), ELEMENT_FACTS) == ()


def test_empty_letter_has_nothing() -> None:
    assert missing_elements(parse("", "da"), ELEMENT_FACTS) == tuple(FINDERS)


def test_elements_have_names_in_both_languages() -> None:
    for element in FINDERS:
        for language in ("da", "en"):
            assert has(f"letters.element.{element}", language)


@pytest.mark.parametrize(
    ("danish", "english", "only"),
    [
        pytest.param("den 3. marts 2026 kl. 14.30", "on 3 March 2026 at 14:30", set(), id="same"),
        pytest.param("1.247 breve, 3,25 %", "1,247 letters, 3.25%", set(), id="number-formats"),
        pytest.param("Ring på 61 55 55 55", "Call +45 61 55 55 55", set(), id="phone-formats"),
        pytest.param("mellem den 11. og den 14. maj", "between 11 and 14 May", set(), id="period"),
        pytest.param("den 3. marts", "on 3 May", {("month 3", "da"), ("month 5", "en")}, id="month"),
        pytest.param(
            "61 55 55 55", "61 55 55 56", {("phone 61555555", "da"), ("phone 61555556", "en")}, id="phone"
        ),
        pytest.param("ca. 800", "many", {("number 800", "da")}, id="number"),
        pytest.param("a@b.dk", "no", {("a@b.dk", "da")}, id="mail"),
        pytest.param(
            REFERENCE, "BRUD-2026-000002", {("brud-2026-000001", "da"), ("brud-2026-000002", "en")}, id="case"
        ),
        pytest.param("# A\n- x\n- y", "# A\n- x", {("list 2", "da"), ("list 1", "en")}, id="list"),
    ],
)
def test_two_languages_are_compared_by_facts(danish: str, english: str, only: set[tuple[str, str]]) -> None:
    found = differences(parse(danish, "da"), parse(english, "en"))
    assert {(item.fact, item.only_in) for item in found} == only


@pytest.mark.parametrize(
    ("danish", "english"),
    [
        pytest.param(model_letters.WRONG_PERSON_DA, model_letters.WRONG_PERSON_EN, id="a"),
        pytest.param(model_letters.LARGE_LEAK_DA, model_letters.LARGE_LEAK_EN, id="b"),
    ],
)
def test_model_letters_carry_the_same_facts(danish: str, english: str) -> None:
    assert facts_of(parse(danish, "da")) == facts_of(parse(english, "en"))

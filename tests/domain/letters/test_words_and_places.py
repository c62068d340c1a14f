"""Words of tone are found where they stand; placeholders are names from a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain.letters.placeholders import UnknownPlaceholder, case_values, names, render, unknown
from breach.domain.letters.words import Tone, find_tone
from tests.domain.letters import model_letters


@pytest.mark.parametrize(
    ("text", "language", "word", "tone"),
    [
        pytest.param("Det var desværre sket.", "da", "desværre", Tone.BELITTLES, id="desværre"),
        pytest.param("En beklagelig hændelse.", "da", "beklagelig hændelse", Tone.BELITTLES, id="hændelse"),
        pytest.param("En MINDRE fejl.", "da", "MINDRE fejl", Tone.BELITTLES, id="capitals"),
        pytest.param("Det er kun ti.", "da", "kun", Tone.BELITTLES, id="kun"),
        pytest.param("Der er ingen risiko.", "da", "ingen risiko", Tone.BELITTLES, id="ingen-risiko"),
        pytest.param("Det er muligvis set.", "da", "muligvis", Tone.HEDGES, id="muligvis"),
        pytest.param("For en sikkerheds skyld.", "da", "For en sikkerheds skyld", Tone.HEDGES, id="skyld"),
        pytest.param("Du er ramt.", "da", "ramt", Tone.FRIGHTENS, id="ramt"),
        pytest.param("En katastrofal dag.", "da", "katastrofal", Tone.FRIGHTENS, id="katastrofal"),
        pytest.param("Hvis du føler det.", "da", "Hvis du føler", Tone.EXCUSES, id="føler"),
        pytest.param("There is no risk.", "en", "no risk", Tone.BELITTLES, id="no-risk"),
        pytest.param("A minor error.", "en", "minor error", Tone.BELITTLES, id="minor-error"),
        pytest.param("It was allegedly seen.", "en", "allegedly", Tone.HEDGES, id="allegedly"),
        pytest.param("You are a victim.", "en", "victim", Tone.FRIGHTENS, id="victim"),
    ],
)
def test_word_is_found_with_its_place(text: str, language: str, word: str, tone: Tone) -> None:
    (found,) = find_tone(text, language)
    assert (found.word, found.tone, text[found.start : found.end]) == (word, tone, word)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("Vi kundgør skunken og ramten.", "da", id="inside-other-words"),
        pytest.param("We write only today.", "en", id="only-of-time"),
        pytest.param(model_letters.WRONG_PERSON_DA, "da", id="model-a-da"),
        pytest.param(model_letters.WRONG_PERSON_EN, "en", id="model-a-en"),
        pytest.param(model_letters.LARGE_LEAK_DA, "da", id="model-b-da"),
    ],
)
def test_plain_words_are_left_alone(text: str, language: str) -> None:
    assert find_tone(text, language) == ()


def test_findings_come_in_the_order_of_the_text() -> None:
    assert [item.word for item in find_tone("Måske kun, desværre.", "da")] == ["Måske", "kun", "desværre"]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        pytest.param("Kære {navn}.", {"navn": "Kirsten"}, "Kære Kirsten.", id="name"),
        pytest.param("{navn} {navn}", {"navn": "{navn}"}, "{navn} {navn}", id="value-is-not-read-again"),
        pytest.param("a { b } {", {" b ": "c"}, "a c {", id="lone-brace"),
        pytest.param("{% raw %", {}, "{% raw %", id="never-closed"),
    ],
)
def test_placeholders_fill_the_listed_names_only(text: str, values: dict[str, str], expected: str) -> None:
    assert render(text, values) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("{cpr}", "cpr", id="not-on-the-list"),
        pytest.param("{0.__class__}", "0.__class__", id="attribute"),
        pytest.param("{{7*7}}", "7*7", id="expression"),
        pytest.param("{}", "", id="empty"),
        pytest.param("{navn!r}", "navn!r", id="conversion"),
    ],
)
def test_unknown_name_is_refused_and_named(text: str, name: str) -> None:
    with pytest.raises(UnknownPlaceholder) as caught:
        render(text, {"navn": "Kirsten"})
    assert caught.value.name == name
    assert unknown(text, "da") == (name,)


@given(st.text(), st.text())
def test_value_comes_out_as_typed(before: str, value: str) -> None:
    plain = before.replace("{", "").replace("}", "")
    assert render(plain + "{navn}", {"navn": value}) == plain + value


def test_names_are_those_of_the_language() -> None:
    assert names("{navn} {sag} {navn}") == ("navn", "sag")
    assert unknown("{navn} {sag}", "da") == ("navn",)
    assert unknown("{case} {sag}", "en") == ("sag",)


def test_draft_is_shown_with_what_it_cannot_give_as_typed() -> None:
    values = case_values("da", "BRUD-2026-000001", "3. marts 2026")
    assert render("{navn} {sag}", values, keep_unknown=True) == "{navn} BRUD-2026-000001"
    assert render("den {dato}", values) == "den 3. marts 2026"

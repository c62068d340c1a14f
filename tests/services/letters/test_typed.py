"""What is typed into a letter: dropped where it shows nothing, or refused with its place."""

import pytest

from breach.domain.errors import InvalidInput
from breach.services.letters import text, typed
from tests.services.conftest import At

LONG_WORD = "x" * 101
FAULTS = [
    ("Første.\n\nDu får en 🙂 nu.", "sign_not_set", {"sign": "🙂 (U+1F642)", "line": 3, "n": 11}),
    ("Privat \ue000 tegn.", "sign_not_set", {"sign": "(U+E000)", "line": 1, "n": 8}),
    (f"Første.\n\nEt {LONG_WORD}", "word_too_long", {"line": 3, "limit": 100, "n": 101}),
    ("ord " * 1001, "line_too_long", {"line": 1, "limit": 4000, "n": 4003}),
    ("x" * 20_001, "too_long", {"limit": 20_000, "n": 20_001}),
    ("", "letter_missing", {}),
    ("251248-9996", "cpr_in_text", {}),
    (
        "Vi skriver i dag, den 20. november.",
        "letter_day_typed",
        {"day": "den 20. november", "place": "{dato}"},
    ),
]


@pytest.mark.parametrize(("body", "code", "values"), FAULTS)
def test_fault_of_a_letter_says_what_and_where(body: str, code: str, values: dict[str, object]) -> None:
    found = next(typed.faults("danish", typed.normal(body), "da"))
    assert (found.field, found.code, found.values) == ("danish", code, values)


@pytest.mark.parametrize("body", ["→ ≤ ™ ☎ Ελ Кир مرحبا ĸ ð ł", "Den {dato} skriver vi.", "A\tB"])
def test_letter_that_people_write_has_no_fault(body: str) -> None:
    assert list(typed.faults("danish", body, "da")) == []


def test_signs_that_show_nothing_are_dropped() -> None:
    assert typed.normal("data\u00adbe\u200bskyttelse\ufeff\r\nnæste") == "databeskyttelse\nnæste"


def test_save_drops_and_refuses_in_both_languages(at: At) -> None:
    service = at("drafting")
    row = service.do("sagsbehandler", text.save_text, "data\u00adbeskyttelse", "data\u200b protection")
    assert (row.danish, row.english) == ("databeskyttelse", "data protection")
    with pytest.raises(InvalidInput) as wrong:
        service.do("sagsbehandler", text.save_text, "🙂", "Dated 20 November 2026.")
    assert [(one.field, one.code) for one in wrong.value.errors] == [
        ("danish", "sign_not_set"),
        ("english", "letter_day_typed"),
    ]


def test_draft_leaves_its_day_to_the_release(at: At) -> None:
    row = at("drafting").page("godkender").text
    assert row is not None
    assert not [*typed.faults("danish", row.danish, "da"), *typed.faults("english", row.english, "en")]

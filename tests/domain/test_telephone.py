"""Telephone numbers as real people type them."""

import pytest

from breach.domain.telephone import danish, numbers_of, problem
from breach.texts.formats import phone

TYPED = [
    ("97 64 80 01", [("97648001", "")]),
    ("97\u00a064\u00a080\u00a001", [("97648001", "")]),
    ("97\u202f64\u200980\u300001", [("97648001", "")]),
    ("97-64-80-01", [("97648001", "")]),
    ("97–64—80‑01", [("97648001", "")]),
    ("97.64.80.01", [("97648001", "")]),
    ("97648001.", [("97648001", "")]),
    ("\u202d97648001\u202c", [("97648001", "")]),
    ("97\u00ad64\u200b8001", [("97648001", "")]),
    ("９７６４８００１", [("97648001", "")]),
    ("+4597648001", [("+4597648001", "")]),
    ("0045 97 64 80 01", [("004597648001", "")]),
    ("(+45) 97 64 80 01 lok. 12", [("+4597648001", "12")]),
    ("97 64 80 01, lokal 4", [("97648001", "4")]),
    ("97648001 (lok. 12)", [("97648001", "12")]),
    ("97648001 ext. 12", [("97648001", "12")]),
    ("97648001x12", [("97648001", "12")]),
    ("+45 97648001;ext=12", [("+4597648001", "12")]),
    ("97648001 #12", [("97648001", "12")]),
    ("Tlf.: 97 64 80 01", [("97648001", "")]),
    ("mobil 61555555", [("61555555", "")]),
    ("61234", [("61234", "")]),
    ("1813", [("1813", "")]),
    ("+49 (0)40 123-456", [("+49040123456", "")]),
    ("040/1234567", [("0401234567", "")]),
    ("97 64 80 01 / 61 55 55 55", [("97648001", ""), ("61555555", "")]),
    ("97 64 80 01 eller 61 55 55 55", [("97648001", ""), ("61555555", "")]),
    ("61234; 97648001 lok. 5", [("61234", ""), ("97648001", "5")]),
]


@pytest.mark.parametrize(("typed", "numbers"), TYPED, ids=[ascii(typed) for typed, _ in TYPED])
def test_telephone_is_taken_as_typed_and_its_digits_are_read(
    typed: str, numbers: list[tuple[str, str]]
) -> None:
    assert problem(typed) is None
    assert numbers_of(typed) == numbers


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("hjem", "phone_invalid"),
        ("", "phone_invalid"),
        ("a@b.dk", "phone_invalid"),
        ("Prøvevej 345, 9000 Aalborg", "phone_invalid"),
        ("97 64 80 01 \x07", "phone_invalid"),
        ("112", "phone_length"),
        ("lok. 12", "phone_length"),
        ("1234567890123456", "phone_length"),
        ("1" * 60, "phone_length"),
    ],
)
def test_telephone_that_is_none_is_refused(typed: str, code: str) -> None:
    assert problem(typed) == code


@pytest.mark.parametrize(
    ("typed", "danish_page", "english_page"),
    [
        ("97-64-80-01", "97 64 80 01", "+45 97 64 80 01"),
        ("+45 97648001", "97 64 80 01", "+45 97 64 80 01"),
        ("004597648001", "97 64 80 01", "+45 97 64 80 01"),
        ("97 64 80 01 lok. 12", "97 64 80 01 lok. 12", "97 64 80 01 lok. 12"),
        ("+49 40 123456", "+49 40 123456", "+49 40 123456"),
        ("61234", "61234", "61234"),
    ],
)
def test_telephone_is_shown_in_pairs_only_where_it_is_one_danish_number(
    typed: str, danish_page: str, english_page: str
) -> None:
    assert (phone(typed, "da"), phone(typed, "en")) == (danish_page, english_page)
    assert danish(typed) in (None, "97648001")

"""CPR and CVR numbers by their rules. All numbers are invented or well known for tests."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain.errors import InvalidInput
from breach.services.checks import check_cpr, check_cvr, cpr_checker, valid_cpr

TODAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        pytest.param("2512489996", "2512489996", id="plain"),
        pytest.param(" 251248-9996 ", "2512489996", id="hyphen-and-spaces"),
        pytest.param("251248 9996", "2512489996", id="space"),
        pytest.param("0101900001", "0101900001", id="no-check-digit-demanded"),
        pytest.param("2902034000", None, id="29-february-2003"),
        pytest.param("2902004000", "2902004000", id="29-february-2000"),
        pytest.param("2902014000", None, id="29-february-2001"),
        pytest.param("3104900001", None, id="31-april"),
        pytest.param("0603264000", "0603264000", id="born-today"),
        pytest.param("0703264000", None, id="born-tomorrow"),
        pytest.param("251248999", None, id="nine-digits"),
        pytest.param("25124899960", None, id="eleven-digits"),
        pytest.param("2512489996\n", None, id="newline"),
        pytest.param("２５１２４８９９９６", None, id="full-width"),
        pytest.param("25-12-48-9996", None, id="more-hyphens"),
        pytest.param("251248--9996", None, id="two-hyphens"),
        pytest.param("", None, id="empty"),
    ],
)
def test_cpr_number_is_ten_digits_with_a_date(value: str, digits: str | None) -> None:
    assert valid_cpr(value, TODAY) == digits
    assert cpr_checker(TODAY)(value) == digits


@given(st.text(max_size=14))
def test_text_never_breaks_the_check(value: str) -> None:
    digits = valid_cpr(value, TODAY)
    assert digits is None or (len(digits) == 10 and digits.isascii())


def test_bad_cpr_number_is_refused_without_being_repeated() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_cpr("2512489", TODAY)
    assert [(error.field, error.code, dict(error.values)) for error in caught.value.errors] == [
        ("cpr", "cpr_invalid", {})
    ]
    assert "2512489" not in str(caught.value)
    assert check_cpr("251248-9996", TODAY) == "2512489996"


@pytest.mark.parametrize("value", ["29190941", "29 19 09 41", "DK29190941", " 11883729"])
def test_cvr_number_is_eight_digits_with_a_check_digit(value: str) -> None:
    assert check_cvr(value) in {"29190941", "11883729"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param("2919094", "cvr_length", id="seven"),
        pytest.param("29190941\n", "cvr_length", id="newline"),
        pytest.param("", "cvr_length", id="empty"),
        pytest.param("29190914", "cvr_invalid", id="swapped"),
        pytest.param("00000000", "cvr_invalid", id="leading-zero"),
    ],
)
def test_bad_cvr_number_says_what_is_wrong(value: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_cvr(value)
    assert [error.code for error in caught.value.errors] == [code]

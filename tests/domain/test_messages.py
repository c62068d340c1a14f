"""What a channel is handed: what it declares and no more, made when asked for."""

from collections.abc import Iterable

import pytest

from breach.domain.errors import FieldError
from breach.domain.messages import (
    Addressee,
    ComposedMessage,
    Message,
    MessageRefused,
    Need,
    NotDeclared,
    hand_only,
)
from breach.texts import LANGUAGES, has

NANCY = Addressee(
    cpr="2512489996",
    cvr="12345678",
    name="Nancy Berggren",
    postal_address="Prøvevej 1\n9000 Aalborg",
    email="nancy@example.org",
    phone="+4511223344",
    protected_address=True,
)
OF_ADDRESSEE = [need for need in Need if need not in (Need.TEXT, Need.PDF)]


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        pytest.param((), Addressee(), id="nothing"),
        pytest.param((Need.TEXT, Need.PDF), Addressee(), id="parts-of-the-message"),
        pytest.param((Need.CPR,), Addressee(cpr=NANCY.cpr), id="cpr"),
        pytest.param((Need.CVR,), Addressee(cvr=NANCY.cvr), id="cvr"),
        pytest.param((Need.CPR_OR_CVR,), Addressee(cpr=NANCY.cpr, cvr=NANCY.cvr), id="either"),
        pytest.param(
            (Need.NAME, Need.PDF),
            Addressee(name=NANCY.name, protected_address=True),
            id="name",
        ),
        pytest.param(
            (Need.POSTAL_ADDRESS,),
            Addressee(postal_address=NANCY.postal_address, protected_address=True),
            id="address",
        ),
        pytest.param(
            (Need.EMAIL, Need.PHONE), Addressee(email=NANCY.email, phone=NANCY.phone), id="email-and-phone"
        ),
        pytest.param(Need, NANCY, id="everything"),
    ],
)
def test_addressee_is_handed_over_in_the_declared_parts(needs: Iterable[Need], expected: Addressee) -> None:
    assert NANCY.only(frozenset(needs)) == expected


@pytest.mark.parametrize("need", OF_ADDRESSEE, ids=lambda need: need.value)
def test_addressee_of_whom_nothing_is_known_lacks_each_need(need: Need) -> None:
    assert Addressee().lacks(frozenset({need, Need.PDF, Need.TEXT})) == (need,)
    assert NANCY.lacks(frozenset({need})) == ()
    assert all(has(f"errors.lacks.{need.value}", language) for language in LANGUAGES)
    assert all(has(f"work.code.lacks_{need.value}", language) for language in LANGUAGES)


@pytest.mark.parametrize(
    "known", [Addressee(cpr="2512489996"), Addressee(cvr="12345678")], ids=["cpr", "cvr"]
)
def test_addressee_with_one_number_meets_the_need_of_either(known: Addressee) -> None:
    assert known.lacks(frozenset({Need.CPR_OR_CVR})) == ()


def test_addressee_hides_from_logs() -> None:
    assert repr(NANCY) == str(NANCY) == f"{NANCY}" == "Addressee(hidden)"


@pytest.mark.parametrize(
    ("errors", "reason"),
    [
        ([FieldError("x", "sms.phone"), FieldError("x", "other")], "sms.phone"),
        ([FieldError("x", "No 251248-9996 here")], "unreadable_code"),
        ([FieldError("x", "x" * 81)], "unreadable_code"),
        ([], "unreadable_code"),
    ],
    ids=["first", "free-text", "too-long", "none"],
)
def test_message_refused_gives_a_reason_that_may_be_stored(errors: list[FieldError], reason: str) -> None:
    assert MessageRefused(*errors).reason == reason


def message(made: list[str]) -> Message:
    """Return a message that notes each part it makes."""

    def texts() -> dict[str, str]:
        made.append("texts")
        return {"da": "Til dig", "en": "To you"}

    def pdf() -> bytes:
        made.append("pdf")
        return b"%PDF-"

    subjects = {"da": "Besked", "en": "Message"}
    return Message(subjects=subjects, texts=texts, pdf=pdf, language="en", filename="brev")


def test_message_makes_a_part_when_first_asked_and_once() -> None:
    made: list[str] = []
    one = message(made).only(frozenset({Need.PDF, Need.TEXT}))
    assert (one.subject, made) == ("Message", [])
    assert [one.pdf() for _ in range(3)] == [b"%PDF-"] * 3
    assert [one.texts()["da"] for _ in range(3)] == ["Til dig"] * 3
    assert made == ["pdf", "texts"]


def test_message_never_makes_a_part_that_is_not_declared() -> None:
    made: list[str] = []
    one = message(made).only(frozenset({Need.CPR}))
    with pytest.raises(NotDeclared, match="PDF"):
        one.pdf()
    with pytest.raises(NotDeclared, match="TEXT"):
        one.texts()
    assert made == []


def test_message_shows_no_words_in_logs() -> None:
    assert repr(message([])) == "Message(language='en', filename='brev')"


def test_composer_is_handed_the_declared_parts() -> None:
    seen: list[Addressee] = []

    def compose(message_uuid: str, addressee: Addressee) -> ComposedMessage:
        seen.append(addressee)
        return ComposedMessage.of(message_uuid, b"")

    hand_only(frozenset({Need.PHONE, Need.TEXT}), compose)("x", NANCY)
    assert seen == [Addressee(phone=NANCY.phone)]


def test_composer_is_not_asked_for_somebody_who_lacks_a_need() -> None:
    def compose(message_uuid: str, addressee: Addressee) -> ComposedMessage:
        raise AssertionError("composed without what the channel needs")

    with pytest.raises(MessageRefused) as refused:
        hand_only(frozenset({Need.PHONE, Need.EMAIL, Need.CPR}), compose)("x", Addressee(cpr="2512489996"))
    found = [(error.field, error.code) for error in refused.value.errors]
    assert found == [("addressee", "lacks.email"), ("addressee", "lacks.phone")]

"""A composed message: golden bytes, the official schemas, and no way out of a text."""

from datetime import datetime, timedelta, timezone
from functools import cache
from hashlib import sha256

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from breach.domain.messages import Addressee, ComposedMessage, Message, MessageRefused, Sender
from notifiers import memo
from notifiers.memo import reading
from notifiers.memo.schemas import CORES
from tests.notifiers.letters import (
    CREATED,
    MESSAGE_UUID,
    NANCY,
    REFERENCE,
    SENDER,
    message,
    message_uuid,
    schema_folder,
    schemas,
)

GOLDEN = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<memo:Message xmlns:memo="https://DigitalPost.dk/MeMo-1" memoVersion="1.2">'
    "<memo:MessageHeader><memo:messageType>DIGITALPOST</memo:messageType>"
    "<memo:messageUUID>3f0b7a52-6f0e-4c1d-9a77-2d2f6c5b1e90</memo:messageUUID>"
    "<memo:messageID>BRUD-2026-000001</memo:messageID>"
    '<memo:label>Brud på &lt;sikkerheden&gt; &amp; "mere"</memo:label>'
    "<memo:Sender><memo:senderID>12345678</memo:senderID><memo:idType>CVR</memo:idType>"
    "<memo:label>Region Eksempel</memo:label></memo:Sender>"
    "<memo:Recipient><memo:recipientID>2512489996</memo:recipientID><memo:idType>CPR</memo:idType>"
    "</memo:Recipient></memo:MessageHeader>"
    "<memo:MessageBody><memo:createdDateTime>2026-11-22T08:30:00Z</memo:createdDateTime>"
    "<memo:MainDocument><memo:File><memo:encodingFormat>application/pdf</memo:encodingFormat>"
    "<memo:filename>orientering.pdf</memo:filename><memo:language>da</memo:language>"
    "<memo:content>JVBERi0xLjQK</memo:content></memo:File></memo:MainDocument></memo:MessageBody>"
    "</memo:Message>"
)
LOUD = 'Brud på <sikkerheden> & "mere"'


def composed_of(
    of: Message | None = None, version: str = "1.2", sender: Sender = SENDER, reference: str = REFERENCE
) -> ComposedMessage:
    return memo.composer(version, reference, CREATED, sender, of or message())(MESSAGE_UUID, NANCY)


def texts(body: bytes, name: str) -> list[str]:
    return [node.text or "" for node in etree.fromstring(body).iter(f"{{{memo.NAMESPACE}}}{name}")]


def test_bytes_are_these() -> None:
    composed = composed_of(message(LOUD))
    assert composed == ComposedMessage(MESSAGE_UUID, GOLDEN.encode(), sha256(GOLDEN.encode()).hexdigest())


def test_earlier_version_differs_in_three_places() -> None:
    flags = "<memo:mandatory>false</memo:mandatory><memo:legalNotification>false</memo:legalNotification>"
    expected = GOLDEN.replace('memoVersion="1.2"', 'memoVersion="1.1" memoSchVersion="1.1.0"')
    assert composed_of(message(LOUD), "1.1").body.decode() == expected.replace(
        "<memo:Sender>", f"{flags}<memo:Sender>"
    )


def test_time_is_written_in_utc() -> None:
    danish = datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    composed = memo.composer("1.2", REFERENCE, danish, SENDER, message())(MESSAGE_UUID, NANCY)
    assert texts(composed.body, "createdDateTime") == ["2026-06-30T23:30:00Z"]


def test_name_of_the_person_is_nowhere() -> None:
    body = composed_of().body.decode()
    assert [part for part in NANCY.name.split() if part in body] == []


def test_messages_differ_in_uuid_and_recipient_only() -> None:
    compose = memo.composer("1.2", REFERENCE, CREATED, SENDER, message())
    other = Addressee(cpr="0101010008")
    expected = compose(MESSAGE_UUID, NANCY).body.replace(MESSAGE_UUID.encode(), message_uuid(7).encode())
    assert compose(message_uuid(7), other).body == expected.replace(b"2512489996", b"0101010008")


@pytest.mark.parametrize("version", memo.VERSIONS)
@pytest.mark.parametrize(
    "subject", ["Orientering om brud", LOUD, "]]><memo:x/><!--", "x" * 256, "æøå Ω 漢字 🙂", "&amp;&#0;%E;"]
)
def test_official_schema_accepts_it(version: str, subject: str) -> None:
    assert schemas().is_valid(composed_of(message(subject), version).body)


@pytest.mark.parametrize(("version", "other"), [("1.2", "1.1"), ("1.1", "1.2")])
def test_memo_versions_differ(version: str, other: str) -> None:
    schema = etree.XMLSchema(file=schema_folder() / CORES[other])
    assert not schema.validate(etree.fromstring(composed_of(version=version).body))


@cache
def second_opinion(version: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(schema_folder() / CORES[version])


@pytest.mark.parametrize("version", memo.VERSIONS)
def test_second_validator_accepts_it(version: str) -> None:
    second_opinion(version).validate(composed_of(message(LOUD), version).body.decode().partition("?>")[2])


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Nd"], exclude_characters="￾￿"),
        min_size=1,
        max_size=256,
    ).filter(
        lambda text: (
            text.strip() and not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        )
    )
)
def test_memo_gives_any_text_back_as_it_went_in(subject: str) -> None:
    composed = composed_of(message(subject), sender=Sender("12345678", subject), reference=subject)
    assert texts(composed.body, "label") == [subject, subject]
    assert texts(composed.body, "messageID") == [subject]
    assert reading.read(composed.body, CREATED.date()).errors == ()


@pytest.mark.parametrize(
    ("number", "uuid", "codes"),
    [
        pytest.param("251248-9996", MESSAGE_UUID, ["memo.recipient"], id="hyphen"),
        pytest.param("2512489996\n", MESSAGE_UUID, ["memo.recipient"], id="line-feed"),
        pytest.param("２５１２４８９９９６", MESSAGE_UUID, ["memo.recipient"], id="full-width-digits"),
        pytest.param("251248999", MESSAGE_UUID, ["memo.recipient"], id="nine-digits"),
        pytest.param("", MESSAGE_UUID, ["memo.recipient"], id="empty"),
        pytest.param("<b>248999", MESSAGE_UUID, ["memo.recipient"], id="markup"),
        pytest.param("2512489996", MESSAGE_UUID + "\n", ["memo.uuid"], id="uuid-line-feed"),
        pytest.param(
            "2512489996", "3f0b7a52-6f0e-1c1d-9a77-2d2f6c5b1e90", ["memo.uuid"], id="uuid-version-1"
        ),
        pytest.param("2512489996", "3f0b7a526f0e4c1d9a772d2f6c5b1e90", ["memo.uuid"], id="uuid-bare"),
        pytest.param("x", "y", ["memo.uuid", "memo.recipient"], id="both"),
    ],
)
def test_values_of_one_message_are_checked(number: str, uuid: str, codes: list[str]) -> None:
    compose = memo.composer("1.2", REFERENCE, CREATED, SENDER, message())
    with pytest.raises(MessageRefused) as refused:
        compose(uuid, Addressee(cpr=number))
    assert [error.code for error in refused.value.errors] == codes


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        pytest.param(message(" "), [("message.subject", "memo.empty")], id="empty-subject"),
        pytest.param(message("x" * 257), [("message.subject", "memo.too_long")], id="long-subject"),
        pytest.param(message("a\x00b"), [("message.subject", "memo.characters")], id="nul"),
        pytest.param(message("a\nb"), [("message.subject", "memo.characters")], id="line-feed"),
        pytest.param(message("a\u202eb"), [("message.subject", "memo.characters")], id="bidi"),
        pytest.param(message("a\ue000b"), [("message.subject", "memo.characters")], id="mark"),
        pytest.param(message("a\ud800b"), [("message.subject", "memo.characters")], id="surrogate"),
        pytest.param(message("om 251248-9996"), [("message.subject", "memo.cpr_in_text")], id="cpr"),
        pytest.param(message(language="da-DK"), [("message.language", "memo.language")], id="language"),
        pytest.param(message(language="da\n"), [("message.language", "memo.language")], id="language-line"),
        pytest.param(message(pdf=b""), [("message.pdf", "memo.file_empty")], id="empty-file"),
        pytest.param(message(pdf=b"MZ"), [("message.pdf", "memo.not_pdf")], id="not-a-pdf"),
        pytest.param(
            message(filename=""),
            [("message.filename", "memo.file_extension")],
            id="extension",
        ),
        *(
            pytest.param(
                message(filename=f"a{character}b"),
                [("message.filename", "memo.filename_characters")],
                id=f"filename-{ord(character):04x}",
            )
            for character in '<>:"/\\|?*\u00a0\u2000\u200a\u2028\u205f\u2060\u3000'
        ),
    ],
)
def test_rules_have_their_errors(wrong: Message, expected: list[tuple[str, str]]) -> None:
    with pytest.raises(MessageRefused) as refused:
        composed_of(wrong)
    assert [(error.field, error.code) for error in refused.value.errors] == expected


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        pytest.param(Sender("1234567", "Region"), "memo.sender_cvr", id="seven-digits"),
        pytest.param(Sender("12345678\n", "Region"), "memo.sender_cvr", id="line-feed"),
        pytest.param(Sender("12345678", ""), "memo.empty", id="no-label"),
    ],
)
def test_sender_is_checked(sender: Sender, code: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        composed_of(sender=sender)
    assert [error.code for error in refused.value.errors] == [code]


def test_naive_time_is_refused() -> None:
    with pytest.raises(MessageRefused, match=r"^created_at: memo\.created_at$"):
        memo.composer("1.2", REFERENCE, CREATED.replace(tzinfo=None), SENDER, message())


def test_message_over_the_limit_is_refused() -> None:
    huge = message(pdf=b"%PDF-" + bytes(74_700_000))
    with pytest.raises(MessageRefused, match=r"^message\.pdf: memo\.too_large$"):
        composed_of(huge)


def test_people_and_documents_hide_from_logs() -> None:
    assert repr((NANCY, message("hemmeligt"), composed_of())) == (
        "(Addressee(hidden), Message(language='da', filename='orientering'),"
        f" ComposedMessage(message_uuid='{MESSAGE_UUID}', sha256='{composed_of().sha256}'))"
    )

"""A Digital Post message in MeMo 1.2 or 1.1: described once, checked once, then joined for each person.

The description is a tree with two marked nodes, the message's UUID and the recipient's number. It is
serialised once (the library escapes every text) and cut at the marks; a message is the three pieces joined
around the two values, which are checked to be nothing but hexadecimal digits and hyphens, and ten digits.
"""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from breach.domain.errors import FieldError
from breach.domain.messages import (
    Addressee,
    ComposedMessage,
    Composer,
    Message,
    MessageRefused,
    Need,
    Sender,
)
from notifiers.memo import rules

NAMESPACE = "https://DigitalPost.dk/MeMo-1"  # the same for 1.0, 1.1 and 1.2
VERSIONS = ("1.2", "1.1")
NEEDS = frozenset({Need.CPR, Need.PDF})
# Private-use characters: rules.line refuses them in every text, so a mark cannot occur by itself.
UUID_MARK, RECIPIENT_MARK = "\ue000", "\ue001"

E: Any = ElementMaker(
    namespace=NAMESPACE, nsmap={"memo": NAMESPACE}
)  # always the prefix: some receivers need it


def _header(version: str, reference: str, sender: Sender, message: Message) -> etree._Element:
    # 1.1 demands both. A breach notice is neither mandatory post nor legal service: not "important".
    flags = [E.mandatory("false"), E.legalNotification("false")] if version == "1.1" else []
    header: etree._Element = E.MessageHeader(
        E.messageType("DIGITALPOST"),
        E.messageUUID(UUID_MARK),
        E.messageID(reference),
        E.label(message.subject),
        *flags,
        E.Sender(E.senderID(sender.cvr), E.idType("CVR"), E.label(sender.label)),
        # No name, no address: a protected person is sent to like everybody else.
        E.Recipient(E.recipientID(RECIPIENT_MARK), E.idType("CPR")),
    )
    return header


def _body(created_at: datetime, message: Message) -> etree._Element:
    body: etree._Element = E.MessageBody(
        E.createdDateTime(created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        E.MainDocument(
            E.File(
                E.encodingFormat("application/pdf"),
                E.filename(f"{message.filename}.pdf"),
                E.language(message.language),
                E.content(b64encode(message.pdf()).decode("ascii")),
            )
        ),
    )
    return body


def describe(
    version: str, reference: str, created_at: datetime, sender: Sender, message: Message
) -> etree._Element:
    """Return the message as a tree with its two marks."""
    attributes = {"memoVersion": version} | ({"memoSchVersion": "1.1.0"} if version == "1.1" else {})
    tree: etree._Element = E.Message(
        _header(version, reference, sender, message), _body(created_at, message), **attributes
    )
    return tree


def _check(reference: str, created_at: datetime, sender: Sender, message: Message) -> None:
    broken = [
        *rules.line("reference", reference),
        *rules.created_at(created_at),
        *rules.sender(sender),
        *rules.message(message),
    ]
    if broken:
        raise MessageRefused(*broken)


def pieces(
    version: str, reference: str, created_at: datetime, sender: Sender, message: Message
) -> tuple[bytes, bytes, bytes]:
    """Return the bytes before the UUID, between it and the recipient, and after; raise MessageRefused."""
    if version not in VERSIONS:
        raise MessageRefused(FieldError("version", "memo.version"))
    _check(reference, created_at, sender, message)
    whole = etree.tostring(
        describe(version, reference, created_at, sender, message), xml_declaration=True, encoding="UTF-8"
    )
    head, rest = whole.split(UUID_MARK.encode())
    middle, tail = rest.split(RECIPIENT_MARK.encode())
    broken = tuple(rules.size(len(whole) - 6 + 36 + 10))  # marks of 3 bytes out, UUID and CPR in
    if broken:
        raise MessageRefused(*broken)
    return head, middle, tail


def composer(
    version: str, reference: str, created_at: datetime, sender: Sender, message: Message
) -> Composer:
    """Return a function from UUID and addressee to message; raise MessageRefused for what all share."""
    head, middle, tail = pieces(version, reference, created_at, sender, message)
    is_uuid4, is_cpr, join = rules.is_uuid4, rules.is_cpr, b"".join

    def compose(message_uuid: str, addressee: Addressee) -> ComposedMessage:
        cpr = addressee.cpr
        if not (is_uuid4(message_uuid) and is_cpr(cpr)):
            raise MessageRefused(*rules.message_uuid(message_uuid), *rules.recipient(cpr))
        body = join((head, message_uuid.encode(), middle, cpr.encode(), tail))
        return ComposedMessage.of(message_uuid, body)

    return compose

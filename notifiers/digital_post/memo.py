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
from breach.domain.notifying import Addressee, Draft, Drafter, DraftRefused, Letter, Sender
from notifiers.digital_post import rules

NAMESPACE = "https://DigitalPost.dk/MeMo-1"  # the same for 1.0, 1.1 and 1.2
VERSIONS = ("1.2", "1.1")
# Private-use characters: rules.line refuses them in every text, so a mark cannot occur by itself.
UUID_MARK, RECIPIENT_MARK = "\ue000", "\ue001"

E: Any = ElementMaker(
    namespace=NAMESPACE, nsmap={"memo": NAMESPACE}
)  # always the prefix: some receivers need it


def _header(version: str, reference: str, sender: Sender, letter: Letter) -> etree._Element:
    # 1.1 demands both. A breach notice is neither mandatory post nor legal service: not "important".
    flags = [E.mandatory("false"), E.legalNotification("false")] if version == "1.1" else []
    header: etree._Element = E.MessageHeader(
        E.messageType("DIGITALPOST"),
        E.messageUUID(UUID_MARK),
        E.messageID(reference),
        E.label(letter.subject),
        *flags,
        E.Sender(E.senderID(sender.cvr), E.idType("CVR"), E.label(sender.label)),
        # No name, no address: a protected person is sent to like everybody else.
        E.Recipient(E.recipientID(RECIPIENT_MARK), E.idType("CPR")),
    )
    return header


def _body(created_at: datetime, letter: Letter) -> etree._Element:
    body: etree._Element = E.MessageBody(
        E.createdDateTime(created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        E.MainDocument(
            E.File(
                E.encodingFormat("application/pdf"),
                E.filename(letter.filename),
                E.language(letter.language),
                E.content(b64encode(letter.pdf).decode("ascii")),
            )
        ),
    )
    return body


def describe(
    version: str, reference: str, created_at: datetime, sender: Sender, letter: Letter
) -> etree._Element:
    """Return the message as a tree with its two marks."""
    attributes = {"memoVersion": version} | ({"memoSchVersion": "1.1.0"} if version == "1.1" else {})
    message: etree._Element = E.Message(
        _header(version, reference, sender, letter), _body(created_at, letter), **attributes
    )
    return message


def _check(reference: str, created_at: datetime, sender: Sender, letter: Letter) -> None:
    broken = [
        *rules.line("reference", reference),
        *rules.created_at(created_at),
        *rules.sender(sender),
        *rules.letter(letter),
    ]
    if broken:
        raise DraftRefused(*broken)


def pieces(
    version: str, reference: str, created_at: datetime, sender: Sender, letter: Letter
) -> tuple[bytes, bytes, bytes]:
    """Return the bytes before the UUID, between it and the recipient, and after; raise DraftRefused."""
    if version not in VERSIONS:
        raise DraftRefused(FieldError("version", "memo.version"))
    _check(reference, created_at, sender, letter)
    tree = describe(version, reference, created_at, sender, letter)
    message = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    head, rest = message.split(UUID_MARK.encode())
    middle, tail = rest.split(RECIPIENT_MARK.encode())
    broken = tuple(rules.size(len(message) - 6 + 36 + 10))  # marks of 3 bytes out, UUID and CPR in
    if broken:
        raise DraftRefused(*broken)
    return head, middle, tail


def drafter(version: str, reference: str, created_at: datetime, sender: Sender, letter: Letter) -> Drafter:
    """Return a function from UUID and addressee to message; raise DraftRefused for what all share."""
    head, middle, tail = pieces(version, reference, created_at, sender, letter)
    is_uuid4, is_cpr, join = rules.is_uuid4, rules.is_cpr, b"".join

    def draft(message_uuid: str, addressee: Addressee) -> Draft:
        cpr = addressee.cpr
        if not (is_uuid4(message_uuid) and is_cpr(cpr)):
            raise DraftRefused(*rules.message_uuid(message_uuid), *rules.recipient(cpr))
        return Draft.of(message_uuid, join((head, message_uuid.encode(), middle, cpr.encode(), tail)))

    return draft

"""Reads a MeMo message back and lists what is wrong with it: its structure, then the rules beyond the schema.

Knows the elements that our letters use; an element it does not know is an error, not a guess.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from breach.domain.errors import FieldError
from breach.domain.messages import Sender
from notifiers.memo import rules
from notifiers.memo.composing import NAMESPACE, VERSIONS

# Children in their order: `!` exactly one, `?` at most one, `+` one or more, `*` any number.
STRUCTURE: Mapping[str, str] = {
    "Message": "MessageHeader! MessageBody?",
    "MessageHeader": "messageType! messageUUID! messageID? messageCode? label! notification?"
    " additionalNotification? reply? replyByDateTime? doNotDeliverUntilDate? mandatory? legalNotification?"
    " postType? Sender! Recipient!",
    "Sender": "senderID! idType! idTypeLabel? label! ContactPoint?",
    "Recipient": "recipientID! idType! idTypeLabel?",  # no label, address or attention: no person in metadata
    "ContactPoint": "contactGroup? contactPointID! label?",
    "MessageBody": "createdDateTime! MainDocument! AdditionalDocument*",
    "MainDocument": "mainDocumentID? label? File+ Action*",
    "AdditionalDocument": "additionalDocumentID? label? File+ Action*",
    "File": "encodingFormat! filename! language! content!",
    "Action": "label! actionCode! startDateTime? endDateTime? EntryPoint?",
    "EntryPoint": "url!",
}
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


@dataclass(frozen=True)
class Reading:
    """What a receiver needs of a message, and everything wrong with it."""

    message_uuid: str
    message_id: str
    recipient_id: str
    errors: tuple[FieldError, ...]


def _name(node: etree._Element) -> str:
    tag = node.tag
    prefix = f"{{{NAMESPACE}}}"
    return tag.removeprefix(prefix) if isinstance(tag, str) and tag.startswith(prefix) else "?"


def _pattern(children: str) -> re.Pattern[str]:
    counts = {"!": "", "?": "?", "+": "+", "*": "*"}
    return re.compile("".join(f"(?:{child[:-1]} ){counts[child[-1]]}" for child in children.split()))


_PATTERNS = {name: _pattern(children) for name, children in STRUCTURE.items()}


def _structure(node: etree._Element) -> Iterator[FieldError]:
    name = _name(node)
    pattern = _PATTERNS.get(name)
    children = list(node)
    if pattern is None:
        if children or name.startswith("?"):
            yield FieldError(name, "memo.structure")
        return
    if not pattern.fullmatch("".join(f"{_name(child)} " for child in children)):
        yield FieldError(name, "memo.structure")
    for child in children:
        yield from _structure(child)


class _Texts:
    """The texts of one element's children, empty when absent."""

    def __init__(self, node: etree._Element | None) -> None:
        self.node = node

    def __getitem__(self, name: str) -> str:
        return "" if self.node is None else self.node.findtext(f"{{{NAMESPACE}}}{name}") or ""


def _find(node: etree._Element, path: str) -> etree._Element | None:
    return node.find("/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/")))


def _version(root: etree._Element) -> Iterator[FieldError]:
    version, schema = root.get("memoVersion"), root.get("memoSchVersion")
    if version not in VERSIONS or schema != ("1.1.0" if version == "1.1" else None):
        yield FieldError("version", "memo.version")


def _file(node: etree._Element) -> Iterator[FieldError]:
    texts = _Texts(node)
    yield from rules.filename(texts["filename"])
    yield from rules.language(texts["language"])
    yield from rules.line("file.encoding", texts["encodingFormat"])
    try:
        content = b64decode(texts["content"], validate=True)
    except (Base64Error, ValueError):
        yield FieldError("file.content", "memo.base64")
        return
    if not content:
        yield FieldError("file.content", "memo.file_empty")


def _header(header: etree._Element, today: date) -> Iterator[FieldError]:
    texts = _Texts(header)
    yield from rules.message_uuid(texts["messageUUID"])
    yield from rules.line("message.subject", texts["label"])
    if texts["messageID"]:
        yield from rules.line("reference", texts["messageID"])
    if texts["notification"]:
        yield from rules.line("notification", texts["notification"], rules.MAX_NOTIFICATION)
    until = texts["doNotDeliverUntilDate"]
    if until and not _DATE(until):
        yield FieldError("value_date", "memo.value_date", {"days": rules.MAX_DAYS_AHEAD})
    elif until:
        yield from rules.value_date(date.fromisoformat(until), today)
    sender, recipient = _Texts(_find(header, "Sender")), _Texts(_find(header, "Recipient"))
    yield from rules.sender(Sender(sender["senderID"], sender["label"]))
    yield from rules.recipient(recipient["recipientID"], recipient["idType"])


def _kind(texts: _Texts, body: etree._Element | None) -> Iterator[FieldError]:
    kind = texts["messageType"]
    if kind not in ("DIGITALPOST", "NEMSMS"):
        yield FieldError("message_type", "memo.structure")
    if kind == "DIGITALPOST" and body is None:
        yield FieldError("message_body", "memo.body_missing")
    if kind == "NEMSMS" and not texts["notification"].strip():
        yield FieldError("notification", "memo.notification_empty")


def _body(body: etree._Element) -> Iterator[FieldError]:
    if not rules.is_utc(_Texts(body)["createdDateTime"]):
        yield FieldError("created_at", "memo.created_at")
    files = body.findall(f".//{{{NAMESPACE}}}File")
    if len(files) > rules.MAX_FILES:
        yield FieldError("files", "memo.too_many_files", {"longest": rules.MAX_FILES})
    for file in files:
        yield from _file(file)
    for url in body.findall(f".//{{{NAMESPACE}}}url"):
        yield from rules.link(url.text or "")


def _errors(root: etree._Element, length: int, today: date) -> Iterator[FieldError]:
    yield from rules.size(length)
    yield from _version(root)
    yield from _structure(root)
    header, body = _find(root, "MessageHeader"), _find(root, "MessageBody")
    if header is not None:
        yield from _kind(_Texts(header), body)
        yield from _header(header, today)
    if body is not None:
        yield from _body(body)


def _parse(message: bytes) -> etree._Element | None:
    # huge_tree: a PDF over 7.5 MB is a text node over libxml2's 10 MB; entities and network stay off.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(message, parser)
    except etree.XMLSyntaxError:
        return None
    return None if root.getroottree().docinfo.doctype else root


def read(message: bytes, today: date) -> Reading:
    """Return the message's identifiers and its errors; `today` judges a value date."""
    root = _parse(message) if len(message) <= rules.MAX_BYTES else None
    if root is None or _name(root) != "Message":
        return Reading("", "", "", (FieldError("message", "memo.invalid"),))
    header = _Texts(_find(root, "MessageHeader"))
    recipient = _Texts(_find(root, "MessageHeader/Recipient"))
    errors = tuple(_errors(root, len(message), today))
    return Reading(header["messageUUID"], header["messageID"], recipient["recipientID"], errors)

"""What a notifier is: composing a message is pure, sending it answers with one of five outcomes.

A channel declares what it needs (`Need`) and is handed that and no more. The contract is told in
docs/plugins.md; the outcomes serve one aim: no person is told twice, none is lost.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Protocol, Self, runtime_checkable

from breach.domain.errors import DomainError, FieldError, InvalidInput

is_channel = re.compile("[a-z][a-z0-9_]{0,39}").fullmatch
"""Matches the name of a channel: it begins with a small letter, then small letters, digits and `_`."""
is_suffix = re.compile("[a-z0-9]{1,8}").fullmatch
"""Matches the ending of a file, without its dot."""
is_code = re.compile("[A-Za-z0-9._-]{1,80}").fullmatch
"""Matches a code, which may be stored and shown; free text may repeat what was sent, a number with it."""


class MessageRefused(InvalidInput):
    """The message would break a rule of its channel; nothing was composed. Raised by composing alone."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(errors)

    @property
    def reason(self) -> str:
        """The code of the first error, `unreadable_code` where that is no code."""
        code = self.errors[0].code if self.errors else ""
        return code if is_code(code) else "unreadable_code"


class NotDeclared(LookupError):
    """A notifier asked for a part of a message that it does not declare among its needs."""


class NotifierUnavailable(DomainError):
    """The channel cannot be read now; try later. Raised by `receipts` and `acknowledge`, never by `send`."""

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__("notifier_unavailable", channel=channel, reason=reason)


class NotifierMisconfigured(DomainError):
    """The settings of a notifier are missing or unsafe; the start stops with the sentence of `code`."""


class Need(Enum):
    """One thing that a channel has to be handed; the last two are parts of the message."""

    CPR = "cpr"
    CVR = "cvr"
    CPR_OR_CVR = "cpr_or_cvr"  # whichever number the addressee has
    NAME = "name"
    POSTAL_ADDRESS = "postal_address"
    EMAIL = "email"
    PHONE = "phone"
    TEXT = "text"
    PDF = "pdf"


_PARTS: Mapping[Need, tuple[str, ...]] = {
    Need.CPR: ("cpr",),
    Need.CVR: ("cvr",),
    Need.CPR_OR_CVR: ("cpr", "cvr"),
    Need.NAME: ("name",),
    Need.POSTAL_ADDRESS: ("postal_address",),
    Need.EMAIL: ("email",),
    Need.PHONE: ("phone",),
}
"""The parts of an addressee that meet a need; one of them that is known is enough."""


class SendOutcome(Enum):
    """What is known after one attempt."""

    ACCEPTED = "accepted"  # taken in; only a business receipt makes it delivered
    REJECTED = "rejected"  # refused for good: the same bytes will be refused again
    NOT_SENT = "not_sent"  # nothing can have arrived: may go back to the queue
    UNKNOWN = "unknown"  # may have arrived: only a receipt, a look-up or a person settles it
    CHANNEL_STOPPED = "channel_stopped"  # our credentials are refused: stop the channel, back to the queue


class ReceiptStatus(Enum):
    """What a business receipt says."""

    DELIVERED = "delivered"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Sender:
    """The controller that sends: CVR number (8 digits) and the name that the citizen sees."""

    cvr: str
    label: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Addressee:
    """One person or organisation; a part that is not known, or not declared by the channel, is empty.

    cpr: 10 digits; cvr: 8 digits; postal_address: its lines, with a line feed between them.
    protected_address: name and address are protected; told to channels that get one of the two.
    """

    cpr: str = ""
    cvr: str = ""
    name: str = ""
    postal_address: str = ""
    email: str = ""
    phone: str = ""
    protected_address: bool = False
    replacement_number: str = ""
    """Ten signs given in place of a CPR number. No channel is handed it: nobody has Digital Post by it."""

    def __repr__(self) -> str:
        return "Addressee(hidden)"

    def lacks(self, needs: frozenset[Need]) -> tuple[Need, ...]:
        """Return those of the needs that nothing is known for, in the order of `Need`."""
        return tuple(need for need, parts in _wanted(needs) if not any(getattr(self, part) for part in parts))

    def only(self, needs: frozenset[Need]) -> Self:
        """Return the addressee with nothing but the parts that meet the needs."""
        return type(self)(**{part: getattr(self, part) for part in _handed(needs)})


@cache
def _wanted(needs: frozenset[Need]) -> tuple[tuple[Need, tuple[str, ...]], ...]:
    """Return the needs that an addressee meets, each with its parts; settled once for all addressees."""
    return tuple((need, _PARTS[need]) for need in Need if need in needs and need in _PARTS)


@cache
def _handed(needs: frozenset[Need]) -> tuple[str, ...]:
    """Return the parts that are handed over; with name or address goes whether they are protected."""
    parts = {part for _, some in _wanted(needs) for part in some}
    if not parts.isdisjoint({"name", "postal_address"}):
        parts.add("protected_address")
    return tuple(sorted(parts))


@dataclass(frozen=True, eq=False)
class Message:
    """What all addressees of one text get, in parts; text and PDF are made when first asked for, and once.

    subjects: by language (`da`, `en`); language: the one that comes first; filename: without its ending.
    texts: returns the plain text by language; pdf: returns the document of all languages. Both raise
    NotDeclared for a channel that does not declare Need.TEXT or Need.PDF.
    """

    subjects: Mapping[str, str] = field(repr=False)
    texts: Callable[[], Mapping[str, str]] = field(repr=False)
    pdf: Callable[[], bytes] = field(repr=False)
    language: str
    filename: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", cache(self.texts))
        object.__setattr__(self, "pdf", cache(self.pdf))

    @property
    def subject(self) -> str:
        """The subject in the language that comes first."""
        return self.subjects[self.language]

    def only(self, needs: frozenset[Need]) -> Self:
        """Return the message without the parts that are not among the needs; they are never made."""
        return replace(
            self,
            texts=self.texts if Need.TEXT in needs else _refuse_texts,
            pdf=self.pdf if Need.PDF in needs else _refuse_pdf,
        )


def _refuse_texts() -> Mapping[str, str]:
    raise NotDeclared("the notifier does not declare Need.TEXT")


def _refuse_pdf() -> bytes:
    raise NotDeclared("the notifier does not declare Need.PDF")


@dataclass(frozen=True)
class ComposedMessage:
    """One addressee's message, ready to send: its UUID, its exact bytes and their SHA-256 in hexadecimal."""

    message_uuid: str
    body: bytes = field(repr=False)
    sha256: str

    @classmethod
    def of(cls, message_uuid: str, body: bytes) -> Self:
        """Return the message with its hash."""
        return cls(message_uuid, body, sha256(body).hexdigest())


@dataclass(frozen=True)
class Sent:
    """The answer to one attempt: outcome, the channel's code (never free text) and its transmission id."""

    outcome: SendOutcome
    code: str = ""
    transmission_id: str = ""


@dataclass(frozen=True)
class DeliveryReceipt:
    """What became of a message: `at` is aware; `source_id` names the receipt at its source."""

    message_uuid: str
    status: ReceiptStatus
    code: str
    at: datetime
    source_id: str


Composer = Callable[[str, Addressee], ComposedMessage]
"""Returns the message of one addressee under a UUID; raises MessageRefused for what is his alone."""


@runtime_checkable
class Notifier(Protocol):
    """One channel.

    deduplicates_uuid: a repeat of the same UUID and bytes cannot reach the person twice.
    needs: what it is handed of addressee and message.
    suffix: the ending of a file that holds one of its messages, small letters and digits: `xml`.
    """

    channel: str
    deduplicates_uuid: bool
    needs: frozenset[Need]
    suffix: str

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        """Return the notifier; raise NotifierMisconfigured. `memo_version` is BREACH_MEMO_VERSION."""

    def composer(self, reference: str, created_at: datetime, sender: Sender, message: Message) -> Composer:
        """Return the function that composes for one addressee; raise MessageRefused for what all share.

        The same arguments give the same bytes, for ever. Sends nothing.
        """

    def send(self, composed: ComposedMessage) -> Sent:
        """Return what is known after one attempt; never raises for what the network does."""

    def receipts(self) -> Iterable[DeliveryReceipt]:
        """Return the receipts that wait at the source; raise NotifierUnavailable. Reading removes nothing."""

    def acknowledge(self, receipt: DeliveryReceipt) -> None:
        """Remove a receipt at its source, after it is stored and committed. May be repeated."""


def hand_only(needs: frozenset[Need], compose: Composer) -> Composer:
    """Return a composer that hands on the declared parts of an addressee alone.

    It raises MessageRefused with `lacks.<need>` for one who lacks something that the channel needs.
    """

    def handing_only(message_uuid: str, addressee: Addressee) -> ComposedMessage:
        if lacking := addressee.lacks(needs):
            raise MessageRefused(*(FieldError("addressee", f"lacks.{need.value}") for need in lacking))
        return compose(message_uuid, addressee.only(needs))

    return handing_only

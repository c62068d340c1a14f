"""What a notifier is: drafting a notice is pure, sending it answers with one of five outcomes.

The contract is told in docs/plugins.md; the outcomes serve one aim: no person is told twice, none is lost.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Protocol, Self, runtime_checkable

from breach.domain.errors import DomainError, FieldError, InvalidInput


class DraftRefused(InvalidInput):
    """The message would break a rule of its channel; nothing was drafted. Codes begin with `memo.`."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(errors)


class NotifierUnavailable(DomainError):
    """The channel cannot be read now; try later. Raised by `receipts` and `acknowledge`, never by `send`."""

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__("notifier_unavailable", channel=channel, reason=reason)


class NotifierMisconfigured(DomainError):
    """The settings of a notifier are missing or unsafe; the start stops with the sentence of `code`."""


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


@dataclass(frozen=True, repr=False)
class Addressee:
    """One person: CPR number (10 digits), name, and whether name and address are protected."""

    cpr: str
    name: str
    protected_address: bool = False

    def __repr__(self) -> str:
        return "Addressee(hidden)"


@dataclass(frozen=True)
class Letter:
    """What all addressees of one segment get: subject, PDF bytes, language (`da`, `en`), file name."""

    subject: str = field(repr=False)
    pdf: bytes = field(repr=False)
    language: str
    filename: str


@dataclass(frozen=True)
class Draft:
    """One message, ready to send: its UUID, its exact bytes and their SHA-256 in hexadecimal."""

    message_uuid: str
    body: bytes = field(repr=False)
    sha256: str

    @classmethod
    def of(cls, message_uuid: str, body: bytes) -> Self:
        """Return the draft with its hash."""
        return cls(message_uuid, body, sha256(body).hexdigest())


@dataclass(frozen=True)
class Sent:
    """The answer to one attempt: outcome, the channel's code (never free text) and its transmission id."""

    outcome: SendOutcome
    code: str = ""
    transmission_id: str = ""


@dataclass(frozen=True)
class BusinessReceipt:
    """What became of a message: `at` is aware; `source_id` names the receipt at its source."""

    message_uuid: str
    status: ReceiptStatus
    code: str
    at: datetime
    source_id: str


Drafter = Callable[[str, Addressee], Draft]


@runtime_checkable
class Notifier(Protocol):
    """One channel. `deduplicates_uuid`: a repeat of the same UUID and bytes cannot reach the person twice."""

    channel: str
    deduplicates_uuid: bool

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        """Return the notifier; raise NotifierMisconfigured. `memo_version` is BREACH_MEMO_VERSION."""

    def draft(
        self,
        message_uuid: str,
        reference: str,
        created_at: datetime,
        sender: Sender,
        addressee: Addressee,
        letter: Letter,
    ) -> Draft:
        """Return the message; the same arguments give the same bytes. Raise DraftRefused. Sends nothing."""

    def drafter(self, reference: str, created_at: datetime, sender: Sender, letter: Letter) -> Drafter:
        """Return `draft` with all but the UUID and the addressee settled, for many addressees."""

    def send(self, draft: Draft) -> Sent:
        """Return what is known after one attempt; never raises for what the network does."""

    def receipts(self) -> Iterable[BusinessReceipt]:
        """Return the receipts that wait at the source; raise NotifierUnavailable. Reading removes nothing."""

    def acknowledge(self, receipt: BusinessReceipt) -> None:
        """Remove a receipt at its source, after it is stored and committed. May be repeated."""

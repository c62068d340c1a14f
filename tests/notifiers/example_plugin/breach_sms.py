"""Text messages through the spool folders of an SMS gateway.

The gateway sends what it finds in `outgoing`. It moves a file to `sent` when the telephone has the message,
and to `failed` when it gives up.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self

from breach.domain.errors import FieldError
from breach.domain.messages import (
    Addressee,
    ComposedMessage,
    Composer,
    DeliveryReceipt,
    Message,
    MessageRefused,
    Need,
    NotifierMisconfigured,
    NotifierUnavailable,
    ReceiptStatus,
    Sender,
    SendOutcome,
    Sent,
)

_is_phone = re.compile(r"\+[0-9]{8,15}").fullmatch
_FOLDERS = {"sent": ReceiptStatus.DELIVERED, "failed": ReceiptStatus.REJECTED}


class SmsNotifier:
    """Puts one file a message into the gateway's folder."""

    channel = "sms"
    deduplicates_uuid = False  # the gateway forgets a message that it has moved away
    needs = frozenset({Need.PHONE, Need.TEXT})
    suffix = "txt"

    def __init__(self, spool: Path) -> None:
        self._spool = spool

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        """Return the channel on the folder BREACH_SMS_SPOOL."""
        if not settings.get("sms_spool"):
            raise NotifierMisconfigured("setting_missing", setting="sms_spool")
        return cls(Path(settings["sms_spool"]))

    def composer(self, reference: str, created_at: datetime, sender: Sender, message: Message) -> Composer:
        """Return the function that composes for one telephone; what all share is settled once."""
        text = message.texts()[message.language]
        shared = f"{sender.label}, {reference}\n\n{text}\n"

        def compose(message_uuid: str, addressee: Addressee) -> ComposedMessage:
            if not _is_phone(addressee.phone):
                raise MessageRefused(FieldError("addressee.phone", "sms.phone"))
            return ComposedMessage.of(message_uuid, f"To: {addressee.phone}\n\n{shared}".encode())

        return compose

    def send(self, composed: ComposedMessage) -> Sent:
        """Return accepted when the whole file stands in `outgoing`; until it may stand there, not sent."""
        outcome = SendOutcome.NOT_SENT
        try:
            with NamedTemporaryFile(dir=self._spool, prefix=".") as part:
                part.write(composed.body)
                part.flush()
                os.fsync(part.fileno())
                outcome = SendOutcome.UNKNOWN
                os.link(part.name, self._spool / "outgoing" / composed.message_uuid)
        except OSError as error:
            return Sent(outcome, type(error).__name__)
        return Sent(SendOutcome.ACCEPTED)

    def receipts(self) -> Iterator[DeliveryReceipt]:
        """Yield a receipt for each message that the gateway has moved away."""
        try:
            for folder, status in _FOLDERS.items():
                for file in sorted((self._spool / folder).iterdir()):
                    at = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
                    code = "" if status is ReceiptStatus.DELIVERED else "sms.failed"
                    yield DeliveryReceipt(file.name, status, code, at, f"{folder}/{file.name}")
        except OSError as error:
            raise NotifierUnavailable(self.channel, type(error).__name__) from error

    def acknowledge(self, receipt: DeliveryReceipt) -> None:
        """Remove the file; one already gone is fine."""
        try:
            (self._spool / receipt.source_id).unlink(missing_ok=True)
        except OSError as error:
            raise NotifierUnavailable(self.channel, type(error).__name__) from error

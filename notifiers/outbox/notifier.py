"""A channel that writes each message to a file.

A file in the folder is `accepted`. It becomes `delivered` only when a person puts an empty file
`<messageUUID>.delivered` beside it, and `rejected` by `<messageUUID>.rejected` (its first line is the code).
In the production profile the outbox stops: a folder tells nobody anything.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Self

from breach.domain.messages import (
    ComposedMessage,
    Composer,
    DeliveryReceipt,
    Message,
    NotifierMisconfigured,
    NotifierUnavailable,
    ReceiptStatus,
    Sender,
    SendOutcome,
    Sent,
    is_code,
)
from notifiers import memo
from notifiers.memo import rules


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_temporary(folder: Path, body: bytes) -> Path:
    handle, name = mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        os.unlink(name)
        raise
    return Path(name)


class OutboxNotifier:
    """Writes `<messageUUID>.xml` into a folder; readable by its owner only, as it holds a CPR number."""

    channel = "outbox"
    deduplicates_uuid = True  # the same UUID is the same file
    needs = memo.NEEDS
    suffix = "xml"

    def __init__(self, folder: Path, memo_version: str, *, is_stopped: bool) -> None:
        self._folder, self._version, self._is_stopped = folder, memo_version, is_stopped

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        """Return the channel for the folder `outbox`, by default that of the home folder."""
        folder = settings.get("outbox") or str(Path(settings.get("home") or "var") / "outbox")
        version = settings.get("memo_version") or memo.VERSIONS[0]
        if version not in memo.VERSIONS:
            raise NotifierMisconfigured(
                "setting_not_allowed", setting="memo_version", allowed=", ".join(memo.VERSIONS)
            )
        return cls(Path(folder), version, is_stopped=settings.get("profile") == "production")

    def composer(self, reference: str, created_at: datetime, sender: Sender, message: Message) -> Composer:
        """Return the function that composes for one addressee, the bytes of MeMo; raise MessageRefused."""
        return memo.composer(self._version, reference, created_at, sender, message)

    def send(self, composed: ComposedMessage) -> Sent:
        """Return accepted when the file is on disk; an error before it has its name is `not_sent`."""
        if self._is_stopped:
            return Sent(SendOutcome.CHANNEL_STOPPED, "outbox_in_production")
        if not rules.is_uuid4(composed.message_uuid):  # it becomes a file name
            return Sent(SendOutcome.REJECTED, "message_uuid")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = _write_temporary(self._folder, composed.body)
        except OSError as error:
            return Sent(SendOutcome.NOT_SENT, type(error).__name__)
        try:
            return self._name(temporary, composed)
        except OSError as error:
            return Sent(SendOutcome.UNKNOWN, type(error).__name__)
        finally:
            with suppress(OSError):
                temporary.unlink()

    def _name(self, temporary: Path, composed: ComposedMessage) -> Sent:
        target = self._folder / f"{composed.message_uuid}.xml"
        try:
            os.link(temporary, target)  # unlike a rename it cannot replace another message
        except FileExistsError:
            if target.read_bytes() != composed.body:
                return Sent(SendOutcome.REJECTED, "other_bytes_under_this_uuid")
        _sync_folder(self._folder)
        return Sent(SendOutcome.ACCEPTED, "", composed.message_uuid)

    def receipts(self) -> Iterator[DeliveryReceipt]:
        """Yield what people said by marker files; `at` is the marker's time of change."""
        try:
            found = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
            for marker in found:
                if marker.suffix in (".delivered", ".rejected") and rules.is_uuid4(marker.stem):
                    yield self._receipt(marker)
        except OSError as error:
            raise NotifierUnavailable(self.channel, type(error).__name__) from error

    @staticmethod
    def _receipt(marker: Path) -> DeliveryReceipt:
        status = ReceiptStatus(marker.suffix[1:])
        first = marker.read_bytes()[:200].decode("ascii", "replace").partition("\n")[0].strip()
        code = first if is_code(first) else "said_by_a_person"
        at = datetime.fromtimestamp(int(marker.stat().st_mtime), UTC)
        return DeliveryReceipt(
            marker.stem.lower(), status, code if status is ReceiptStatus.REJECTED else "", at, marker.name
        )

    def acknowledge(self, receipt: DeliveryReceipt) -> None:
        """Rename the marker to `<name>.noted`, so that the folder still shows what a person said."""
        marker = self._folder / receipt.source_id
        try:
            with suppress(FileNotFoundError):
                marker.rename(marker.with_name(f"{marker.name}.noted"))
        except OSError as error:
            raise NotifierUnavailable(self.channel, type(error).__name__) from error

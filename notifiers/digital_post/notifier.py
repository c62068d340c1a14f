"""The Digital Post channel: MeMo over REST, technical answers sorted by what the sender does next."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Self

import requests

from breach.domain.messages import (
    ComposedMessage,
    Composer,
    DeliveryReceipt,
    Message,
    NotifierUnavailable,
    Sender,
    SendOutcome,
    Sent,
)
from notifiers import memo, outgoing
from notifiers.digital_post import answers
from notifiers.digital_post.settings import ChannelSettings, read

log = logging.getLogger(__name__)
PAGE = 500  # receipt ids asked for at a time
LONGEST_LIST = 20  # pages listed in one go; the rest waits for the next call


class DigitalPostNotifier:
    """Sends one MeMo message at a time to Digital Post and pulls its business receipts."""

    channel = "digital_post"
    needs = memo.NEEDS
    suffix = "xml"

    def __init__(self, settings: ChannelSettings) -> None:
        self._settings = settings
        self.deduplicates_uuid = settings.deduplicates_uuid
        self._http = outgoing.session()
        self._http.auth = (settings.system_id, settings.api_token)
        self._http.cert, self._http.verify = settings.certificate, settings.authorities

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        """Return the channel; raise NotifierMisconfigured."""
        return cls(read(settings))

    def composer(self, reference: str, created_at: datetime, sender: Sender, message: Message) -> Composer:
        """Return the function that composes in MeMo for one addressee; raise MessageRefused."""
        return memo.composer(self._settings.memo_version, reference, created_at, sender, message)

    def send(self, composed: ComposedMessage) -> Sent:
        """Return what is known after one POST.

        Until a byte of the body is taken to the wire (refused, connect time-out, name, TLS) nothing was sent.
        """
        body = outgoing.Watched(composed.body)
        try:
            status, answer = self._post(composed.message_uuid, body)
        except (requests.RequestException, outgoing.BadAnswer, OSError) as error:
            outcome = SendOutcome.UNKNOWN if body.taken else SendOutcome.NOT_SENT
            return Sent(outcome, type(error).__name__)
        return answers.sent(status, answer, composed.message_uuid)

    def _post(self, message_uuid: str, body: outgoing.Watched) -> tuple[int, bytes]:
        with self._http.post(
            f"{self._settings.url}memos/",
            params={"memo-message-uuid": message_uuid},
            data=body,
            headers={"Content-Type": "application/xml"},
            timeout=outgoing.TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code, outgoing.answer_body(answer)

    def _ask(self, method: str, path: str, **params: str | int) -> tuple[int, bytes]:
        try:
            with self._http.request(
                method,
                f"{self._settings.url}{path}",
                params=params,
                timeout=outgoing.TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return answer.status_code, outgoing.answer_body(answer)
        except (requests.RequestException, outgoing.BadAnswer, OSError) as error:
            raise NotifierUnavailable(self.channel, type(error).__name__) from error

    def _get(self, path: str, **params: str | int) -> Mapping[str, object] | None:
        """Return the JSON object, None when it is gone; raise NotifierUnavailable for anything else."""
        status, body = self._ask("GET", path, **params)
        if status in (404, 410):
            return None
        found = answers.parse(body) if status == 200 else None
        if found is None:
            raise NotifierUnavailable(self.channel, f"http_{status}")
        return found

    def _waiting(self) -> list[str]:
        found: list[str] = []
        for page in range(LONGEST_LIST):
            ids = (self._get("receipts/", page=page, size=PAGE) or {}).get("receipts")
            if not isinstance(ids, list):
                raise NotifierUnavailable(self.channel, "unreadable list of receipts")
            found += [source_id for source_id in ids if answers.is_source_id(source_id)]
            if len(ids) < PAGE:
                break
        return list(dict.fromkeys(found))

    def receipts(self) -> Iterator[DeliveryReceipt]:
        """Yield the receipts that wait; each is fetched with delete=false and stays until acknowledged.

        One that settles nothing or cannot be read stays at its source and is logged by its id.
        """
        for source_id in self._waiting():
            answer = self._get(f"receipts/{source_id}", delete="false")
            if answer is None:  # acknowledged meanwhile by another worker
                continue
            found = answers.receipt(source_id, answer)
            if found is None:
                log.warning("digital_post.receipt_left", extra={"source_id": source_id})
            else:
                yield found

    def acknowledge(self, receipt: DeliveryReceipt) -> None:
        """Delete the receipt at its source; one already gone is fine. Raise NotifierUnavailable."""
        status, _ = self._ask("DELETE", f"receipts/{receipt.source_id}")
        if status not in (200, 204, 404, 410):
            raise NotifierUnavailable(self.channel, f"http_{status}")

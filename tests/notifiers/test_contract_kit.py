"""The kit fails a notifier that breaks the contract: one thing broken, and the check that says so."""

import itertools
import logging
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Self

import pytest

from breach.domain.errors import FieldError
from breach.domain.messages import (
    Addressee,
    ComposedMessage,
    Composer,
    DeliveryReceipt,
    Message,
    MessageRefused,
    Need,
    Notifier,
    NotifierMisconfigured,
    NotifierUnavailable,
    ReceiptStatus,
    Sender,
    SendOutcome,
    Sent,
)
from notifiers.testing import NotifierContract

log = logging.getLogger(__name__)


class Loft:
    """A far end in memory: what it took, and the receipts that wait there."""

    def __init__(self) -> None:
        self.taken: list[ComposedMessage] = []
        self.waiting: dict[str, DeliveryReceipt] = {}

    def deliver(self, message_uuid: str) -> None:
        at = datetime(2026, 11, 22, tzinfo=UTC)
        for number, _ in enumerate(one for one in self.taken if one.message_uuid == message_uuid):
            source_id = f"{message_uuid}/{number}"
            self.waiting[source_id] = DeliveryReceipt(
                message_uuid, ReceiptStatus.DELIVERED, "", at, source_id
            )


class Pigeon:
    """A notifier that keeps the contract."""

    channel = "pigeon"
    deduplicates_uuid = True
    needs = frozenset({Need.NAME})
    suffix = "txt"

    def __init__(self, loft: Loft | None = None) -> None:
        self.loft = loft

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        if "loft" not in settings:
            raise NotifierMisconfigured("setting_missing", setting="loft")
        return cls(Loft())

    def composer(self, reference: str, created_at: datetime, sender: Sender, message: Message) -> Composer:
        def compose(message_uuid: str, addressee: Addressee) -> ComposedMessage:
            return ComposedMessage.of(message_uuid, self.body(message_uuid, addressee, message))

        return compose

    def body(self, message_uuid: str, addressee: Addressee, message: Message) -> bytes:
        if not addressee.name.strip():
            raise MessageRefused(FieldError("addressee.name", "pigeon.name"))
        return f"{message_uuid} {addressee.name}".encode()

    def send(self, composed: ComposedMessage) -> Sent:
        if self.loft is None:
            return Sent(SendOutcome.NOT_SENT, "away")
        if composed not in self.loft.taken:
            self.loft.taken.append(composed)
        return Sent(SendOutcome.ACCEPTED)

    def receipts(self) -> Iterator[DeliveryReceipt]:
        if self.loft is None:
            raise NotifierUnavailable(self.channel, "away")
        yield from list(self.loft.waiting.values())

    def acknowledge(self, receipt: DeliveryReceipt) -> None:
        if self.loft is not None:
            self.loft.waiting.pop(receipt.source_id, None)


counter = itertools.count()


def failing(error: Exception) -> Any:
    """Return a method that raises."""

    def fail(self: Pigeon, *arguments: object) -> Any:
        raise error

    return fail


def body_of_the_moment(self: Pigeon, message_uuid: str, addressee: Addressee, message: Message) -> bytes:
    return f"{datetime.now(UTC):%H:%M:%S} {addressee.name}".encode()


def body_with_a_count(self: Pigeon, message_uuid: str, addressee: Addressee, message: Message) -> bytes:
    return f"{next(counter)} {addressee.name}".encode()


def body_of_a_thread(self: Pigeon, message_uuid: str, addressee: Addressee, message: Message) -> bytes:
    return f"{threading.get_ident()} {addressee.name}".encode()


def body_with_a_phone(self: Pigeon, message_uuid: str, addressee: Addressee, message: Message) -> bytes:
    return f"{addressee.name} {addressee.phone}".encode()


def body_with_the_pdf(self: Pigeon, message_uuid: str, addressee: Addressee, message: Message) -> bytes:
    return addressee.name.encode() + message.pdf()


def body_that_complains(self: Pigeon, message_uuid: str, addressee: Addressee, message: Message) -> bytes:
    if not addressee.phone:
        raise MessageRefused(FieldError(addressee.name, "pigeon.phone"))
    return b""


def body_that_logs(self: Pigeon, message_uuid: str, addressee: Addressee, message: Message) -> bytes:
    log.info("composed", extra={"whom": addressee.name})
    return addressee.name.encode()


def composed_by_hand(
    self: Pigeon, reference: str, created_at: datetime, sender: Sender, message: Message
) -> Composer:
    return lambda message_uuid, addressee: ComposedMessage(message_uuid, addressee.name.encode(), "0" * 64)


def send_every_copy(self: Pigeon, composed: ComposedMessage) -> Sent:
    if self.loft is None:
        return Sent(SendOutcome.NOT_SENT, "away")
    self.loft.taken.append(composed)
    return Sent(SendOutcome.ACCEPTED)


def send_that_tells(self: Pigeon, composed: ComposedMessage) -> Sent:
    return Sent(Pigeon.send(self, composed).outcome, "Nancy Berggren was not at home")


def send_to_nowhere(self: Pigeon, composed: ComposedMessage) -> Sent:
    return Pigeon.send(self, composed) if self.loft else Sent(SendOutcome.ACCEPTED)


def receipts_that_go(self: Pigeon) -> Iterator[DeliveryReceipt]:
    found = list(Pigeon.receipts(self))
    if self.loft is not None:
        self.loft.waiting.clear()
    return iter(found)


def acknowledge_once(self: Pigeon, receipt: DeliveryReceipt) -> None:
    if self.loft is not None:
        del self.loft.waiting[receipt.source_id]


def acknowledge_all(self: Pigeon, receipt: DeliveryReceipt) -> None:
    if self.loft is not None:
        self.loft.waiting.clear()


def take_anything(settings: Mapping[str, str]) -> Pigeon:
    return Pigeon(Loft())


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("test_channel_is_a_name", {"channel": "Pigeon post"}),
    ("test_channel_is_a_name", {"channel": "x" * 41}),
    ("test_needs_are_declared", {"needs": {Need.NAME}}),
    ("test_needs_are_declared", {"deduplicates_uuid": "yes"}),
    ("test_needs_are_declared", {"suffix": ".txt"}),
    ("test_settings_that_are_unsafe_are_refused", {"from_settings": staticmethod(take_anything)}),
    ("test_composed_message_has_its_uuid_and_hash", {"composer": composed_by_hand}),
    ("test_composing_is_the_same_a_second_later", {"body": body_of_the_moment}),
    ("test_composing_is_the_same_in_any_order", {"body": body_with_a_count}),
    ("test_composing_is_the_same_in_any_thread", {"body": body_of_a_thread}),
    ("test_composing_uses_nothing_that_is_not_declared", {"body": body_with_a_phone}),
    ("test_composing_refuses_what_it_cannot_write", {"body": failing(ValueError("Nancy Berggren"))}),
    ("test_composing_refuses_what_it_cannot_write", {"body": body_that_complains}),
    ("test_send_answers_accepted_when_the_message_is_taken", {"send": send_that_tells}),
    ("test_send_can_be_called_from_many_threads", {"send": failing(OSError("busy"))}),
    ("test_send_raises_nothing_when_the_far_end_is_away", {"send": failing(ConnectionError("away"))}),
    ("test_send_raises_nothing_when_the_far_end_is_away", {"send": send_to_nowhere}),
    ("test_send_raises_nothing_when_the_far_end_fails", {"send": send_to_nowhere}),
    ("test_repeat_reaches_nobody_twice_where_that_is_promised", {"send": send_every_copy}),
    ("test_receipt_says_what_became_of_the_message", {"receipts": lambda self: iter(())}),
    ("test_receipts_stay_when_they_are_read", {"receipts": receipts_that_go}),
    ("test_receipt_is_gone_when_it_is_acknowledged", {"acknowledge": acknowledge_once}),
    ("test_receipt_is_gone_when_it_is_acknowledged", {"acknowledge": acknowledge_all}),
    ("test_receipts_are_unavailable_when_the_far_end_is_away", {"receipts": failing(OSError("away"))}),
    ("test_nothing_shows_who_the_addressee_is", {"body": body_that_logs}),
    ("test_nothing_shows_who_the_addressee_is", {"__repr__": lambda self: "Pigeon to Nancy Berggren"}),
]


def contract(of: type[Pigeon]) -> NotifierContract:
    """Return the checks for a kind of pigeon, with a loft of its own."""
    loft = Loft()

    class PigeonContract(NotifierContract):
        plugin = of
        unsafe_settings = ({},)

        def working(self) -> Notifier:
            return of(loft)

        def unreachable(self) -> Notifier:
            return of()

        def broken(self) -> Iterator[Notifier]:
            yield of()

        def deliver(self, composed: ComposedMessage) -> None:
            loft.deliver(composed.message_uuid)

    return PigeonContract()


CHECKS = [name for name in dir(NotifierContract) if name.startswith("test_")]


@pytest.mark.parametrize("check", CHECKS)
def test_kit_passes_a_notifier_that_keeps_the_contract(check: str) -> None:
    getattr(contract(Pigeon), check)()


IDS = [f"{check}-{next(iter(wrong))}" for check, wrong in BROKEN]


@pytest.mark.parametrize(("check", "wrong"), BROKEN, ids=IDS)
def test_kit_fails_a_notifier_that_breaks_it(check: str, wrong: dict[str, Any]) -> None:
    broken = contract(type("Broken", (Pigeon,), wrong))
    with pytest.raises(AssertionError):
        getattr(broken, check)()


def test_kit_tries_each_check() -> None:
    assert {check for check, _ in BROKEN} == set(CHECKS)


def test_kit_names_a_part_that_is_not_declared() -> None:
    broken = contract(type("Broken", (Pigeon,), {"body": body_with_the_pdf}))
    with pytest.raises(LookupError, match=r"^the notifier does not declare Need\.PDF$"):
        broken.test_composing_uses_nothing_that_is_not_declared()

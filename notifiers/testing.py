"""The checks that every notifier passes, for the tests of a plugin.

Subclass `NotifierContract` under a name that begins with `Test`; pytest finds the checks by their names, and
so does unittest where the subclass is a TestCase too. Nothing but the standard library is needed. Each check
fails with a sentence that says what the contract wants.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from uuid import uuid4

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
    hand_only,
    is_channel,
    is_code,
    is_suffix,
)

NANCY = Addressee(
    cpr="2512489996",
    cvr="87654321",
    name="Nancy Berggren",
    postal_address="Prøvevej 1\n9000 Aalborg",
    email="nancy@example.org",
    phone="+4511223344",
    protected_address=True,
    replacement_number="0101701ABC",
)
"""An invented person of whom everything is known."""
OTHER = Addressee(
    cpr="0101010008",
    cvr="23456789",
    name="Ole Prøvesen",
    postal_address="Testgade 2\n9800 Hjørring",
    email="ole@example.org",
    phone="+4555667788",
)
REFERENCE = "BRUD-2026-000001"
SENDER = Sender("12345678", "Region Eksempel")
CREATED = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
THREADS = 16  # so many messages of a batch are sent at once
STRANGE = ("\n", "\x00", "<b>", "x" * 300, "２５１２４８９９９６")


def message() -> Message:
    """Return a message that has every part."""
    return Message(
        subjects={"da": "Vigtig besked", "en": "An important message"},
        texts=lambda: {"da": "Til dig, som brevet handler om.", "en": "To you whom this concerns."},
        pdf=lambda: b"%PDF-1.4\n",
        language="da",
        filename="brev",
    )


def hold(is_so: bool, wanted: str) -> None:
    """Fail the check with the sentence that says what the contract wants, unless it is so."""
    if not is_so:
        raise AssertionError(wanted)


class _Kept(logging.Handler):
    """Keeps the words of everything that is logged, with the values given along."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words += [record.getMessage(), *map(str, record.__dict__.values())]


@contextmanager
def _logged() -> Iterator[list[str]]:
    kept = _Kept()
    root = logging.getLogger()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    try:
        yield kept.words
    finally:
        root.setLevel(before)
        root.removeHandler(kept)


def hold_hidden(words: Iterable[str], where: str) -> None:
    """Fail if one of the words shows anything of the addressee."""
    values = [value for value in vars(NANCY).values() if isinstance(value, str)]
    parts = [f"{NANCY.cpr[:6]}-{NANCY.cpr[6:]}", *NANCY.name.split(), *NANCY.postal_address.split("\n")]
    for word in words:
        hold(not any(one in word for one in [*values, *parts]), f"{where} must show nothing of the addressee")


class NotifierContract:
    """Checks one notifier; a subclass sets the two attributes and writes the three methods.

    plugin: the class that the entry point names.
    unsafe_settings: each of these settings must be refused when the service starts.
    """

    plugin: type[Notifier]
    unsafe_settings: Sequence[Mapping[str, str]]

    def working(self) -> Notifier:
        """Return a notifier whose far end takes every message; asked again, another on the same far end."""
        raise NotImplementedError

    def unreachable(self) -> Notifier:
        """Return a notifier whose far end cannot be reached."""
        raise NotImplementedError

    def deliver(self, composed: ComposedMessage) -> None:
        """Let the far end of `working` say that it delivered a message that it took."""
        raise NotImplementedError

    def broken(self) -> Iterable[Notifier]:
        """Return or yield notifiers whose far end fails in other ways; none where there are no others."""
        return ()

    @staticmethod
    def composer(notifier: Notifier) -> Composer:
        """Return the notifier's composer as the service uses it: with what is declared and no more."""
        handed = message().only(notifier.needs)
        return hand_only(notifier.needs, notifier.composer(REFERENCE, CREATED, SENDER, handed))

    def compose(self, notifier: Notifier) -> ComposedMessage:
        """Return a message to the invented person under a UUID of its own."""
        return self.composer(notifier)(str(uuid4()), NANCY)

    def many(self) -> list[tuple[str, Addressee]]:
        """Return UUIDs and addressees for some messages more than are sent at once."""
        return [(str(uuid4()), (NANCY, OTHER)[number % 2]) for number in range(2 * THREADS)]

    # What it declares

    def test_channel_is_a_name(self) -> None:
        channel = self.working().channel
        hold(
            isinstance(channel, str) and is_channel(channel) is not None,
            "channel must be 1 to 40 small letters, digits and _, beginning with a letter",
        )

    def test_needs_are_declared(self) -> None:
        notifier = self.working()
        needs = notifier.needs
        is_set = isinstance(needs, frozenset) and all(isinstance(need, Need) for need in needs)
        hold(is_set, "needs must be a frozenset of Need")
        hold(isinstance(notifier.deduplicates_uuid, bool), "deduplicates_uuid must be True or False")
        is_ending = isinstance(notifier.suffix, str) and is_suffix(notifier.suffix) is not None
        hold(is_ending, "suffix must be 1 to 8 small letters and digits")

    def test_settings_that_are_unsafe_are_refused(self) -> None:
        for settings in self.unsafe_settings:
            try:
                self.plugin.from_settings(settings)
            except NotifierMisconfigured as refused:
                named = isinstance(refused.values.get("setting"), str)
                hold(named, "NotifierMisconfigured must name the setting: setting=...")
            else:
                hold(False, f"from_settings must raise NotifierMisconfigured for {dict(settings)}")

    # Composing

    def test_composed_message_has_its_uuid_and_hash(self) -> None:
        message_uuid = str(uuid4())
        composed = self.composer(self.working())(message_uuid, NANCY)
        hold(composed.message_uuid == message_uuid, "a composed message must have the UUID that was given")
        hold(composed == ComposedMessage.of(message_uuid, composed.body), "sha256 must be that of the body")

    def test_composing_is_the_same_a_second_later(self) -> None:
        message_uuid = str(uuid4())
        first = self.composer(self.working())(message_uuid, NANCY)
        time.sleep(1.1)
        later = self.composer(self.working())(message_uuid, NANCY)
        hold(first == later, "the same arguments must give the same bytes whatever the time: use created_at")

    def test_composing_is_the_same_in_any_order(self) -> None:
        compose = self.composer(self.working())
        wanted = self.many()
        forwards = [compose(*one) for one in wanted]
        backwards = [compose(*one) for one in reversed(wanted)]
        hold(forwards == backwards[::-1], "a message must not depend on those composed before it")

    def test_composing_is_the_same_in_any_thread(self) -> None:
        compose = self.composer(self.working())
        wanted = self.many()
        with ThreadPoolExecutor(THREADS) as pool:
            at_once = list(pool.map(lambda one: compose(*one), wanted))
        hold(at_once == [compose(*one) for one in wanted], "a message must not depend on the thread")

    def test_composing_uses_nothing_that_is_not_declared(self) -> None:
        notifier = self.working()
        message_uuid = str(uuid4())
        declared = self.composer(notifier)(message_uuid, NANCY)
        whole = notifier.composer(REFERENCE, CREATED, SENDER, message())(message_uuid, NANCY)
        hold(declared == whole, "a message must not hold a part that needs does not declare")

    def test_composing_refuses_what_it_cannot_write(self) -> None:
        compose = self.working().composer(REFERENCE, CREATED, SENDER, message())
        parts = [field.name for field in fields(Addressee) if field.name != "protected_address"]
        for part in parts:
            for value in ("", *STRANGE):
                self._refused_or_composed(compose, Addressee(**{**vars(NANCY), part: value}))

    @staticmethod
    def _refused_or_composed(compose: Composer, addressee: Addressee) -> None:
        try:
            compose(str(uuid4()), addressee)
        except MessageRefused as refused:
            codes = [error.code for error in refused.errors]
            hold(all(map(is_code, codes)), "an error of MessageRefused must have a code, not free text")
            shown = [str(error.values) for error in refused.errors]
            hold_hidden([str(refused), *shown], "MessageRefused")
        except Exception as error:
            raise AssertionError(
                f"composing must raise MessageRefused and nothing else, not {type(error).__name__}"
            ) from error

    # Sending

    def test_send_answers_accepted_when_the_message_is_taken(self) -> None:
        notifier = self.working()
        self._hold_sent(self._sent(notifier, self.compose(notifier)), {SendOutcome.ACCEPTED})

    def test_send_can_be_called_from_many_threads(self) -> None:
        notifier = self.working()
        composed = [self.compose(notifier) for _ in range(2 * THREADS)]
        with ThreadPoolExecutor(THREADS) as pool:
            for sent in pool.map(lambda one: self._sent(notifier, one), composed):
                self._hold_sent(sent, {SendOutcome.ACCEPTED})

    def test_send_raises_nothing_when_the_far_end_is_away(self) -> None:
        notifier = self.unreachable()
        unsettled = set(SendOutcome) - {SendOutcome.ACCEPTED, SendOutcome.REJECTED}
        self._hold_sent(self._sent(notifier, self.compose(notifier)), unsettled)

    def test_send_raises_nothing_when_the_far_end_fails(self) -> None:
        not_taken = set(SendOutcome) - {SendOutcome.ACCEPTED}
        for notifier in self.broken():
            self._hold_sent(self._sent(notifier, self.compose(notifier)), not_taken)

    @staticmethod
    def _sent(notifier: Notifier, composed: ComposedMessage) -> Sent:
        try:
            return notifier.send(composed)
        except Exception as error:
            raise AssertionError(
                f"send must answer with an outcome and not raise, as it did {type(error).__name__}"
            ) from error

    @staticmethod
    def _hold_sent(sent: object, outcomes: set[SendOutcome]) -> None:
        hold(isinstance(sent, Sent), "send must return Sent")
        if isinstance(sent, Sent):
            allowed = ", ".join(sorted(one.value for one in outcomes))
            hold(sent.outcome in outcomes, f"the outcome must be one of {allowed} here, not {sent.outcome}")
            hold(not sent.code or is_code(sent.code) is not None, "Sent.code must be a code, not free text")

    def test_repeat_reaches_nobody_twice_where_that_is_promised(self) -> None:
        notifier = self.working()
        composed = self.compose(notifier)
        for _ in range(2 if notifier.deduplicates_uuid else 1):
            self._hold_sent(self._sent(notifier, composed), {SendOutcome.ACCEPTED})
        self.deliver(composed)
        found = self._receipts(notifier, composed)
        hold(len(found) == 1, "deduplicates_uuid: a repeat must not arrive again")

    # Receipts

    @staticmethod
    def _receipts(notifier: Notifier, composed: ComposedMessage) -> list[DeliveryReceipt]:
        return [one for one in notifier.receipts() if one.message_uuid == composed.message_uuid]

    def delivered(self, notifier: Notifier) -> ComposedMessage:
        """Return a message that was sent, with its receipt waiting."""
        composed = self.compose(notifier)
        notifier.send(composed)
        self.deliver(composed)
        return composed

    def test_receipt_says_what_became_of_the_message(self) -> None:
        notifier = self.working()
        found = self._receipts(notifier, self.delivered(notifier))
        hold(len(found) == 1, "a delivered message must have one receipt, under its UUID in small letters")
        hold(found[0].status is ReceiptStatus.DELIVERED, "the receipt must say delivered")
        hold(found[0].at.utcoffset() is not None, "the time of a receipt must be aware")
        code = found[0].code
        hold(not code or is_code(code) is not None, "the code of a receipt must be a code, not free text")

    def test_receipts_stay_when_they_are_read(self) -> None:
        notifier = self.working()
        composed = self.delivered(notifier)
        first = self._receipts(notifier, composed)
        hold(self._receipts(notifier, composed) == first, "reading must neither remove nor change a receipt")
        hold(self._receipts(self.working(), composed) == first, "a receipt must wait for another worker too")

    def test_receipt_is_gone_when_it_is_acknowledged(self) -> None:
        notifier = self.working()
        composed = self.delivered(notifier)
        left = self.delivered(notifier)
        (receipt,) = self._receipts(notifier, composed)
        notifier.acknowledge(receipt)
        self._acknowledge_again(notifier, receipt)
        hold(self._receipts(notifier, composed) == [], "an acknowledged receipt must be gone")
        hold(len(self._receipts(notifier, left)) == 1, "acknowledging must leave the other receipts")

    @staticmethod
    def _acknowledge_again(notifier: Notifier, receipt: DeliveryReceipt) -> None:
        try:
            notifier.acknowledge(receipt)  # as after a kill between the two
        except Exception as error:
            raise AssertionError(
                f"acknowledging again must be harmless, not raise {type(error).__name__}"
            ) from error

    def test_receipts_are_unavailable_when_the_far_end_is_away(self) -> None:
        notifier = self.unreachable()
        receipt = DeliveryReceipt(str(uuid4()), ReceiptStatus.DELIVERED, "", CREATED, "none")
        try:
            list(notifier.receipts())
            notifier.acknowledge(receipt)
        except NotifierUnavailable as away:
            hold_hidden([str(away.values)], "NotifierUnavailable")
        except Exception as error:
            raise AssertionError(
                f"receipts and acknowledge must raise NotifierUnavailable, not {type(error).__name__}"
            ) from error

    # Nobody is shown

    def test_nothing_shows_who_the_addressee_is(self) -> None:
        notifier = self.working()
        away = self.unreachable()
        with _logged() as words:
            composed = self.delivered(notifier)
            receipts = list(notifier.receipts())
            for receipt in receipts:
                notifier.acknowledge(receipt)
            sent = [away.send(self.compose(away)), notifier.send(composed)]
        hold_hidden(words, "the log")
        hold_hidden([repr(notifier), repr(composed)], "a repr")
        hold_hidden([repr(one) for one in (*sent, *receipts)], "a code")

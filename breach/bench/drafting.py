"""Measures composing of Digital Post messages: one letter, many addressees, one core."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import process_time
from uuid import UUID
from xml.sax.saxutils import escape

from breach.domain.messages import Addressee, ComposedMessage, Message, Sender
from breach.plugins import load_notifiers

MESSAGES, ROUNDS = 20_000, 7
BODY = 6_000  # bytes of PDF, 8 kB as base64
ADDRESSEE = Addressee(cpr="2512489996")


def _best(work: Callable[[str], object], uuids: list[str]) -> float:
    began = process_time()
    for message_uuid in uuids:
        work(message_uuid)
    return len(uuids) / (process_time() - began)


def run() -> dict[str, object]:
    """Return messages composed a second of processor time beside the baseline: best of seven rounds.

    figure: `compose(uuid, addressee)` of the notifier: both values checked, bytes, SHA-256, message.
    baseline: the same message by hand: values escaped and encoded, pre-rendered pieces joined, SHA-256.
    joining_only: escape, encode and join; no hash, no message. Hashing is most of the rest, on both sides.
    """
    notifier = load_notifiers({})["digital_post"]
    message = Message(
        subjects={"da": "Orientering om brud på datasikkerheden"},
        texts=dict,
        pdf=lambda: b"%PDF-" + bytes(BODY),
        language="da",
        filename="orientering",
    )
    sender, now = Sender("12345678", "Region Eksempel"), datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    compose = notifier.composer("BRUD-2026-000001", now, sender, message)
    uuids = [str(UUID(int=number << 64, version=4)) for number in range(1, MESSAGES + 1)]
    whole = compose(uuids[0], ADDRESSEE).body
    head, rest = whole.split(uuids[0].encode())
    middle, tail = rest.split(ADDRESSEE.cpr.encode())

    def join(message_uuid: str) -> bytes:
        values = escape(message_uuid).encode(), escape(ADDRESSEE.cpr).encode()
        return b"".join((head, values[0], middle, values[1], tail))

    def notify(message_uuid: str) -> ComposedMessage:
        return compose(message_uuid, ADDRESSEE)

    def hash_joined(message_uuid: str) -> ComposedMessage:
        return ComposedMessage.of(message_uuid, join(message_uuid))

    if any(notify(one) != hash_joined(one) for one in uuids[:100]):
        raise AssertionError("the baseline does not make the same messages")
    rounds = [[_best(work, uuids) for work in (notify, hash_joined, join)] for _ in range(ROUNDS)]
    figure, baseline, joining = (max(column) for column in zip(*rounds, strict=True))
    return {
        "what": f"MeMo messages of {len(whole):,} bytes composed",
        "figure": figure,
        "unit": "messages/s/core",
        "baseline": baseline,
        "ratio": figure / baseline,
        "joining_only": joining,
    }

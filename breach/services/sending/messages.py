"""Composes the messages of a release and decrypts their addressees."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select

from breach.documents.filled import filled
from breach.domain.errors import StepRefused
from breach.domain.events import EventKind
from breach.domain.letters.form import parse, plain
from breach.domain.messages import (
    Addressee,
    ComposedMessage,
    Composer,
    Message,
    MessageRefused,
    Sender,
    hand_only,
)
from breach.services.audit import append_to_case
from breach.services.cases.file_loading import communication_of, text_of
from breach.services.cases.file_query import addressed
from breach.services.context import Context
from breach.services.letters.text import render_letter, sent_on
from breach.store.models import BreachCase, Communication, Controller, Notice, Recipient
from breach.texts import LANGUAGES, text
from workflows.notice import after


def addressees(ctx: Context, rows: Sequence[Recipient]) -> list[Addressee]:
    """Decrypt the addressees of recipient rows with the case's key."""
    if not rows:
        return []
    first = rows[0]
    key = ctx.keys.case_key(ctx.session, "people", first.controller_id, first.case_id)
    return [_addressee(key.open("recipient", "cell", row.id, row.cell)) for row in rows]


def _addressee(cell: bytes) -> Addressee:
    return Addressee(**json.loads(cell))  # the cell names its parts as Addressee does


NOTHING_COMPOSED = hashlib.sha256(b"").hexdigest()
"""The hash of a notice for which no message could be composed: no message has it."""


def composer_for(
    ctx: Context, communication: Communication, released_at: datetime, pdf: Callable[[], bytes] | None = None
) -> Composer:
    """Return the function that composes a person's message; the same release gives the same bytes.

    The channel is handed what it declares, so a PDF that it does not want is never printed.
    pdf: returns the document where it is not printed yet. The function raises MessageRefused for somebody
    who lacks what the channel needs.
    """
    case = ctx.session.get_one(BreachCase, communication.case_id)
    controller = ctx.session.get_one(Controller, communication.controller_id)
    notifier = ctx.notifiers[communication.channel]
    message = Message(
        subjects={language: text("letters.letter.subject", language) for language in LANGUAGES},
        texts=lambda: _texts(ctx, communication, case.reference, sent_on(communication)),
        pdf=pdf or (lambda: _printed(communication)),
        language="da",
        filename="brev",
    ).only(notifier.needs)
    sender = Sender(controller.cvr, controller.name_da)
    return hand_only(notifier.needs, notifier.composer(case.reference, released_at, sender, message))


def _texts(
    ctx: Context, communication: Communication, reference: str, sent_on: date | None
) -> Mapping[str, str]:
    row = text_of(ctx, communication)
    if row is None:
        raise ValueError("a communication without its text cannot be composed")
    typed = {"da": row.danish, **({"en": row.english} if row.english else {})}
    shown = {language: filled(body, language, reference, sent_on) for language, body in typed.items()}
    return {language: plain(parse(body, language)) for language, body in shown.items()}


def _printed(communication: Communication) -> bytes:
    if communication.pdf is None:
        raise ValueError("a communication without its letter cannot be composed")
    return communication.pdf


def compose_first(notice: Notice, make: Composer, addressee: Addressee) -> None:
    """Queue the notice with its hash; one whose message cannot be composed is a person's, with the reason."""
    try:
        notice.message_sha256 = make(str(notice.message_uuid), addressee).sha256
        notice.state = after(notice.state, "queue")
    except MessageRefused as refused:
        notice.message_sha256 = NOTHING_COMPOSED
        notice.state = after(notice.state, "hand_over")
        notice.code = _why_by_hand(addressee, refused.reason)


def _why_by_hand(addressee: Addressee, reason: str) -> str:
    """Return why a person has to act: a replacement number rather than that a CPR number is lacking."""
    is_replaced = bool(addressee.replacement_number) and reason.startswith("lacks.cpr")
    return "replacement_number" if is_replaced else reason


def compose_again(notice: Notice, make: Composer, addressee: Addressee) -> tuple[ComposedMessage | None, str]:
    """Return the message as it was queued, or None and why it cannot go."""
    try:
        composed = make(str(notice.message_uuid), addressee)
    except MessageRefused as refused:
        return None, refused.reason
    is_the_same = composed.sha256 == notice.message_sha256
    return (composed, "") if is_the_same else (None, "bytes_changed")


PAGE = 500


def messages_of(ctx: Context, case: BreachCase) -> Iterator[ComposedMessage | MessageRefused]:
    """Yield the message for everybody of the round, or why there is none; that it was done is recorded.

    Before the approval the letter is printed from the newest text. Raises StepRefused when there is none.
    """
    communication = communication_of(ctx, case)
    row = text_of(ctx, communication)
    if row is None:
        raise StepRefused("draft_messages", communication.state.value, ("text_is_complete",))
    append_to_case(ctx, case, EventKind.COMMUNICATION_MESSAGES_DRAFTED, text=row.sha256)
    made_at = communication.released_at or row.written_at
    controller = ctx.session.get_one(Controller, case.controller_id)

    def printed() -> bytes:
        return communication.pdf or render_letter(controller, case.reference, row)

    make = composer_for(ctx, communication, made_at, printed)
    for rows in _pages_of_round(ctx, communication):
        for recipient, addressee in zip(rows, addressees(ctx, rows), strict=True):
            uuid = ctx.keys.message_uuid(
                ctx.session,
                communication.controller_id,
                communication.case_id,
                communication.id,
                recipient.id,
                communication.channel,
                communication.round,
            )
            yield _message(make, str(uuid), addressee)


def _pages_of_round(ctx: Context, communication: Communication) -> Iterator[Sequence[Recipient]]:
    """Yield the recipients whom the round goes to, a page at a time."""
    wanted = (
        select(Recipient)
        .join(Communication, Communication.id == Recipient.communication_id)
        .where(Communication.id == communication.id, addressed())
        .order_by(Recipient.id)
        .limit(PAGE)
    )
    rows = ctx.session.scalars(wanted).all()
    while rows:
        yield rows
        rows = ctx.session.scalars(wanted.where(Recipient.id > rows[-1].id)).all()


def _message(make: Composer, message_uuid: str, addressee: Addressee) -> ComposedMessage | MessageRefused:
    try:
        return make(message_uuid, addressee)
    except MessageRefused as refused:
        return refused

"""Exactly one effective notice: claim before contact, settle after, repeat only with proof.

The argument: UUID and hash are stored when a notice is queued; a claim (attempt row, state `unknown`) is
committed before the channel is contacted, a handful at a time; no lease frees a claim, so nobody else can
become a second sender; `unknown` is left by a receipt, by proof that a repeat is harmless, or by a person.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from breach.domain.letters.form import parse, plain
from breach.domain.letters.placeholders import case_values, render
from breach.domain.messages import (
    Addressee,
    ComposedMessage,
    Composer,
    Message,
    MessageRefused,
    Sender,
    hand_only,
)
from breach.domain.states import NoticeState
from breach.services.cases.file import text_of
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.sending.messages import addressees
from breach.store.models import (
    BreachCase,
    Communication,
    Controller,
    Notice,
    Recipient,
    SendBatch,
)
from breach.texts import LANGUAGES, text
from workflows.notice import after

BATCH = 500
NOTHING_COMPOSED = hashlib.sha256(b"").hexdigest()
"""The hash of a notice for which no message could be composed: no message has it."""


def composer_for(
    ctx: Context, told: Communication, released_at: datetime, pdf: Callable[[], bytes] | None = None
) -> Composer:
    """Return the function that composes a person's message; the same release gives the same bytes.

    The channel is handed what it declares, so a PDF that it does not want is never printed.
    pdf: returns the document where it is not printed yet. The function raises MessageRefused for somebody
    who lacks what the channel needs.
    """
    case = ctx.session.get_one(BreachCase, told.case_id)
    controller = ctx.session.get_one(Controller, told.controller_id)
    notifier = ctx.notifiers[told.channel]
    message = Message(
        subjects={language: text("notices.letter.subject", language) for language in LANGUAGES},
        texts=lambda: _texts(ctx, told, case.reference),
        pdf=pdf or (lambda: _printed(told)),
        language="da",
        filename="brev",
    ).only(notifier.needs)
    sender = Sender(controller.cvr, controller.name_da)
    return hand_only(notifier.needs, notifier.composer(case.reference, released_at, sender, message))


def _texts(ctx: Context, told: Communication, reference: str) -> Mapping[str, str]:
    row = text_of(ctx, told)
    if row is None:
        raise ValueError("a communication without its text cannot be composed")
    typed = {"da": row.danish, "en": row.english}
    filled = {
        language: render(body, case_values(language, reference), keep_unknown=True)
        for language, body in typed.items()
    }
    return {language: plain(parse(body, language)) for language, body in filled.items()}


def _printed(told: Communication) -> bytes:
    if told.pdf is None:
        raise ValueError("a communication without its letter cannot be composed")
    return told.pdf


def queue_notices(ctx: Context, told: Communication) -> list[SendBatch]:
    """Store a notice with UUID and hash for everyone on the list, in batches that jobs send."""
    released_at = ctx.now
    make = composer_for(ctx, told, released_at)
    rows = ctx.session.scalars(
        select(Recipient).where(Recipient.communication_id == told.id).order_by(Recipient.id)
    ).all()
    ids = sorted(new_id(ctx.now) for _ in rows)  # in order, so that no batch reaches into another
    batches = []
    for number, start in enumerate(range(0, len(rows), BATCH), 1):
        part, part_ids = rows[start : start + BATCH], ids[start : start + BATCH]
        notices = [
            _queued(ctx, told, notice_id, recipient, make, addressee)
            for notice_id, recipient, addressee in zip(part_ids, part, addressees(ctx, part), strict=True)
        ]
        ctx.session.add_all(notices)
        batches.append(_batch(ctx, told, number, notices))
    ctx.session.add_all(batches)
    ctx.session.flush()
    for batch in batches:
        _enqueue(ctx, batch)
    return batches


def _job(batch: SendBatch) -> str:
    return f"send/{batch.id}/{batch.epoch}"


def _enqueue(ctx: Context, batch: SendBatch) -> None:
    ctx.jobs.enqueue(ctx.session, "send_batch", _job(batch), str(batch.id))


def _queued(
    ctx: Context,
    told: Communication,
    notice_id: UUID,
    recipient: Recipient,
    make: Composer,
    addressee: Addressee,
) -> Notice:
    uuid = ctx.keys.message_uuid(
        ctx.session, told.controller_id, told.case_id, told.id, recipient.id, told.channel, 1
    )
    notice = Notice(
        id=notice_id,
        controller_id=told.controller_id,
        case_id=told.case_id,
        communication_id=told.id,
        recipient_id=recipient.id,
        channel=told.channel,
        state=after(NoticeState.DRAFTED, "approve"),
        message_uuid=uuid,
        queued_at=ctx.now,
    )
    _compose_first(notice, make, addressee)
    return notice


def _compose_first(notice: Notice, make: Composer, addressee: Addressee) -> None:
    """Queue the notice with its hash; one whose message cannot be composed is a person's, with the reason."""
    try:
        notice.message_sha256 = make(str(notice.message_uuid), addressee).sha256
        notice.state = after(notice.state, "queue")
    except MessageRefused as refused:
        notice.message_sha256 = NOTHING_COMPOSED
        notice.state = after(notice.state, "hand_over")
        notice.code = refused.reason


def _compose_again(
    notice: Notice, make: Composer, addressee: Addressee
) -> tuple[ComposedMessage | None, str]:
    """Return the message as it was queued, or None and why it cannot go."""
    try:
        composed = make(str(notice.message_uuid), addressee)
    except MessageRefused as refused:
        return None, refused.reason
    is_the_same = composed.sha256 == notice.message_sha256
    return (composed, "") if is_the_same else (None, "bytes_changed")


def _batch(ctx: Context, told: Communication, number: int, notices: list[Notice]) -> SendBatch:
    return SendBatch(
        id=new_id(ctx.now),
        controller_id=told.controller_id,
        case_id=told.case_id,
        communication_id=told.id,
        number=number,
        epoch=1,
        first_notice_id=notices[0].id,
        last_notice_id=notices[-1].id,
        created_at=ctx.now,
        touched_at=ctx.now,
    )


def _leave(ctx: Context, batch: SendBatch) -> None:
    left = ctx.session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.communication_id == batch.communication_id,
            Notice.id.between(batch.first_notice_id, batch.last_notice_id),
            Notice.state == NoticeState.QUEUED,
        )
    )
    batch.state, batch.worker, batch.touched_at = ("waiting" if left else "done"), None, ctx.now


def give_up_batch(ctx: Context, batch_id: UUID) -> None:
    """Put a batch back to wait: its worker is gone or its channel did not answer."""
    _leave(ctx, ctx.session.get_one(SendBatch, batch_id))

"""Exactly one effective notice: claim before contact, settle after, repeat only with proof.

The argument: UUID and hash are stored when a notice is queued; a claim (attempt row, state `unknown`) is
committed before the channel is contacted, a handful at a time; no lease frees a claim, so nobody else can
become a second sender; `unknown` is left by a receipt, by proof that a repeat is harmless, or by a person.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select, update

from breach.domain.events import EventKind
from breach.domain.notifying import Addressee, Draft, Drafter, Letter, Sender, SendOutcome, Sent
from breach.domain.states import CommunicationState, NoticeState
from breach.services.audit import append_to_case
from breach.services.context import Context
from breach.services.ids import new_id
from breach.store.models import (
    BreachCase,
    Communication,
    Controller,
    Notice,
    NoticeAttempt,
    Recipient,
    SendBatch,
)
from breach.texts import text
from workflows.machine import dest, sources
from workflows.notice import TABLE, after

HANDFUL = 16
"""How many messages are in flight at once; a kill leaves at most so many in doubt."""
BATCH = 500
RETRIES = 16
"""How many batches of a communication are in hand at the most when one is queued again: a channel that is
away is not stormed."""


@dataclass(frozen=True)
class Claimed:
    """A notice whose claim is committed: the channel may now be contacted once."""

    notice_id: UUID
    attempt_id: UUID
    channel: str
    draft: Draft


def drafter_for(
    ctx: Context, told: Communication, released_at: datetime, pdf: bytes | None = None
) -> Drafter:
    """Return the function that makes a person's message; the same release gives the same bytes."""
    case = ctx.session.get_one(BreachCase, told.case_id)
    controller = ctx.session.get_one(Controller, told.controller_id)
    document = pdf or told.pdf
    if document is None:
        raise ValueError("a communication without its letter cannot be drafted")
    letter = Letter(text("notices.letter.subject", "da"), document, "da", "brev.pdf")
    sender = Sender(controller.cvr, controller.name_da)
    return ctx.notifiers[told.channel].drafter(case.reference, released_at, sender, letter)


def addressees(ctx: Context, rows: Sequence[Recipient]) -> list[Addressee]:
    """Return the persons behind recipient rows, opened with the case's key."""
    if not rows:
        return []
    first = rows[0]
    key = ctx.keys.batch(ctx.session, "people", first.controller_id, first.case_id)
    return [_addressee(key.open("recipient", "cell", row.id, row.cell)) for row in rows]


def _addressee(plain: bytes) -> Addressee:
    known = json.loads(plain)
    return Addressee(known["cpr"], known["name"])


def queue_notices(ctx: Context, told: Communication) -> list[SendBatch]:
    """Store a notice with UUID and hash for everyone on the list, in batches that jobs send."""
    released_at = ctx.now
    make = drafter_for(ctx, told, released_at)
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
    make: Drafter,
    addressee: Addressee,
) -> Notice:
    uuid = ctx.keys.message_uuid(
        ctx.session, told.controller_id, told.case_id, told.id, recipient.id, told.channel, 1
    )
    return Notice(
        id=notice_id,
        controller_id=told.controller_id,
        case_id=told.case_id,
        communication_id=told.id,
        recipient_id=recipient.id,
        channel=told.channel,
        state=after(after(NoticeState.DRAFTED, "approve"), "queue"),
        message_uuid=uuid,
        message_sha256=make(str(uuid), addressee).sha256,
        queued_at=ctx.now,
    )


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


def claim(ctx: Context, batch_id: UUID, worker: str) -> list[Claimed]:
    """Claim the next handful of a batch; nothing when the batch is done, paused or in another's hands."""
    batch = ctx.session.get_one(SendBatch, batch_id)
    told = ctx.session.get_one(Communication, batch.communication_id)
    if told.state is not CommunicationState.SENDING or told.released_at is None:
        _leave(ctx, batch)
        return []
    notices = _next_handful(ctx, batch)
    if not notices:
        _leave(ctx, batch)
        return []
    batch.state, batch.worker, batch.touched_at = "running", worker, ctx.now
    recipients = {row.id: row for row in _recipients(ctx, notices)}
    ordered = [recipients[notice.recipient_id] for notice in notices]
    make, tried = drafter_for(ctx, told, told.released_at), _tried(ctx, notices)
    claimed = []
    for notice, addressee in zip(notices, addressees(ctx, ordered), strict=True):
        draft = make(str(notice.message_uuid), addressee)
        attempt = _attempt(ctx, notice, worker, tried.get(notice.id, 0) + 1)
        notice.state = after(notice.state, "claim")
        if draft.sha256 != notice.message_sha256:  # a repeat whose bytes differ stops for a person
            notice.state, notice.code = after(notice.state, "hand_over"), "bytes_changed"
            continue
        claimed.append(Claimed(notice.id, attempt.id, notice.channel, draft))
    return claimed


def _next_handful(ctx: Context, batch: SendBatch) -> Sequence[Notice]:
    return ctx.session.scalars(
        select(Notice)
        .where(
            Notice.communication_id == batch.communication_id,
            Notice.id.between(batch.first_notice_id, batch.last_notice_id),
            Notice.state.in_(sources(TABLE, "claim")),
        )
        .order_by(Notice.id)
        .limit(HANDFUL)
        .with_for_update(skip_locked=True)
    ).all()


def _recipients(ctx: Context, notices: Sequence[Notice]) -> Sequence[Recipient]:
    ids = [notice.recipient_id for notice in notices]
    return ctx.session.scalars(select(Recipient).where(Recipient.id.in_(ids))).all()


def _tried(ctx: Context, notices: Sequence[Notice]) -> dict[UUID, int]:
    """Return how often each of the notices was tried that was tried at all."""
    of = NoticeAttempt.notice_id
    ids = [notice.id for notice in notices]
    found = select(of, func.max(NoticeAttempt.number)).where(of.in_(ids)).group_by(of)
    return dict(iter(ctx.session.execute(found)))


def _attempt(ctx: Context, notice: Notice, worker: str, number: int) -> NoticeAttempt:
    attempt = NoticeAttempt(
        id=new_id(ctx.now), notice_id=notice.id, number=number, worker=worker, started_at=ctx.now
    )
    ctx.session.add(attempt)
    return attempt


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


_AFTER = {
    SendOutcome.ACCEPTED: "accept",
    SendOutcome.REJECTED: "reject",
    SendOutcome.NOT_SENT: "return",
    SendOutcome.CHANNEL_STOPPED: "return",
}


def settle(ctx: Context, answers: Sequence[tuple[Claimed, Sent]]) -> bool:
    """Store what the channel answered; return whether the channel can be contacted on.

    An answer that leaves doubt leaves the notice `unknown`. A receipt may have come first: then it stands.
    """
    attempts, notices = _of_answers(ctx, [claimed for claimed, _ in answers])
    for claimed, sent in answers:
        attempt, notice = attempts[claimed.attempt_id], notices[claimed.notice_id]
        attempt.ended_at, attempt.outcome, attempt.code = ctx.now, sent.outcome.value, sent.code or None
        step = _AFTER.get(sent.outcome)
        if step is None or notice.state is not NoticeState.UNKNOWN:
            continue
        notice.state, notice.code = after(notice.state, step), sent.code or None
        if step == "accept":
            notice.submitted_at = ctx.now
    ctx.session.flush()
    outcomes = {sent.outcome for _, sent in answers}
    if SendOutcome.CHANNEL_STOPPED in outcomes:
        _stop_channel(ctx, answers[0][0].notice_id)
    return not outcomes & {SendOutcome.CHANNEL_STOPPED, SendOutcome.NOT_SENT}


def _of_answers(
    ctx: Context, claims: Sequence[Claimed]
) -> tuple[dict[UUID, NoticeAttempt], dict[UUID, Notice]]:
    """Return attempts and notices of the claims by their ids; the notices are held until the commit."""
    attempts = select(NoticeAttempt).where(NoticeAttempt.id.in_([one.attempt_id for one in claims]))
    notices = select(Notice).where(Notice.id.in_([one.notice_id for one in claims]))
    held = ctx.session.scalars(notices.order_by(Notice.id).with_for_update())
    return {row.id: row for row in ctx.session.scalars(attempts)}, {row.id: row for row in held}


def _stop_channel(ctx: Context, notice_id: UUID) -> None:
    notice = ctx.session.get_one(Notice, notice_id)
    told = ctx.session.get_one(Communication, notice.communication_id)
    if told.state is CommunicationState.SENDING:
        before, told.state = told.state, CommunicationState.PAUSED
        case = ctx.session.get_one(BreachCase, told.case_id)
        states = {"before": before.value, "after": told.state.value}
        append_to_case(ctx, case, EventKind.COMMUNICATION_CHANNEL_STOPPED, channel=told.channel, **states)


def give_up_batch(ctx: Context, batch_id: UUID) -> None:
    """Put a batch back to wait: its worker is gone or its channel did not answer."""
    _leave(ctx, ctx.session.get_one(SendBatch, batch_id))


def sweep(ctx: Context, retry_after: timedelta) -> int:
    """Queue again what stands still; return how many batches were queued.

    A batch stands still when its job has ended, some of its notices have not gone, and nobody touched it for
    a while: the channel was away, the campaign paused, or the job broke off. The longest untouched comes
    first, so one that always fails holds nobody up. A job that waits or runs is left alone; one of a dead
    worker is taken over as it is. Claims in doubt go back to the queue only where the channel declares that
    a repeat of the same UUID cannot reach anyone twice; all others wait for a receipt until the deadline,
    then for a person.
    """
    _return_doubtful(ctx, retry_after)
    _hand_over_late(ctx)
    under_way = (
        select(SendBatch)
        .join(Communication, Communication.id == SendBatch.communication_id)
        .where(SendBatch.state != "done", Communication.state == CommunicationState.SENDING)
        .order_by(SendBatch.touched_at, SendBatch.number)
        .with_for_update(of=SendBatch)
    )
    batches = ctx.session.scalars(under_way).all()
    in_hand = ctx.jobs.unfinished([_job(batch) for batch in batches])
    busy = Counter(batch.communication_id for batch in batches if _job(batch) in in_hand)
    queued = 0
    for batch in batches:
        is_still = _job(batch) not in in_hand and batch.touched_at <= ctx.now - retry_after
        if is_still and busy[batch.communication_id] < RETRIES:
            _leave(ctx, batch)
            if batch.state == "waiting":
                batch.epoch += 1
                _enqueue(ctx, batch)
                busy[batch.communication_id] += 1
                queued += 1
    return queued


def _last_contact() -> ScalarSelect[datetime]:
    return (
        select(func.max(NoticeAttempt.started_at))
        .where(NoticeAttempt.notice_id == Notice.id)
        .correlate(Notice)
        .scalar_subquery()
    )


def _return_doubtful(ctx: Context, retry_after: timedelta) -> None:
    harmless = [name for name, notifier in ctx.notifiers.items() if notifier.deduplicates_uuid]
    if not harmless:
        return
    stale = (
        select(Notice.id, Notice.communication_id)
        .where(
            Notice.channel.in_(harmless),
            Notice.state == NoticeState.UNKNOWN,
            _last_contact() < ctx.now - retry_after,
        )
        .limit(5000)
    )
    found = ctx.session.execute(stale).all()
    if not found:
        return
    ctx.session.execute(
        update(Notice)
        .where(Notice.id.in_([row.id for row in found]), Notice.state.in_(sources(TABLE, "return")))
        .values(state=dest(TABLE, "return"))
    )
    ctx.session.execute(
        update(SendBatch)
        .where(
            SendBatch.communication_id.in_({row.communication_id for row in found}), SendBatch.state == "done"
        )
        .values(state="waiting")
    )


def _hand_over_late(ctx: Context) -> None:
    limit = ctx.now - timedelta(hours=ctx.settings.receipt_deadline_hours)
    ctx.session.execute(
        update(Notice)
        .where(
            Notice.state.in_((NoticeState.UNKNOWN, NoticeState.SUBMITTED)),
            # counted from the contact: a campaign may have been paused for days before it
            func.coalesce(Notice.submitted_at, _last_contact(), Notice.queued_at) < limit,
        )
        .values(state=dest(TABLE, "hand_over"), code="receipt_deadline")
    )


def frozen_hash(ctx: Context, told: Communication, text_sha256: str) -> str:
    """Return the hash of what two persons release: the approved text, the letter and the whole list."""
    sums = hashlib.sha256(f"{told.id}|{text_sha256}|{told.channel}|".encode())
    sums.update(hashlib.sha256(told.pdf or b"").digest())
    fingers = ctx.session.scalars(
        select(Recipient.finger).where(Recipient.communication_id == told.id).order_by(Recipient.finger)
    )
    for finger in fingers:
        sums.update(finger)
    return sums.hexdigest()

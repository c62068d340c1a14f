"""Claims notices before the channel is contacted and settles them afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from breach.domain.events import EventKind
from breach.domain.messages import ComposedMessage, SendOutcome, Sent
from breach.domain.states import CommunicationState, NoticeState
from breach.services.audit import append_to_case
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.sending.batches import park
from breach.services.sending.messages import addressees, compose_again, composer_for
from breach.store.models import BreachCase, Communication, Notice, NoticeAttempt, Recipient, SendBatch
from workflows.machine import sources
from workflows.notice import TABLE, after

HANDFUL = 16
"""Messages sent at once; at most this many are left `unknown` if the process is killed."""


@dataclass(frozen=True)
class Claimed:
    """A notice whose claim is committed: it may now be sent once."""

    notice_id: UUID
    attempt_id: UUID
    channel: str
    composed: ComposedMessage


def claim(ctx: Context, batch_id: UUID, worker: str) -> list[Claimed]:
    """Claim the batch's next notices; return none if it is done, paused or taken by another worker."""
    batch = ctx.session.get_one(SendBatch, batch_id)
    communication = ctx.session.get_one(Communication, batch.communication_id)
    if communication.state is not CommunicationState.SENDING or communication.released_at is None:
        park(ctx, batch)
        return []
    notices = _next_handful(ctx, batch)
    if not notices:
        park(ctx, batch)
        return []
    batch.state, batch.worker, batch.touched_at = "running", worker, ctx.now
    recipients = {row.id: row for row in _recipients(ctx, notices)}
    ordered = [recipients[notice.recipient_id] for notice in notices]
    make = composer_for(ctx, communication, communication.released_at)
    tried = _tried(ctx, notices)
    claimed = []
    for notice, addressee in zip(notices, addressees(ctx, ordered), strict=True):
        composed, why = compose_again(notice, make, addressee)
        attempt = _attempt(ctx, notice, worker, tried.get(notice.id, 0) + 1)
        notice.state = after(notice.state, "claim")
        if composed is None:  # a repeat whose bytes differ stops for a person
            notice.state = after(notice.state, "hand_over")
            notice.code = why
            continue
        claimed.append(Claimed(notice.id, attempt.id, notice.channel, composed))
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
    """Return the number of attempts of each notice; notices without attempts are left out."""
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


_AFTER = {
    SendOutcome.ACCEPTED: "accept",
    SendOutcome.REJECTED: "reject",
    SendOutcome.NOT_SENT: "return",
    SendOutcome.CHANNEL_STOPPED: "return",
}


def settle(ctx: Context, answers: Sequence[tuple[Claimed, Sent]]) -> bool:
    """Store the channel's answers; return whether sending may continue.

    An answer that leaves doubt leaves the notice `unknown`. A receipt may have come first: then it stands.
    """
    attempts, notices = _of_answers(ctx, [claimed for claimed, _ in answers])
    for claimed, sent in answers:
        attempt, notice = attempts[claimed.attempt_id], notices[claimed.notice_id]
        attempt.ended_at, attempt.outcome, attempt.code = ctx.now, sent.outcome.value, sent.code or None
        step = _AFTER.get(sent.outcome)
        if step is None or notice.state is not NoticeState.UNKNOWN:
            continue
        notice.state = after(notice.state, step)
        notice.code = sent.code or None
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
    """Return the claims' attempts and notices by id; the notices stay locked until the commit."""
    attempts = select(NoticeAttempt).where(NoticeAttempt.id.in_([one.attempt_id for one in claims]))
    notices = select(Notice).where(Notice.id.in_([one.notice_id for one in claims]))
    held = ctx.session.scalars(notices.order_by(Notice.id).with_for_update())
    return {row.id: row for row in ctx.session.scalars(attempts)}, {row.id: row for row in held}


def _stop_channel(ctx: Context, notice_id: UUID) -> None:
    notice = ctx.session.get_one(Notice, notice_id)
    communication = ctx.session.get_one(Communication, notice.communication_id)
    if communication.state is CommunicationState.SENDING:
        before, communication.state = communication.state, CommunicationState.PAUSED
        case = ctx.session.get_one(BreachCase, communication.case_id)
        states = {"before": before.value, "after": communication.state.value}
        append_to_case(
            ctx, case, EventKind.COMMUNICATION_CHANNEL_STOPPED, channel=communication.channel, **states
        )

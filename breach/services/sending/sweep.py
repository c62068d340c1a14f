"""Re-queues stalled batches and hands over what waited too long."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, select, update

from breach.domain.states import CommunicationState, NoticeState
from breach.services.context import Context
from breach.services.sending.batches import enqueue, job_of, park, preparation_of, queue_preparation
from breach.store.models import Communication, Notice, NoticeAttempt, Release, SendBatch
from workflows.machine import dest, sources
from workflows.notice import TABLE

MAX_BATCHES_QUEUED = 16
"""Most batches of one communication queued or running when stalled ones are re-queued, so that a recovering
channel is not flooded."""


def sweep(ctx: Context, retry_after: timedelta) -> int:
    """Re-queue stalled batches; return how many.

    A batch stands still when its job has ended, some of its notices have not gone, and nobody touched it for
    a while: the channel was away, the campaign paused, or the job broke off. The longest untouched comes
    first, so one that always fails holds nobody up. A job that waits or runs is left alone; one of a dead
    worker is taken over as it is. Claims in doubt go back to the queue only where the channel declares that
    a repeat of the same UUID cannot reach anyone twice; all others wait for a receipt until the deadline,
    then for a person.
    """
    _go_on_preparing(ctx)
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
    in_hand = ctx.jobs.unfinished([job_of(batch) for batch in batches])
    busy = Counter(batch.communication_id for batch in batches if job_of(batch) in in_hand)
    queued = 0
    for batch in batches:
        is_stalled = job_of(batch) not in in_hand and batch.touched_at <= ctx.now - retry_after
        if is_stalled and busy[batch.communication_id] < MAX_BATCHES_QUEUED:
            park(ctx, batch)
            if batch.state == "waiting":
                batch.epoch += 1
                enqueue(ctx, batch)
                busy[batch.communication_id] += 1
                queued += 1
    return queued


def _go_on_preparing(ctx: Context) -> None:
    """Queue the job again that makes the letters of a release, where it broke off."""
    orders = ctx.session.scalars(select(Release).where(Release.unprepared > 0).with_for_update()).all()
    in_hand = ctx.jobs.unfinished([preparation_of(order) for order in orders]) if orders else frozenset()
    for order in orders:
        if preparation_of(order) not in in_hand:
            queue_preparation(ctx, order)


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

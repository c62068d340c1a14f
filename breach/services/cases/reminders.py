"""Reminders before the 72-hour deadline: one for each threshold, shown until somebody acknowledges it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, select

from breach.domain.clocks import REMINDER_HOURS
from breach.domain.errors import NotFound
from breach.domain.events import EventKind
from breach.domain.states import AuthorityState, Role
from breach.services.audit import append_to_case
from breach.services.context import Context
from breach.services.ids import new_id
from breach.store.models import AuthorityTrack, BreachCase, Reminder

THRESHOLDS = tuple((f"{hours}h" if hours else "passed", hours) for hours in REMINDER_HOURS)
"""Hours before the deadline at which somebody is reminded, and when it has passed."""
CLOCK = "authority_72h"
ANSWERERS = (Role.CASE_HANDLER, Role.DECIDER)
"""Who may say that a reminder was seen."""


@dataclass(frozen=True)
class ShownReminder:
    """A reminder as the queue shows it: of which case, at which of THRESHOLDS, and until when."""

    id: UUID
    reference: str
    title: str
    threshold: str
    due_at: datetime
    may_acknowledge: bool


def give_reminders(ctx: Context) -> int:
    """Store the reminders that are due and not stored yet; return how many.

    A case found late gets only the nearest threshold, not all that went by.
    """
    horizon = ctx.now + timedelta(hours=THRESHOLDS[0][1])
    due = select(BreachCase).join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
    due = due.where(
        BreachCase.is_open, BreachCase.due_at <= horizon, AuthorityTrack.state == AuthorityState.DUE
    )
    return sum(_remind(ctx, case) for case in ctx.session.scalars(due))


def _remind(ctx: Context, case: BreachCase) -> int:
    left = case.due_at - ctx.now
    threshold = [name for name, hours in THRESHOLDS if left <= timedelta(hours=hours)][-1]
    known = select(Reminder.id).where(
        Reminder.case_id == case.id,
        Reminder.clock == CLOCK,
        Reminder.threshold == threshold,
        Reminder.due_at == case.due_at,
    )
    if ctx.session.scalar(known) is not None:
        return 0
    ctx.session.add(
        Reminder(
            id=new_id(ctx.now),
            controller_id=case.controller_id,
            case_id=case.id,
            clock=CLOCK,
            threshold=threshold,
            due_at=case.due_at,
            given_at=ctx.now,
        )
    )
    ctx.session.flush()
    append_to_case(ctx, case, EventKind.CLOCK_REMINDED, clock=CLOCK, threshold=threshold, due_at=case.due_at)
    return 1


def open_reminders(ctx: Context) -> list[Reminder]:
    """Return the reminders that nobody has acknowledged and that still matter, of the person's controllers.

    Once Datatilsynet is notified there is nothing left to be reminded of, nor of a deadline that has moved.
    """
    wanted = (
        select(Reminder)
        .join(AuthorityTrack, AuthorityTrack.case_id == Reminder.case_id)
        .join(BreachCase, and_(BreachCase.id == Reminder.case_id, BreachCase.due_at == Reminder.due_at))
        .where(
            Reminder.acknowledged_at.is_(None),
            Reminder.controller_id.in_(ctx.actor.controllers),
            AuthorityTrack.state == AuthorityState.DUE,
            BreachCase.is_open,
        )
    )
    return list(ctx.session.scalars(wanted.order_by(Reminder.due_at)))


def shown_reminders(ctx: Context) -> list[ShownReminder]:
    """Return the open reminders with their cases, the nearest deadline first."""
    rows = open_reminders(ctx)
    wanted = select(BreachCase).where(BreachCase.id.in_({row.case_id for row in rows}))
    found = {case.id: case for case in ctx.session.scalars(wanted)}
    return [
        ShownReminder(
            row.id,
            found[row.case_id].reference,
            found[row.case_id].title,
            row.threshold,
            row.due_at,
            ctx.actor.has(row.controller_id, *ANSWERERS),
        )
        for row in rows
    ]


def acknowledge(ctx: Context, reminder_id: UUID) -> None:
    """Acknowledge a reminder, so that it is no longer shown."""
    reminder = ctx.session.get(Reminder, reminder_id)
    if reminder is None:
        raise NotFound("reminder")
    ctx.require(reminder.controller_id, *ANSWERERS)
    if reminder.acknowledged_at is not None:  # the first who saw it stays on record
        return
    reminder.acknowledged_by, reminder.acknowledged_at = ctx.person_id, ctx.now
    case = ctx.session.get_one(BreachCase, reminder.case_id)
    append_to_case(
        ctx, case, EventKind.CLOCK_ACKNOWLEDGED, clock=reminder.clock, threshold=reminder.threshold
    )

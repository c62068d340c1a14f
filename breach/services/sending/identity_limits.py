"""Checks role, purpose and hourly/daily limits before a recipient's identity is shown, and logs it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from breach.domain.errors import DomainError, FieldError, Forbidden, InvalidInput
from breach.domain.events import EventKind
from breach.domain.states import Role
from breach.services.audit import log_read
from breach.services.context import Context
from breach.store.models import AuditEvent, BreachCase, Person

PURPOSES = ("request", "returned", "address", "supervision")
"""What somebody may look for; the words stand in the texts under `sending.purpose`."""
Limits = tuple[tuple[int, timedelta], ...]
LIMITS: Limits = ((60, timedelta(hours=1)), (300, timedelta(hours=24)))
"""Most identities that one person may be shown in each span, over all cases."""
IDENTITY_READS = (EventKind.RECIPIENT_READ, EventKind.RECIPIENT_FOUND, EventKind.RECIPIENT_SOUGHT)
"""The events of an identity read: of a listed person, of one found by CPR number, of a number not listed."""
SEARCHES = (20, timedelta(hours=24))
"""Most CPR numbers that one person may search for; guessing is a greater risk than opening a known list."""


class TooManyIdentityReads(DomainError):
    """The person has read so many identities that the next is refused before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too_many_looks")
        self.until = until


def require_right(ctx: Context, case: BreachCase) -> None:
    """Raise Forbidden for one who may not see who the recipients are."""
    if not ctx.actor.has(case.controller_id, Role.RECIPIENTS_IDENTITY):
        raise Forbidden(Role.RECIPIENTS_IDENTITY.value)


def log_identity_read(ctx: Context, case: BreachCase, recipient_id: UUID, purpose: str, **of: str) -> None:
    """Log that the person is shown an identity; raise Forbidden, InvalidInput or TooManyIdentityReads.

    The caller shows nothing before the transaction is committed.
    """
    _check(ctx, case, purpose, (IDENTITY_READS, LIMITS))
    log_read(ctx, case, EventKind.RECIPIENT_READ, recipient=str(recipient_id), purpose=purpose, **of)


def log_identity_search(ctx: Context, case: BreachCase, found: UUID | None, purpose: str) -> None:
    """Log a search for a CPR number, found or not; raises the same as `log_identity_read`."""
    _check(ctx, case, purpose, (IDENTITY_READS, LIMITS), (IDENTITY_READS[1:], (SEARCHES,)))
    if found is None:
        log_read(ctx, case, EventKind.RECIPIENT_SOUGHT, purpose=purpose)
    else:
        log_read(ctx, case, EventKind.RECIPIENT_FOUND, recipient=str(found), purpose=purpose)


def _check(ctx: Context, case: BreachCase, purpose: str, *rules: tuple[Sequence[EventKind], Limits]) -> None:
    require_right(ctx, case)
    if purpose not in PURPOSES:
        raise InvalidInput([FieldError("purpose", "purpose_missing")])
    # Two reads at once are counted one after the other. SQLite has one writer anyway.
    ctx.session.execute(select(Person.id).where(Person.id == ctx.person_id).with_for_update(key_share=True))
    closed = [until for kinds, limits in rules if (until := _closed_until(ctx, kinds, limits))]
    if closed:
        raise TooManyIdentityReads(max(closed))


def _closed_until(ctx: Context, kinds: Sequence[EventKind], limits: Limits) -> datetime | None:
    """Return when the person may read again, or None for now; counts the events of the audit log."""
    most, span = limits[-1]
    mine = select(AuditEvent.at).where(
        AuditEvent.at > ctx.now - span, AuditEvent.actor_id == ctx.person_id, AuditEvent.kind.in_(kinds)
    )
    reads = ctx.session.scalars(mine.order_by(AuditEvent.at.desc()).limit(most)).all()
    opens = [reads[most - 1] + span for most, span in limits if len(reads) >= most]
    return max((at for at in opens if at > ctx.now), default=None)

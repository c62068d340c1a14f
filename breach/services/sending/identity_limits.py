"""A look at who one recipient is: with the right, for a purpose, within limits, and on record first."""

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
"""How many looks a person has in any such span, over all cases; more is another person's to take over."""
LOOKS = (EventKind.RECIPIENT_READ, EventKind.RECIPIENT_FOUND, EventKind.RECIPIENT_SOUGHT)
"""The events of a look: at a person of the list, at one found by number, for one who is not on it."""
SEARCHES = (20, timedelta(hours=24))
"""How many numbers a person may look for; to guess numbers is another risk than to open a known list."""


class TooManyLooks(DomainError):
    """The person has looked at so many recipients that the next look must wait until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too_many_looks")
        self.until = until


def require_right(ctx: Context, case: BreachCase) -> None:
    """Raise Forbidden for one who may not see who the recipients are."""
    if not ctx.actor.has(case.controller_id, Role.RECIPIENTS_IDENTITY):
        raise Forbidden(Role.RECIPIENTS_IDENTITY.value)


def record_look(ctx: Context, case: BreachCase, recipient_id: UUID, purpose: str, **of: str) -> None:
    """Write down that the person looks; raises Forbidden, InvalidInput for the purpose, TooManyLooks.

    The caller shows nothing before the transaction is committed.
    """
    _check(ctx, case, purpose, (LOOKS, LIMITS))
    log_read(ctx, case, EventKind.RECIPIENT_READ, recipient=str(recipient_id), purpose=purpose, **of)


def record_search(ctx: Context, case: BreachCase, found: UUID | None, purpose: str) -> None:
    """Write down that the person looks for a number, found or not; raises what `record_look` raises."""
    _check(ctx, case, purpose, (LOOKS, LIMITS), (LOOKS[1:], (SEARCHES,)))
    if found is None:
        log_read(ctx, case, EventKind.RECIPIENT_SOUGHT, purpose=purpose)
    else:
        log_read(ctx, case, EventKind.RECIPIENT_FOUND, recipient=str(found), purpose=purpose)


def _check(ctx: Context, case: BreachCase, purpose: str, *rules: tuple[Sequence[EventKind], Limits]) -> None:
    require_right(ctx, case)
    if purpose not in PURPOSES:
        raise InvalidInput([FieldError("purpose", "purpose_missing")])
    # Two looks at once count one after the other. SQLite has one writer anyway.
    ctx.session.execute(select(Person.id).where(Person.id == ctx.person_id).with_for_update(key_share=True))
    closed = [until for kinds, limits in rules if (until := _closed_until(ctx, kinds, limits))]
    if closed:
        raise TooManyLooks(max(closed))


def _closed_until(ctx: Context, kinds: Sequence[EventKind], limits: Limits) -> datetime | None:
    """Return when the person may look again, or None for now; the record itself is what is counted."""
    most, span = limits[-1]
    mine = select(AuditEvent.at).where(
        AuditEvent.at > ctx.now - span, AuditEvent.actor_id == ctx.person_id, AuditEvent.kind.in_(kinds)
    )
    looks = ctx.session.scalars(mine.order_by(AuditEvent.at.desc()).limit(most)).all()
    opens = [looks[most - 1] + span for most, span in limits if len(looks) >= most]
    return max((at for at in opens if at > ctx.now), default=None)

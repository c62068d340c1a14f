"""A look at who one recipient is: with the right, for a purpose, within limits, and on record first."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from breach.domain.errors import DomainError, FieldError, Forbidden, InvalidInput
from breach.domain.states import Role
from breach.services.context import Context
from breach.services.recording import look
from breach.store.models import AuditEvent, BreachCase, Person

PURPOSES = ("request", "returned", "address", "supervision")
"""What somebody may look for; the words stand in the texts under `work.purpose`."""
LIMITS = ((60, timedelta(hours=1)), (300, timedelta(hours=24)))
"""How many looks a person has in any such span, over all cases; more is another person's to take over."""
KIND, IN_VAIN = "recipient.read", "recipient.sought"
"""The events of a look: at a person, or for one who is not on the list. Both count."""


class TooManyLooks(DomainError):
    """The person has looked at so many recipients that the next look must wait until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too_many_looks")
        self.until = until


def require_right(ctx: Context, case: BreachCase) -> None:
    """Raise Forbidden for one who may not see who the recipients are."""
    if not ctx.actor.has(case.controller_id, Role.RECIPIENTS_IDENTITY):
        raise Forbidden(Role.RECIPIENTS_IDENTITY.value)


def record_look(ctx: Context, case: BreachCase, recipient_id: UUID | None, purpose: str, **of: str) -> None:
    """Write down that the person looks; raises Forbidden, InvalidInput for the purpose, TooManyLooks.

    recipient_id: who is shown, or None for one who was sought and is not on the list
    The caller shows nothing before the transaction is committed.
    """
    require_right(ctx, case)
    if purpose not in PURPOSES:
        raise InvalidInput([FieldError("purpose", "purpose_missing")])
    if (until := _closed_until(ctx)) is not None:
        raise TooManyLooks(until)
    if recipient_id is None:
        look(ctx, case, IN_VAIN, purpose=purpose, **of)
    else:
        look(ctx, case, KIND, recipient=str(recipient_id), purpose=purpose, **of)


def _closed_until(ctx: Context) -> datetime | None:
    """Return when the person may look again, or None for now; the record itself is what is counted."""
    # Two looks at once count one after the other. SQLite has one writer anyway.
    ctx.session.execute(select(Person.id).where(Person.id == ctx.person_id).with_for_update(key_share=True))
    most, span = LIMITS[-1]
    mine = select(AuditEvent.at).where(
        AuditEvent.at > ctx.now - span,
        AuditEvent.actor_id == ctx.person_id,
        AuditEvent.kind.in_((KIND, IN_VAIN)),
    )
    looks = ctx.session.scalars(mine.order_by(AuditEvent.at.desc()).limit(most)).all()
    opens = [looks[most - 1] + span for most, span in LIMITS if len(looks) >= most]
    return max((at for at in opens if at > ctx.now), default=None)

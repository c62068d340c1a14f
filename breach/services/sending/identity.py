"""Who a recipient is: masked in lists, shown by name to who has the right, each read logged."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from breach.domain.danish_time import local
from breach.domain.errors import NotFound
from breach.domain.states import NoticeState
from breach.services.cases.file import communication_of
from breach.services.cases.loading import get_case
from breach.services.checks import check_cpr
from breach.services.context import Context
from breach.services.sending.identity_limits import record_look, record_search, require_right
from breach.services.sending.messages import addressees
from breach.store.models import BreachCase, Notice, Recipient


@dataclass(frozen=True)
class ListedRecipient:
    """One person of the list as a page may show it: without a name, unless a look at it is on record.

    number: the place in the list
    """

    id: UUID
    number: int
    cpr: str
    name: str
    state: NoticeState | None


def list_recipients(ctx: Context, case: BreachCase, limit: int = 50) -> list[ListedRecipient]:
    """Return the first persons of the list, without a name or a number that tells who they are."""
    told = communication_of(ctx, case)
    wanted = select(Recipient.id).where(Recipient.communication_id == told.id).order_by(Recipient.id)
    ids = ctx.session.scalars(wanted.limit(limit)).all()
    states = _states(ctx, Notice.recipient_id.in_(ids))
    return [ListedRecipient(one, at, "", "", states.get(one)) for at, one in enumerate(ids, 1)]


def masked_one(ctx: Context, reference: str, recipient_id: UUID) -> ListedRecipient:
    """Return one person of the list, not named yet, to somebody who may see who it is.

    Raises Forbidden without the right, and NotFound for one who is not on this case's list.
    """
    return _masked(ctx, get_case(ctx, reference), recipient_id)


def _masked(ctx: Context, case: BreachCase, recipient_id: UUID) -> ListedRecipient:
    require_right(ctx, case)
    told = communication_of(ctx, case)
    row = ctx.session.get(Recipient, recipient_id)
    if row is None or row.communication_id != told.id:
        raise NotFound("recipient")
    before = select(func.count()).where(Recipient.communication_id == told.id, Recipient.id <= row.id)
    state = _states(ctx, Notice.recipient_id == row.id).get(row.id)
    return ListedRecipient(row.id, ctx.session.scalar(before) or 0, "", "", state)


def reveal(ctx: Context, reference: str, recipient_id: UUID, purpose: str) -> ListedRecipient:
    """Return who one person of the list is; the look and its purpose are on record first.

    Raises what `masked_one` and `identity_limits.record_look` raise.
    """
    case = get_case(ctx, reference)
    found = _masked(ctx, case, recipient_id)
    record_look(ctx, case, recipient_id, purpose)
    return named(ctx, found)


def find(ctx: Context, reference: str, cpr: str, purpose: str) -> ListedRecipient | None:
    """Return who on the list has a CPR number, or None; whatever the answer, the look is on record first.

    Raises InvalidInput for the number, and what `identity_limits.record_search` raises.
    """
    case = get_case(ctx, reference)
    require_right(ctx, case)
    digits = check_cpr(cpr, local(ctx.now).date())
    finger = ctx.keys.batch(ctx.session, "finger", case.controller_id, case.id).finger(digits)
    told = communication_of(ctx, case)
    listed = select(Recipient.id).where(Recipient.communication_id == told.id, Recipient.finger == finger)
    found = ctx.session.scalar(listed)
    record_search(ctx, case, found, purpose)
    return None if found is None else named(ctx, _masked(ctx, case, found))


def named(ctx: Context, found: ListedRecipient) -> ListedRecipient:
    """Return the person with name and date of birth; the caller has recorded the look."""
    [one] = addressees(ctx, [ctx.session.get_one(Recipient, found.id)])
    return replace(found, cpr=f"{one.cpr[:6]}-xxxx", name=one.name)


def _states(ctx: Context, which: ColumnElement[bool]) -> dict[UUID, NoticeState]:
    """Return the state of the last notice of each person."""
    rows = ctx.session.execute(select(Notice.recipient_id, Notice.state).where(which).order_by(Notice.id))
    return dict(iter(rows))

"""Recipients as pages show them: masked in lists, by name with the right to it, each read logged."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from breach.domain.danish_time import local
from breach.domain.errors import NotFound
from breach.domain.numbers import replacement_number
from breach.domain.states import NoticeState
from breach.services.cases.loading import get_told
from breach.services.checks import check_cpr
from breach.services.context import Context
from breach.services.sending.identity_limits import log_identity_read, log_identity_search, require_right
from breach.services.sending.messages import addressees
from breach.store.models import BreachCase, Communication, Notice, Recipient


@dataclass(frozen=True)
class ListedRecipient:
    """One recipient as a page may show it: without a name, unless the read was logged.

    number: the place in the list
    """

    id: UUID
    number: int
    cpr: str
    name: str
    state: NoticeState | None


def list_recipients(ctx: Context, communication_id: UUID, limit: int = 50) -> list[ListedRecipient]:
    """Return the first recipients of the list, masked."""
    wanted = select(Recipient.id).where(Recipient.communication_id == communication_id)
    ids = ctx.session.scalars(wanted.order_by(Recipient.id).limit(limit)).all()
    states = _states(ctx, Notice.recipient_id.in_(ids)) if ids else {}
    return [ListedRecipient(one, at, "", "", states.get(one)) for at, one in enumerate(ids, 1)]


def masked_one(ctx: Context, reference: str, recipient_id: UUID) -> ListedRecipient:
    """Return one recipient, still masked; raise Forbidden without the right to see identities.

    Raises Forbidden without the right, and NotFound for one who is not on this case's list.
    """
    _, shown = _allowed(ctx, reference)
    return listed_one(ctx, shown, recipient_id)


def _allowed(ctx: Context, reference: str) -> tuple[BreachCase, Communication]:
    case, shown = get_told(ctx, reference)
    require_right(ctx, case)
    return case, shown


def listed_one(ctx: Context, communication: Communication, recipient_id: UUID) -> ListedRecipient:
    """Return one person of a list, not named yet; the caller has seen that the acting person may look."""
    row = ctx.session.get(Recipient, recipient_id)
    if row is None or row.communication_id != communication.id:
        raise NotFound("recipient")
    before = select(func.count()).where(
        Recipient.communication_id == communication.id, Recipient.id <= row.id
    )
    state = _states(ctx, Notice.recipient_id == row.id).get(row.id)
    return ListedRecipient(row.id, ctx.session.scalar(before) or 0, "", "", state)


def reveal(ctx: Context, reference: str, recipient_id: UUID, purpose: str) -> ListedRecipient:
    """Return one recipient's name and number; logs the read and its purpose first.

    Raises what `masked_one` and `identity_limits.log_identity_read` raise.
    """
    case, shown = _allowed(ctx, reference)
    found = listed_one(ctx, shown, recipient_id)
    log_identity_read(ctx, case, recipient_id, purpose)
    return named(ctx, found)


def find(ctx: Context, reference: str, cpr: str, purpose: str) -> ListedRecipient | None:
    """Return the recipient with a CPR number, or None; logs the search first.

    Raises InvalidInput for the number, and what `identity_limits.log_identity_search` raises.
    """
    case, shown = _allowed(ctx, reference)
    digits = replacement_number(cpr) or check_cpr(cpr, local(ctx.now).date())
    cpr_hash = ctx.keys.case_key(ctx.session, "finger", case.controller_id, case.id).cpr_hash(digits)
    listed = select(Recipient.id).where(Recipient.communication_id == shown.id, Recipient.finger == cpr_hash)
    found = ctx.session.scalar(listed)
    log_identity_search(ctx, case, found, purpose)
    return None if found is None else named(ctx, listed_one(ctx, shown, found))


def named(ctx: Context, found: ListedRecipient) -> ListedRecipient:
    """Return the recipient with name and date of birth; the caller has logged the read."""
    [one] = addressees(ctx, [ctx.session.get_one(Recipient, found.id)])
    return replace(found, cpr=f"{(one.cpr or one.replacement_number)[:6]}-xxxx", name=one.name)


def _states(ctx: Context, which: ColumnElement[bool]) -> dict[UUID, NoticeState]:
    """Return the state of each recipient's newest notice."""
    rows = ctx.session.execute(select(Notice.recipient_id, Notice.state).where(which).order_by(Notice.id))
    return dict(iter(rows))

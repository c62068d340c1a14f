"""Who the recipients are: masked in lists, by name with the right to it, each look logged and counted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from breach.domain.danish_time import local
from breach.domain.errors import DomainError, FieldError, Forbidden, InvalidInput, NotFound
from breach.domain.events import EventKind
from breach.domain.numbers import replacement_number
from breach.domain.states import NoticeState, Role
from breach.services.audit import log_read
from breach.services.cases.file_query import listed
from breach.services.cases.loading import get_told
from breach.services.checks import check_cpr
from breach.services.context import Context
from breach.services.sending.messages import addressees
from breach.store.models import AuditEvent, BreachCase, Communication, Notice, Person, Recipient

PURPOSES = ("request", "returned", "paper", "address", "supervision")
"""What somebody may look for; the words stand in the texts under `sending.purpose`."""
Limits = tuple[tuple[int, timedelta], ...]
LIMITS: Limits = ((60, timedelta(hours=1)), (300, timedelta(hours=24)))
"""Most identities that one person may be shown in each span, over all cases."""
IDENTITY_READS = (EventKind.RECIPIENT_READ, EventKind.RECIPIENT_FOUND, EventKind.RECIPIENT_SOUGHT)
"""The events of an identity read: of a listed person, of one found by CPR number, of a number not listed."""
SEARCHES = (20, timedelta(hours=24))
"""Most CPR numbers that one person may search for; guessing is a greater risk than opening a known list."""
LISTS = (10, timedelta(hours=24))
"""Most lists of letters on paper that one person may fetch; each names everybody on it."""
ANSWERS = (*IDENTITY_READS[1:], EventKind.RECIPIENT_REPEATED)
"""The events of an answer to whether a CPR number is on a list, also where it was typed to be put there."""


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
    _check(ctx, case, purpose, (IDENTITY_READS, LIMITS), (ANSWERS, (SEARCHES,)))
    if found is None:
        log_read(ctx, case, EventKind.RECIPIENT_SOUGHT, purpose=purpose)
    else:
        log_read(ctx, case, EventKind.RECIPIENT_FOUND, recipient=str(found), purpose=purpose)


def log_list_read(ctx: Context, case: BreachCase, recipient_ids: Sequence[UUID], purpose: str) -> None:
    """Log that the person fetches who several recipients are; raises the same as `log_identity_read`."""
    kind = EventKind.RECIPIENT_LIST_READ
    _check(ctx, case, purpose, ((kind,), (LISTS,)))
    log_read(ctx, case, kind, recipients=[str(one) for one in recipient_ids], purpose=purpose)


def _check(ctx: Context, case: BreachCase, purpose: str, *rules: tuple[Sequence[EventKind], Limits]) -> None:
    require_right(ctx, case)
    if purpose not in PURPOSES:
        raise InvalidInput([FieldError("purpose", "purpose_missing")])
    _count(ctx, *rules)


def check_answers(ctx: Context) -> None:
    """Raise TooManyIdentityReads for one who was told of too many numbers whether they are on a list.

    For steps that tell so in passing: whoever takes them needs no right to see who the recipients are.
    """
    _count(ctx, (ANSWERS, (SEARCHES,)))


def _count(ctx: Context, *rules: tuple[Sequence[EventKind], Limits]) -> None:
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
    wanted = select(Recipient.id).where(Recipient.communication_id == communication_id, listed())
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
    if row is None or row.communication_id != communication.id or row.removed_at is not None:
        raise NotFound("recipient")
    before = select(func.count()).where(
        Recipient.communication_id == communication.id, Recipient.id <= row.id, listed()
    )
    state = _states(ctx, Notice.recipient_id == row.id).get(row.id)
    return ListedRecipient(row.id, ctx.session.scalar(before) or 0, "", "", state)


def reveal(ctx: Context, reference: str, recipient_id: UUID, purpose: str) -> ListedRecipient:
    """Return one recipient's name and number; logs the read and its purpose first.

    Raises what `masked_one` and `identity.log_identity_read` raise.
    """
    case, shown = _allowed(ctx, reference)
    found = listed_one(ctx, shown, recipient_id)
    log_identity_read(ctx, case, recipient_id, purpose)
    return named(ctx, found)


def find(ctx: Context, reference: str, cpr: str, purpose: str) -> ListedRecipient | None:
    """Return the recipient with a CPR number, or None; logs the search first.

    Raises InvalidInput for the number, and what `identity.log_identity_search` raises.
    """
    case, shown = _allowed(ctx, reference)
    row = listed_with(ctx, shown, digits_of(ctx, cpr))
    found = None if row is None else row.id
    log_identity_search(ctx, case, found, purpose)
    return None if found is None else named(ctx, listed_one(ctx, shown, found))


def digits_of(ctx: Context, typed: str, field: str = "cpr") -> str:
    """Return the digits of a CPR number, or a replacement number; raise InvalidInput for anything else."""
    return replacement_number(typed) or check_cpr(typed, local(ctx.now).date(), field)


def listed_with(ctx: Context, communication: Communication, digits: str) -> Recipient | None:
    """Return the person on the list with a number, or None. The caller records what it tells of that."""
    key = ctx.keys.case_key(ctx.session, "finger", communication.controller_id, communication.case_id)
    wanted = select(Recipient).where(
        Recipient.communication_id == communication.id,
        Recipient.finger == key.cpr_hash(digits),
        listed(),
    )
    return ctx.session.scalar(wanted)


def masked(number: str) -> str:
    """Return a number as it may be shown, its last four digits masked."""
    return f"{number[:6]}-xxxx"


def named(ctx: Context, found: ListedRecipient) -> ListedRecipient:
    """Return the recipient with name and date of birth; the caller has logged the read."""
    [one] = addressees(ctx, [ctx.session.get_one(Recipient, found.id)])
    return replace(found, cpr=masked(one.cpr or one.replacement_number or ""), name=one.name)


def _states(ctx: Context, which: ColumnElement[bool]) -> dict[UUID, NoticeState]:
    """Return the state of each recipient's newest notice."""
    rows = ctx.session.execute(select(Notice.recipient_id, Notice.state).where(which).order_by(Notice.id))
    return dict(iter(rows))

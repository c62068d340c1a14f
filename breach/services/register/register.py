"""The register of breaches (GDPR art. 33(5)): every case for ever, newest first, a page at a time by key."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from breach.domain.events import EventKind
from breach.domain.states import AuthorityState, CaseState, CommunicationState
from breach.services.audit import log_read
from breach.services.context import Context
from breach.services.desk.queue import QueueFilter, filtered
from breach.services.paging import cursor, earlier
from breach.store.models import AuthorityTrack, BreachCase, Communication

LIMIT = 50


@dataclass(frozen=True)
class RegisterRow:
    """One entry of the register.

    is_late: whether Datatilsynet had to be notified before now and is not
    merged_into: the reference of the case that it is merged into
    """

    reference: str
    title: str
    state: CaseState
    received_at: datetime
    authority: AuthorityState
    communication: CommunicationState
    is_late: bool
    merged_into: str | None


@dataclass(frozen=True)
class RegisterPage:
    """A page of the register and the key of the next one."""

    rows: tuple[RegisterRow, ...]
    next_cursor: str | None


def register(ctx: Context, filters: QueueFilter | None = None, after: str | None = None) -> RegisterPage:
    """Return one page, the newest case first; logs the read with its filter."""
    target = aliased(BreachCase)
    into = select(target.reference).where(target.id == BreachCase.merged_into_id).scalar_subquery()
    late = and_(BreachCase.is_open, AuthorityTrack.state == AuthorityState.DUE, BreachCase.due_at <= ctx.now)
    wanted = (
        select(BreachCase, AuthorityTrack.state, Communication.state, late, into)
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .where(BreachCase.controller_id.in_(ctx.actor.controllers), *filtered(filters or QueueFilter()))
    )
    if after:
        wanted = wanted.where(earlier(after, BreachCase.received_at, BreachCase.id))
    newest_first = (BreachCase.received_at.desc(), BreachCase.id.desc())
    found = ctx.session.execute(wanted.order_by(*newest_first).limit(LIMIT + 1)).all()
    _log(ctx, filters or QueueFilter(), len(found[:LIMIT]))
    rows = tuple(_row(*row) for row in found[:LIMIT])
    last_case = found[LIMIT - 1][0] if len(found) > LIMIT else None
    return RegisterPage(rows, cursor(last_case.received_at, last_case.id) if last_case else None)


def _row(
    case: BreachCase,
    authority: AuthorityState,
    communication: CommunicationState,
    is_late: bool,
    merged_into: str | None,
) -> RegisterRow:
    return RegisterRow(
        reference=case.reference,
        title=case.title,
        state=case.state,
        received_at=case.received_at,
        authority=authority,
        communication=communication,
        is_late=is_late,
        merged_into=merged_into,
    )


def _log(ctx: Context, filters: QueueFilter, count: int) -> None:
    searched = bool(filters.search)
    log_read(ctx, None, EventKind.REGISTER_READ, state=filters.state, searched=searched, count=count)

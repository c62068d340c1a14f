"""The register of breaches (GDPR art. 33(5)): every case for ever, newest first, a page at a time by key."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, distinct, func, select
from sqlalchemy.orm import aliased, defer

from breach.domain.events import EventKind
from breach.domain.states import TOLD, AuthorityState, CaseState, CommunicationState
from breach.domain.tally import Tally
from breach.services.audit import log_read
from breach.services.cases.file import case_tally
from breach.services.cases.file_query import counts_as_told, notice_is_proven
from breach.services.context import Context
from breach.services.desk.queue import QueueFilter, filtered
from breach.services.paging import cursor, earlier
from breach.store.models import AuthorityTrack, BreachCase, Communication, Notice, Segment

LIMIT = 50


@dataclass(frozen=True)
class RegisterRow:
    """One entry of the register.

    is_late: whether Datatilsynet had to be notified before now and is not
    tally: how many people are affected, and how they were told
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
    tally: Tally


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
        select(BreachCase, AuthorityTrack.state, Communication, late, into, notice_is_proven())
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .where(BreachCase.controller_id.in_(ctx.actor.controllers), *filtered(filters or QueueFilter()))
        .options(defer(Communication.pdf))
    )
    if after:
        wanted = wanted.where(earlier(after, BreachCase.received_at, BreachCase.id))
    newest_first = (BreachCase.received_at.desc(), BreachCase.id.desc())
    found = ctx.session.execute(wanted.order_by(*newest_first).limit(LIMIT + 1)).all()
    _log(ctx, filters or QueueFilter(), len(found[:LIMIT]))
    told = tallies(ctx, [(row.BreachCase, row.Communication, bool(row[-1])) for row in found[:LIMIT]])
    rows = tuple(_row(one, told[one.BreachCase.id]) for one in found[:LIMIT])
    last_case = found[LIMIT - 1][0] if len(found) > LIMIT else None
    return RegisterPage(rows, cursor(last_case.received_at, last_case.id) if last_case else None)


def _row(found: Row[Any], tally: Tally) -> RegisterRow:
    case, authority, communication, is_late, merged_into, _ = tuple(found)
    return RegisterRow(
        reference=case.reference,
        title=case.title,
        state=case.state,
        received_at=case.received_at,
        authority=authority,
        communication=communication.state,
        is_late=is_late,
        merged_into=merged_into,
        tally=tally,
    )


def tallies(ctx: Context, cases: Sequence[tuple[BreachCase, Communication, bool]]) -> dict[UUID, Tally]:
    """Return the sum of the people affected of each case, by its id, in two statements.

    cases: each with its communication, and whether its public notice was proven
    """
    ids = [case.id for case, _, _ in cases]
    reached = {row.case_id: row.told for row in ctx.session.execute(_reached(ids))}
    segments: dict[UUID, list[Segment]] = defaultdict(list)
    for one in ctx.session.scalars(select(Segment).where(Segment.case_id.in_(ids))):
        segments[one.case_id].append(one)
    return {
        case.id: case_tally(
            case,
            communication,
            listed=0,
            reached=reached.get(case.id, 0),
            segments=segments[case.id],
            has_proof=has_proof,
        )
        for case, communication, has_proof in cases
    }


def _reached(case_ids: Sequence[UUID]) -> Select[UUID, int]:
    """Return the statement of how many persons of each case a letter was delivered or posted to."""
    wanted = select(Communication.case_id, func.count(distinct(Notice.recipient_id)).label("told"))
    wanted = wanted.join(Notice, Notice.communication_id == Communication.id)
    told = (Communication.case_id.in_(case_ids), Notice.state.in_(TOLD), counts_as_told())
    return wanted.where(*told).group_by(Communication.case_id)


def _log(ctx: Context, filters: QueueFilter, count: int) -> None:
    searched = bool(filters.search)
    log_read(ctx, None, EventKind.REGISTER_READ, state=filters.state, searched=searched, count=count)

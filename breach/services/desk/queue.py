"""Lists of cases for the queue and the register, with filters and keyset pagination."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy import case as sql_case

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.numbers import plain
from breach.domain.states import AuthorityState, CaseState, CommunicationState
from breach.services.actions import roles_of
from breach.services.cases.file_query import handler_left
from breach.services.context import Context
from breach.services.intake import titles
from breach.services.paging import cursor, later
from breach.store.models import (
    AuthorityTrack,
    AwarenessCorrection,
    BreachCase,
    Communication,
    Decision,
    Person,
)
from workflows import communication as communication_table

OPEN_TABS = ("mine", "all", "untaken", "overdue", "waiting")
TABS = (*OPEN_TABS, "closed")
LIMIT = 50
LONGEST_SEARCH = 100
"""Characters of a search that are looked for; no title has as many."""


@dataclass(frozen=True)
class QueueFilter:
    """Filters from the query parameters."""

    state: str = ""
    search: str = ""
    language: str = titles.STORED_IN
    """What the one who searches reads titles in; the stored words are always searched too."""


@dataclass(frozen=True)
class QueueRow:
    """One case of the list."""

    reference: str
    title: str
    state: CaseState
    due_at: datetime
    authority: AuthorityState
    communication: CommunicationState
    informing_due_at: datetime
    next_due_at: datetime
    handler: str | None
    outcome: str | None
    correction_waits: bool
    handler_left: bool


@dataclass(frozen=True)
class QueuePage:
    """A page of the list, the key of the next one, and how many open cases stand behind each tab."""

    rows: tuple[QueueRow, ...]
    next_cursor: str | None
    counts: dict[str, int]


def _tab(ctx: Context, tab: str) -> ColumnElement[bool]:
    person = ctx.actor.person_id
    waits_for_me = or_(
        and_(BreachCase.state == CaseState.PROPOSED, _may(ctx, "decide"), Decision.proposed_by != person),
        and_(Communication.state == CommunicationState.DRAFTING, _may(ctx, "approve_text")),
        and_(Communication.state == CommunicationState.RELEASING, _may(ctx, "release")),
        and_(
            BreachCase.dismissal_asked_by.is_not(None),
            BreachCase.dismissal_asked_by != person,
            BreachCase.is_open,
        ),
        _correction_waits(ctx),
    )
    tabs: dict[str, ColumnElement[bool]] = {
        "mine": and_(BreachCase.is_open, BreachCase.handler_id == person),
        "all": BreachCase.is_open.is_(True),
        "untaken": and_(BreachCase.is_open, or_(BreachCase.handler_id.is_(None), handler_left())),
        "overdue": and_(BreachCase.is_open, or_(_notifying_late(ctx), _informing_late(ctx))),
        "waiting": waits_for_me,
        "closed": BreachCase.is_open.is_(False),
    }
    return tabs[tab]


def _notifying_late(ctx: Context) -> ColumnElement[bool]:
    return and_(BreachCase.due_at < ctx.now, _NOTIFIES)


def _informing_late(ctx: Context) -> ColumnElement[bool]:
    return and_(Communication.due_at < ctx.now, _INFORMS)


# The deadline that runs out first: of notifying until that is done, and of informing until they are told.
_INFORMS = Communication.state.not_in(communication_table.SETTLED)
_NOTIFIES = AuthorityTrack.state == AuthorityState.DUE
_NEXT_DUE = sql_case(
    (and_(_INFORMS, or_(~_NOTIFIES, Communication.due_at < BreachCase.due_at)), Communication.due_at),
    else_=BreachCase.due_at,
)


def _correction_waits(ctx: Context) -> ColumnElement[bool]:
    """Tell whether the person may answer a correction of when a case that still runs was known."""
    asked = exists().where(
        AwarenessCorrection.case_id == BreachCase.id,
        AwarenessCorrection.state == "asked",
        AwarenessCorrection.asked_by != ctx.actor.person_id,
    )
    still_runs = or_(BreachCase.is_open, BreachCase.state == CaseState.MERGED)
    return and_(asked, _may(ctx, "confirm_awareness"), still_runs)


def _may(ctx: Context, step: str) -> ColumnElement[bool]:
    """Tell whether the person has a role that takes the step."""
    mine = [controller_id for controller_id, held in ctx.actor.roles if held in roles_of(step)]
    return BreachCase.controller_id.in_(mine)


def _joined(ctx: Context, *columns: Any) -> Select[Any]:
    open_proposal = and_(Decision.case_id == BreachCase.id, Decision.state == "proposed")
    return (
        select(*columns)
        .select_from(BreachCase)
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .outerjoin(Decision, open_proposal)
        .where(BreachCase.controller_id.in_(ctx.actor.controllers))
    )


def queue(
    ctx: Context, tab: str = "all", filters: QueueFilter | None = None, after: str | None = None
) -> QueuePage:
    """Return one page of cases sorted by time left, in three statements whatever their number."""
    if tab not in TABS:
        raise InvalidInput([FieldError("tab", "unknown_value", {"value": tab})])
    filters = filters or QueueFilter()
    columns = (
        *(BreachCase, AuthorityTrack.state, Communication.state, Communication.due_at, _NEXT_DUE),
        *(Person.name, Decision.outcome),
        _correction_waits(ctx),
        and_(BreachCase.is_open, handler_left()),
    )
    wanted = (
        _joined(ctx, *columns).outerjoin(Person, Person.id == BreachCase.handler_id).where(_tab(ctx, tab))
    )
    wanted = wanted.where(*filtered(filters))
    if after:
        wanted = wanted.where(later(after, _NEXT_DUE, BreachCase.id))
    found = ctx.session.execute(wanted.order_by(_NEXT_DUE, BreachCase.id).limit(LIMIT + 1)).all()
    rows = tuple(QueueRow(c.reference, c.title, c.state, c.due_at, *more) for c, *more in found[:LIMIT])
    more = cursor(rows[-1].next_due_at, found[LIMIT - 1][0].id) if len(found) > LIMIT else None
    return QueuePage(rows, more, _counts(ctx))


def filtered(filters: QueueFilter) -> list[ColumnElement[bool]]:
    """Return the conditions that the address asks for; raise InvalidInput for an unknown state."""
    found: list[ColumnElement[bool]] = []
    if filters.state:
        if filters.state not in {state.value for state in CaseState}:
            raise InvalidInput([FieldError("state", "unknown_value", {"value": filters.state})])
        found.append(BreachCase.state == CaseState(filters.state))
    if filters.search:
        needle = filters.search[:LONGEST_SEARCH].strip()
        found.append(
            or_(
                BreachCase.reference.contains(plain(needle).upper(), autoescape=True),
                BreachCase.title.icontains(needle, autoescape=True),
                BreachCase.title.in_(titles.holding(needle, filters.language)),
            )
        )
    return found


def _counts(ctx: Context) -> dict[str, int]:
    # Closed cases are not counted: they grow for ever, and the page must not grow slower with them.
    sums = [func.count().filter(_tab(ctx, tab)).label(tab) for tab in OPEN_TABS]
    row = ctx.session.execute(_joined(ctx, *sums).where(BreachCase.is_open)).one()
    counts = dict(zip(OPEN_TABS, row, strict=True))
    # A merged case is closed, but its awareness may be the one that counts where it was merged.
    asked = select(AwarenessCorrection.case_id).where(AwarenessCorrection.state == "asked")
    merged = (BreachCase.id.in_(asked), BreachCase.state == CaseState.MERGED, _correction_waits(ctx))
    counts["waiting"] += ctx.session.scalar(select(func.count(BreachCase.id)).where(*merged)) or 0
    return counts

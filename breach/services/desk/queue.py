"""Lists of cases for the queue and the register, with filters and keyset pagination."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy import case as sql_case

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.numbers import plain
from breach.domain.states import AuthorityState, CaseState
from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import load_files
from breach.services.cases.file_query import handler_left, informs
from breach.services.context import Context
from breach.services.desk.next_step import NextStep, next_steps
from breach.services.desk.offers import offers
from breach.services.desk.waiting import correction_waits, is_own, waits_for
from breach.services.intake import titles
from breach.services.paging import cursor, later
from breach.store.models import (
    AuthorityTrack,
    AwarenessCorrection,
    BreachCase,
    Communication,
    Person,
)

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
    """One case of the list: its file, its handler, what it waits for.

    place: its place in the order: the deadline of the law, or LAST where that one does not run
    """

    file: CaseFile
    place: datetime
    handler: str | None
    next: tuple[NextStep, ...]

    @property
    def reference(self) -> str:
        return self.file.case.reference

    @property
    def title(self) -> str:
        return self.file.case.title

    @property
    def handler_left(self) -> bool:
        """Whether the handler handles cases no more."""
        return self.file.handler_left


@dataclass(frozen=True)
class QueuePage:
    """A page of the list, the key of the next one, and how many open cases stand behind each tab."""

    rows: tuple[QueueRow, ...]
    next_cursor: str | None
    counts: dict[str, int]


def _tab(ctx: Context, tab: str) -> ColumnElement[bool]:
    tabs: dict[str, ColumnElement[bool]] = {
        "mine": and_(BreachCase.is_open, is_own(ctx)),
        "all": BreachCase.is_open.is_(True),
        "untaken": and_(BreachCase.is_open, or_(BreachCase.handler_id.is_(None), handler_left())),
        "overdue": or_(_notifying_late(ctx), _informing_late(ctx)),
        "waiting": waits_for(ctx),
        "closed": BreachCase.is_open.is_(False),
    }
    return tabs[tab]


def _notifying_late(ctx: Context) -> ColumnElement[bool]:
    return and_(BreachCase.due_at <= ctx.now, _NOTIFIES)


def _informing_late(ctx: Context) -> ColumnElement[bool]:
    return and_(Communication.due_at <= ctx.now, _INFORMS)


# Which deadlines run: of notifying until that is done, and of informing until they are told.
_INFORMS = informs()
_NOTIFIES = and_(BreachCase.is_open, AuthorityTrack.state == AuthorityState.DUE)
LAST = datetime(9999, 1, 1, tzinfo=UTC)
"""The place of cases whose deadline of the law does not run; they follow in the order they came in."""
_PLACE = sql_case((_NOTIFIES, BreachCase.due_at), else_=LAST)


def _joined(ctx: Context, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(BreachCase)
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .where(BreachCase.controller_id.in_(ctx.actor.controllers))
    )


def queue(
    ctx: Context, tab: str = "all", filters: QueueFilter | None = None, after: str | None = None
) -> QueuePage:
    """Return one page of cases in few statements, that which must be notified first at the top."""
    if tab not in TABS:
        raise InvalidInput([FieldError("tab", "unknown_value", {"value": tab})])
    wanted = _joined(ctx, BreachCase.id, BreachCase.reference, _PLACE.label("place")).where(_tab(ctx, tab))
    wanted = wanted.where(*filtered(filters or QueueFilter()))
    if after:
        wanted = wanted.where(later(after, _PLACE, BreachCase.id))
    found = ctx.session.execute(wanted.order_by(_PLACE, BreachCase.id).limit(LIMIT + 1)).all()
    rows = _rows(ctx, {row.reference: row.place for row in found[:LIMIT]})
    more = cursor(rows[-1].place, found[LIMIT - 1].id) if len(found) > LIMIT else None
    return QueuePage(rows, more, _counts(ctx))


def _rows(ctx: Context, places: Mapping[str, datetime]) -> tuple[QueueRow, ...]:
    """Return the rows of the cases in the order of the references; `places` has the place of each."""
    files = load_files(ctx, list(places))
    names = _handlers(ctx, files.values())
    return tuple(_row(ctx, files[reference], at, names) for reference, at in places.items())


def _row(ctx: Context, file: CaseFile, place: datetime, names: Mapping[int | None, str]) -> QueueRow:
    return QueueRow(
        file=file,
        place=place,
        handler=names.get(file.case.handler_id),
        next=next_steps(file, offers(ctx, file)),
    )


def _handlers(ctx: Context, files: Iterable[CaseFile]) -> dict[int | None, str]:
    ids = {file.case.handler_id for file in files} - {None}
    found = ctx.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in found}


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
    merged = (BreachCase.id.in_(asked), BreachCase.state == CaseState.MERGED, correction_waits(ctx))
    counts["waiting"] += ctx.session.scalar(select(func.count(BreachCase.id)).where(*merged)) or 0
    return counts

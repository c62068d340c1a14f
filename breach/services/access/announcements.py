"""Changes of access: each is logged and listed to the controller's auditors until one acknowledges it.

The data protection officer reads as an auditor. An administrator sees the same list; only an auditor
notes that a change was seen.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from breach.domain.errors import Forbidden
from breach.domain.events import EventKind
from breach.domain.states import Role
from breach.services.audit import append_event
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.paging import cursor, earlier
from breach.store.models import AccessChange, Controller, Person, RoleRequest

WATCHERS = (Role.AUDITOR, Role.ADMINISTRATOR)
"""Roles that see the access changes of their controller."""
LIMIT = 50
Names = tuple[str, str]
"""What a controller is called, in Danish and in English."""


@dataclass(frozen=True)
class ShownChange:
    """A change as the list shows it; a name that is None is the operator's on the host.

    asked_by: who asked for the role; founding: no administrator confirmed, as there were too few
    """

    id: UUID
    at: datetime
    kind: str
    role: Role | None
    person: str
    done_by: str | None
    asked_by: str | None
    founding: bool
    comment: str | None
    controller: Names
    seen_by: str | None
    seen_at: datetime | None
    may_note: bool


@dataclass(frozen=True)
class ChangesPage:
    """A page of changes, the newest first, the key of the next, and how many nobody has seen."""

    rows: tuple[ShownChange, ...]
    next_cursor: str | None
    unseen: int


def announce(
    ctx: Context,
    kind: str,
    person: Person,
    controller_ids: Collection[int],
    request: RoleRequest | None = None,
) -> None:
    """Store the announcement of a change for each controller; the database refuses role changes without it.

    The ids of one transaction follow each other, so that the list reads as it happened.
    """
    for controller_id in sorted(set(controller_ids)):
        number = ctx.session.info["changes"] = ctx.session.info.get("changes", -1) + 1
        ctx.session.add(
            AccessChange(
                id=new_id(ctx.now + timedelta(milliseconds=number)),
                controller_id=controller_id,
                person_id=person.id,
                kind=kind,
                role=request.role if request else None,
                request_id=request.id if request else None,
                done_by=ctx.actor.person_id,
                at=ctx.now,
            )
        )
    ctx.session.flush()


def append_of_person(
    ctx: Context, kind: EventKind, person: Person, controller_id: int | None = None, **body: object
) -> None:
    """Append an audit event about a person; holds the person's id only."""
    append_event(ctx, kind, controller_id, person=person.id, **body)


def watched(ctx: Context, *roles: Role) -> tuple[int, ...]:
    """Return the controllers for which the acting person has one of the roles; raise Forbidden if none."""
    found = {controller_id for controller_id, role in ctx.actor.roles if role in (roles or WATCHERS)}
    if not found:
        raise Forbidden((roles or WATCHERS)[0].value)
    return tuple(sorted(found))


def unseen(ctx: Context) -> int:
    """Count the access changes this auditor has not acknowledged; 0 for others."""
    mine = [controller_id for controller_id, role in ctx.actor.roles if role is Role.AUDITOR]
    wanted = select(func.count(AccessChange.id)).where(_unseen(mine))
    return (ctx.session.scalar(wanted) or 0) if mine else 0


def _unseen(controller_ids: Iterable[int]) -> ColumnElement[bool]:
    return and_(AccessChange.controller_id.in_(controller_ids), AccessChange.seen_by.is_(None))


def changes(ctx: Context, after: str | None = None, *, only_unseen: bool = False) -> ChangesPage:
    """Return a page of access changes of the person's controllers; raise Forbidden without a role for it."""
    mine = watched(ctx)
    doer = aliased(Person)
    asker = aliased(Person)
    seer = aliased(Person)
    wanted = (
        select(AccessChange, RoleRequest, Person.name, doer.name, asker.name, seer.name, Controller)
        .join(Person, Person.id == AccessChange.person_id)
        .join(Controller, Controller.id == AccessChange.controller_id)
        .outerjoin(RoleRequest, RoleRequest.id == AccessChange.request_id)
        .outerjoin(doer, doer.id == AccessChange.done_by)
        .outerjoin(asker, asker.id == RoleRequest.asked_by)
        .outerjoin(seer, seer.id == AccessChange.seen_by)
        .where(_unseen(mine) if only_unseen else AccessChange.controller_id.in_(mine))
    )
    if after:
        wanted = wanted.where(earlier(after, AccessChange.at, AccessChange.id))
    order = (AccessChange.at.desc(), AccessChange.id.desc())
    found = ctx.session.execute(wanted.order_by(*order).limit(LIMIT + 1)).all()
    rows = tuple(_shown(ctx, *row) for row in found[:LIMIT])
    more = cursor(rows[-1].at, rows[-1].id) if len(found) > LIMIT else None
    return ChangesPage(rows, more, ctx.session.scalar(select(func.count()).where(_unseen(mine))) or 0)


def _shown(
    ctx: Context,
    row: AccessChange,
    request: RoleRequest | None,
    person: str,
    done_by: str | None,
    asked_by: str | None,
    seen_by: str | None,
    controller: Controller,
) -> ShownChange:
    may_note = row.seen_by is None and ctx.actor.has(row.controller_id, Role.AUDITOR)
    founding = request is not None and request.state == "founding"
    comment = request.comment if request and row.kind in ("given", "refused") else None
    shown = (row.id, row.at, row.kind, row.role, person, done_by, asked_by, founding, comment)
    return ShownChange(*shown, (controller.name_da, controller.name_en), seen_by, row.seen_at, may_note)


def mark_seen(ctx: Context, ids: Collection[UUID]) -> int:
    """Acknowledge the changes as an auditor; return how many were not acknowledged before."""
    mine = watched(ctx, Role.AUDITOR)
    wanted = select(AccessChange).where(_unseen(mine), AccessChange.id.in_(list(ids)[:LIMIT]))
    rows = ctx.session.scalars(wanted.order_by(AccessChange.id).with_for_update()).all()
    for row in rows:
        row.seen_by, row.seen_at = ctx.person_id, ctx.now
    for controller_id in sorted({row.controller_id for row in rows}):
        seen = [str(row.id) for row in rows if row.controller_id == controller_id]
        append_event(ctx, EventKind.PERSON_ACCESS_SEEN, controller_id, changes=seen)
    return len(rows)

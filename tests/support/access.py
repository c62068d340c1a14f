"""Roles and log-ins as tests give them: as rows that the database takes, or confirmed by an administrator."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.domain.states import Role
from breach.services.access import role_requests
from breach.services.access.people import actor_of
from breach.services.context import Runtime
from breach.store.models import AccessChange, LoginSession, Person, RoleGrant, RoleRequest


def add_role(session: Session, person_id: int, controller_id: int, role: Role, at: datetime) -> RoleGrant:
    """Add a role with its request, confirmed by some other person, and its announcement; return it."""
    by = session.scalar(select(Person.id).where(Person.id != person_id).order_by(Person.id).limit(1))
    of_role = {"person_id": person_id, "controller_id": controller_id, "role": role}
    asked = RoleRequest(
        **of_role,
        id=uuid4(),
        asked_at=at,
        state="founding" if by is None else "confirmed",
        answered_by=by,
        answered_at=at,
    )
    session.add(asked)
    session.flush()
    session.add(AccessChange(**of_role, id=uuid4(), request_id=asked.id, kind="given", done_by=by, at=at))
    session.flush()
    grant = RoleGrant(**of_role, granted_at=at, request_id=asked.id)
    session.add(grant)
    session.flush()
    return grant


def add_login(session: Session, person_id: int, at: datetime) -> LoginSession:
    """Add a living log-in of a person whose cookie nobody has; return it."""
    times = {"created_at": at, "seen_at": at, "authenticated_at": at}
    login = LoginSession(id_hash="b" * 64, person_id=person_id, csrf_token="c", **times)
    session.add(login)
    return login


def confirm_all(runtime: Runtime) -> int:
    """Have the demonstration's first administrator confirm every role that waits; return how many."""
    with runtime.transaction() as ctx:
        wanted = select(RoleRequest.id).where(RoleRequest.state == "asked").order_by(RoleRequest.id)
        waiting = ctx.session.scalars(wanted).all()
        ann = ctx.session.scalars(select(Person).where(Person.username == "administrator")).one()
        for one in waiting:
            role_requests.confirm(replace(ctx, actor=actor_of(ann)), one)
    return len(waiting)

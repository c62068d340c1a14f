"""Names of the persons with a role, shown where a step needs somebody else."""

from sqlalchemy import select

from breach.domain.states import Role
from breach.services.context import Context
from breach.store.models import Person, RoleGrant


def holders(ctx: Context, controller_id: int, *roles: Role) -> tuple[str, ...]:
    """Return the names of those who hold one of the roles and may log in, but not the acting person's own."""
    wanted = (
        select(Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.controller_id == controller_id,
            RoleGrant.role.in_(roles),
            Person.disabled_at.is_(None),
            Person.id != (ctx.actor.person_id or 0),
        )
        .distinct()
        .order_by(Person.name)
    )
    return tuple(ctx.session.scalars(wanted))

"""Which roles one person cannot have together for the same controller."""

from collections.abc import Collection

from breach.domain.states import Role

APART: dict[Role, frozenset[Role]] = {
    # Settings and people, no cases.
    Role.ADMINISTRATOR: frozenset(Role) - {Role.ADMINISTRATOR},
    # Reads all and changes nothing; to be shown the recipients changes nothing.
    Role.AUDITOR: frozenset(Role) - {Role.AUDITOR, Role.RECIPIENTS_IDENTITY},
}
"""Each role with those that cannot stand beside it. Four eyes need no rule here: they compare persons."""


def clashing(roles: Collection[Role]) -> tuple[Role, Role] | None:
    """Return the first two roles that one person cannot have together, or None."""
    for role, apart in APART.items():
        others = [other for other in Role if role in roles and other in roles and other in apart]
        if others:
            return role, others[0]
    return None

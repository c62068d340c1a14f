"""What stands in the audit beside the steps of a case: looks at it, and what belongs to no case."""

from breach.services.context import Context
from breach.store import audit
from breach.store.models import BreachCase


def note(ctx: Context, kind: str, controller_id: int | None, **body: object) -> None:
    """Append an event that belongs to no case. The body holds no personal data of reporters or affected."""
    audit.record(ctx.session, ctx.now, kind, ctx.actor.person_id, controller_id, None, body)


def look(ctx: Context, case: BreachCase, kind: str, **body: object) -> None:
    """Record that the acting person looked at a case, or at whom it is about, by numbers alone."""
    told = {"reference": case.reference, **body}
    audit.record_read(ctx.session, ctx.now, kind, ctx.actor.person_id, case.controller_id, case.id, told)

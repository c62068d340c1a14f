"""Appends events to the audit: of a case, of no case, and reads. The kinds are `breach.domain.events`."""

from datetime import datetime

from breach.domain.events import EventKind
from breach.services.context import Context
from breach.store.audit import events
from breach.store.models import BreachCase


def append_event(ctx: Context, kind: EventKind, controller_id: int | None, **body: object) -> None:
    """Append an event that belongs to no case. The body holds no personal data of reporters or affected."""
    events.append(ctx.session, ctx.now, kind, ctx.actor.person_id, controller_id, None, body)


def append_to_case(ctx: Context, case: BreachCase, kind: EventKind, **body: object) -> None:
    """Append an event to the case's chain. The body holds no personal data of reporters or affected."""
    plain = {name: _plain(value) for name, value in body.items()}
    events.append(ctx.session, ctx.now, kind, ctx.actor.person_id, case.controller_id, case.id, plain)


def log_read(ctx: Context, case: BreachCase | None, kind: EventKind, **body: object) -> None:
    """Log that the acting person read a case or a recipient's identity; with None, a list of many cases.

    Written at once, so that nothing is shown before it stands; the body holds numbers, ids and codes alone.
    """
    at, reader = ctx.now, ctx.actor.person_id
    if case is None:
        events.append_read(ctx.session, at, kind, reader, None, None, body)
        return
    of_case = {"reference": case.reference, **body}
    events.append_read(ctx.session, at, kind, reader, case.controller_id, case.id, of_case)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value

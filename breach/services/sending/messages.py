"""Makes the messages of a release: the function for a person's message, and the persons."""

import json
from collections.abc import Sequence
from datetime import datetime

from breach.domain.notifying import Addressee, Drafter, Letter, Sender
from breach.services.context import Context
from breach.store.models import BreachCase, Communication, Controller, Recipient
from breach.texts import text


def drafter_for(
    ctx: Context, told: Communication, released_at: datetime, pdf: bytes | None = None
) -> Drafter:
    """Return the function that makes a person's message; the same release gives the same bytes."""
    case = ctx.session.get_one(BreachCase, told.case_id)
    controller = ctx.session.get_one(Controller, told.controller_id)
    document = pdf or told.pdf
    if document is None:
        raise ValueError("a communication without its letter cannot be drafted")
    letter = Letter(text("notices.letter.subject", "da"), document, "da", "brev.pdf")
    sender = Sender(controller.cvr, controller.name_da)
    return ctx.notifiers[told.channel].drafter(case.reference, released_at, sender, letter)


def addressees(ctx: Context, rows: Sequence[Recipient]) -> list[Addressee]:
    """Return the persons behind recipient rows, opened with the case's key."""
    if not rows:
        return []
    first = rows[0]
    key = ctx.keys.batch(ctx.session, "people", first.controller_id, first.case_id)
    return [_addressee(key.open("recipient", "cell", row.id, row.cell)) for row in rows]


def _addressee(plain: bytes) -> Addressee:
    known = json.loads(plain)
    return Addressee(known["cpr"], known["name"])

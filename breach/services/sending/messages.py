"""Makes the messages of a release: the function for a person's message, and the persons."""

import json
from collections.abc import Sequence

from breach.domain.messages import Addressee
from breach.services.context import Context
from breach.store.models import Recipient


def addressees(ctx: Context, rows: Sequence[Recipient]) -> list[Addressee]:
    """Return the persons behind recipient rows, opened with the case's key."""
    if not rows:
        return []
    first = rows[0]
    key = ctx.keys.batch(ctx.session, "people", first.controller_id, first.case_id)
    return [_addressee(key.open("recipient", "cell", row.id, row.cell)) for row in rows]


def _addressee(cell: bytes) -> Addressee:
    return Addressee(**json.loads(cell))  # the cell names its parts as Addressee does

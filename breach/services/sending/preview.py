"""The messages of a case as they would be sent: for a look before the release, and for a rehearsal."""

from collections.abc import Iterator

from sqlalchemy import select

from breach.domain.errors import StepRefused
from breach.domain.events import EventKind
from breach.domain.notifying import Draft
from breach.services.audit import append_to_case
from breach.services.cases.file import communication_of, text_of
from breach.services.context import Context
from breach.services.letters.text import render_letter
from breach.services.sending.messages import addressees, drafter_for
from breach.store.models import BreachCase, Controller, Recipient

PAGE = 500


def drafts_of(ctx: Context, case: BreachCase) -> Iterator[Draft]:
    """Yield the message of everyone on the list, a page of the list at a time; that it was done is recorded.

    Before the approval the letter is printed from the newest text. Raises StepRefused when there is none.
    """
    told = communication_of(ctx, case)
    row = text_of(ctx, told)
    if row is None:
        raise StepRefused("draft_messages", told.state.value, ("text_is_complete",))
    append_to_case(ctx, case, EventKind.COMMUNICATION_MESSAGES_DRAFTED, text=row.sha256)
    pdf = told.pdf or render_letter(ctx.session.get_one(Controller, case.controller_id), case.reference, row)
    make = drafter_for(ctx, told, told.released_at or row.written_at, pdf)
    last = None
    while True:
        wanted = (
            select(Recipient).where(Recipient.communication_id == told.id).order_by(Recipient.id).limit(PAGE)
        )
        rows = ctx.session.scalars(wanted.where(Recipient.id > last) if last else wanted).all()
        if not rows:
            return
        last = rows[-1].id
        for recipient, addressee in zip(rows, addressees(ctx, rows), strict=True):
            uuid = ctx.keys.message_uuid(
                ctx.session, told.controller_id, told.case_id, told.id, recipient.id, told.channel, 1
            )
            yield make(str(uuid), addressee)

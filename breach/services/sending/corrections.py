"""Recipients are removed from the list, a letter that waits held back with them, or corrected."""

import json
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from breach.domain.errors import FieldError, NotFound, RecordedRefusal, StepRefused
from breach.domain.events import EventKind
from breach.domain.recipients.rows import RecipientRow
from breach.domain.states import TOLD, CommunicationState, NoticeState
from breach.services.audit import append_to_case, log_read
from breach.services.cases.file import CaseFile
from breach.services.cases.file_query import addressed
from breach.services.cases.loading import load, touch
from breach.services.checks import written
from breach.services.context import Context
from breach.services.sending.identity import check_answers, digits_of, listed_with
from breach.services.sending.receipts import complete_if_all_told
from breach.services.sending.recipients import keys_of, refuse_repeated, sealed_parts, typed_person
from breach.store.models import Communication, Notice, Recipient
from workflows.notice import after

_UNSENT = frozenset({NoticeState.QUEUED, NoticeState.CANCELLED})
"""States of a notice in which nothing has gone to the person, nor is about to."""


def barred(ctx: Context, file: CaseFile, step: str) -> tuple[str, ...]:
    """Return the reason why nobody can be removed or corrected: the list is empty."""
    return () if file.recipients else ("has_recipients",)


def remove_recipient(ctx: Context, reference: str, version: int, cpr: str, reason: str) -> None:
    """Remove the person with a CPR number from the list; a letter that waits to be sent is held back.

    Raises InvalidInput for the number, RecordedRefusal where nobody on the list has it, and StepRefused for
    somebody whose letter has left.
    """
    file = load(ctx, reference, version, "remove_recipient")
    why = written("reason", reason)
    _remove(ctx, file, _with_number(ctx, file, cpr), why)


def remove_listed(ctx: Context, reference: str, version: int, recipient_id: UUID, reason: str) -> None:
    """Remove a person by the row on the list; raises what `remove_recipient` raises."""
    file = load(ctx, reference, version, "remove_recipient")
    why = written("reason", reason)
    _remove(ctx, file, listed_row(ctx, file, recipient_id), why)


def correct_recipient(
    ctx: Context, reference: str, version: int, cpr: str, new_cpr: str, name: str, reason: str
) -> None:
    """Correct number and name of the person with a CPR number, while the list may still change.

    Raises InvalidInput for the numbers and the name, and RecordedRefusal where nobody on the list has the
    number, or somebody else has the new one.
    """
    file = load(ctx, reference, version, "correct_recipient")
    why = written("reason", reason)
    person = typed_person(ctx, new_cpr, name, "new_cpr")
    _correct(ctx, file, _with_number(ctx, file, cpr), person, why)


def correct_listed(
    ctx: Context, reference: str, version: int, recipient_id: UUID, new_cpr: str, name: str, reason: str
) -> None:
    """Correct a person by the row on the list; raises what `correct_recipient` raises."""
    file = load(ctx, reference, version, "correct_recipient")
    why = written("reason", reason)
    person = typed_person(ctx, new_cpr, name, "new_cpr")
    check_answers(ctx)
    _correct(ctx, file, listed_row(ctx, file, recipient_id), person, why)


def listed_row(ctx: Context, file: CaseFile, recipient_id: UUID) -> Recipient:
    """Return a person on the list; raise NotFound for one who is not, or on another."""
    row = ctx.session.get(Recipient, recipient_id)
    if row is None or row.communication_id != file.communication.id or row.removed_at is not None:
        raise NotFound("recipient")
    return row


def _with_number(ctx: Context, file: CaseFile, cpr: str) -> Recipient:
    digits = digits_of(ctx, cpr)
    check_answers(ctx)
    row = listed_with(ctx, file.communication, digits)
    if row is None:
        log_read(ctx, file.case, EventKind.RECIPIENT_SOUGHT)
        raise RecordedRefusal([FieldError("cpr", "recipient_unknown")])
    return row


def _remove(ctx: Context, file: CaseFile, row: Recipient, why: str) -> None:
    held_back = _hold_back(ctx, file, row, "remove_recipient")
    was_addressed = _is_addressed(ctx, row)
    row.removed_at = ctx.now
    row.removed_by = ctx.person_id
    ctx.session.flush()
    kind = EventKind.RECIPIENTS_HELD_BACK if held_back else EventKind.RECIPIENTS_REMOVED
    append_to_case(ctx, file.case, kind, recipient=str(row.id), reason=why)
    if held_back:
        touch(ctx, file.case)
    if file.communication.state is CommunicationState.SENDING:
        complete_if_all_told(ctx, file.communication)
    file.recipients -= 1
    file.removed += 1
    file.addressed -= was_addressed


def _is_addressed(ctx: Context, row: Recipient) -> bool:
    """Tell whether the round goes to the person."""
    wanted = select(Recipient.id).join(Communication, Communication.id == Recipient.communication_id)
    return ctx.session.scalar(wanted.where(Recipient.id == row.id, addressed())) is not None


def _hold_back(ctx: Context, file: CaseFile, row: Recipient, step: str) -> bool:
    """Cancel the letter that waits; return whether there was one. Raises StepRefused if it left."""
    wanted = select(Notice).where(Notice.recipient_id == row.id).order_by(Notice.id).with_for_update()
    notices = ctx.session.scalars(wanted).all()
    if any(notice.state not in _UNSENT for notice in notices):
        was_told = any(notice.state in TOLD for notice in notices)
        reason = "recipient_told" if was_told else "letter_has_left"
        raise StepRefused(step, file.communication.state.value, (reason,))
    queued = [notice for notice in notices if notice.state is NoticeState.QUEUED]
    for notice in queued:
        notice.state = after(notice.state, "cancel")
        file.count_moved(NoticeState.QUEUED, notice.state)
    return bool(queued)


def _correct(ctx: Context, file: CaseFile, row: Recipient, person: RecipientRow, why: str) -> None:
    refuse_repeated(ctx, file, person.cpr, "new_cpr", but=row.id)
    _hold_back(ctx, file, row, "correct_recipient")
    list_keys = keys_of(ctx, file)
    kept = json.loads(list_keys.people.open("recipient", "cell", row.id, row.cell))
    whole = replace(person, postal_address=kept.get("postal_address", ""))
    parts = sealed_parts(list_keys, row.id, whole)
    is_other_number = parts["finger"] != row.finger
    row.finger = parts["finger"]
    row.cell = parts["cell"]
    ctx.session.flush()
    said = {"recipient": str(row.id), "reason": why, "number": is_other_number}
    append_to_case(ctx, file.case, EventKind.RECIPIENTS_CORRECTED, **said)

"""Sends a letter back to its author with what is to be changed."""

from breach.domain.errors import Conflict, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import CommunicationState
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import WRONG_STATE, load, touch
from breach.services.checks import written
from breach.services.context import Context


def barred(ctx: Context, file: CaseFile, step: str = "send_back_text") -> tuple[str, ...]:
    """Return the reason if the letter is no draft that waits for approval, or the reader's own."""
    if file.communication.state is not CommunicationState.DRAFTING or file.text is None:
        return (WRONG_STATE,)
    if file.text.returned_by is not None:
        return ("text_is_not_returned",)
    is_own = file.text.written_by in ctx.actor.own_ids
    return ("approver_differs_from_author",) if is_own else ()


def send_back_text(ctx: Context, reference: str, version: int, sha256: str, comment: str) -> None:
    """Send the letter that was read back; it waits for its author, and is approved in a new version alone.

    Raises Conflict when the text was changed since it was read.
    """
    file = load(ctx, reference, version, "send_back_text")
    if reasons := barred(ctx, file):
        raise StepRefused("send_back_text", file.communication.state.value, reasons)
    row = file.text
    if row is None or row.sha256 != sha256:
        raise Conflict("changed_meanwhile")
    row.comment = written("comment", comment, "comment_missing")
    row.returned_by = ctx.person_id
    row.returned_at = ctx.now
    touch(ctx, file.case)
    kind = EventKind.COMMUNICATION_TEXT_RETURNED
    append_to_case(ctx, file.case, kind, number=row.number, sha256=sha256, comment=row.comment)

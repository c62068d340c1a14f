"""Taking over a case whose handler lost access; until then it is listed as not taken."""

from breach.domain.errors import StepRefused
from breach.domain.events import EventKind
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load
from breach.services.checks import written
from breach.services.context import Context


def barred(ctx: Context, file: CaseFile, step: str = "take_over") -> tuple[str, ...]:
    """Return the reasons why the case cannot be taken over; empty if it is open and its handler has left."""
    if not file.case.is_open:
        return ("wrong_state",)
    return () if file.handler_left else ("handler_is_here",)


def take_over(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Make the acting person the handler in place of one who has left; the case's state does not change."""
    file = load(ctx, reference, version, "take_over")
    case = file.case
    if reasons := barred(ctx, file):
        raise StepRefused("take_over", case.state.value, reasons)
    why = written("reason", reason)
    left = case.handler_id
    case.handler_id, file.handler_is_gone = ctx.person_id, False
    ctx.session.flush()
    append_to_case(
        ctx,
        case,
        EventKind.CASE_TAKEN_OVER,
        reason=why,
        left=left,
        handler=case.handler_id,
        version=case.version,
    )

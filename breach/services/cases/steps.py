"""The steps of a case: each fires the table in `workflows/case.py` and appends its audit event."""

from breach.domain.errors import FieldError, InvalidInput, NotFound, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import CaseState
from breach.domain.values import trimmed
from breach.services.audit import append_to_case
from breach.services.cases import awareness, guard_facts
from breach.services.cases.deadline import reopen_notification, require_notification, settle_awareness
from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import forget_file, load_file
from breach.services.cases.loading import WRONG_STATE, load, touch
from breach.services.checks import written
from breach.services.context import Context
from breach.services.ids import case_number
from breach.store.models import BreachCase
from workflows.case import CLOSED, TABLE, CaseFlow
from workflows.machine import sources


def move(ctx: Context, file: CaseFile, step: str, **known: object) -> None:
    """Fire a step of the case and append its audit event; `known` holds the fields of the step's form."""
    case, before = file.case, file.case.state
    flow = CaseFlow(case.state, guard_facts.case_guard_facts(file, ctx.actor.person_id, **known))
    case.state = flow.fire(step)
    case.is_open = case.state not in CLOSED
    ctx.session.flush()
    said = {name: value for name, value in known.items() if name in ("reason", "comment")}
    append_to_case(
        ctx,
        case,
        EventKind.of_step("case", step),
        before=before.value,
        after=case.state.value,
        version=case.version,
        **said,
    )


def take(ctx: Context, reference: str, version: int, aware_from: str = "", reason: str = "") -> None:
    """Make the acting person the handler and begin to assess.

    aware_from: which of the times of `open_candidates` counts, "" for the earliest; reason: why
    A later one is asked for as a correction, which another person has to confirm.
    """
    file = load(ctx, reference, version, "take")
    if file.case.state is CaseState.REPORTED:
        file.case.handler_id = ctx.person_id
        file.handler_is_gone = False
    if aware_from or trimmed(reason):
        awareness.settle(ctx, file, aware_from, reason)
    move(ctx, file, "take")


def ask_dismissal(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Ask that the case be dismissed; another person has to confirm it."""
    case = load(ctx, reference, version, "ask_dismissal").case
    case.dismissal_reason = written("reason", reason)
    case.dismissal_asked_by = ctx.person_id
    ctx.session.flush()
    append_to_case(
        ctx, case, EventKind.CASE_DISMISSAL_ASKED, reason=case.dismissal_reason, version=case.version
    )


def barred_to_refuse(ctx: Context, file: CaseFile, step: str = "refuse_dismissal") -> tuple[str, ...]:
    """Return the reason if nobody has asked for a dismissal that could still be confirmed."""
    waits = file.case.dismissal_asked_by is not None and file.case.state in sources(TABLE, "dismiss")
    return () if waits else (WRONG_STATE,)


def refuse_dismissal(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Keep the case: the dismissal that was asked for no longer waits. Who asked may take it back so too."""
    file = load(ctx, reference, version, "refuse_dismissal")
    case = file.case
    if reasons := barred_to_refuse(ctx, file):
        raise StepRefused("refuse_dismissal", case.state.value, reasons)
    why = written("reason", reason)
    asked_by = case.dismissal_asked_by
    case.dismissal_reason = None
    case.dismissal_asked_by = None
    ctx.session.flush()
    kind = EventKind.CASE_DISMISSAL_REFUSED
    append_to_case(ctx, case, kind, reason=why, asked_by=asked_by, version=case.version)


def dismiss(ctx: Context, reference: str, version: int) -> None:
    """Confirm that the case is no personal data breach, or a near miss; it stays in the register."""
    file = load(ctx, reference, version, "dismiss")
    move(ctx, file, "dismiss", reason=file.case.dismissal_reason or "")


def merge(ctx: Context, reference: str, version: int, target_reference: str) -> None:
    """Merge the case into another of the same controller, which takes over the earlier awareness time."""
    file = load(ctx, reference, version, "merge")
    case = file.case
    into = _target(ctx, case, target_reference)
    target = into.case
    case.merged_into_id, case.state_before_merge = target.id, case.state
    with ctx.session.no_autoflush:
        move(ctx, file, "merge", has_target=True)
    seen = target.version
    settle_awareness(ctx, target)
    append_to_case(
        ctx, target, EventKind.CASE_RECEIVED_MERGED, other=case.reference, aware_at=target.aware_at
    )
    _judge_anew(ctx, into)
    if target.version == seen:
        touch(ctx, target)
    file.merged_into, file.merged_end = target.reference, target.state
    forget_file(ctx, target)


def _target(ctx: Context, case: BreachCase, reference: str) -> CaseFile:
    """Return the file of the case to merge into; raise InvalidInput for one that will not do."""
    try:
        into = load_file(ctx, case_number(reference))
    except NotFound as error:
        raise InvalidInput([FieldError("target_reference", "target_unknown")]) from error
    target = into.case
    if target.id == case.id or target.controller_id != case.controller_id or target.state in CLOSED:
        raise InvalidInput([FieldError("target_reference", "target_unfit")])
    if target.state is CaseState.PROPOSED:  # what waits for its second person was proposed without this case
        raise InvalidInput([FieldError("target_reference", "target_waits_decision")])
    return into


def _judge_anew(ctx: Context, file: CaseFile) -> None:
    """Take a case back to its assessment, as what was judged, decided or asked was so without the new report.

    Datatilsynet has to be notified of it until two persons decide otherwise, or can be told more.
    """
    file.case.dismissal_reason = None
    file.case.dismissal_asked_by = None
    if file.case.state is CaseState.SCORED:
        move(ctx, file, "revise")
    elif file.case.state is CaseState.RESPONDING:
        move(ctx, file, "reassess", has_new_facts=True)
    require_notification(ctx, file)
    reopen_notification(ctx, file.case, file.authority)


def split(ctx: Context, reference: str, version: int) -> None:
    """Undo a merge: restore the case's former state and recompute the target's awareness time."""
    file = load(ctx, reference, version, "split")
    case = file.case
    if case.state_before_merge is None:
        raise StepRefused("split", case.state.value, (WRONG_STATE,))
    target = ctx.session.get_one(BreachCase, case.merged_into_id)
    case.state, case.state_before_merge, case.merged_into_id = case.state_before_merge, None, None
    case.is_open, file.merged_into, file.merged_end = True, None, None
    ctx.session.flush()
    settle_awareness(ctx, target)
    forget_file(ctx, target)
    append_to_case(ctx, case, EventKind.CASE_SPLIT, after=case.state.value, version=case.version)
    append_to_case(ctx, target, EventKind.CASE_LOST_MERGED, other=case.reference, aware_at=target.aware_at)


def reassess(ctx: Context, reference: str, version: int) -> None:
    """Go back to the facts because new ones have come since the decision."""
    file = load(ctx, reference, version, "reassess")
    move(ctx, file, "reassess")
    require_notification(ctx, file)


def conclude(ctx: Context, reference: str, version: int) -> None:
    """Close the case when both tracks are settled, the breach is contained and measures are written."""
    file = load(ctx, reference, version, "conclude")
    move(ctx, file, "conclude")
    file.case.concluded_at = ctx.now


def reopen(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Open a closed case again, with the reason in its log."""
    file = load(ctx, reference, version, "reopen")
    move(ctx, file, "reopen", reason=written("reason", reason))
    case = file.case
    case.concluded_at = None
    case.dismissal_reason, case.dismissal_asked_by = None, None
    require_notification(ctx, file)

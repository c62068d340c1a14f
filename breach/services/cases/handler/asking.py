"""A colleague asks the handler for a case, who hands it over or keeps it."""

from breach.domain.errors import StepRefused
from breach.domain.events import EventKind
from breach.domain.states import Role
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile
from breach.services.cases.loading import load
from breach.services.checks import written
from breach.services.context import Context


def barred_to_ask(ctx: Context, file: CaseFile, step: str = "ask_for_case") -> tuple[str, ...]:
    """Return the reasons why nobody, or this person, can ask the handler for the case."""
    case = file.case
    if not case.is_open or case.handler_id is None or file.handler_left:
        return ("wrong_state",)
    if case.wanted_by is not None:
        return ("case_is_wanted",)
    return ("case_is_own",) if case.handler_id == ctx.actor.person_id else ()


def ask_for_case(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Ask the handler for the case; it waits with them, and they hand it over or keep it."""
    file = load(ctx, reference, version, "ask_for_case")
    case = file.case
    if reasons := barred_to_ask(ctx, file):
        raise StepRefused("ask_for_case", case.state.value, reasons)
    case.wanted_reason = written("reason", reason)
    case.wanted_by = ctx.person_id
    ctx.session.flush()
    kind = EventKind.CASE_ASKED_FOR
    append_to_case(ctx, case, kind, reason=case.wanted_reason, handler=case.handler_id, version=case.version)


def barred_to_keep(ctx: Context, file: CaseFile, step: str = "keep_case") -> tuple[str, ...]:
    """Return the reasons why the case cannot be kept: nobody asked, or it is another's to say."""
    case = file.case
    if not case.is_open or case.wanted_by is None:
        return ("wrong_state",)
    answers = ctx.actor.has(case.controller_id, Role.DECIDER) or case.handler_id in ctx.actor.own_ids
    return () if answers or case.wanted_by == ctx.actor.person_id else ("only_handler_hands_over",)


def keep_case(ctx: Context, reference: str, version: int, reason: str) -> None:
    """Keep the case that a colleague asked for, and say why; who asked may take it back so too."""
    file = load(ctx, reference, version, "keep_case")
    case = file.case
    if reasons := barred_to_keep(ctx, file):
        raise StepRefused("keep_case", case.state.value, reasons)
    why = written("reason", reason)
    asked_by = case.wanted_by
    case.wanted_by = None
    case.wanted_reason = None
    ctx.session.flush()
    append_to_case(ctx, case, EventKind.CASE_KEPT, reason=why, asked_by=asked_by, version=case.version)

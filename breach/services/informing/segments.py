"""People affected who get no letter: one person asks for it with a reason, another confirms.

Everybody else gets a letter. An exemption of everybody (GDPR art. 34(3)) is asked for and confirmed likewise.
"""

from breach.domain.errors import FieldError, InvalidInput, NotFound, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import Audience, CommunicationState, ExemptionGround, NoLetter
from breach.domain.values import trimmed
from breach.services.audit import append_to_case
from breach.services.cases.file import CaseFile, begin_round
from breach.services.cases.loading import load, touch
from breach.services.checks import written
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.letters.communication_step import fire
from breach.services.sending.receipts import complete_if_all_told
from breach.store.models import Segment
from workflows.communication import TABLE, CommunicationGuardFacts
from workflows.machine import sources

FOR_ALL = frozenset(NoLetter(ground.value) for ground in ExemptionGround)
"""Reasons that may hold for everybody affected: those of GDPR art. 34(3)."""
_ENDABLE = ("asked", "confirmed")


def barred(ctx: Context, file: CaseFile, step: str) -> tuple[str, ...]:
    """Return the reasons, apart from roles, why this person cannot take a step with segments now."""
    if step == "ask_segment":
        is_needed = file.communication.state is not CommunicationState.NOT_REQUIRED
        return () if is_needed else ("nobody_to_tell",)
    if step == "withdraw_segment":
        return () if any(one.state in _ENDABLE for one in file.segments) else ("no_segment",)
    if not file.asked_segments:
        return ("no_segment_waits",)
    others = [one for one in file.asked_segments if one.asked_by not in ctx.actor.own_ids]
    return () if others else ("segment_differs_from_asker",)


def _load(ctx: Context, reference: str, version: int, step: str) -> CaseFile:
    file = load(ctx, reference, version, step)
    if reasons := barred(ctx, file, step):  # its state was looked at by load
        raise StepRefused(step, file.communication.state.value, reasons)
    return file


def ask(
    ctx: Context,
    reference: str,
    version: int,
    whom: str,
    why: str,
    reason: str,
    people: int | None = None,
    name: str = "",
) -> Segment:
    """Ask that people affected get no letter, some by their number or all; another person confirms."""
    file = _load(ctx, reference, version, "ask_segment")
    if errors := list(_unfit(file, whom, NoLetter(why), people, trimmed(name))):
        raise InvalidInput(errors)
    is_some = whom == "some"
    row = Segment(
        id=new_id(ctx.now),
        controller_id=file.case.controller_id,
        case_id=file.case.id,
        state="asked",
        name=written("name", name) if is_some else "",
        people=people if is_some else None,
        why=NoLetter(why),
        reason=written("reason", reason, "evidence_missing"),
        asked_by=ctx.person_id,
        asked_at=ctx.now,
    )
    ctx.session.add(row)
    file.segments = (*file.segments, row)
    _append(ctx, file, row, EventKind.SEGMENT_ASKED, reason=row.reason)
    return row


def _unfit(file: CaseFile, whom: str, why: NoLetter, people: int | None, name: str) -> list[FieldError]:
    """Return what is wrong with the people who shall get no letter."""
    if whom == "all":
        return _unfit_for_all(file, why)
    errors = [] if people else [FieldError("people", "people_missing")]
    return errors if name else [*errors, FieldError("name", "segment_name_missing")]


def _unfit_for_all(file: CaseFile, why: NoLetter) -> list[FieldError]:
    if why not in FOR_ALL:
        return [FieldError("why", "why_not_for_all")]
    if file.communication.state not in sources(TABLE, "exempt"):
        return [FieldError("whom", "not_all_any_more")]
    waits = any(one.is_everybody for one in file.asked_segments)
    return [FieldError("whom", "exemption_waits")] if waits else []


def _named(file: CaseFile, step: str, segment: str, *states: str) -> Segment:
    """Return the segment of the id in one of the states; raises NotFound, or StepRefused where it moved."""
    found = next((one for one in file.segments if str(one.id) == segment.strip().lower()), None)
    if found is None:
        raise NotFound("segment")
    if found.state not in states:
        raise StepRefused(step, file.communication.state.value, ("segment_moved",))
    return found


def _answered(ctx: Context, file: CaseFile, step: str, segment: str) -> Segment:
    """Return the segment that is answered; raise StepRefused for who asked for it, and for their deputy."""
    row = _named(file, step, segment, "asked")
    if row.asked_by in ctx.actor.own_ids:
        raise StepRefused(step, file.communication.state.value, ("segment_differs_from_asker",))
    return row


def confirm(ctx: Context, reference: str, version: int, segment: str) -> None:
    """Confirm, as another person, that these people get no letter; of everybody it exempts from informing."""
    file = _load(ctx, reference, version, "confirm_segment")
    row = _answered(ctx, file, "confirm_segment", segment)
    _answer(ctx, row, "confirmed", None)
    _append(ctx, file, row, EventKind.SEGMENT_CONFIRMED)
    if row.is_everybody:
        _exempt(ctx, file, row)
    elif file.communication.state is CommunicationState.SENDING:
        complete_if_all_told(ctx, file.communication)


def _exempt(ctx: Context, file: CaseFile, row: Segment) -> None:
    """Exempt everybody; the database lets the communication follow a confirmed exemption only."""
    facts = CommunicationGuardFacts(
        actor_id=ctx.person_id,
        ground=row.why.value,
        evidence=row.reason,
        exemption_asked_by=row.asked_by,
    )
    communication = fire(ctx, file, "exempt", facts, ground=row.why.value, evidence=row.reason)
    communication.exemption_ground = ExemptionGround(row.why.value)
    communication.exemption_evidence = row.reason


def refuse(ctx: Context, reference: str, version: int, segment: str, comment: str) -> None:
    """Refuse it, as another person, with what speaks against it; these people still have to be told."""
    file = _load(ctx, reference, version, "refuse_segment")
    row = _answered(ctx, file, "refuse_segment", segment)
    _answer(ctx, row, "refused", written("comment", comment, "refusal_unexplained"))
    _append(ctx, file, row, EventKind.SEGMENT_REFUSED, comment=row.comment)


def withdraw(ctx: Context, reference: str, version: int, segment: str) -> None:
    """Take it back, asked for or confirmed: these people have to be told again. Takes one person."""
    file = _load(ctx, reference, version, "withdraw_segment")
    row = _named(file, "withdraw_segment", segment, *_ENDABLE)
    was_in_force = row.state == "confirmed" and row.is_everybody
    row.state, row.ended_by, row.ended_at = "withdrawn", ctx.person_id, ctx.now
    _append(ctx, file, row, EventKind.SEGMENT_WITHDRAWN)
    if was_in_force and file.communication.state is CommunicationState.EXEMPTED:
        begin_round(file, Audience.ALL)
        fire(ctx, file, "require", CommunicationGuardFacts(actor_id=ctx.person_id))


def _answer(ctx: Context, row: Segment, state: str, comment: str | None) -> None:
    row.state, row.comment = state, comment
    row.decided_by, row.decided_at = ctx.person_id, ctx.now
    ctx.session.flush()


def _append(ctx: Context, file: CaseFile, row: Segment, kind: EventKind, **more: object) -> None:
    """Append the audit event: who they are, how many, how they are told, and what was said."""
    touch(ctx, file.case)
    said = {"name": row.name, "people": row.people, **more}
    given = {name: value for name, value in said.items() if value}
    append_to_case(
        ctx,
        file.case,
        kind,
        segment=str(row.id),
        why=row.why.value,
        version=file.case.version,
        **given,
    )

"""Which cases wait for a person, as conditions of the list: the rows that `next_step` has a step for.

A step of the case handler waits for the handler of the case; a step that says yes to another's work waits
for everybody with the role but the one who did the first half.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import aliased

from breach.domain.states import CaseState, CommunicationState, Role
from breach.services import actions
from breach.services.cases.file_query import waits_in_merged
from breach.services.context import Context
from breach.services.sending.by_hand import NEEDS_ACTION
from breach.store.models import (
    AwarenessCorrection,
    BreachCase,
    Communication,
    Decision,
    Notice,
    NoticeText,
    PublicNotice,
    Release,
    Segment,
)
from workflows import case as case_table
from workflows.machine import sources


@dataclass(frozen=True)
class _Waits:
    """A step that waits for somebody: its name, and of which cases it is true for the person."""

    step: str
    where: ColumnElement[bool]


def waits_for(ctx: Context) -> ColumnElement[bool]:
    """Tell of a case whether somebody else's work waits for the person, or came back to them."""
    return or_(*(and_(one.where, _may_take(ctx, one.step)) for one in _waiting(ctx)))


def correction_waits(ctx: Context) -> ColumnElement[bool]:
    """Tell whether the person may answer a correction of when a case that still runs was known."""
    still_runs = or_(BreachCase.is_open, BreachCase.state == CaseState.MERGED)
    asked = _correction(AwarenessCorrection.asked_by.not_in(ctx.actor.own_ids))
    return and_(asked, _may_take(ctx, "confirm_awareness"), still_runs)


def is_own(ctx: Context) -> ColumnElement[bool]:
    """Tell whether the person handles the case, or stands in for its handler today."""
    return BreachCase.handler_id.in_(ctx.actor.own_ids)


def _waiting(ctx: Context) -> tuple[_Waits, ...]:
    person = ctx.actor.own_ids
    settled = and_(~_correction(), ~waits_in_merged())
    asked = and_(BreachCase.dismissal_asked_by.is_not(None), BreachCase.dismissal_asked_by.not_in(person))
    can_be_dismissed = BreachCase.state.in_(sources(case_table.TABLE, "dismiss"))
    return (
        _Waits("decide", and_(BreachCase.state == CaseState.PROPOSED, _proposed_by_other(person))),
        _Waits("hand_over", and_(BreachCase.is_open, BreachCase.wanted_by.is_not(None), is_own(ctx))),
        _Waits("score", _sent_back()),
        _Waits("dismiss", and_(asked, can_be_dismissed, settled)),
        _Waits("save_text", and_(_informing(CommunicationState.DRAFTING), _returned_to(person))),
        _Waits("approve_text", and_(_informing(CommunicationState.DRAFTING), _written_by_other(person))),
        _Waits("release", and_(_informing(CommunicationState.RELEASING), _asked_by_other(person))),
        _Waits("resume", _informing(CommunicationState.PAUSED)),
        _Waits("approve_notice", and_(BreachCase.state == CaseState.RESPONDING, _notice_of_other(person))),
        _Waits("confirm_segment", and_(BreachCase.state == CaseState.RESPONDING, _segment_of_other(person))),
        _Waits("handle_notice", _has_letters_that_wait()),
        _Waits("confirm_awareness", correction_waits(ctx)),
    )


def _informing(*states: CommunicationState) -> ColumnElement[bool]:
    return and_(BreachCase.is_open, Communication.state.in_(states))


def _correction(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    asked = (AwarenessCorrection.case_id == BreachCase.id, AwarenessCorrection.state == "asked")
    return exists().where(*asked, *more)


def _proposed_by_other(person: tuple[int, ...]) -> ColumnElement[bool]:
    return exists().where(
        Decision.case_id == BreachCase.id, Decision.state == "proposed", Decision.proposed_by.not_in(person)
    )


def _sent_back() -> ColumnElement[bool]:
    """Tell whether the newest proposal was sent back, and the case is not dismissed or merged since."""
    one = aliased(Decision)
    newest = select(one.id).where(one.case_id == BreachCase.id).order_by(one.id.desc()).limit(1)
    was = exists().where(
        Decision.id == newest.correlate(BreachCase).scalar_subquery(), Decision.state == "sent_back"
    )
    return and_(BreachCase.state.in_((CaseState.ASSESSING, CaseState.SCORED)), was)


def _written_by_other(person: tuple[int, ...]) -> ColumnElement[bool]:
    others = (NoticeText.written_by.not_in(person), NoticeText.returned_by.is_(None))
    return exists().where(NoticeText.id == Communication.text_id, *others)


def _returned_to(person: tuple[int, ...]) -> ColumnElement[bool]:
    """Tell whether the newest letter was sent back to the person, who wrote it or handles the case."""
    theirs = or_(NoticeText.written_by.in_(person), BreachCase.handler_id.in_(person))
    returned = (NoticeText.id == Communication.text_id, NoticeText.returned_by.is_not(None))
    return exists().where(*returned, theirs)


def _asked_by_other(person: tuple[int, ...]) -> ColumnElement[bool]:
    return exists().where(
        Release.case_id == BreachCase.id, Release.state == "asked", Release.first_by.not_in(person)
    )


def _notice_of_other(person: tuple[int, ...]) -> ColumnElement[bool]:
    return exists().where(
        PublicNotice.case_id == BreachCase.id,
        PublicNotice.state == "drafted",
        PublicNotice.written_by.not_in(person),
    )


def _segment_of_other(person: tuple[int, ...]) -> ColumnElement[bool]:
    return exists().where(
        Segment.case_id == BreachCase.id, Segment.state == "asked", Segment.asked_by.not_in(person)
    )


def _has_letters_that_wait() -> ColumnElement[bool]:
    waits = exists().where(
        Notice.communication_id == Communication.id, Notice.state.in_(sorted(NEEDS_ACTION, key=str))
    )
    return and_(_informing(CommunicationState.SENDING, CommunicationState.PAUSED), waits)


def _may_take(ctx: Context, step: str) -> ColumnElement[bool]:
    """Tell whether the person has a role for the step; a step of handlers is that of the case's own."""
    action = actions.named(step)
    held = ctx.actor.roles - ctx.actor.new_roles if action.seconded else ctx.actor.roles
    at: dict[bool, set[int]] = {True: set(), False: set()}
    for controller_id, role in held:
        if role in action.roles:
            at[role is Role.CASE_HANDLER and not action.seconded].add(controller_id)
    own = and_(BreachCase.controller_id.in_(at[True]), is_own(ctx)) if at[True] else false()
    return or_(BreachCase.controller_id.in_(at[False]), own)

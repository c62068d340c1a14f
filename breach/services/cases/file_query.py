"""The statement that fetches a case with all that its file holds: see `breach.services.cases.file`."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    distinct,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from breach.domain.states import (
    TOLD,
    Audience,
    CaseState,
    CommunicationState,
    ExemptionGround,
    NoticeState,
    Role,
)
from breach.store.models import (
    Assessment,
    AuthorityTrack,
    AwarenessCorrection,
    BreachCase,
    Communication,
    Controller,
    Decision,
    Notice,
    NoticeText,
    Person,
    PublicNotice,
    Recipient,
    Release,
    RoleGrant,
    Segment,
)
from workflows import communication

_DECIDED = aliased(Decision, name="decided")
_RELEASED = aliased(Release, name="released")
_BEFORE = aliased(NoticeText, name="text_before")


@cache
def file_statement() -> Select[Any]:
    """Return the one statement that fetches cases, the newest row of each kind, and the figures.

    It is built once and asks for the values `references` and `controllers`: to build it takes longer than to
    execute it.
    """
    newest = (Assessment, Decision, _DECIDED, NoticeText, _BEFORE, PublicNotice, Release, _RELEASED)
    wanted = select(BreachCase, Controller, AuthorityTrack, Communication, *newest, *_figures())
    return (
        wanted.add_columns(*_merges())
        .where(*_wanted(BreachCase))
        .join(Controller, Controller.id == BreachCase.controller_id)
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .outerjoin(Assessment, Assessment.id == _newest_of_case(Assessment))
        .outerjoin(Decision, Decision.id == _newest_of_case(Decision))
        .outerjoin(_DECIDED, _DECIDED.id == _newest_of_case(Decision, "decided"))
        .outerjoin(NoticeText, NoticeText.id == _newest_text())
        .outerjoin(_BEFORE, _BEFORE.id == _newest_text(skip=1))
        .outerjoin(PublicNotice, PublicNotice.id == _newest_of_case(PublicNotice))
        .outerjoin(Release, Release.id == _newest_of_case(Release, "asked"))
        .outerjoin(_RELEASED, _RELEASED.id == _newest_of_case(Release, "released"))
    )


def _wanted(one: type[BreachCase]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the cases that were asked for."""
    return (
        one.reference.in_(bindparam("references", expanding=True)),
        one.controller_id.in_(bindparam("controllers", expanding=True)),
    )


def _newest_of_case(kind: type[Any], state: str = "") -> ScalarSelect[UUID]:
    """Return the id of the newest row of a kind that belongs to the case; ids rise with the time."""
    one = aliased(kind)
    wanted = select(one.id).where(one.case_id == BreachCase.id)
    if state:
        wanted = wanted.where(one.state == state)
    return wanted.order_by(one.id.desc()).limit(1).correlate(BreachCase).scalar_subquery()


def _newest_text(skip: int = 0) -> ScalarSelect[UUID]:
    one = aliased(NoticeText)
    wanted = select(one.id).where(one.communication_id == Communication.id)
    wanted = wanted.order_by(one.number.desc()).limit(1).offset(skip)
    return wanted.correlate(Communication).scalar_subquery()


def _figures() -> list[ColumnElement[Any]]:
    """Return the counts of the list and of the notices, and whether the handler has left."""
    ever = select(func.count()).select_from(Recipient)
    ever = ever.where(Recipient.communication_id == Communication.id)
    reached = select(func.count(distinct(Notice.recipient_id))).where(
        Notice.communication_id == Communication.id, Notice.state.in_(TOLD), counts_as_told()
    )
    return [
        _single(ever.where(listed()), "recipients"),
        _single(ever.where(~listed()), "removed"),
        _single(ever.where(addressed()), "addressed"),
        _single(reached, "reached"),
        _single(select(func.count(Segment.id)).where(Segment.case_id == BreachCase.id), "segments"),
        *(_single(_notices_in(state), count_label(state)) for state in NoticeState),
        notice_is_proven().label("has_proof"),
        handler_left().label("handler_is_gone"),
    ]


def _single(wanted: Select[Any], name: str) -> ColumnElement[Any]:
    return wanted.correlate(BreachCase, Communication).scalar_subquery().label(name)


def _notices_in(state: NoticeState) -> Select[Any]:
    return select(func.count(Notice.id)).where(
        Notice.communication_id == Communication.id, Notice.state == state, in_this_round()
    )


def count_label(state: NoticeState) -> str:
    """Return what the count of the notices in a state is called in the statement's row."""
    return f"notices_{state.value}"


def _merges() -> list[ColumnElement[Any]]:
    """Return what is read of the case that this one is merged into, and of those merged into it."""
    target = aliased(BreachCase)
    merged = aliased(BreachCase)
    earliest = select(merged.reference, merged.aware_at).where(merged.merged_into_id == BreachCase.id)
    earliest = earliest.order_by(merged.aware_at, merged.id).limit(1)
    return [
        _single(select(target.reference).where(target.id == BreachCase.merged_into_id), "merged_into"),
        _single(earliest.with_only_columns(merged.reference), "earliest_reference"),
        _single(earliest.with_only_columns(merged.aware_at), "earliest_aware_at"),
        _end_of_merges().label("merged_end"),
        waits_in_merged().label("waits_in_merged"),
    ]


def _end_of_merges() -> ScalarSelect[CaseState]:
    """Return the state of the case that the chain of merges from this one leads to."""
    first = aliased(BreachCase)
    following = aliased(BreachCase)
    start = select(first.id.label("start"), first.state, first.merged_into_id).where(*_wanted(first))
    way = start.cte("way", recursive=True)
    way = way.union(
        select(way.c.start, following.state, following.merged_into_id).join(
            way, way.c.merged_into_id == following.id
        )
    )
    ends = select(way.c.state).where(way.c.start == BreachCase.id, way.c.merged_into_id.is_(None))
    return ends.limit(1).correlate(BreachCase).scalar_subquery()


def waits_in_merged() -> ColumnElement[bool]:
    """Tell of a case whether a correction waits in one that is merged into it, however deep."""
    first = aliased(BreachCase)
    deeper = aliased(BreachCase)
    asked = select(first.merged_into_id.label("id")).join(
        AwarenessCorrection, AwarenessCorrection.case_id == first.id
    )
    above = asked.where(AwarenessCorrection.state == "asked", first.merged_into_id.is_not(None)).cte(
        "above", recursive=True
    )
    further = select(deeper.merged_into_id).join(above, deeper.id == above.c.id)
    above = above.union(further.where(deeper.merged_into_id.is_not(None)))
    return BreachCase.id.in_(select(above.c.id))


def notice_is_proven() -> ColumnElement[bool]:
    """Tell of a case whether a public notice was proven and not taken down."""
    one = aliased(PublicNotice)
    return exists().where(one.case_id == BreachCase.id, one.state == "proven")


def informs() -> ColumnElement[bool]:
    """Tell of an open case whether people still have to be told, by letter or by a public notice."""
    by_notice = and_(
        Communication.state == CommunicationState.EXEMPTED,
        Communication.exemption_ground == ExemptionGround.DISPROPORTIONATE,
        ~notice_is_proven(),
    )
    return and_(BreachCase.is_open, or_(Communication.state.not_in(communication.SETTLED), by_notice))


def handler_left() -> ColumnElement[bool]:
    """Tell of a case that it has a handler who handles cases there no more: no log-in, or not the role."""
    still_there = exists().where(
        RoleGrant.person_id == BreachCase.handler_id,
        RoleGrant.controller_id == BreachCase.controller_id,
        RoleGrant.role == Role.CASE_HANDLER,
        Person.id == RoleGrant.person_id,
        Person.disabled_at.is_(None),
    )
    return and_(BreachCase.handler_id.is_not(None), ~still_there)


def listed() -> ColumnElement[bool]:
    """Tell of a recipient whether they are on the list: they were not removed from it."""
    return Recipient.removed_at.is_(None)


def addressed(of: type[Communication] = Communication) -> ColumnElement[bool]:
    """Tell of a recipient, in a statement of both, whether the communication's round goes there."""
    number = func.coalesce(of.round_number, 1)
    earlier = and_(Notice.recipient_id == Recipient.id, func.coalesce(Notice.round_number, 1) < number)
    written = exists().where(earlier)
    told = exists().where(earlier, Notice.state.in_(TOLD))
    in_audience = case(
        (of.audience == Audience.NEW, ~written),
        (of.audience == Audience.MISSED, and_(written, ~told)),
        else_=true(),
    )
    return and_(listed(), in_audience)


def counts_as_told(of: type[Communication] = Communication) -> ColumnElement[bool]:
    """Tell of a notice whether its delivery counts: in a round to all only this round's, else any."""
    in_round = in_this_round(of)
    return or_(in_round, of.audience.in_((Audience.NEW, Audience.MISSED)))


def in_this_round(of: type[Communication] = Communication) -> ColumnElement[bool]:
    """Tell of a notice whether it belongs to the round that is prepared or sent."""
    return func.coalesce(Notice.round_number, 1) == func.coalesce(of.round_number, 1)

"""The statement that fetches a case with all that its file holds: see `breach.services.cases.file`."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, distinct, exists, func, select
from sqlalchemy.orm import aliased

from breach.domain.states import TOLD, CaseState, NoticeState, Role
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
    Recipient,
    Release,
    RoleGrant,
)

_DECIDED = aliased(Decision, name="decided")
_RELEASED = aliased(Release, name="released")
_BEFORE = aliased(NoticeText, name="text_before")


@cache
def file_statement() -> Select[Any]:
    """Return the one statement that fetches the case, the newest row of each kind, and the figures.

    It is built once and asks for the values `reference` and `controllers`: to build it takes longer than to
    execute it.
    """
    mine = (
        BreachCase.reference == bindparam("reference"),
        BreachCase.controller_id.in_(bindparam("controllers", expanding=True)),
    )
    newest = (Assessment, Decision, _DECIDED, NoticeText, _BEFORE, Release, _RELEASED)
    wanted = select(BreachCase, Controller, AuthorityTrack, Communication, *newest, *_figures())
    return (
        wanted.add_columns(*_merges(mine))
        .where(*mine)
        .join(Controller, Controller.id == BreachCase.controller_id)
        .join(AuthorityTrack, AuthorityTrack.case_id == BreachCase.id)
        .join(Communication, Communication.case_id == BreachCase.id)
        .outerjoin(Assessment, Assessment.id == _newest_of_case(Assessment))
        .outerjoin(Decision, Decision.id == _newest_of_case(Decision))
        .outerjoin(_DECIDED, _DECIDED.id == _newest_of_case(Decision, "decided"))
        .outerjoin(NoticeText, NoticeText.id == _newest_text())
        .outerjoin(_BEFORE, _BEFORE.id == _newest_text(skip=1))
        .outerjoin(Release, Release.id == _newest_of_case(Release, "asked"))
        .outerjoin(_RELEASED, _RELEASED.id == _newest_of_case(Release, "released"))
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
    listed = select(func.count(Recipient.id)).where(Recipient.communication_id == Communication.id)
    reached = select(func.count(distinct(Notice.recipient_id))).where(
        Notice.communication_id == Communication.id, Notice.state.in_(TOLD)
    )
    return [
        _single(listed, "recipients"),
        _single(reached, "reached"),
        *(_single(_notices_in(state), count_label(state)) for state in NoticeState),
        handler_left().label("handler_is_gone"),
    ]


def _single(wanted: Select[Any], name: str) -> ColumnElement[Any]:
    return wanted.correlate(BreachCase, Communication).scalar_subquery().label(name)


def _notices_in(state: NoticeState) -> Select[Any]:
    return select(func.count(Notice.id)).where(
        Notice.communication_id == Communication.id, Notice.state == state
    )


def count_label(state: NoticeState) -> str:
    """Return what the count of the notices in a state is called in the statement's row."""
    return f"notices_{state.value}"


def _merges(mine: Sequence[ColumnElement[bool]]) -> list[ColumnElement[Any]]:
    """Return what is read of the case that this one is merged into, and of those merged into it."""
    target = aliased(BreachCase)
    merged = aliased(BreachCase)
    earliest = select(merged.reference, merged.aware_at).where(merged.merged_into_id == BreachCase.id)
    earliest = earliest.order_by(merged.aware_at, merged.id).limit(1)
    return [
        _single(select(target.reference).where(target.id == BreachCase.merged_into_id), "merged_into"),
        _single(earliest.with_only_columns(merged.reference), "earliest_reference"),
        _single(earliest.with_only_columns(merged.aware_at), "earliest_aware_at"),
        _end_of_merges(mine).label("merged_end"),
        _waits_in_merged(mine).label("waits_in_merged"),
    ]


def _end_of_merges(mine: Sequence[ColumnElement[bool]]) -> ScalarSelect[CaseState]:
    """Return the state of the case that the chain of merges from this one leads to."""
    way = select(BreachCase.state, BreachCase.merged_into_id).where(*mine).cte("way", recursive=True)
    following = aliased(BreachCase)
    way = way.union(
        select(following.state, following.merged_into_id).join(way, way.c.merged_into_id == following.id)
    )
    return select(way.c.state).where(way.c.merged_into_id.is_(None)).limit(1).scalar_subquery()


def _waits_in_merged(mine: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Tell whether a correction waits in a case that is merged into this one, however deep."""
    top = select(BreachCase.id).where(*mine).scalar_subquery()
    first = aliased(BreachCase)
    deeper = aliased(BreachCase)
    below = select(first.id).where(first.merged_into_id == top).cte("below", recursive=True)
    below = below.union(select(deeper.id).join(below, deeper.merged_into_id == below.c.id))
    return exists().where(
        AwarenessCorrection.state == "asked", AwarenessCorrection.case_id.in_(select(below.c.id))
    )


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

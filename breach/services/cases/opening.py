"""Creates a case: reference number, notification and communication rows, first audit event."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from breach.domain.clocks import notification_due
from breach.domain.danish_time import local
from breach.domain.events import EventKind
from breach.domain.spans import Span
from breach.domain.states import AuthorityState, CaseState, CommunicationState, OccurredKind, ReporterKind
from breach.services.audit import append_to_case
from breach.services.cases.deadline import candidates_of
from breach.services.context import Context
from breach.services.ids import new_id
from breach.store.inserting import insert_into
from breach.store.models import AuthorityTrack, BreachCase, CaseNumber, Communication, Controller


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """What must be known to open a case. The 72 hours run from the earliest time by which it was known.

    aware_at: says another time than what the report says
    """

    title: str
    source: ReporterKind
    received_at: datetime
    occurred_kind: OccurredKind
    facts: dict[str, Any]
    aware_at: datetime | None = None
    occurred_from: Span | None = None
    occurred_to: Span | None = None
    discovered: Span | None = None
    called: Span | None = None
    summary: str = ""


def open_case(ctx: Context, controller: Controller, command: OpenCase) -> BreachCase:
    """Store a case with its number, the notification as due from the first minute, and its first event."""
    case = BreachCase(
        id=new_id(ctx.now),
        controller_id=controller.id,
        reference=_next_reference(ctx, local(command.received_at).year),
        title=command.title,
        source=command.source,
        state=CaseState.REPORTED,
        received_at=command.received_at,
        occurred_kind=command.occurred_kind,
        **_times(command),
        facts=command.facts,
        facts_changed_at=ctx.now,
        summary=command.summary,
        consequences=[],
    )
    case.own_aware_at = case.aware_at = command.aware_at or candidates_of(case)[0].at
    case.due_at = notification_due(case.aware_at)
    ctx.session.add(case)
    ctx.session.flush()
    ctx.session.add_all(_tracks(ctx, controller, case))
    ctx.session.flush()
    append_to_case(
        ctx, case, EventKind.CASE_OPENED, source=case.source.value, aware_at=case.aware_at, due_at=case.due_at
    )
    return case


def _times(command: OpenCase) -> dict[str, Any]:
    """Return the columns that keep the times as they were said."""
    began, ended, found = command.occurred_from, command.occurred_to, command.discovered
    return {
        "occurred_from_at": began and began.start,
        "occurred_from_is_day": began and began.is_day,
        "occurred_to_at": ended and ended.end,
        "occurred_to_is_day": ended and ended.is_day,
        "discovered_at": found and found.start,
        "discovered_is_day": found and found.is_day,
        "called_at": command.called and command.called.start,
    }


def _tracks(ctx: Context, controller: Controller, case: BreachCase) -> list[AuthorityTrack | Communication]:
    keys = {"controller_id": controller.id, "case_id": case.id}
    return [
        AuthorityTrack(**keys, state=AuthorityState.DUE),
        Communication(
            **keys,
            id=new_id(ctx.now),
            state=CommunicationState.NOT_REQUIRED,
            channel=ctx.settings.channel,
            due_at=case.aware_at + timedelta(hours=controller.communication_hours),
        ),
    ]


def _next_reference(ctx: Context, year: int) -> str:
    first = insert_into(ctx.session, CaseNumber).values(year=year, last=1)
    # One statement counts up or begins at one; a second report waits here for the first's commit.
    number = ctx.session.execute(
        first.on_conflict_do_update(index_elements=["year"], set_={"last": CaseNumber.last + 1}).returning(
            CaseNumber.last
        )
    ).scalar_one()
    return f"BRUD-{year}-{number:06d}"

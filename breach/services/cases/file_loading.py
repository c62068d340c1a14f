"""Loads the file of a case in few statements, once in a transaction."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption

from breach.domain.errors import NotFound
from breach.domain.events import EventKind
from breach.domain.states import (
    NoticeState,
)
from breach.services.cases.file import CaseFile, ClockEvent
from breach.services.cases.file_query import count_label, file_statement, listed
from breach.services.context import Context
from breach.store.models import (
    AuditEvent,
    AwarenessCorrection,
    BreachCase,
    Communication,
    NoticeText,
    Recipient,
    Segment,
)

_CLOCK_EVENTS = (
    EventKind.CASE_OPENED,
    EventKind.CASE_DEADLINE_MOVED,
    EventKind.AUTHORITY_SUBMIT,
    EventKind.AUTHORITY_SUPPLEMENT,
)


def load_file(ctx: Context, reference: str) -> CaseFile:
    """Return the file of a case that the person may see, in three statements; raises NotFound for a stranger.

    Within one transaction it is loaded once: whoever asks again is given the same, as the steps have left it.
    """
    files: dict[str, CaseFile] = ctx.session.info.setdefault("case_files", {})
    if reference not in files:
        found = _loaded(ctx, [reference])
        if not found:
            raise NotFound("case")
        files[reference] = found[0]
    return files[reference]


def load_files(ctx: Context, references: Sequence[str]) -> dict[str, CaseFile]:
    """Return the files of the cases that the person may see, by reference, in three statements.

    They are for a list: the print of the letter is not among them.
    """
    return {file.case.reference: file for file in _loaded(ctx, references, defer(Communication.pdf))}


def kept_file(ctx: Context, case: BreachCase) -> CaseFile | None:
    """Return the file of a case if it was loaded in this transaction."""
    files: dict[str, CaseFile] = ctx.session.info.get("case_files", {})
    return files.get(case.reference)


def note_clock_event(ctx: Context, case: BreachCase, kind: EventKind, **body: object) -> None:
    """Put an event that is recorded with this transaction beside the earlier ones of the case's clock."""
    file = kept_file(ctx, case)
    if file is not None and kind in _CLOCK_EVENTS:
        file.clock_events = (*file.clock_events, (kind, body))


def forget_file(ctx: Context, case: BreachCase) -> None:
    """Have the file of a case loaded anew when it is asked for, because another case's step changed it."""
    ctx.session.info.get("case_files", {}).pop(case.reference, None)


def _loaded(ctx: Context, references: Sequence[str], *options: ExecutableOption) -> list[CaseFile]:
    whose = {"references": references, "controllers": ctx.actor.controllers}
    rows = ctx.session.execute(file_statement().options(*options), whose).all()
    ids = [row.BreachCase.id for row in rows]
    corrections = _corrections(ctx, ids)
    events = _clock_events(ctx, ids)
    segments = _segments(ctx, [row.BreachCase.id for row in rows if row.segments])
    return [
        _file(row, corrections[case_id], segments[case_id], events[case_id])
        for row, case_id in zip(rows, ids, strict=True)
    ]


def _file(
    row: Row[Any],
    corrections: Sequence[AwarenessCorrection],
    segments: Sequence[Segment],
    clock_events: Sequence[ClockEvent],
) -> CaseFile:
    return CaseFile(
        case=row.BreachCase,
        controller=row.Controller,
        authority=row.AuthorityTrack,
        communication=row.Communication,
        assessment=row.Assessment,
        decision=row.Decision,
        decided=row.decided,
        text=row.NoticeText,
        text_before=row.text_before,
        release=row.Release,
        released=row.released,
        corrections=tuple(corrections),
        segments=tuple(segments),
        notice=row.PublicNotice,
        has_proof=bool(row.has_proof),
        counts={state: n for state in NoticeState if (n := getattr(row, count_label(state)))},
        recipients=row.recipients,
        removed=row.removed,
        addressed=row.addressed,
        reached=row.reached,
        handler_is_gone=bool(row.handler_is_gone),
        merged_into=row.merged_into,
        merged_end=row.merged_end if row.merged_into else None,
        earliest_merged=_earliest(row),
        waits_in_merged=bool(row.waits_in_merged),
        clock_events=tuple(clock_events),
    )


def _earliest(row: Row[Any]) -> tuple[str, datetime] | None:
    return (row.earliest_reference, row.earliest_aware_at) if row.earliest_reference else None


def _corrections(ctx: Context, case_ids: Sequence[UUID]) -> dict[UUID, list[AwarenessCorrection]]:
    """Return the corrections of the cases, the newest first."""
    found: dict[UUID, list[AwarenessCorrection]] = defaultdict(list)
    wanted = select(AwarenessCorrection).where(AwarenessCorrection.case_id.in_(case_ids))
    for row in ctx.session.scalars(wanted.order_by(AwarenessCorrection.id.desc())):
        found[row.case_id].append(row)
    return found


def _segments(ctx: Context, case_ids: Sequence[UUID]) -> dict[UUID, list[Segment]]:
    """Return the segments of the cases' people, oldest first; most cases have none, and cost no statement."""
    found: dict[UUID, list[Segment]] = defaultdict(list)
    if not case_ids:
        return found
    wanted = select(Segment).where(Segment.case_id.in_(case_ids)).order_by(Segment.id)
    for row in ctx.session.scalars(wanted):
        found[row.case_id].append(row)
    return found


def _clock_events(ctx: Context, case_ids: Sequence[UUID]) -> dict[UUID, list[ClockEvent]]:
    """Return the events of the cases' clocks, oldest first."""
    found: dict[UUID, list[ClockEvent]] = defaultdict(list)
    wanted = select(AuditEvent.case_id, AuditEvent.kind, AuditEvent.body).where(
        AuditEvent.case_id.in_(case_ids), AuditEvent.kind.in_(_CLOCK_EVENTS)
    )
    for row in ctx.session.execute(wanted.order_by(AuditEvent.seq)):
        found[row.case_id].append((row.kind, json.loads(row.body)["data"]))
    return found


def communication_of(ctx: Context, case: BreachCase) -> Communication:
    """Return the communication; every case has one, needed or not."""
    return ctx.session.scalars(select(Communication).where(Communication.case_id == case.id)).one()


def text_of(ctx: Context, communication: Communication) -> NoticeText | None:
    """Return the newest version of the letter."""
    return ctx.session.scalar(
        select(NoticeText)
        .where(NoticeText.communication_id == communication.id)
        .order_by(NoticeText.number.desc())
        .limit(1)
    )


def recipient_count(ctx: Context, communication: Communication) -> int:
    """Return how many persons are on the list."""
    wanted = select(func.count()).select_from(Recipient)
    found = ctx.session.scalar(wanted.where(Recipient.communication_id == communication.id, listed()))
    return found or 0

"""The file of a case: all that guards, offers, pages, words and letters read of it, loaded once."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption

from breach.domain.errors import NotFound
from breach.domain.events import EventKind
from breach.domain.states import (
    SETTLED,
    TOLD,
    Audience,
    AuthorityState,
    CaseState,
    CommunicationState,
    ExemptionGround,
    NoLetter,
    NoticeState,
)
from breach.domain.tally import Exempted, Tally, tally_of
from breach.services.cases.file_query import count_label, file_statement, listed
from breach.services.context import Context
from breach.store.models import (
    Assessment,
    AuditEvent,
    AuthorityTrack,
    AwarenessCorrection,
    BreachCase,
    Communication,
    Controller,
    Decision,
    NoticeText,
    PublicNotice,
    Recipient,
    Release,
    Segment,
)
from workflows import communication as communication_table

_CLOCK_EVENTS = (
    EventKind.CASE_OPENED,
    EventKind.CASE_DEADLINE_MOVED,
    EventKind.AUTHORITY_SUBMIT,
    EventKind.AUTHORITY_SUPPLEMENT,
)
ClockEvent = tuple[str, Mapping[str, Any]]
_NOBODY_ELSE = (CommunicationState.NOT_REQUIRED, CommunicationState.EXEMPTED)
"""States in which nobody is left to be told, however many are affected."""


@dataclass(kw_only=True)
class CaseFile:
    """A case with all that belongs to it. A step that changes a part puts the new one in its place.

    decision: the newest proposal or decision; decided: the newest decision that was taken
    text: the newest version of the letter; text_before: the one before it
    release: the order to send that waits for a second person; released: the newest that was carried out
    corrections: of the awareness, the newest first
    segments: of the people affected who get no letter, asked for, confirmed or ended, oldest first
    notice: the newest version of the public notice; has_proof: whether one was proven and not taken down
    counts: how many notices of this round stand in each state; recipients: persons on the list
    removed: persons who were removed from the list
    addressed: persons on the list whom this round goes to
    reached: persons with a notice that was delivered or posted, in a round to all with one of this round
    handler_is_gone: whether the case has a handler who handles cases there no more
    merged_into: the reference of the case that this one is merged into; merged_end: the state of the case in
        which it ended up, as that one may be merged too
    earliest_merged: reference and awareness of the case merged into this one that was known the earliest
    waits_in_merged: whether a correction waits in a case that is merged into this one, however deep
    clock_events: what set or moved the deadline and what Datatilsynet was sent, kind and body, oldest first
    """

    case: BreachCase
    controller: Controller
    authority: AuthorityTrack
    communication: Communication
    assessment: Assessment | None
    decision: Decision | None
    decided: Decision | None
    text: NoticeText | None
    text_before: NoticeText | None
    release: Release | None
    released: Release | None
    corrections: tuple[AwarenessCorrection, ...]
    segments: tuple[Segment, ...]
    notice: PublicNotice | None
    has_proof: bool
    counts: dict[NoticeState, int]
    recipients: int
    removed: int
    addressed: int
    reached: int
    handler_is_gone: bool
    merged_into: str | None
    merged_end: CaseState | None
    earliest_merged: tuple[str, datetime] | None
    waits_in_merged: bool
    clock_events: tuple[ClockEvent, ...]

    @property
    def handler_left(self) -> bool:
        """Whether the case is open and its handler handles cases no more."""
        return self.case.is_open and self.handler_is_gone

    @property
    def ends_as(self) -> CaseState:
        """The state of the case in which this one ended up by merges; of one not merged its own."""
        return self.merged_end or self.case.state

    @property
    def notifying_due_at(self) -> datetime | None:
        """When Datatilsynet must be notified; None once it is, and where the case has ended."""
        is_running = self.case.is_open and self.authority.state is AuthorityState.DUE
        return self.case.due_at if is_running else None

    @property
    def informing_due_at(self) -> datetime | None:
        """By when the controller wants people informed; None once they are, and where the case has ended."""
        is_due = self.communication.state not in communication_table.SETTLED or self._rest_waits_for_notice
        return self.communication.due_at if self.case.is_open and is_due else None

    @property
    def correction(self) -> AwarenessCorrection | None:
        """The correction of the case's awareness that waits for an answer; there is one at most."""
        return next((row for row in self.corrections if row.state == "asked"), None)

    @property
    def waits_below(self) -> bool:
        """Whether a correction of the awareness waits in the case, or in one that is merged into it."""
        return self.correction is not None or self.waits_in_merged

    @property
    def list_version(self) -> int:
        """The version of the list: it rises with everybody who is put on it or removed from it."""
        return self.recipients + 2 * self.removed

    @property
    def untold(self) -> int:
        """How many persons on the list are not reached."""
        return self.recipients - self.reached

    @property
    def tally(self) -> Tally:
        """The sum of the people affected, as the case stands now."""
        return case_tally(
            self.case,
            self.communication,
            listed=self.recipients,
            reached=self.reached,
            segments=self.segments,
            has_proof=self.has_proof,
        )

    @property
    def needs_notice(self) -> bool:
        """Whether people are to be told by a public notice that nobody has proven yet."""
        is_confirmed = any(
            one.why is NoLetter.DISPROPORTIONATE and one.state == "confirmed" and not one.is_everybody
            for one in self.segments
        )
        return self._rest_waits_for_notice or (is_confirmed and not self.has_proof)

    @property
    def _rest_waits_for_notice(self) -> bool:
        """Whether everybody is exempted for a public notice that nobody has proven yet."""
        rest = _rest_of(self.communication)
        return rest is not None and rest.by_notice and not self.has_proof

    @property
    def is_informed(self) -> bool:
        """Whether nobody has to be told any more: informing is settled, and the sum adds up."""
        return self.communication.state in communication_table.SETTLED and self.tally.adds_up

    @property
    def letters_are_sent(self) -> bool:
        """Whether every letter that was released is settled, and informing is not completed all the same."""
        return self.communication.state is CommunicationState.SENDING and not self.on_the_way

    @property
    def asked_segments(self) -> tuple[Segment, ...]:
        """The segments that wait for a second person."""
        return tuple(one for one in self.segments if one.state == "asked")

    @property
    def unprepared(self) -> int:
        """Persons of this round whose letter is released and not made yet."""
        order = self.released
        is_of_round = order is not None and order.round == self.communication.round
        return (order.unprepared or 0) if order is not None and is_of_round else 0

    @property
    def on_the_way(self) -> int:
        """Letters of this round that are not made yet, or neither delivered, posted nor given up."""
        made = sum(count for state, count in self.counts.items() if state not in SETTLED)
        return self.unprepared + made

    @property
    def told(self) -> int:
        """Notices of this round that were delivered or posted."""
        return sum(count for state, count in self.counts.items() if state in TOLD)

    @property
    def supplement_is_due(self) -> bool:
        """Whether the deadline moved after Datatilsynet was last told something (GDPR art. 33(4))."""
        if self.authority.state is not AuthorityState.SUBMITTED:
            return False
        kinds = [kind for kind, _ in self.clock_events if kind != EventKind.CASE_OPENED]
        return kinds[-1:] == [EventKind.CASE_DEADLINE_MOVED]

    def count_moved(self, before: NoticeState, after: NoticeState) -> None:
        """Count a notice of this round that went from one state to another."""
        self.counts[before] -= 1
        self.counts[after] = self.counts.get(after, 0) + 1
        self.counts = {state: count for state, count in self.counts.items() if count}


def case_tally(
    case: BreachCase,
    communication: Communication,
    *,
    listed: int,
    reached: int,
    segments: Iterable[Segment],
    has_proof: bool,
) -> Tally:
    """Return the sum of the people affected.

    listed: persons on the list; reached: those to whom a letter was delivered or posted
    has_proof: whether a public notice was proven
    """
    return tally_of(
        case.facts.get("subject_count"),
        listed,
        reached,
        [(one.why, one.people) for one in segments if one.state == "confirmed" and one.people],
        rest=_rest_of(communication),
        is_published=has_proof,
    )


def _rest_of(communication: Communication) -> Exempted | None:
    """Return whether everybody who is left is exempted, or need not be told."""
    if communication.state not in _NOBODY_ELSE:
        return None
    is_exempted = communication.state is CommunicationState.EXEMPTED
    return Exempted(is_exempted and communication.exemption_ground is ExemptionGround.DISPROPORTIONATE)


def begin_round(file: CaseFile, audience: Audience) -> None:
    """Begin the next round, or say of one that was not sent yet whom it goes to."""
    communication, released = file.communication, file.released
    if released is not None and released.round == communication.round:
        if file.told == released.frozen_count:  # sent before the order told it
            released.completed_at = released.completed_at or communication.completed_at
        communication.round_number = communication.round + 1
    communication.audience = audience
    communication.pdf = None
    communication.released_at = None
    communication.completed_at = None


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

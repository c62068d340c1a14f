"""The file of a case: all that guards, offers, pages, words and letters read of it, loaded once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
from breach.store.models import (
    Assessment,
    AuthorityTrack,
    AwarenessCorrection,
    BreachCase,
    Communication,
    Controller,
    Decision,
    NoticeText,
    PublicNotice,
    Release,
    Segment,
)
from workflows import communication as communication_table

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

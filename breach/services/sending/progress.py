"""The progress of sending as counts. They identify nobody, so reading them is not logged."""

from dataclasses import dataclass

from breach.domain.states import SETTLED, TOLD, CommunicationState, NoticeState
from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import load_file
from breach.services.context import Context
from breach.services.sending.by_hand import NEEDS_ACTION

_ON_THE_WAY = frozenset({NoticeState.UNKNOWN, NoticeState.SUBMITTED})


@dataclass(frozen=True)
class Progress:
    """Counts of a round's notices by state.

    recipients: persons whom the round goes to; unprepared: those of them whose letter is not made yet
    adds_up: whether everybody affected is told, or not told for a reason
    """

    reference: str
    state: CommunicationState
    recipients: int
    counts: dict[NoticeState, int]
    adds_up: bool
    unprepared: int = 0

    @property
    def told(self) -> int:
        """Notices that were delivered or posted."""
        return self._in(TOLD)

    @property
    def waiting(self) -> int:
        """Notices that need action by a person."""
        return self._in(NEEDS_ACTION)

    @property
    def moves(self) -> bool:
        """Whether the worker may still change the counts, so that the page keeps polling."""
        if self.unprepared:
            return self.state in (CommunicationState.SENDING, CommunicationState.PAUSED)
        if self.state is CommunicationState.PAUSED:
            return self._in(_ON_THE_WAY) > 0
        waits_for_person = self.waiting > 0 or not self.adds_up
        return self.state is CommunicationState.SENDING and not (self.rests and waits_for_person)

    @property
    def rests(self) -> bool:
        """Whether every letter is made, and settled or in need of action by a person."""
        return not self.unprepared and self.waiting + self._in(SETTLED) == sum(self.counts.values())

    def _in(self, states: frozenset[NoticeState]) -> int:
        return sum(count for state, count in self.counts.items() if state in states)


def progress_of(file: CaseFile) -> Progress:
    """Return how far the sending of a case is."""
    return Progress(
        reference=file.case.reference,
        state=file.communication.state,
        recipients=file.addressed,
        counts=file.counts,
        unprepared=file.unprepared,
        adds_up=file.tally.adds_up,
    )


def progress(ctx: Context, reference: str) -> Progress:
    """Return the progress; raise NotFound without a role for the case's controller."""
    return progress_of(load_file(ctx, reference))

"""How far the sending has come: figures only, so a look at them is no look at the case and is not logged."""

from dataclasses import dataclass

from breach.domain.states import SETTLED, TOLD, CommunicationState, NoticeState
from breach.services.cases.file import CaseFile, load_file
from breach.services.context import Context
from breach.services.sending.by_hand import STANDING

_ON_THE_WAY = frozenset({NoticeState.UNKNOWN, NoticeState.SUBMITTED})


@dataclass(frozen=True)
class Progress:
    """How many letters of a communication stand where."""

    reference: str
    state: CommunicationState
    recipients: int
    counts: dict[NoticeState, int]

    @property
    def told(self) -> int:
        """Letters that were delivered or posted."""
        return self._in(TOLD)

    @property
    def waiting(self) -> int:
        """Letters that wait for a person."""
        return self._in(STANDING)

    @property
    def moves(self) -> bool:
        """Tell whether the figures may change without anybody at the pages."""
        if self.state is CommunicationState.PAUSED:
            return self._in(_ON_THE_WAY) > 0
        stuck = self.waiting > 0 and self.waiting + self._in(SETTLED) == sum(self.counts.values())
        return self.state is CommunicationState.SENDING and not stuck

    def _in(self, states: frozenset[NoticeState]) -> int:
        return sum(count for state, count in self.counts.items() if state in states)


def progress_of(file: CaseFile) -> Progress:
    """Return how far the sending of a case is."""
    return Progress(file.case.reference, file.communication.state, file.recipients, file.counts)


def progress(ctx: Context, reference: str) -> Progress:
    """Return how far the sending is; raises NotFound for a stranger to the case."""
    return progress_of(load_file(ctx, reference))

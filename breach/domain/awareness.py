"""From when a controller counts as aware of a breach, by what its report says (GDPR art. 33(1)).

Source: EDPB Guidelines 9/2022, paragraphs 31 to 44. The controller is aware when its own people know with
reasonable certainty, or when its processor tells it. What the processor found before that starts no clock of
the controller, nor does what a citizen knew. Until somebody decides otherwise the earliest time counts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from breach.domain.spans import Span, moment
from breach.domain.states import ReporterKind


class AwarenessSource(Enum):
    """What made the controller aware, as far as the report tells."""

    DISCOVERED = "discovered"
    CALLED = "called"
    RECEIVED = "received"


@dataclass(frozen=True)
class AwarenessCandidate:
    """A time that may count: `said` is what was said, `at` the moment from which the 72 hours would run."""

    source: AwarenessSource
    said: Span
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReportedTimes:
    """The times of a report that the awareness is read from.

    discovered: by whoever reports; called: when a call came in that the report writes down
    began: the first moment of the breach that is meant
    """

    source: ReporterKind
    received_at: datetime
    discovered: Span | None = None
    called: Span | None = None
    began: datetime | None = None


def awareness_candidates(times: ReportedTimes) -> tuple[AwarenessCandidate, ...]:
    """Return the times from which the 72 hours may run, the earliest first; never one after the receipt.

    Only what the controller's own staff discovered counts as its discovery.
    """
    own_discovery = times.discovered if times.source is ReporterKind.STAFF else None
    given = (
        (AwarenessSource.DISCOVERED, own_discovery),
        (AwarenessSource.CALLED, times.called),
        (AwarenessSource.RECEIVED, moment(times.received_at)),
    )
    found = [AwarenessCandidate(source, said, _first(said, times)) for source, said in given if said]
    found.sort(key=lambda one: one.at)
    return tuple(found)


def _first(said: Span, times: ReportedTimes) -> datetime:
    """Return the first moment that is meant: of a day its beginning, or that of the breach within it."""
    began = times.began
    is_within = began is not None and said.start < began <= said.end
    first = began if began is not None and is_within else said.start
    return min(first, times.received_at)

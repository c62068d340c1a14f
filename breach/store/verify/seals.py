"""Checks the seals of events as they are read, stream by stream."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from breach.store.audit.events import sealed_part
from breach.store.keys.event_seal import EventSeal
from breach.store.verify.problem import Problem

CHANGE = timedelta(days=1)
"""So long after the master key was changed a process may run on with the one before it."""


@dataclass
class _Last:
    """The latest event of a kind, and when it was written."""

    at: datetime | None = None
    place: Problem | None = None

    def note(self, at: datetime, place: Problem) -> None:
        if self.at is None or at > self.at:
            self.at = at
            self.place = place

    def after(self, first: datetime) -> Problem | None:
        return self.place if self.at is not None and self.at > first else None


class Seals:
    """What has been read of seals so far; without keys nothing is checked.

    Events of before there were seals have none, and those by a key that is no longer in the file cannot be
    checked. Either is a finding where it is later than an event whose seal is right.
    """

    def __init__(self, keys: EventSeal | None) -> None:
        self._keys = keys
        self._sealed: set[UUID] = set()
        self._first: datetime | None = None
        self._bare = _Last()
        self._unknown = _Last()

    def look(self, stream_id: UUID, place: Problem, prev: bytes, said: dict[str, Any]) -> str | None:
        """Return what is wrong with the seal of the next event; `place` names the event."""
        if self._keys is None:
            return None
        at = datetime.fromisoformat(said["at"])
        if "seal" not in said:
            self._bare.note(at, place)
            return "unsealed" if stream_id in self._sealed else None
        bare = {name: value for name, value in said.items() if name != "seal"}
        holds = self._keys.holds(sealed_part(stream_id, place.seq, prev, bare), said["seal"])
        if holds is None:
            self._unknown.note(at, place)
        elif holds:
            self._sealed.add(stream_id)
            self._first = min(self._first or at, at)
        return "seal" if holds is False else None

    def late(self) -> Problem | None:
        """Return an event whose seal is missing, or cannot be checked, though an earlier one's is right."""
        if self._first is None:
            return None
        return self._bare.after(self._first) or self._unknown.after(self._first + CHANGE)

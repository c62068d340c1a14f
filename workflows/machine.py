"""Shared by the four lifecycles: a table of steps, run by `transitions`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar

from transitions import Machine

from breach.domain.errors import StepRefused

S = TypeVar("S", bound=Enum)
V = TypeVar("V")


@dataclass(frozen=True)
class Step(Generic[S]):
    """One row of a lifecycle: the step, where it starts, where it ends, and the claims that must hold."""

    name: str
    sources: tuple[S, ...]
    dest: S
    guards: tuple[str, ...] = ()


class Flow(Generic[S, V]):
    """Moves one thing along its table; sends nothing and stores nothing."""

    table: ClassVar[tuple[Step[Any], ...]]
    asked: ClassVar[frozenset[str]] = frozenset()
    """Guards that the step's own form answers: a page does not call a step barred because of them."""

    state: S  # kept by transitions, as is trigger
    trigger: Callable[[str], bool]

    def __init__(self, state: S, facts: V) -> None:
        self.facts = facts
        rows = [[step.name, list(step.sources), step.dest, list(step.guards)] for step in self.table]
        Machine(self, states=type(state), transitions=rows, initial=state, auto_transitions=False)

    def fire(self, step: str) -> S:
        """Return the state after the step, or raise StepRefused with every guard that says no."""
        before = self.state
        if self.starts(step) and self.trigger(step):  # where a guard says no, transitions answers False
            return self.state
        raise StepRefused(step, before.value, self._refusing(step), figures=self.said())

    def said(self) -> Mapping[str, int]:
        """Return the figures that the sentences of the guards name; most lifecycles have none."""
        return {}

    def barred(self, step: str) -> tuple[str, ...]:
        """Return the guards that bar the step now; empty if its page may be opened."""
        return tuple(guard for guard in self._refusing(step) if guard not in self.asked)

    def starts(self, step: str) -> bool:
        """Return whether the table allows the step in the present state."""
        return any(row.name == step and self.state in row.sources for row in self.table)

    def _refusing(self, step: str) -> tuple[str, ...]:
        rows = [row for row in self.table if row.name == step and self.state in row.sources]
        guards = [guard for row in rows for guard in row.guards]
        return tuple(guard for guard in guards if not getattr(self, guard)()) if rows else ("wrong_state",)


def sources(table: tuple[Step[S], ...], name: str) -> tuple[S, ...]:
    """Return the states that a step starts in, for SQL that moves many rows at once."""
    return tuple(state for row in table if row.name == name for state in row.sources)


def dest(table: tuple[Step[S], ...], name: str) -> S:
    """Return the state that a step ends in."""
    return next(row.dest for row in table if row.name == name)


def steps(table: tuple[Step[S], ...]) -> tuple[str, ...]:
    """Return the names of the steps in the order of the table."""
    return tuple(dict.fromkeys(row.name for row in table))

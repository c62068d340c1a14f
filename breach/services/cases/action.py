"""What a row of `services/actions` says of one step of a case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from typing import Any

from breach.domain.states import Role
from breach.services.schema import StepInput


@dataclass(frozen=True, kw_only=True)
class Action:
    """One step of a case.

    track: `case`, `awareness`, `authority`, `communication` or `notice`: whose state it belongs to
    room: the room whose text file holds its words, `<room>.step.<name>.title|lead|button|done`
    name: what pages, API and services call it
    service: `module:function`, called with context, reference, version and what the step asks
    asks_back: asks something only where its service finds that it must, so that its button can stand anywhere
    asks: the input; None for a step that only a page can take
    roles: whoever holds one of them for the controller may take it
    seconded: says yes to another's work, so a role given recently is not enough
    fresh: the page wants the password typed recently
    trigger: the row of the track's table that it fires; empty when it moves no state, or no table says so
    states: states of its track in which it can be taken, where `trigger` does not say it
    barred: `module:function`, called with context, file and name; returns what else bars the step, as codes
    quiet: is offered only while the state lets it be taken
    order: its place among the steps suggested first, from 1; 0 is never suggested
    led: the roles that it is suggested to first, where not to all of its own
    page: endpoint of the page that it stands on; empty when it has a small page of its own
    link: which of its words a link to its page shows; empty when nothing links to it
    to: endpoint of the page that shows the result
    final: cannot be undone
    saved: fields of the case that stand beside what was typed when somebody else was first
    about: what it does, for the description of the API
    example: an example of its input, for the description of the API
    old_names: what the API called it before; answered, and marked as deprecated
    old_addresses: last parts of the addresses that its page had before; they lead to the new one
    """

    track: str
    room: str
    name: str
    service: str
    asks: type[StepInput] | None = StepInput
    asks_back: bool = False
    roles: tuple[Role, ...] = (Role.CASE_HANDLER,)
    seconded: bool = False
    fresh: bool = False
    trigger: str = ""
    states: tuple[Enum, ...] = ()
    barred: str = ""
    quiet: bool = False
    order: int = 0
    led: tuple[Role, ...] = ()
    page: str = ""
    link: str = "button"
    to: str = "cases.show"
    final: bool = False
    saved: tuple[str, ...] = ()
    about: str = ""
    example: Mapping[str, Any] = field(default_factory=dict, hash=False)
    old_names: tuple[str, ...] = ()
    old_addresses: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return how the keys of its words begin."""
        return f"{self.room}.step.{self.name}"

    @property
    def address(self) -> str:
        """Return the last part of the address of its small page."""
        return self.name.replace("_", "-")

    @property
    def is_pressed_at_once(self) -> bool:
        """Whether its button can stand anywhere: it asks nothing, can be undone, and wants no password."""
        asks_nothing = self.asks is StepInput or self.asks_back
        return asks_nothing and not (self.final or self.fresh or self.page)

    @property
    def do(self) -> Callable[..., object]:
        """Return the function of the service; it is looked up late, because services read the rows."""
        return resolved(self.service)


def resolved(place: str) -> Callable[..., Any]:
    """Return the function at `module:function`."""
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found

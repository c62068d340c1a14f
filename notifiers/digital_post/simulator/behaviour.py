"""How the simulator behaves: well by default, or badly in one chosen way."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from threading import Lock


class Answer(Enum):
    """What becomes of a posted message."""

    NORMAL = "normal"
    REFUSED = "refused"  # 400 with a code
    UNAUTHORISED = "unauthorised"  # 401
    FORBIDDEN = "forbidden"  # 403
    UNAVAILABLE = "unavailable"  # 503 with a receipt that says: not taken
    BROKEN = "broken"  # 500 with a page of HTML
    REDIRECT = "redirect"  # 307 to another address
    GARBAGE = "garbage"  # 201 without a receipt; nothing is stored
    RESET = "reset"  # the connection is reset; nothing is stored
    ACCEPT_THEN_RESET = "accept_then_reset"  # stored, then reset
    ACCEPT_THEN_SILENCE = "accept_then_silence"  # stored, then no answer


@dataclass(frozen=True)
class Behaviour:
    """The switches. Times in seconds; `times` = for how many messages `answer` holds, 0 = until changed."""

    deduplicates: bool = True
    answer: Answer = Answer.NORMAL
    times: int = 0
    delay: float = 0.0
    silence: float = 60.0
    receipt_delay: float = 0.0
    lose_every: int = 0  # every n-th message gets no receipt; 0 = none
    reject_every: int = 0  # every n-th message gets a receipt that says recipient.is.closed
    repeat_receipts: int = 0  # how many more receipts of the same content each message gets
    closed: frozenset[str] = field(default=frozenset(), repr=False)  # CPR numbers whose mailbox is closed


def _value(name: str, kind: object, value: object) -> object:
    if kind is Answer and isinstance(value, str):
        return Answer(value)
    if name == "closed" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return frozenset(value)
    if kind is bool and isinstance(value, bool):
        return value
    if kind in (int, float) and isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value if kind is float else int(value)
    raise ValueError(name)


def changed(behaviour: Behaviour, changes: Mapping[str, object]) -> Behaviour:
    """Return the behaviour with the changes; raise ValueError naming the switch that is unknown or wrong."""
    kinds = {one.name: one.type for one in fields(Behaviour)}
    unknown = set(changes) - set(kinds)
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    values = {name: _value(name, kinds[name], value) for name, value in changes.items()}
    return replace(behaviour, **values)  # type: ignore[arg-type]  # each value was checked by its field


class Switchboard:
    """The behaviour now, shared by all connections."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._lock = Lock()
        self._now = behaviour

    @property
    def now(self) -> Behaviour:
        """The behaviour at this moment."""
        return self._now

    def change(self, changes: Mapping[str, object]) -> Behaviour:
        """Change some switches; raise ValueError."""
        with self._lock:
            self._now = changed(self._now, changes)
            return self._now

    def next_answer(self) -> Answer:
        """Return the answer for one message, counting down `times`."""
        with self._lock:
            answer = self._now.answer
            if self._now.times > 0:
                left = self._now.times - 1
                self._now = replace(self._now, times=left, answer=answer if left else Answer.NORMAL)
            return answer

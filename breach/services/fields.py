"""Parts of an input schema: each reads one JSON value strictly and describes itself as JSON Schema.

One definition serves the form, the API and the published schema, so that they cannot come apart.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from breach.domain.danish_time import DANISH_TIME, local
from breach.domain.errors import FieldError
from breach.domain.values import FORBIDDEN, LARGEST_COUNT, TooMuch, composed, trimmed

ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff]")
MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LAST_YEAR = "9999"
FURTHEST = timedelta(days=366)
"""How far ahead a planned time may lie: further is a slip of the hand."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far a sender's clock may be ahead before a time counts as the future."""
MOST_KEPT = 2000
"""Problems of one input of which more is kept than that they are there; no schema has as many fields."""
Check = Callable[[str], str | None]


@dataclass(frozen=True)
class Span:
    """A moment, or a whole day in Danish time when only the date is known. Both ends are aware."""

    start: datetime
    end: datetime


@dataclass
class Reading:
    """One pass over an input: the time it is read, the first problems found, and how many there are."""

    now: datetime
    problems: list[FieldError] = field(default_factory=list)
    count: int = 0

    def wrong(self, path: str, code: str, **values: object) -> None:
        """Note a problem; reading goes on, so that all are found at once."""
        self.count += 1
        if self.count <= MOST_KEPT:
            self.problems.append(FieldError(path, code, values))


class Wrong(Exception):
    """A value breaks a rule: code and values of the error, to be noted with the path of the field."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class Node(Protocol):
    """What reads one value; raises Wrong."""

    def read(self, value: object, path: str, reading: Reading) -> Any: ...

    def schema(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Text:
    """Text in NFC without control characters; `lines` allows line breaks and tabs.

    limit: characters, counted after line ends are normalised; check: returns an error code or None.
    """

    limit: int
    lines: bool = False
    too_long: str = "field_too_long"
    check: Check | None = None
    about: str = ""

    def read(self, value: object, path: str, reading: Reading) -> str:
        if not isinstance(value, str):
            raise Wrong("wrong_type", kind="string")
        clean = trimmed(self._composed(value).replace("\r\n", "\n").replace("\r", "\n"))
        if FORBIDDEN.search(clean) or (not self.lines and re.search("[\n\t]", clean)):
            raise Wrong("control_characters")
        if len(clean) > self.limit:
            raise Wrong(self.too_long, limit=self.limit, n=len(clean))
        if clean and self.check and (code := self.check(clean)):
            raise Wrong(code)
        return clean

    def _composed(self, value: str) -> str:
        try:
            return composed(value, self.limit, None if self.lines else ZERO_WIDTH)
        except TooMuch as much:
            code = self.too_long if much.code == "field_too_long" else much.code
            raise Wrong(code, **much.values) from much

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit} | (
            {"description": self.about} if self.about else {}
        )


@dataclass(frozen=True)
class Choice:
    """One of a closed list of words."""

    options: Sequence[str]
    about: str = ""

    def read(self, value: object, path: str, reading: Reading) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise Wrong("choice_unknown")
        return value

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)} | _described(self.about)


@dataclass(frozen=True)
class Choices:
    """Several different ones of a closed list; `unknown` stands alone or beside others."""

    options: Sequence[str]
    about: str = ""

    def read(self, value: object, path: str, reading: Reading) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Wrong("wrong_type", kind="array")
        if any(not isinstance(one, str) or one not in self.options for one in value):
            raise Wrong("choice_unknown")
        if len(set(value)) != len(value):
            raise Wrong("choice_repeated")
        return tuple(value)

    def schema(self) -> dict[str, Any]:
        items = {"enum": list(self.options)}
        found: dict[str, Any] = {"type": "array", "uniqueItems": True, "items": items}
        return found | _described(self.about)


@dataclass(frozen=True)
class Count:
    """A whole number, 0 or more; wrong: code of the error for anything else."""

    most: int = LARGEST_COUNT
    about: str = ""
    wrong: str = "count_invalid"

    def read(self, value: object, path: str, reading: Reading) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= self.most:
            is_larger = self.wrong == "count_invalid" and _is_larger(value, self.most)
            raise Wrong("count_too_large" if is_larger else self.wrong, most=self.most)
        return value

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": self.most}
        return found | _described(self.about)


def _is_larger(value: object, most: int) -> bool:
    return isinstance(value, int) and value > most


@dataclass(frozen=True)
class Flag:
    """True or false; left out means not known."""

    about: str = ""

    def read(self, value: object, path: str, reading: Reading) -> bool:
        if not isinstance(value, bool):
            raise Wrong("wrong_type", kind="boolean")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"} | _described(self.about)


@dataclass(frozen=True)
class When:
    """A time with its offset, or with `days` a date alone (then the whole day in Danish time).

    ahead: code of the error for a time that lies too far ahead: after the server's clock, or with
    `planned`, which is for times to come, after FURTHEST.
    """

    ahead: str
    days: bool = False
    planned: bool = False
    about: str = ""

    def read(self, value: object, path: str, reading: Reading) -> Span:
        if not isinstance(value, str):
            raise Wrong("wrong_type", kind="string")
        try:
            span = self._span(value)
        except ValueError as error:
            written_well = re.fullmatch(f"{MOMENT}|{DAY}" if self.days else MOMENT, value)
            raise Wrong("moment_impossible" if written_well else "moment_unreadable") from error
        if span.start < EARLIEST:
            raise Wrong("moment_too_early")
        if span.start > reading.now + (FURTHEST if self.planned else CLOCK_SKEW):
            raise Wrong(self.ahead)
        if self.planned and local(span.end).date() < local(reading.now).date():
            raise Wrong("update_in_past")  # earlier today stands: the sending may have been held up
        return span

    def _span(self, value: str) -> Span:
        is_day = self.days and re.fullmatch(DAY, value)
        if not is_day and not re.fullmatch(MOMENT, value):
            raise ValueError("not a time with its offset")
        if value < str(EARLIEST.year):  # in UTC the first day of all, and the last, may lie outside all years
            raise Wrong("moment_too_early")
        if value >= LAST_YEAR:
            raise Wrong(self.ahead)
        if not is_day:
            at = datetime.fromisoformat(value).astimezone(UTC)
            return Span(at, at)
        day = date.fromisoformat(value)
        start = datetime.combine(day, time(), DANISH_TIME)
        end = datetime.combine(day, time(23, 59, 59), DANISH_TIME)
        return Span(start.astimezone(UTC), end.astimezone(UTC))

    def schema(self) -> dict[str, Any]:
        pattern = f"^({MOMENT}|{DAY})$" if self.days else f"^{MOMENT}$"
        return {"type": "string", "pattern": pattern} | _described(self.about)


@dataclass(frozen=True)
class Block:
    """An object with named fields; a key that is not listed is refused.

    required: field -> code of the error when it is missing, null or empty.
    """

    fields: Mapping[str, Node]
    required: Mapping[str, str] = field(default_factory=dict)
    about: str = ""

    def read(self, value: object, path: str, reading: Reading) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Wrong("wrong_type", kind="object")
        for key in sorted(set(map(str, value)) - set(self.fields)):
            reading.wrong(_join(path, key[:60]), "field_unknown")
        return {name: self._one(name, value.get(name), path, reading) for name in self.fields}

    def _one(self, name: str, value: object, path: str, reading: Reading) -> object:
        here = _join(path, name)
        before = reading.count
        read = None
        try:
            read = None if value is None else self.fields[name].read(value, here, reading)
        except Wrong as wrong:
            reading.wrong(here, wrong.code, **wrong.values)
        empty = read is None or read == "" or read == ()
        if name in self.required and empty and reading.count == before:
            reading.wrong(here, self.required[name])
        return None if read == "" else read

    def schema(self) -> dict[str, Any]:
        shown = {name: self._shown(name, node) for name, node in self.fields.items()}
        found: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": shown}
        found |= {"required": sorted(self.required)} if self.required else {}
        return found | _described(self.about)

    def _shown(self, name: str, node: Node) -> dict[str, Any]:
        schema = node.schema()
        if name not in self.required:
            return {"anyOf": [schema, {"type": "null"}]}
        least = {"string": {"minLength": 1}, "array": {"minItems": 1}}.get(schema.get("type", ""), {})
        return schema | least


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _described(about: str) -> dict[str, Any]:
    return {"description": about} if about else {}

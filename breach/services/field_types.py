"""Types of the fields of an input: each reads one JSON value strictly and describes itself as JSON Schema.

A type stands in the annotation of a field: `reason: Annotated[str, Text(4000)]`. A field whose annotation has
no None must be given, and not be empty.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from breach.domain.danish_time import local
from breach.domain.moments import DAY, MOMENT, NotATime, is_day, is_moment, read_day, read_moment
from breach.domain.spans import Span, moment, whole_day
from breach.domain.values import LARGEST_COUNT, TooMuch, cleaned, unshowable, whole_number

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LAST_YEAR = "9999"
FURTHEST = timedelta(days=366)
"""How far ahead a planned time may lie: further is a slip of the hand."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far a sender's clock may be ahead before a time counts as the future."""
Check = Callable[[str], str | None]


class Wrong(Exception):
    """A value breaks a rule: code and values of the error."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass
class Reading:
    """One pass over an input: the time it is read, and whether a wrong value is told or left out.

    untold: errors that are counted and not kept
    """

    now: datetime
    lenient: bool = False
    untold: int = 0

    def refused(self, wrong: Wrong) -> None:
        """Raise what pydantic gathers, or leave the value out."""
        if not self.lenient:
            raise PydanticCustomError(wrong.code, "wrong", wrong.values) from None


def _as_json(value: Span | datetime) -> Any:
    if isinstance(value, Span):
        return {"from": value.start.isoformat(), "to": value.end.isoformat()}
    return value.isoformat()


@dataclass(frozen=True)
class FieldType:
    """What a field takes. about: what the schema says of it; missing: code of the error of a needed field."""

    _: KW_ONLY
    about: str = ""
    missing: str = "required"
    serialization: ClassVar["core_schema.SerSchema | None"] = None
    """How a value is written as JSON, where pydantic does not know it by itself."""

    @abstractmethod
    def read(self, value: object, now: datetime) -> Any:
        """Return the value as the input holds it; raise Wrong. Nothing to see is None or empty."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a value."""
        return {}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        needed = is_needed(source)
        stored = self.serialization
        read = self._given if needed else self._read
        found = core_schema.with_info_plain_validator_function(read, serialization=stored)
        return found if needed else core_schema.nullable_schema(found)

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = self.schema() | ({"description": self.about} if self.about else {})
        if core["type"] == "nullable":
            return {"anyOf": [schema, {"type": "null"}]}
        return schema | {"string": {"minLength": 1}, "array": {"minItems": 1}}.get(schema.get("type", ""), {})

    def _read(self, value: object, info: core_schema.ValidationInfo[Reading]) -> Any:
        try:
            found = self.read(value, info.context.now)
        except Wrong as wrong:
            return info.context.refused(wrong)
        return found if found or found != "" else None

    def _given(self, value: object, info: core_schema.ValidationInfo[Reading]) -> Any:
        found = None if value is None else self._read(value, info)
        if not found and found in (None, ()):
            return info.context.refused(Wrong(self.missing))
        return found


def is_needed(source: Any) -> bool:
    """Tell whether an annotation has no None."""
    return type(None) not in get_args(source)


@dataclass(frozen=True)
class Text(FieldType):
    """Text in NFC without unseen signs and control characters; `lines` allows line breaks and tabs.

    limit: characters, counted after line ends are normalised; plain: returns the text as it is kept; check:
    returns an error code or None.
    """

    limit: int
    lines: bool = False
    _: KW_ONLY
    too_long: str = "field_too_long"
    check: Check | None = None
    plain: Callable[[str], str] = str

    def read(self, value: object, now: datetime) -> str:
        if not isinstance(value, str):
            raise Wrong("wrong_type", kind="string")
        clean = self._cleaned(value)
        if strange := unshowable(clean, lines=self.lines):
            raise Wrong("control_characters", **strange)
        if len(clean) > self.limit:
            raise Wrong(self.too_long, limit=self.limit, n=len(clean))
        kept = self.plain(clean)
        if kept and self.check and (code := self.check(kept)):
            raise Wrong(code)
        return kept

    def _cleaned(self, value: str) -> str:
        try:
            return cleaned(value, self.limit)
        except TooMuch as much:
            code = self.too_long if much.code == "field_too_long" else much.code
            raise Wrong(code, **much.values) from much

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit}


@dataclass(frozen=True)
class Choice(FieldType):
    """One of a closed list of words; unknown: code of the error for any other."""

    options: Sequence[str]
    unknown: str = "choice_unknown"

    def read(self, value: object, now: datetime) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise Wrong(self.unknown)
        return value

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)}


@dataclass(frozen=True)
class Choices(FieldType):
    """Several different ones of a closed list; `unknown` stands alone or beside others."""

    options: Sequence[str]

    def read(self, value: object, now: datetime) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Wrong("wrong_type", kind="array")
        if any(not isinstance(one, str) or one not in self.options for one in value):
            raise Wrong("choice_unknown")
        if len(set(value)) != len(value):
            raise Wrong("choice_repeated")
        return tuple(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "uniqueItems": True, "items": {"enum": list(self.options)}}


@dataclass(frozen=True)
class Count(FieldType):
    """A whole number, 0 or more; wrong: code of the error for anything else."""

    most: int = LARGEST_COUNT
    _: KW_ONLY
    wrong: str = "count_invalid"

    def read(self, value: object, now: datetime) -> int:
        number = whole_number(value)
        if number is None or not 0 <= number <= self.most:
            is_larger = self.wrong == "count_invalid" and number is not None and number > self.most
            raise Wrong("count_too_large" if is_larger else self.wrong, most=self.most)
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": self.most}


@dataclass(frozen=True)
class Flag(FieldType):
    """True or false; left out means not known."""

    def read(self, value: object, now: datetime) -> bool:
        if not isinstance(value, bool):
            raise Wrong("wrong_type", kind="boolean")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class When(FieldType):
    """A time with its offset, or with `days` a date alone (then the whole day in Danish time); reads a Span.

    ahead: code of the error for a time that lies too far ahead: after the server's clock, or with
    `planned`, which is for times to come, after FURTHEST.
    """

    serialization = core_schema.plain_serializer_function_ser_schema(_as_json, when_used="json-unless-none")

    ahead: str
    _: KW_ONLY
    days: bool = False
    planned: bool = False

    def read(self, value: object, now: datetime) -> Any:
        span = self._written(value)
        if span.start < EARLIEST:
            raise Wrong("moment_too_early")
        if span.start > now + (FURTHEST if self.planned else CLOCK_SKEW):
            raise Wrong(self.ahead)
        if self.planned and local(span.end).date() < local(now).date():
            raise Wrong("update_in_past")  # earlier today stands: the sending may have been held up
        return span

    def _written(self, value: object) -> Span:
        if not isinstance(value, str):
            raise Wrong("wrong_type", kind="string")
        try:
            return self._span(value)
        except NotATime as error:
            raise Wrong("moment_unreadable") from error
        except (ValueError, OverflowError) as error:
            raise Wrong("moment_impossible") from error

    def _span(self, value: str) -> Span:
        is_whole_day = self.days and is_day(value)
        if not is_whole_day and not is_moment(value):
            raise NotATime
        if value < str(EARLIEST.year):  # in UTC the first day of all, and the last, may lie outside all years
            raise Wrong("moment_too_early")
        if value >= LAST_YEAR:
            raise Wrong(self.ahead)
        return whole_day(read_day(value)) if is_whole_day else moment(read_moment(value))

    def schema(self) -> dict[str, Any]:
        pattern = f"^({MOMENT}|{DAY})$" if self.days else f"^{MOMENT}$"
        return {"type": "string", "pattern": pattern}


@dataclass(frozen=True)
class Day(FieldType):
    """A day without a clock time, read as a date; whether it fits is the service's to say."""

    serialization = core_schema.plain_serializer_function_ser_schema(date.isoformat, when_used="json")

    def read(self, value: object, now: datetime) -> date:
        if not isinstance(value, str):
            raise Wrong("wrong_type", kind="string")
        try:
            return read_day(value)
        except NotATime as error:
            raise Wrong("day_unreadable") from error
        except ValueError as error:
            raise Wrong("moment_impossible") from error

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{DAY}$"}


@dataclass(frozen=True)
class Moment(When):
    """A time with its offset, read as a datetime in UTC."""

    def read(self, value: object, now: datetime) -> datetime:
        span: Span = super().read(value, now)
        return span.start

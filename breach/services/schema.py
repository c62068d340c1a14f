"""Inputs as types: a model says what may be sent, and `read` tells everything that is wrong with it at once.

One model serves the form, the API and the published schema, so that they cannot come apart. Errors carry the
codes and values of the catalogues, never what was typed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.numbers import without_cpr
from breach.domain.values import LONGEST_LINE, LONGEST_TEXT
from breach.services.field_types import Count, FieldType, Reading, Text, Wrong, is_needed

MOST_KEPT = 2000
"""Unknown keys of one object of which more is kept than that they are there."""
LONGEST_KEY = 60
"""Characters of an unknown key that are told."""
VALIDATION: Literal["validation"] = "validation"
IN_OPENAPI = "#/components/schemas/{model}"
_SHIFTED = {half: half + 0x100000 for half in range(0xD800, 0xE000)}
"""Half signs of keys as signs of private use: a key that is no Unicode would end the reading at once."""
_SHIFTED_BACK = {shifted: half for half, shifted in _SHIFTED.items()}
Loc = tuple[int | str, ...]
M = TypeVar("M", bound="Input")


class Input(BaseModel):
    """An object with named fields; a key that is not listed is refused. Only `read` makes one."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    unknown_key: ClassVar[str] = "field_unknown"
    """Code of the error for a key that is not listed."""

    @model_validator(mode="before")
    @classmethod
    def _keys(cls, value: Any, info: ValidationInfo[Reading]) -> Any:
        """Keep the first unknown keys, and let a key that must be given be None: its type tells the rest."""
        known = fields_of(cls)
        needed = _needed(cls)
        if value.keys() <= known.keys():
            return {**needed, **value} if needed else value
        unknown = [] if info.context.lenient else sorted(value.keys() - known.keys())
        info.context.untold += len(unknown[MOST_KEPT:])
        kept = {key.translate(_SHIFTED): None for key in unknown[:MOST_KEPT]}
        return {**kept, **needed, **{key: value[key] for key in known if key in value}}

    def faults(self, found: Sequence[FieldError]) -> Iterable[FieldError]:
        """Return what only several fields together can break; a field that was told as wrong is None here."""
        return ()

    def given(self) -> dict[str, Any]:
        """Return what was given, as it was read, by the keys under which it is sent; parts as dicts."""
        fields = type(self).model_fields
        named = {fields[name].alias or name: getattr(self, name) for name in self.model_fields_set}
        said = {key: value for key, value in named.items() if value is not None}
        return {key: value.given() if isinstance(value, Input) else value for key, value in said.items()}

    def __repr_args__(self) -> Iterable[tuple[str, Any]]:
        return ()


Line = Annotated[str, Text(LONGEST_LINE)]
OptionalLine = Annotated[str | None, Text(LONGEST_LINE)]
Paragraphs = Annotated[str, Text(LONGEST_TEXT, lines=True)]
OptionalParagraphs = Annotated[str | None, Text(LONGEST_TEXT, lines=True)]
Version = Annotated[int, Count(wrong="version_invalid")]


class StepInput(Input):
    """What a step of a case asks: the version of the case that was seen, and the fields of the step."""

    version: Version


@dataclass(frozen=True)
class Part(FieldType):
    """An object within another; the type of the field is the Input that it holds."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(self._inner(is_needed(source)), handler(source))

    def _inner(self, needed: bool) -> core_schema.WithInfoWrapValidatorFunction:
        def validated(value: Any, inner: Any, info: Any) -> Any:
            if isinstance(value, dict):
                return inner(value)
            if value is not None:
                return info.context.refused(Wrong("wrong_type", kind="object"))
            return info.context.refused(Wrong(self.missing)) if needed else None

        return validated

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: Any) -> JsonSchemaValue:
        found: JsonSchemaValue = handler(core)
        return found


def read(model: type[M], value: object, now: datetime) -> M:
    """Return the input; raise InvalidInput with every problem at once, each by the path of its field.

    now: the time against which the times of the input are held
    """
    if not isinstance(value, dict):
        raise InvalidInput([FieldError("body", "wrong_type", {"kind": "object"})])
    problems: list[FieldError] = []
    reading = Reading(now)
    try:
        found = model.model_validate(value, context=reading)
    except ValidationError as error:
        problems = _problems(model, error)
        found = model.model_validate(value, context=Reading(now, lenient=True))
    problems.extend(found.faults(problems))
    if problems:
        listed = _first_of_each(problems)
        raise InvalidInput(listed, len(listed) + reading.untold)
    return found


def _problems(model: type[Input], error: ValidationError) -> list[FieldError]:
    """Return the errors in the order of the model, the unknown keys of an object before its fields."""
    found = error.errors(include_url=False, include_input=False)
    first: dict[Loc, int] = {}
    for place, one in enumerate(found):
        for depth in range(len(one["loc"])):
            first.setdefault(one["loc"][: depth + 1], place)
    return [_problem(model, one) for one in sorted(found, key=lambda one: _order(one, first))]


def _order(one: ErrorDetails, first: Mapping[Loc, int]) -> list[tuple[int, int]]:
    """Return what sorts an error: at each depth, the place of the first error in the same field."""
    places = [first[one["loc"][: depth + 1]] for depth in range(len(one["loc"]))]
    is_key = one["type"] == "extra_forbidden"
    return [*((1, place) for place in places[:-1]), (0 if is_key else 1, places[-1])]


def _problem(model: type[Input], one: ErrorDetails) -> FieldError:
    *parents, name = map(str, one["loc"])
    code = one["type"]
    if code == "extra_forbidden":
        name = told_key(name.translate(_SHIFTED_BACK))
        code = _part_at(model, parents).unknown_key
    return FieldError(".".join([*parents, name]), code, one.get("ctx", {}))


def told_key(key: str) -> str:
    """Return a key of a caller as an error tells it: cut, and without what looks like a CPR number."""
    return without_cpr(key[: 2 * LONGEST_KEY], "***")[:LONGEST_KEY]


def _first_of_each(problems: list[FieldError]) -> list[FieldError]:
    """Keep the first problem of each field: the second is mostly an echo of it."""
    first: dict[str, FieldError] = {}
    for problem in problems:
        first.setdefault(problem.field, problem)
    return list(first.values())


@cache
def fields_of(model: type[Input]) -> Mapping[str, FieldInfo]:
    """Return the fields of an input by the keys under which they are sent."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


@cache
def _needed(model: type[Input]) -> Mapping[str, None]:
    return {key: None for key, field in fields_of(model).items() if field.is_required()}


def type_of(field: FieldInfo) -> FieldType:
    """Return the type of a field as it stands in the model."""
    return next(one for one in field.metadata if isinstance(one, FieldType))


def part_of(field: FieldInfo) -> type[Input]:
    """Return the input that a field of type Part holds."""
    kinds = get_args(field.annotation) or (field.annotation,)
    return next(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Input))


def field_at(model: type[Input], path: str) -> FieldInfo:
    """Return the field of an input at a path; raise KeyError where there is none."""
    *parents, name = path.split(".")
    return fields_of(_part_at(model, parents))[name]


def _part_at(model: type[Input], parents: Iterable[str]) -> type[Input]:
    for name in parents:
        model = part_of(fields_of(model)[name])
    return model


def leaves_of(model: type[Input], path: str = "") -> Iterator[tuple[str, FieldType]]:
    """Yield the path and type of every field that holds no further fields."""
    for name, field in fields_of(model).items():
        kind = type_of(field)
        if isinstance(kind, Part):
            yield from leaves_of(part_of(field), f"{path}{name}.")
        else:
            yield f"{path}{name}", kind


class _Generator(GenerateJsonSchema):
    """JSON Schema without what says nothing: a title made of the name, and null for what is left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def json_schema(model: type[Input]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the input, made from the model that reads it."""
    return model.model_json_schema(schema_generator=_Generator)


def openapi_schemas(models: Iterable[type[Input]]) -> dict[str, Any]:
    """Return the schemas of the models and of their parts by their names, for an OpenAPI document."""
    asked = [(model, VALIDATION) for model in dict.fromkeys(models)]
    _, found = models_json_schema(asked, ref_template=IN_OPENAPI, schema_generator=_Generator)
    return dict(found["$defs"])

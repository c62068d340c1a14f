"""Inputs as types: strict, every fault at once, and nothing of what was typed in an error."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from pydantic import ValidationError

from breach.domain.errors import FieldError, InvalidInput
from breach.domain.risk.facts import FACT_NAMES
from breach.services.field_types import Choices, Count, Flag, Moment, Reading, Text
from breach.services.risk.inputs import FactsInput
from breach.services.schema import Input, Part, json_schema, read

NOW = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)


class Inner(Input):
    """An object within another."""

    name: Annotated[str, Text(5, missing="name_missing")]
    count: Annotated[int | None, Count()] = None


class Outer(Input):
    """An object with a rule that takes two fields."""

    inner: Annotated[Inner, Part()]
    other: Annotated[Inner | None, Part()] = None
    kinds: Annotated[tuple[str, ...] | None, Choices(("a", "b"))] = None
    sure: Annotated[bool | None, Flag()] = None
    at: Annotated[datetime | None, Moment("in_future")] = None

    def faults(self, found: Sequence[FieldError]) -> Iterable[FieldError]:
        if self.sure and self.inner and self.inner.count is None:
            yield FieldError("inner.count", "count_missing")


def faults(value: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(Outer, value, NOW)
    return [(one.field, one.code) for one in caught.value.errors]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([], [("body", "wrong_type")], id="no-object"),
        pytest.param({}, [("inner", "required")], id="a-part-that-must-be-given"),
        pytest.param({"inner": None}, [("inner", "required")], id="a-part-that-is-null"),
        pytest.param({"inner": {}}, [("inner.name", "name_missing")], id="the-code-of-the-field"),
        pytest.param({"inner": {"name": " "}}, [("inner.name", "name_missing")], id="blank"),
        pytest.param(
            {"inner": 1, "other": 1}, [("inner", "wrong_type"), ("other", "wrong_type")], id="parts"
        ),
        pytest.param(
            {"z": 1, "inner": {"y": 1, "x": 1, "name": 1, "count": -1}, "other": {}, "sure": True, "a": 1},
            [
                ("a", "field_unknown"),
                ("z", "field_unknown"),
                ("inner.x", "field_unknown"),
                ("inner.y", "field_unknown"),
                ("inner.name", "wrong_type"),
                ("inner.count", "count_invalid"),
                ("other.name", "name_missing"),
            ],
            id="all-at-once-in-the-order-of-the-model",
        ),
        pytest.param(
            {"inner": {"name": "x"}, "sure": True, "kinds": ["c"]},
            [("kinds", "choice_unknown"), ("inner.count", "count_missing")],
            id="a-rule-beside-the-fault-of-a-field",
        ),
        pytest.param(
            {"inner": {"name": "x"}, "\ud800" * 70: 1}, [("\ud800" * 60, "field_unknown")], id="half"
        ),
        pytest.param(
            {"inner": {"name": "x"}, "sure": 1, "at": 5},
            [("sure", "wrong_type"), ("at", "wrong_type")],
            id="strict",
        ),
    ],
)
def test_input_tells_every_fault_by_its_path(value: object, expected: list[tuple[str, str]]) -> None:
    assert faults(value) == expected


def test_input_counts_all_unknown_keys_and_keeps_the_first() -> None:
    many = {f"key{number:05}": 1 for number in range(5000)}
    with pytest.raises(InvalidInput) as caught:
        read(Outer, {**many, "inner": {"name": "x"}}, NOW)
    assert caught.value.count == 5000
    assert caught.value.errors[0].field == "key00000"


def test_input_holds_what_was_given_alone() -> None:
    found = read(Outer, {"inner": {"name": " x\r\n"}, "sure": False, "at": "2026-03-03T14:30+01:00"}, NOW)
    assert found.given() == {"inner": {"name": "x"}, "sure": False, "at": NOW}
    assert (found.other, found.kinds, found.inner.count) == (None, None, None)


def test_input_never_shows_what_was_typed() -> None:
    assert "Inger" not in repr(read(Outer, {"inner": {"name": "Inger"}}, NOW))
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate({"inner": {"name": "Inger Hansen"}}, context=Reading(NOW))
    assert "Inger" not in str(caught.value)


def test_schema_says_what_must_be_given() -> None:
    found: dict[str, Any] = json_schema(Outer)
    assert (found["required"], found["additionalProperties"]) == (["inner"], False)
    assert found["properties"]["sure"] == {"anyOf": [{"type": "boolean"}, {"type": "null"}]}
    assert found["$defs"]["Inner"]["properties"]["name"] == {"type": "string", "maxLength": 5, "minLength": 1}


def test_facts_by_the_api_are_those_of_the_domain() -> None:
    assert set(FactsInput.model_fields) == {*FACT_NAMES, "scenario"}

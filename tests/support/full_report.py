"""Reports with every field of the schema filled, so that a field added later is in them at once."""

from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from breach.services.field_types import Choice, Choices, Count, FieldType, Flag, Text, When
from breach.services.intake.report import ReportInput
from breach.services.schema import Input, Part, fields_of, leaves_of, part_of, type_of

TYPED = {"cvr": "29190941", "phone": "61 55 55 55", "email": "vagt@eksempel.dk"}
TIMES = {
    "occurred.from": ("2026-01-01", "torsdag den 1. januar 2026", "Thursday 1 January 2026"),
    "occurred.to": ("2026-01-05", "mandag den 5. januar 2026", "Monday 5 January 2026"),
    "discovered_at": ("2026-02-10", "tirsdag den 10. februar 2026", "Tuesday 10 February 2026"),
    "called_at": (
        "2026-02-10T14:10:00+01:00",
        "tirsdag den 10. februar 2026 kl. 14.10 (dansk tid)",
        "Tuesday 10 February 2026 at 14:10 (Danish time)",
    ),
    "processor.aware_at": (
        "2026-02-11T08:15:00+01:00",
        "onsdag den 11. februar 2026 kl. 8.15 (dansk tid)",
        "Wednesday 11 February 2026 at 08:15 (Danish time)",
    ),
    "processor.next_update_at": (
        "2026-04-12T09:45:00+02:00",
        "søndag den 12. april 2026 kl. 9.45 (dansk tid)",
        "Sunday 12 April 2026 at 09:45 (Danish time)",
    ),
}
"""Every time of a report as it is sent, and as it is shown."""
CHOSEN = {"occurred.kind": "period", "affected.confidentiality": "known_recipients"}
ALL = dict(leaves_of(ReportInput))
NUMBERS = {path: 1000 + place for place, path in enumerate(ALL)}


def filled(kind: str, model: type[Input] = ReportInput, path: str = "") -> dict[str, Any]:
    """Return a report of the kind with every field that it may have."""
    left_out = {"anonymous"} | (set() if kind == "processor" else {"processor"})
    return {
        name: kind if name == "kind" and not path else _part_or_value(kind, field, f"{path}{name}")
        for name, field in fields_of(model).items()
        if path or name not in left_out
    }


def _part_or_value(kind: str, field: FieldInfo, path: str) -> Any:
    if isinstance(type_of(field), Part):
        return filled(kind, part_of(field), f"{path}.")
    return _filled(type_of(field), path)


def _filled(node: FieldType, path: str) -> Any:
    name = path.rpartition(".")[2]
    match node:
        case Text():
            return "nordjylland" if path == "controller" else TYPED.get(name, f"Om {name} <b>&</b>")
        case Choice():
            return CHOSEN.get(path, node.options[0])
        case Choices():
            return list(node.options)
        case Count():
            return NUMBERS[path]
        case Flag():
            return True
        case When():
            return TIMES[path][0]
    raise AssertionError(f"how is {path} filled?")


def leaves(content: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value

"""The kinds of audit event: one enum, words for each in both languages, and no kind written as a string."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from breach.domain.events import EventKind
from breach.services.desk.case_page import LogLine
from breach.services.sending.by_hand import BY_HAND
from breach.texts import LANGUAGES, keys, text
from breach.web.cases.log_words import words_of
from workflows import authority, case, communication, notice
from workflows.machine import Step

ROOT = Path(__file__).parents[1] / "breach"
APPENDING = {"append_event", "append_to_case", "append_of_person", "append", "append_read", "log_read"}
"""The functions that take a kind, by the name that they are called by."""
TABLES: dict[str, tuple[Step[Any], ...]] = {
    "case": case.TABLE,
    "authority": authority.TABLE,
    "communication": communication.TABLE,
    "notice": notice.TABLE,
}
STEPS = [
    pytest.param(track, step.name, id=f"{state.value}-{track}-{step.name}")
    for track, table in TABLES.items()
    for step in table
    for state in step.sources
]
NOW = datetime(2026, 3, 27, 19, tzinfo=UTC)


@pytest.mark.parametrize("kind", EventKind)
def test_kind_is_named_as_it_is_spelled_and_fits_its_column(kind: EventKind) -> None:
    assert kind.name.lower() == kind.value.replace(".", "_")
    assert len(kind.value) <= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_event_kinds_have_words_and_words_have_kinds(language: str) -> None:
    worded = {key for key in keys(language) if key.startswith("audit.event.")}
    assert worded == {f"audit.event.{kind}" for kind in EventKind}


@pytest.mark.parametrize(("track", "step"), STEPS)
def test_step_is_of_a_kind_unless_the_channel_takes_it(track: str, step: str) -> None:
    if track == "notice" and step not in BY_HAND:
        with pytest.raises(ValueError, match=f"notice.{step}"):
            EventKind.of_step(track, step)
    else:
        assert EventKind.of_step(track, step).value == f"{track}.{step}"


@pytest.mark.parametrize("track", TABLES)
def test_step_of_no_table_has_no_kind(track: str) -> None:
    with pytest.raises(ValueError, match="fly"):
        EventKind.of_step(track, "fly")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("case.take", text("audit.event.case.take", "da"), id="known"),
        pytest.param("case.tamed", text("audit.other_event", "da", kind="case.tamed"), id="earlier"),
        pytest.param("case", text("audit.other_event", "da", kind="case"), id="no-kind-at-all"),
    ],
)
def test_log_has_words_for_what_an_earlier_version_recorded(kind: str, expected: str) -> None:
    assert words_of(LogLine(NOW, "Sara", kind, {})) == expected


def typed_kinds(source: str) -> Iterator[int]:
    """Yield the line of each call that passes the kind of an event as a string."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        passed = [*call.args, *(word.value for word in call.keywords if word.arg == "kind")]
        if name in APPENDING and _is_event(name, call) and any(map(_is_string, passed)):
            yield call.lineno


def _is_event(name: str, call: ast.Call) -> bool:
    """Tell a call that appends an event from one that appends to a list, which has one argument."""
    return name != "append" or len(call.args) + len(call.keywords) > 1


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_event_kinds_are_not_passed_as_strings() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(ROOT.rglob("*.py"))
        for line in typed_kinds(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param('append_to_case(ctx, case, "case.take")', [1], id="string"),
        pytest.param('audit.append(ctx.session, f"case.{step}", None)', [1], id="built"),
        pytest.param('audit.append(session, kind="case.take")', [1], id="by-name"),
        pytest.param('log_read(ctx, case, EventKind.CASE_READ, purpose="request")', [], id="member"),
        pytest.param('parts.append("case.take")', [], id="list"),
    ],
)
def test_kind_as_a_string_is_found(source: str, found: list[int]) -> None:
    assert list(typed_kinds(source)) == found


def test_event_kinds_are_not_compared_as_strings_where_appended() -> None:
    kinds = {kind.value for kind in EventKind}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("services", "store", "jobs", "cli")
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in kinds
    ]
    assert found == []

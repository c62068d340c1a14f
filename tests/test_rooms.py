"""Holds the rooms: the same eleven on every floor, in one order, none crowded, nothing new beside them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_imports import MODULES, ROOT, dotted, imported

#: From the lowest to the highest; a room imports itself and those before it.
ORDER: tuple[tuple[str, ...], ...] = (
    ("audit",),
    ("access", "cases"),
    ("intake", "risk", "letters", "authority"),
    ("sending", "desk", "informing"),
    ("register",),
)
HEIGHT = {room: height for height, rooms in enumerate(ORDER) for room in rooms}
FLOORS = ("breach.services", "breach.web")
#: Rooms of one height that read each other: named here, so that no further pair comes unseen.
NEIGHBOURS = {
    *(("access", "cases"), ("letters", "risk")),
    *(("desk", "sending"), ("desk", "informing"), ("informing", "sending")),
}
MOST_FILES = 12
#: What stands at the root of a floor because every room needs it. Another takes a word in docs/decisions.
ROOTS = {
    "breach/services": {
        *("audit", "checks", "context", "demo", "field_types", "ids", "paging", "schema"),
    },
    "breach/web": {"app", "errors"},
}
HALLS = {"breach/services": {"actions"}, "breach/web": {"frame", "parts", "info", "static"}}
#: Floors that know no database: what they need of it is asked of a service.
WITHOUT_SQL = ("breach/web", "breach/api")


def room_of(module: str) -> tuple[str, str]:
    """Return floor and room of a dotted module name, empty where it is in none."""
    for floor in FLOORS:
        if module.startswith(f"{floor}."):
            name = module.removeprefix(f"{floor}.").split(".")[0]
            return (floor, name) if name in HEIGHT else (floor, "")
    return "", ""


def climbs(path: Path) -> Iterator[str]:
    """Yield every import of a module that leads to a higher room of its floor, or to one beside it."""
    floor, here = room_of(dotted(path))
    for name in imported(path) if here else ():
        there_floor, there = room_of(name)
        if there_floor != floor or not there or there == here:
            continue
        if HEIGHT[there] > HEIGHT[here]:
            yield f"{dotted(path)} climbs to {name}"
        elif HEIGHT[there] == HEIGHT[here] and tuple(sorted((here, there))) not in NEIGHBOURS:
            yield f"{dotted(path)} reaches beside it to {name}"


@pytest.mark.parametrize("path", MODULES, ids=[dotted(path) for path in MODULES])
def test_rooms_import_downwards(path: Path) -> None:
    assert list(climbs(path)) == []


def folders() -> list[Path]:
    floors = [ROOT / floor.replace(".", "/") for floor in FLOORS] + [
        ROOT / "templates",
        ROOT / "breach/store",
    ]
    found = [folder for floor in floors for folder in floor.iterdir() if folder.is_dir()]
    return [folder for folder in found if folder.name not in {"__pycache__", "static", "migrations"}]


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: str(folder.relative_to(ROOT)))
def test_room_holds_at_most_twelve_files(folder: Path) -> None:
    files = [path.name for path in folder.iterdir() if path.is_file() and path.name != "__init__.py"]
    assert len(files) <= MOST_FILES, sorted(files)


@pytest.mark.parametrize("floor", ROOTS)
def test_root_of_a_floor_has_what_every_room_needs_and_no_more(floor: str) -> None:
    found = {path.stem for path in (ROOT / floor).glob("*.py")} - {"__init__"}
    assert found == ROOTS[floor]


@pytest.mark.parametrize("floor", ROOTS)
def test_folders_of_a_floor_are_its_rooms(floor: str) -> None:
    found = {path.name for path in (ROOT / floor).iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found - HALLS.get(floor, set()) <= set(HEIGHT)


@pytest.mark.parametrize("floor", WITHOUT_SQL)
def test_pages_and_api_know_no_database(floor: str) -> None:
    found = [
        f"{dotted(path)} imports {name}"
        for path in sorted((ROOT / floor).rglob("*.py"))
        for name in imported(path)
        if name.split(".")[0] == "sqlalchemy"
    ]
    assert found == []


def test_climbing_import_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "breach/services/cases/x.py"
    path.parent.mkdir(parents=True)
    path.write_text("from breach.services.sending import release\n", encoding="utf-8")
    monkeypatch.setattr("tests.test_imports.ROOT", tmp_path)
    assert list(climbs(path)) == ["breach.services.cases.x climbs to breach.services.sending.release"]
    assert ast.parse(path.read_text(encoding="utf-8"))

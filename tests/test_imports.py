"""Holds the direction of imports: a report flows from the web inwards, and no step reaches back up."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("breach", "workflows", "notifiers", "templates")

#: Each room and the rooms that it may import, besides itself and what stands in WORDS.
ROOMS: dict[str, set[str]] = {
    "domain": set(),
    "workflows": {"domain"},
    "notifiers": {"domain"},
    "templates": set(),
    "texts": {"domain"},
    "config": {"domain"},
    "store": {"domain", "workflows", "config", "faults"},
    "plugins": {"domain", "config"},
    "documents": {"domain", "templates"},
    "faults": set(),
    "logs": {"domain"},
    "services": {"domain", "workflows", "store", "plugins", "documents", "config", "faults"},
    # Puts the parts together, so it knows the job queue besides what the services know.
    "runtime": {"domain", "store", "plugins", "services", "config", "faults", "jobs"},
    "install": {"domain", "store", "plugins", "services", "config", "faults", "jobs", "runtime"},
    "starting": {"domain", "store", "plugins", "services", "config", "faults", "jobs", "runtime"},
}
INNER = set(ROOMS) - {"notifiers", "templates", "texts", "logs"}
ROOMS |= {
    "jobs": set(INNER),
    "api": INNER | {"jobs"},
    "web": INNER | {"jobs", "api"},
    "bench": INNER | {"jobs", "api", "web"},
    "cli": INNER | {"jobs", "api", "web", "bench", "logs"},
}
#: Rooms that speak to no one and so may not take words from the catalogues.
WORDLESS = {"domain", "workflows", "config", "faults", "logs"}
#: Domain and lifecycles run without the web and without a database; the domain without anything installed.
ALLOWED_LIBRARIES: dict[str, set[str]] = {
    "domain": set(),
    "workflows": {"transitions"},
    "config": set(),
    "texts": {"babel"},
}
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def room(module: str) -> str:
    """Return the room of a dotted module name: the second part within breach, else the first."""
    parts = module.split(".")
    return parts[1] if parts[0] == "breach" and len(parts) > 1 else parts[0]


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, also inside functions."""
    package = dotted(path).split(".")[: None if path.name == "__init__.py" else -1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            # `from breach import texts` names a room, `from breach.texts import text` has named it already.
            yield from (f"{source}.{name.name}" for name in node.names)


def wrong(path: Path) -> list[str]:
    here = room(dotted(path))
    if here == "breach":
        return [f"{dotted(path)} imports {name}" for name in imported(path)]
    allowed = ROOMS[here] | {here} | (set() if here in WORDLESS else {"texts"})
    return [f"{here} imports {name}" for name in imported(path) if not may(here, name, allowed)]


def may(here: str, name: str, allowed: set[str]) -> bool:
    top = name.split(".")[0]
    if top in PACKAGES:
        return room(name) in allowed
    return here not in ALLOWED_LIBRARIES or top in sys.stdlib_module_names | ALLOWED_LIBRARIES[here]


def channels() -> set[str]:
    """Return the packages that are channels, as the entry points name them; what is left is shared by all."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        value.partition(":")[0] for value in project["project"]["entry-points"]["breach.notifiers"].values()
    }


def is_of(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def foreign(path: Path, packages: set[str]) -> list[str]:
    """Return what a module takes from a channel that is not its own."""
    others = {package for package in packages if not is_of(dotted(path), package)}
    return [name for name in imported(path) if any(is_of(name, other) for other in others)]


NOTIFIERS = [path for path in MODULES if path.is_relative_to(ROOT / "notifiers")]


@pytest.mark.parametrize("path", NOTIFIERS, ids=[dotted(path) for path in NOTIFIERS])
def test_channels_do_not_import_one_another(path: Path) -> None:
    assert foreign(path, channels()) == []


@pytest.mark.parametrize(
    ("where", "source", "expected"),
    [
        ("notifiers/outbox/x.py", "from notifiers.digital_post import y", ["notifiers.digital_post.y"]),
        ("notifiers/outbox/x.py", "from notifiers import digital_post", ["notifiers.digital_post"]),
        ("notifiers/memo/x.py", "def f():\n    import notifiers.outbox.y", ["notifiers.outbox.y"]),
        ("notifiers/outbox/x.py", "from notifiers.outbox import y\nfrom notifiers.memo import rules", []),
    ],
    ids=["another", "by-its-name", "shared", "own-and-shared"],
)
def test_channels_that_import_one_another_are_seen(
    where: str, source: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = channels()
    assert known == {"notifiers.digital_post", "notifiers.outbox"}
    path = tmp_path / where
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert foreign(path, known) == expected


def test_checks_of_notifiers_need_nothing_that_is_for_tests() -> None:
    tops = {name.split(".")[0] for name in imported(ROOT / "notifiers" / "testing.py")}
    assert tops - sys.stdlib_module_names == {"breach"}


@pytest.mark.parametrize("path", MODULES, ids=[dotted(path) for path in MODULES])
def test_imports_point_inwards(path: Path) -> None:
    assert wrong(path) == []


@pytest.mark.parametrize(
    ("where", "source", "expected"),
    [
        pytest.param("breach/domain/x.py", "import flask", ["domain imports flask"], id="library-in-domain"),
        pytest.param(
            "breach/domain/x.py", "from breach import store", ["domain imports breach.store"], id="upwards"
        ),
        pytest.param(
            "breach/services/x.py", "from ..web import y", ["services imports breach.web.y"], id="relative"
        ),
        pytest.param(
            "breach/web/x.py",
            "def f():\n    import notifiers.outbox",
            ["web imports notifiers.outbox"],
            id="in-a-function",
        ),
        pytest.param("workflows/x.py", "import sqlalchemy", ["workflows imports sqlalchemy"], id="workflow"),
        pytest.param("breach/domain/x.py", "from breach.domain.risk import Facts", [], id="own-room"),
        pytest.param("breach/web/x.py", "import flask\nfrom breach.services import intake", [], id="inwards"),
    ],
)
def test_wrong_import_is_seen(
    where: str, source: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / where
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert wrong(path) == expected

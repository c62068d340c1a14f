"""Says which tests a change calls for: `python -m tools.changed_tests HEAD~1`, for `make check`.

Printed are the test files, one a line: those that changed, those of a changed module, and what is always run.
The tests of a module stand on its own floor, `breach/web/...` in `tests/web/...`: they lie in its room, are
named after it, or import it. Tests that drive a browser or kill processes run only when they changed; `make
test` runs them all.
"""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ALWAYS = ("tests/domain", "tests/workflows", "tests/test_imports.py", "tests/test_texts.py")
"""Cheap, and about everything."""
SLOW = ("tests/browser", "tests/jobs")
"""Run by a change of their own only."""
FLOORS = {"templates": "tests/web", "notifiers": "tests/notifiers", "workflows": "tests/workflows"}
"""Where the tests of a folder outside `breach` stand."""


def changed_since(commit: str) -> list[str]:
    """Return the paths that differ from the commit, those not yet added to Git among them."""
    names = _git("diff", "--name-only", commit) + _git("ls-files", "--others", "--exclude-standard")
    return sorted(set(names))


def wanted(changed: Iterable[str]) -> list[str]:
    """Return the test files that the changed paths call for, with what is always run."""
    found = {name for path in changed for name in tests_of(Path(path))}
    return [*ALWAYS, *sorted(name for name in found if not name.startswith(ALWAYS))]


def tests_of(path: Path) -> Iterator[str]:
    """Yield the test files of one changed path."""
    if path.parts[0] == "tests":
        yield from _changed_test(path)
    elif floor := _floor(path):
        yield from (str(test) for test in _test_files(floor) if _is_about(test, path))


def _changed_test(path: Path) -> Iterator[str]:
    if path.name.startswith("test_") and path.exists():
        yield str(path)
    elif path.name == "conftest.py" and len(path.parts) > 2 and not str(path).startswith(SLOW):
        yield str(path.parent)


def _floor(path: Path) -> str | None:
    """Return the folder of the tests of a module or template; None where there is none."""
    floor = f"tests/{path.parts[1]}" if path.parts[0] == "breach" else FLOORS.get(path.parts[0], "")
    return floor if floor and Path(floor).is_dir() else None


def _is_about(test: Path, path: Path) -> bool:
    room = path.parts[1] if path.parts[0] == "templates" else path.parent.name
    in_room = room in test.parts[2:-1] or test.stem.startswith(f"test_{room}")
    named_after = test.stem == f"test_{path.stem}" or test.stem.startswith(f"test_{path.stem}_")
    return in_room or named_after or ".".join(path.with_suffix("").parts) in _imports(test)


@cache
def _test_files(folder: str) -> list[Path]:
    return sorted(Path(folder).rglob("test_*.py"))


@cache
def _imports(test: Path) -> frozenset[str]:
    """Return the modules that a test names: `from breach.services import cases` is breach.services.cases."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(test.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return frozenset(found)


def _git(*arguments: str) -> list[str]:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.splitlines()


def main() -> None:
    """Print the test files."""
    sys.stdout.write("\n".join(wanted(changed_since(sys.argv[1]))) + "\n")


if __name__ == "__main__":
    main()

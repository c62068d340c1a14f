"""Finds lines that do too much: long lines of templates, parallel assignments of calls, nested conditions.

Run in the root of the project: `python tools/check_lines.py`. Prints `path:line: reason, remedy` for each
finding and ends with 1 if there is one.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MOST = 120
TEMPLATES = "templates"
PYTHON = ("breach", "notifiers", "templates", "tests", "tools", "workflows")


class Finding(NamedTuple):
    """A line that does too much."""

    path: Path
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}: {self.words}"


def in_template(path: Path, source: str) -> Iterator[Finding]:
    """Return the lines of a template that are too long."""
    for number, line in enumerate(source.split("\n"), 1):
        if len(line) > MOST:
            said = f"the line has {len(line)} characters, at most {MOST} are read at a glance"
            yield Finding(path, number, f"{said}: put one tag with its content on a line")


def in_python(path: Path, source: str) -> Iterator[Finding]:
    """Return the lines of a module that do two things."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and _is_parallel(node):
            said = "two values are worked out on one line: assign each on a line of its own"
            yield Finding(path, node.lineno, said)
        elif isinstance(node, ast.IfExp) and _is_nested(node):
            said = "a condition stands inside a condition: use if and return, or a function with a name"
            yield Finding(path, node.lineno, said)


def _is_parallel(node: ast.Assign) -> bool:
    """Tell whether several names are set from several values of which one is worked out by a call."""
    several = any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
    values = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else []
    return several and any(_calls(value) for value in values)


def _calls(value: ast.expr) -> bool:
    return any(isinstance(part, ast.Call | ast.Await) for part in ast.walk(value))


def _is_nested(node: ast.IfExp) -> bool:
    parts = (part for side in (node.test, node.body, node.orelse) for part in ast.walk(side))
    return any(isinstance(part, ast.IfExp) for part in parts)


def findings(root: Path) -> Iterator[Finding]:
    """Return every finding in the templates and the Python of a project, by path and line."""
    for path in sorted((root / TEMPLATES).rglob("*")):
        if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts:
            yield from in_template(path.relative_to(root), path.read_text(encoding="utf-8"))
    for folder in PYTHON:
        for path in sorted((root / folder).rglob("*.py")):
            found = in_python(path.relative_to(root), path.read_text(encoding="utf-8"))
            yield from sorted(found, key=lambda one: one.line)


def main() -> int:
    """Write out the findings of the project in this folder; return 1 if there are any."""
    found = list(findings(Path.cwd()))
    for one in found:
        sys.stdout.write(f"{one}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

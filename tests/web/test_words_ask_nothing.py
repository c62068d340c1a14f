"""Words, pictures and frames say what they were given: none of them opens a transaction or asks the store."""

import ast
from pathlib import Path

import pytest

import breach.web

WEB = Path(breach.web.__file__).parent
SAYING = sorted(
    path
    for path in WEB.rglob("*.py")
    if path.stem.endswith("words") or path.stem in ("pictures", "frame", "choices", "language", "moments")
)
ASKING = frozenset({"reading", "transaction", "session", "sessions", "execute", "scalars", "get_one"})


def asked(source: str) -> list[str]:
    """Return the names by which a module reaches for a transaction, and its imports of what reads rows."""
    tree = ast.parse(source)
    reached = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    imported = [one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names]
    return [name for name in reached if name in ASKING] + [name for name in imported if name == "runtime"]


def test_there_are_words_to_look_at() -> None:
    assert len(SAYING) > 15


@pytest.mark.parametrize("path", SAYING, ids=lambda path: path.relative_to(WEB).as_posix())
def test_words_open_no_transaction(path: Path) -> None:
    assert asked(path.read_text()) == []


def test_module_that_asks_is_found() -> None:
    assert asked("from a import runtime\nwith runtime().reading() as ctx:\n    ctx.x") == [
        "reading",
        "runtime",
    ]

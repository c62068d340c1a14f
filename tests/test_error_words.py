"""Every error that the code can raise has its words, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from breach.texts import LANGUAGES, has
from workflows import authority, case, communication

ROOT = Path(__file__).parents[1] / "breach"
#: Position of the code among the arguments of a call that carries one.
CARRIERS = {"FieldError": 1, "Conflict": 0, "Forbidden": None, "written": 2}


def codes() -> Iterator[tuple[str, str]]:
    """Yield (code, file) for each literal code in the services."""
    for path in sorted((ROOT / "services").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            position = CARRIERS.get(node.func.id)
            if position is None or len(node.args) <= position:
                continue
            argument = node.args[position]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value, path.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "file"), sorted(set(codes())))
def test_error_has_its_words(code: str, file: str, language: str) -> None:
    assert has(f"errors.{code}", language), f"{file} raises {code}"


def guards() -> set[str]:
    tables = (case.TABLE, authority.TABLE, communication.TABLE)
    return {guard for table in tables for step in table for guard in step.guards} | {
        "wrong_state",
        "no_right",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guard", sorted(guards()))
def test_barred_step_says_why(guard: str, language: str) -> None:
    assert has(f"errors.barred.{guard}", language) or has(f"cases.barred.{guard}", language)

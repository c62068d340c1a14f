"""The catalogues say the same in both languages, and the program asks for no text that they lack."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from breach import texts

ROOT = Path(__file__).parents[1]
DANISH, ENGLISH = (texts.catalogue(language) for language in texts.LANGUAGES)
TOPICS = sorted({key.split(".")[0] for key in DANISH.keys() | ENGLISH.keys()})
KEY = re.compile(r"[a-z0-9_]+(\.[A-Za-z0-9_-]+)+")
#: Functions that take a key of the catalogues as their first argument.
ASKING = {"t", "text", "lazy", "say"}
IN_TEMPLATE = re.compile(r"""\bt\(\s*(['"])([a-z0-9_]+\.[A-Za-z0-9_.-]*)\1\s*(~?)""")


class Asked(NamedTuple):
    """A text that the program asks for: a whole key, or how the key begins when the rest is worked out."""

    where: str
    key: str
    whole: bool
    given: frozenset[str] | None  # the values handed over, where they can be read off


def placeholders(pattern: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None})


def asked_in_python(path: Path) -> Iterator[Asked]:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        key, whole = beginning(call.args[0])
        if name not in ASKING or not (KEY.fullmatch(key) or (not whole and "." in key)):
            continue
        named = [keyword.arg for keyword in call.keywords]
        given = None if None in named else frozenset(arg for arg in named if arg)
        yield Asked(f"{path.relative_to(ROOT)}:{call.lineno}", key, whole, given)


def beginning(node: ast.expr) -> tuple[str, bool]:
    """Return the literal text with which an expression begins, and whether that is all of it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, True
    if isinstance(node, ast.JoinedStr) and node.values:
        return beginning(node.values[0])[0], False
    return "", False


def asked_in_template(path: Path) -> Iterator[Asked]:
    source = path.read_text(encoding="utf-8")
    for found in IN_TEMPLATE.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        yield Asked(f"{path.relative_to(ROOT)}:{line}", found[2], not found[3], None)


def asked() -> Iterator[Asked]:
    for package in ("breach", "notifiers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from asked_in_python(path)
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".xml"}:
            yield from asked_in_template(path)


def problem(one: Asked) -> str | None:
    """Return what is wrong with a text asked for, or None."""
    if not one.whole:
        known = any(key.startswith(one.key) for key in DANISH)
        return None if known else f"{one.where}: no key begins with {one.key}"
    if one.key not in DANISH:
        return f"{one.where}: no key {one.key}"
    missing = set(placeholders(DANISH[one.key])) - (one.given or set())
    return f"{one.where}: {one.key} needs {sorted(missing)}" if missing and one.given is not None else None


@pytest.mark.parametrize(
    ("wished", "expected"),
    [
        ("da-DK,en;q=0.5", "da"),
        ("en-GB,da;q=0.5", "en"),
        ("da;q=0.4,en-US;q=0.9", "en"),
        ("EN", "en"),
        ("de,da-DK;q=0.2", "da"),
        ("en;q=0,fr", "neither"),
        ("*", "neither"),
        ("dan", "neither"),
        ("", "neither"),
    ],
)
def test_the_dearest_wish_that_we_speak_is_the_language(wished: str, expected: str) -> None:
    wishes = parse_accept_header(wished, LanguageAccept)
    assert texts.language_for(wishes, "neither") == expected


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_have_the_same_keys(topic: str) -> None:
    of_topic = [sorted(key for key in known if key.split(".")[0] == topic) for known in (DANISH, ENGLISH)]
    assert of_topic[0] == of_topic[1]


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_fill_the_same_places_and_none_is_empty(topic: str) -> None:
    for key in DANISH.keys() & ENGLISH.keys():
        if key.split(".")[0] == topic:
            assert (key, placeholders(DANISH[key])) == (key, placeholders(ENGLISH[key]))
            assert DANISH[key].strip(), key
            assert ENGLISH[key].strip(), key


def test_every_text_asked_for_is_there() -> None:
    assert [said for said in map(problem, asked()) if said] == []


def test_texts_are_asked_for_so_the_search_finds_them() -> None:
    assert sum(1 for _ in asked()) > 50


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("text('nope.nothing', 'da')", "no key nope.nothing", id="missing"),
        pytest.param("t(f'nope.{x}')", "no key begins with nope.", id="missing-beginning"),
        pytest.param("sqlalchemy.text('SELECT 1')", None, id="sql-is-no-key"),
    ],
)
def test_a_missing_text_is_seen(
    source: str, expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    path = tmp_path / "x.py"
    path.write_text(source, encoding="utf-8")
    said = [problem(one) for one in asked_in_python(path)]
    assert said == ([f"x.py:1: {expected}"] if expected else [])

"""The catalogues say the same in both languages, lack no text asked for, and hold none that is not."""

import ast
import re
import string
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from breach import texts
from breach.domain import states
from breach.domain.events import EventKind
from breach.domain.messages import Need
from breach.texts.wording import PLACES

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
def test_dearest_wish_that_we_speak_is_the_language(wished: str, expected: str) -> None:
    wishes = parse_accept_header(wished, LanguageAccept)
    assert texts.language_for(wishes, "neither") == expected


@pytest.mark.parametrize("topic", TOPICS)
def test_languages_have_the_same_keys(topic: str) -> None:
    of_topic = [sorted(key for key in known if key.split(".")[0] == topic) for known in (DANISH, ENGLISH)]
    assert of_topic[0] == of_topic[1]


@pytest.mark.parametrize("topic", TOPICS)
def test_languages_fill_the_same_places_and_none_is_empty(topic: str) -> None:
    for key in DANISH.keys() & ENGLISH.keys():
        if key.split(".")[0] == topic:
            assert (key, placeholders(DANISH[key])) == (key, placeholders(ENGLISH[key]))
            assert DANISH[key].strip(), key
            assert ENGLISH[key].strip(), key


def test_texts_asked_for_are_all_there() -> None:
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
def test_missing_text_is_seen(
    source: str, expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    path = tmp_path / "x.py"
    path.write_text(source, encoding="utf-8")
    said = [problem(one) for one in asked_in_python(path)]
    assert said == ([f"x.py:1: {expected}"] if expected else [])


# ---- texts that nothing asks for

#: What a string of the program has where a value goes in.
HOLE = "\x00"
WORD = re.compile(r"[A-Za-z0-9_]+")
WORDS = re.compile(r"[A-Za-z0-9_. ]+")
QUOTED = re.compile(r"""(['"])([A-Za-z0-9_.]+)\1(\s*~\s*[\w.]+(?:\s*~\s*['"](\w+)['"])?)?""")
#: Beginnings of keys whose rest is worked out from addresses: tests/web/frame/test_fresh.py compares the two.
FROM_ADDRESSES = ("access.login.doing.",)
#: Codes that plugins raise, and that ours happen not to: docs/plugins.md names them.
FROM_PLUGINS = ("errors.plugin.setting_missing",)
#: Beginnings of keys whose rest is a closed list: the words there are that list and nothing else.
CLOSED: dict[str, Iterable[str]] = {
    "cases.state.": [one.value for one in states.CaseState],
    "authority.state.": [one.value for one in states.AuthorityState],
    "sending.state.": [one.value for one in states.CommunicationState],
    "letters.state.": [*(one.value for one in states.NoticeState), "told"],
    "access.role.": [one.value for one in states.Role],
    "audit.event.": [one.value for one in EventKind],
    "sending.code.lacks_": [one.value for one in Need],
}


def strings_in_python(source: str) -> Iterator[str]:
    """Return the strings of a module with a hole for each value put in; sentences about it are none."""
    tree = ast.parse(source)
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else HOLE for part in node.values)  # type: ignore[misc]  # a constant part of an f-string is text
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {node} & (parts | said):
            yield node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_under":
            yield f"{beginning(node.args[0])[0]}.{HOLE}"


def names_in_python(source: str) -> Iterator[str]:
    """Return what else can become a part of a key: the names of fields and of arguments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            yield from (one.id for one in targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.FunctionDef | ast.keyword):
            yield (node.name if isinstance(node, ast.FunctionDef) else node.arg) or ""


def strings_in_template(source: str) -> Iterator[str]:
    """Return the strings of a template, with a hole where another value follows, and what follows that."""
    for found in QUOTED.finditer(source):
        yield found[2] + (f"{HOLE}{found[4] or ''}" if found[3] else "")


class Program(NamedTuple):
    """What the program says that can name a text: its strings, and the words that can fill their holes."""

    strings: frozenset[str]
    words: frozenset[str]

    def asks_for(self, key: str) -> bool:
        """Tell whether a string is the key, or becomes the key by words that the program has."""
        return any(one in self.strings or self._becomes(one) for one in (key, _done_message(key)))

    def _becomes(self, key: str) -> bool:
        """Tell whether a string with holes becomes the key."""
        found = (pattern.fullmatch(key) for pattern in _patterns(self.strings))
        return any(self._fills(one.groups(), key) for one in found if one)

    def _fills(self, filled: tuple[str, ...], key: str) -> bool:
        for start, rest in CLOSED.items():
            if key.startswith(start):
                return key.removeprefix(start) in rest
        return all(self._knows(word) for part in filled for word in part.split("."))

    def _knows(self, word: str) -> bool:
        """Tell whether the program has the word, or makes it of words that it has."""
        made = (pattern.fullmatch(word) for pattern in _made_words(self.strings))
        return word in self.words or any(set(one.groups()) <= self.words for one in made if one)


@cache
def _made_words(strings: frozenset[str]) -> list[re.Pattern[str]]:
    """Return how the words look that strings with holes make, as `{code}_here` does."""
    made = sorted(one for one in strings if HOLE in one and re.fullmatch(r"\x00?[a-z_]{3,}\x00?", one))
    return [re.compile(re.escape(one).replace(HOLE, r"(\w+?)")) for one in made]


@cache
def _patterns(strings: frozenset[str]) -> list[re.Pattern[str]]:
    """Return how the keys look that strings with holes make: each names a topic, or has a table of each room.

    The message of a change done is built from an address, so that alone asks for none.
    """
    found = {
        one for one in strings if HOLE in one and re.fullmatch(r"[A-Za-z0-9_.\x00]+", one) and "." in one
    }
    places = {one for one in strings if one in PLACES}
    found |= {one.replace(HOLE, place, 1) for one in found for place in places if one == f"{HOLE}.{HOLE}"}
    of_rooms = {one for one in found if re.match(r"\x00\.[a-z]{4,}\.", one)} - {f"{HOLE}.done.{HOLE}"}
    named = {one for one in found if one.split(".")[0] in TOPICS} | of_rooms
    return [re.compile(re.escape(one).replace(HOLE, r"([A-Za-z0-9_.]+?)")) for one in sorted(named)]


def _done_message(key: str) -> str:
    """Return how a page names the message of a change done: `case.take` for `case.done.take`."""
    return key.replace(".done.", ".", 1).removeprefix("common.")


@cache
def program(root: Path) -> Program:
    """Return what the program of a folder says."""
    strings: set[str] = set()
    names: set[str] = set()
    for package in ("breach", "notifiers", "workflows"):
        for path in sorted((root / package).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            strings |= set(strings_in_python(source))
            names |= set(names_in_python(source))
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt", ".xml"}:
            strings |= set(strings_in_template(path.read_text(encoding="utf-8")))
    short = {one for one in strings if WORDS.fullmatch(one)}
    words = {word for one in short for word in WORD.findall(one)} | {one.replace(".", "_") for one in short}
    return Program(frozenset(strings), frozenset(words | names))


def test_texts_are_all_asked_for() -> None:
    says = program(ROOT)
    unused = [
        key
        for key in sorted(DANISH)
        if not key.startswith(FROM_ADDRESSES + FROM_PLUGINS) and not says.asks_for(key)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("folder", "source", "key", "asked_for"),
    [
        pytest.param("breach", "t('cases.go')", "cases.go", True, id="whole"),
        pytest.param("breach", "t('case.other')", "cases.go", False, id="another"),
        pytest.param("breach", "def f():\n    'cases.go'", "cases.go", False, id="only-described"),
        pytest.param("breach", "t(f'cases.tab.{x}', y='risk')", "cases.tab.risk", True, id="a-word"),
        pytest.param("breach", "t(f'cases.tab.{x}')", "cases.tab.risk", False, id="no-such-word"),
        pytest.param("breach", "t(f'case.row.{x}', y='risk')", "cases.tab.risk", False, id="elsewhere"),
        pytest.param("breach", "t(f'cases.state.{x}')", "cases.state.merged", True, id="listed"),
        pytest.param("breach", "t(f'cases.state.{x}', y='with')", "states.case.with", False, id="unlisted"),
        pytest.param("breach", "to(message='work.one')", "work.done.one", True, id="message"),
        pytest.param("breach", "to(message='work.two')", "work.done.one", False, id="another-message"),
        pytest.param("templates", "{{ t('cases.go') }}", "cases.go", True, id="template"),
        pytest.param(
            "templates",
            "{{ t('access.' ~ x ~ '_lead', 'take') }}",
            "access.take_lead",
            True,
            id="joined",
        ),
        pytest.param("templates", "{{ t('access.' ~ x) }}", "access.take_lead", False, id="joined-no-word"),
    ],
)
def test_text_without_a_use_is_seen(
    folder: str, source: str, key: str, asked_for: bool, tmp_path: Path
) -> None:
    path = tmp_path / folder / ("x.py" if folder == "breach" else "x.html")
    path.parent.mkdir()
    path.write_text(source, encoding="utf-8")
    assert program(tmp_path).asks_for(key) is asked_for

"""What the documents say of the service is so: pictures, examples, settings, links."""

import json
import os
import re
import subprocess
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from breach import config
from breach.cli.draw import TABLES, draw
from breach.domain.risk import parse_facts
from breach.services import actions
from breach.services.intake.report import parse_report
from tests.support.processes import free_port
from tests.support.server import serving
from tests.test_readme import Command, blocks, check

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
RUNNABLE = [
    block for path in sorted(DOCS.rglob("*.md")) for block in blocks(path.read_text("utf-8")) if block
]
CODE = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|html|toml|txt|js|css|sh))`")
"""A file of ours that a document names, by the end of its path."""
TRACKED = [
    str(path.relative_to(ROOT))
    for folder in ("breach", "workflows", "notifiers", "templates", "tests", "tools", "docs")
    for path in (ROOT / folder).rglob("*.*")
]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


@pytest.mark.parametrize("name", TABLES)
def test_picture_shows_the_table_as_it_is(name: str) -> None:
    assert (DOCS / "pictures" / f"{name}.svg").read_text("utf-8") == draw(name)


@pytest.mark.parametrize("picture", ["screenshot-case", "screenshot-risk"])
def test_screenshot_is_small(picture: str) -> None:
    assert 10_000 < (DOCS / "pictures" / f"{picture}.png").stat().st_size < 200_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_links_of_a_document_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_files_that_a_document_names_are_there(document: Path) -> None:
    named = CODE.findall(document.read_text("utf-8"))
    here = [*TRACKED, *(path.name for path in ROOT.iterdir())]
    assert [name for name in named if not any(f"/{one}".endswith(f"/{name}") for one in here)] == []


def test_changing_it_walks_through_five_changes_with_their_files() -> None:
    parts = (DOCS / "changing-it.md").read_text("utf-8").split("\n## ")[1:]
    assert [part.splitlines()[0] for part in parts] == [
        "Add a step",
        "Add a data category",
        "Add a field of the processor's form",
        "Add a channel",
        "Change a sentence of the letter",
    ]
    assert [len(CODE.findall(part)) >= 4 for part in parts] == [True] * 5


def test_example_report_can_be_filed() -> None:
    report = json.loads((DOCS / "examples" / "report.json").read_text("utf-8"))
    assert parse_report(report, datetime(2026, 6, 1, tzinfo=UTC)).kind == "staff"


def test_example_facts_can_be_assessed() -> None:
    example = json.loads((DOCS / "examples" / "facts.json").read_text("utf-8"))
    assert parse_facts(example["facts"]).subject_count == 1


def test_example_walk_takes_steps_that_exist() -> None:
    taken = re.findall(r"(?m)^step \w+ (\w+)", (DOCS / "examples" / "walk.sh").read_text("utf-8"))
    assert len(taken) == 13
    assert set(taken) <= {action.name for action in actions.offered()}


def test_settings_are_all_in_the_table_and_no_others() -> None:
    rows = [
        line for line in (DOCS / "operations.md").read_text("utf-8").splitlines() if line.startswith("| `B")
    ]
    shown = {name.lower() for line in rows for name in re.findall(r"BREACH_([A-Z_]+)", line.split("|")[1])}
    assert shown == {one.name for one in fields(config.Settings)} - {"plugin_settings"}


@pytest.mark.parametrize("commands", RUNNABLE, ids=[block[0].line[:40] for block in RUNNABLE])
def test_commands_of_a_document_work(commands: list[Command], tmp_path: Path) -> None:
    check(commands, tmp_path)


def test_first_day_is_among_the_commands_that_run() -> None:
    ran = [command.line for block in RUNNABLE for command in block]
    assert any(line.startswith("breach controller add") for line in ran)


WALK = DOCS / "examples" / "walk.sh"
BREACH = """#!/bin/sh
echo "$*" >> "$SEEN"
if [ "$2" = add ]; then echo "brd_secret"; echo "to end it: breach token revoke n$4" >&2; fi
"""
"""A program that keeps what it was told to do, and gives tokens that nothing takes."""


def walked(tmp_path: Path, **env: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Walk with that program; return how it ended, and what the program was told."""
    program, seen = tmp_path / "breach", tmp_path / "seen"
    program.write_text(BREACH, "utf-8")
    program.chmod(0o700)
    seen.touch()
    found = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SEEN": str(seen), **env}
    ended = subprocess.run(["bash", str(WALK)], env=found, capture_output=True, text=True, cwd=DOCS.parent)
    return ended, seen.read_text("utf-8").splitlines()


def test_walk_says_when_nothing_answers_and_makes_no_token(tmp_path: Path) -> None:
    port = str(free_port())
    ended, shown = walked(tmp_path, BREACH_PORT=port)
    assert (ended.returncode, ended.stdout, shown) == (1, "", [])
    assert ended.stderr.startswith(f"Nothing answers at http://127.0.0.1:{port}. ")
    assert len(ended.stderr.splitlines()) == 1


def test_walk_that_fails_ends_its_tokens(tmp_path: Path) -> None:
    def ready_only(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK" if environ["PATH_INFO"] == "/readyz" else "503 Busy", [])
        return [b"{}"]

    with serving(ready_only) as address:
        ended, shown = walked(tmp_path, BREACH_URL=address)
    assert ended.returncode != 0
    people = ["sagsbehandler", "beslutter", "godkender", "frigiver"]
    assert [one.split()[3] for one in shown if one.startswith("token add")] == people
    assert [one for one in shown if "revoke" in one] == [f"token revoke n{who}" for who in people]
    assert "brd_secret" not in ended.stdout + ended.stderr

"""What the documents say of the service is so: pictures, examples, settings, links."""

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from breach import config
from breach.cli.draw import TABLES, draw
from breach.domain.risk import parse_facts
from breach.services.report_input import parse_report

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


@pytest.mark.parametrize("name", TABLES)
def test_a_picture_shows_the_table_as_it_is(name: str) -> None:
    assert (DOCS / "pictures" / f"{name}.svg").read_text("utf-8") == draw(name)


@pytest.mark.parametrize("picture", ["screenshot-case", "screenshot-risk"])
def test_a_screenshot_is_small(picture: str) -> None:
    assert 10_000 < (DOCS / "pictures" / f"{picture}.png").stat().st_size < 200_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_the_links_of_a_document_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_example_report_can_be_filed() -> None:
    report = json.loads((DOCS / "examples" / "report.json").read_text("utf-8"))
    assert parse_report(report, datetime(2026, 6, 1, tzinfo=UTC)).kind.value == "staff"


def test_the_example_facts_can_be_assessed() -> None:
    example = json.loads((DOCS / "examples" / "facts.json").read_text("utf-8"))
    assert parse_facts(example["facts"]).subject_count == 1


def test_every_setting_is_in_the_table_and_no_other() -> None:
    rows = [
        line for line in (DOCS / "operations.md").read_text("utf-8").splitlines() if line.startswith("| `B")
    ]
    told = {name.lower() for line in rows for name in re.findall(r"BREACH_([A-Z_]+)", line.split("|")[1])}
    assert told == {one.name for one in fields(config.Settings)} - {"plugin_settings"}

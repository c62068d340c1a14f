"""`breach audit`: checks the record of who did what, and anchors it outside the database."""

import json
import os
from datetime import UTC, datetime

import click

from breach import config
from breach.cli.wording import LANGUAGE
from breach.store.anchor import anchor
from breach.store.engine import make_engine, make_reading_sessions, make_sessions, missing_file
from breach.store.verify import Problem, verify
from breach.texts import text


@click.group("audit")
def command() -> None:
    """Check and anchor the record of who did what."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify_record(as_json: bool) -> int:
    """Check every event, head, anchor and trigger; name the first that is broken and exit with status 1."""
    settings = _settings()
    engine = make_engine(settings.database_url)
    with make_reading_sessions(engine)() as session:
        problem = verify(session, settings.anchor_file)
    engine.dispose()
    if as_json:
        found = {"holds": problem is None, "problem": problem.to_json() if problem else None}
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo(_sentence(problem))
    return 0 if problem is None else 1


@command.command("anchor")
def anchor_record() -> None:
    """Anchor what has been recorded since the last anchor, and add its line to the file outside."""
    settings = _settings()
    engine = make_engine(settings.database_url)
    with make_sessions(engine).begin() as session:
        anchored = anchor(session, settings.anchor_file, datetime.now(UTC))
    engine.dispose()
    click.echo(
        text("audit.anchored" if anchored else "audit.nothing_new", LANGUAGE, file=settings.anchor_file)
    )


def _settings() -> config.Settings:
    settings = config.load(os.environ)
    if path := missing_file(settings.database_url):
        raise click.ClickException(text("audit.no_database", LANGUAGE, file=path))
    return settings


def _sentence(problem: Problem | None) -> str:
    if problem is None:
        return text("audit.holds", LANGUAGE)
    what = text(f"audit.what.{problem.what}", LANGUAGE)
    place = {"kind": problem.kind, "key": problem.key, "number": problem.seq}
    return text("audit.broken", LANGUAGE, what=what, **place)

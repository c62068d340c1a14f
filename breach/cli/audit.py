"""`breach audit`: verifies the audit log and anchors it outside the database."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from breach.cli.host import master_of, settings_of_host
from breach.cli.wording import LANGUAGE
from breach.store.audit.anchor import anchor
from breach.store.engine import make_engine, make_reading_sessions, make_sessions
from breach.store.keys.event_seal import EventSeal
from breach.store.keys.keyring import Keyring
from breach.store.keys.open_all import Opened, open_all
from breach.store.verify.chain import check
from breach.store.verify.problem import OF_ROWS, Finding, Problem
from breach.texts import text


@click.group("audit")
def command() -> None:
    """Check and anchor the record of who did what."""


@command.command("verify")
@click.option("--sealed", is_flag=True, help="Open every sealed value too; needs the master key.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify_audit(sealed: bool, as_json: bool) -> int:
    """Check the record and every row against it; name the first that is broken and exit with status 1."""
    settings = settings_of_host()
    master = master_of(settings) if sealed else None
    seal = EventSeal(master) if master else None
    keys = Keyring(master) if master else None
    engine = make_engine(settings.database_url)
    sessions = make_reading_sessions(engine)
    with sessions() as session:
        found = check(session, settings.anchor_file, seal)
    opened = open_all(sessions, keys) if keys and found.problem is None else None
    engine.dispose()
    problem = found.problem or (opened.problem if opened else None)
    if as_json:
        click.echo(json.dumps(_plain(problem, found, opened), ensure_ascii=False))
    else:
        click.echo("\n".join(_sentences(problem, found, opened)))
    return 0 if problem is None else 1


@command.command("anchor")
def anchor_audit() -> None:
    """Anchor what has been recorded since the last anchor, and add its line to the file outside."""
    settings = settings_of_host()
    engine = make_engine(settings.database_url)
    with make_sessions(engine).begin() as session:
        anchored = anchor(session, settings.anchor_file, datetime.now(UTC))
    engine.dispose()
    click.echo(
        text("audit.anchored" if anchored else "audit.nothing_new", LANGUAGE, file=settings.anchor_file)
    )


def _plain(problem: Problem | None, found: Finding, opened: Opened | None) -> dict[str, object]:
    return {
        "holds": problem is None,
        "problem": problem.to_json() if problem else None,
        "unchecked_rows": found.unchecked,
        "opened": opened.opened if opened else None,
    }


def _sentences(problem: Problem | None, found: Finding, opened: Opened | None) -> Iterator[str]:
    if problem is not None:
        yield _broken(problem)
        return
    yield text("audit.holds", LANGUAGE)
    if found.unchecked:
        yield text("audit.unchecked", LANGUAGE, rows=found.unchecked)
    if opened is None:
        yield text("audit.not_opened", LANGUAGE)
    else:
        yield text("audit.opened", LANGUAGE, cells=opened.opened, destroyed=opened.destroyed)


def _broken(problem: Problem) -> str:
    """Return the sentence that names the place, as far as it has a column and a case, and what is wrong."""
    what = text(f"audit.what.{problem.what}", LANGUAGE)
    if problem.what not in OF_ROWS:
        place = {"kind": problem.kind, "key": problem.key, "number": problem.seq}
        return text("audit.broken", LANGUAGE, what=what, **place)
    place = {"table": problem.kind, "key": problem.key}
    parts = [text("audit.place.row", LANGUAGE, **place)]
    if problem.column:
        parts.append(text("audit.place.column", LANGUAGE, column=problem.column))
    if problem.case:
        parts.append(text("audit.place.case", LANGUAGE, case=problem.case))
    return text("audit.broken_row", LANGUAGE, place=", ".join(parts), what=what)

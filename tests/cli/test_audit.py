"""`breach audit` and `breach keys`, as an operator runs them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from breach.cli import group
from breach.domain.events import EventKind
from breach.store.audit.events import append
from breach.store.engine import for_migrations, make_engine, make_sessions
from breach.store.keys import master
from breach.store.keys.keyring import Keyring
from breach.store.migrate import migrate
from tests.store import rows

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with a case, an event, and a key in use."""
    monkeypatch.setenv("BREACH_HOME", str(tmp_path))
    monkeypatch.delenv("BREACH_DATABASE_URL", raising=False)
    master.create(tmp_path / "master.key")
    url = f"sqlite:///{tmp_path / 'breach.db'}"
    migrate(url)
    engine = make_engine(url)
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        case_id = rows.add_case(session, 1)
        append(session, datetime.now(UTC), EventKind.CASE_OPENED, None, 1, case_id, {})
        Keyring(master.read(tmp_path / "master.key")).cpr_hash(session, 1, case_id, "2512489996")
    engine.dispose()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments), standalone_mode=False)


def change(home: Path, trigger: str, statement: str) -> None:
    """Change the database past one trigger, and put it back."""
    engine = for_migrations(f"sqlite:///{home / 'breach.db'}")
    with engine.begin() as connection:
        wanted = text("SELECT sql FROM sqlite_master WHERE name = :name")
        sql = connection.execute(wanted, {"name": trigger}).scalar_one()
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text(statement))
        connection.execute(text(sql))
    engine.dispose()


def test_whole_record_is_anchored_and_verified(home: Path) -> None:
    assert run("audit", "anchor").output == f"Anchored in {home / 'anchor.log'}\n"
    assert run("audit", "anchor").output.startswith("Nothing has been recorded")
    verified = run("audit", "verify", "--json")
    said = {"holds": True, "problem": None, "unchecked_rows": 0, "opened": None}
    assert (verified.return_value, json.loads(verified.output)) == (0, said)
    assert run("audit", "verify").output == (
        "Intact: the record is as it was written, and every row of the database is as the record says.\n"
        "Sealed values were compared but not opened; to open them: breach audit verify --sealed\n"
    )


def test_changed_byte_is_named(home: Path) -> None:
    change(
        home,
        "audit_event_no_update",
        "UPDATE audit_event SET body = replace(body, 'opened', 'reopen') WHERE kind = 'case.opened'",
    )
    verified = run("audit", "verify", "--json")
    assert verified.return_value == 1
    problem = json.loads(verified.output)["problem"]
    assert (problem["kind"], problem["seq"], problem["what"]) == ("case", 1, "hash")
    said = run("audit", "verify").output
    assert said == f"Broken: case {problem['key']}, number 1: the event's body or hash was changed\n"


def test_changed_row_is_named_with_its_case_and_column(home: Path) -> None:
    change(home, "breach_case_identity_frozen", "UPDATE breach_case SET title = title || '.'")
    verified = run("audit", "verify", "--json")
    problem = json.loads(verified.output)["problem"]
    assert verified.return_value == 1
    assert (problem["kind"], problem["what"], problem["column"]) == ("breach_case", "row", "title")
    assert run("audit", "verify").output == (
        f"Broken: table breach_case, row {problem['key']}, column title, case {problem['case']}:"
        " the row is not the one that the record says was written\n"
    )


def test_sealed_values_are_opened_when_asked(home: Path) -> None:
    said = run("audit", "verify", "--sealed").output
    assert said.endswith("2 sealed values can be opened; 0 have lost their key, as they should.\n")
    (home / "master.key").unlink()
    master.create(home / "master.key")
    assert run("audit", "verify").return_value == 0
    assert run("audit", "verify", "--sealed").output == (
        "Broken: table wrapped_key, row 1, column cell: the sealed value does not open\n"
    )
    (home / "master.key").unlink()
    assert "master key" in str(run("audit", "verify", "--sealed").exception)
    assert run("audit", "verify").return_value == 0


def test_audit_commands_without_a_database_say_so_and_make_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREACH_HOME", str(tmp_path))
    for arguments in (("audit", "verify"), ("audit", "anchor"), ("keys", "list")):
        assert "run: breach init" in str(run(*arguments).exception)
    assert list(tmp_path.iterdir()) == []


def test_master_keys_are_listed_changed_and_retired(home: Path) -> None:
    [before] = json.loads(run("keys", "list", "--json").output)
    assert (before["active"], before["wraps"]) == (True, 1)
    assert "still wraps something" in str(run("keys", "retire", before["id"]).exception)
    assert "1 controller keys are wrapped by it" in run("keys", "rotate").output
    new, old = json.loads(run("keys", "list", "--json").output)
    assert (new["active"], new["wraps"], old) == (True, 1, {"id": before["id"], "active": False, "wraps": 0})
    assert run("keys", "retire", old["id"]).output == f"Master key {old['id']} is out of the file.\n"
    assert "There is no master key" in str(run("keys", "retire", old["id"]).exception)
    secret = (home / "master.key").read_text("ascii").split()[1]
    assert secret not in run("keys", "list").output

"""`breach audit` and `breach keys`, as an operator runs them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from breach.cli import group
from breach.store import master
from breach.store.audit import record
from breach.store.crypto import Keyring
from breach.store.engine import for_migrations, make_engine, make_sessions
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
        record(session, datetime.now(UTC), "case.reported", None, 1, case_id, {})
        Keyring(master.read(tmp_path / "master.key")).finger(session, 1, case_id, "2512489996")
    engine.dispose()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments), standalone_mode=False)


def test_a_whole_record_is_anchored_and_verified(home: Path) -> None:
    assert run("audit", "anchor").output == f"Anchored in {home / 'anchor.log'}\n"
    assert run("audit", "anchor").output.startswith("Nothing has been recorded")
    verified = run("audit", "verify", "--json")
    assert (verified.return_value, json.loads(verified.output)) == (0, {"holds": True, "problem": None})
    assert run("audit", "verify").output.startswith("The record holds")


def test_a_changed_byte_is_named(home: Path) -> None:
    engine = for_migrations(f"sqlite:///{home / 'breach.db'}")
    with engine.begin() as connection:
        trigger = text("SELECT sql FROM sqlite_master WHERE name = 'audit_event_no_update'")
        sql = connection.execute(trigger).scalar_one()
        connection.execute(text("DROP TRIGGER audit_event_no_update"))
        connection.execute(text("UPDATE audit_event SET body = replace(body, 'reported', 'rejected')"))
        connection.execute(text(sql))
    engine.dispose()
    verified = run("audit", "verify", "--json")
    assert verified.return_value == 1
    problem = json.loads(verified.output)["problem"]
    assert (problem["kind"], problem["seq"], problem["what"]) == ("case", 1, "hash")
    said = run("audit", "verify").output
    assert said == f"Broken: case {problem['key']}, number 1: the event's body or hash was changed\n"


def test_without_a_database_both_say_so_and_make_none(
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

"""Whoever can write the database, but has no master key, cannot make a record that fits."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.services.context import Runtime
from breach.store.audit import events
from breach.store.audit.pending import read_again
from breach.store.engine import for_migrations, make_sessions
from breach.store.keys import master
from breach.store.keys.event_seal import EventSeal
from breach.store.keys.keyring import Keyring
from breach.store.models import BreachCase, Decision
from breach.store.verify.chain import check
from breach.store.verify.problem import Problem
from tests.support.scenario import Service, make_service

NO_KEY: EventSeal | None = None


@pytest.fixture
def decided(tmp_path: Path, database_url: str) -> Iterator[Service]:
    """A service with a decided case, whose events are sealed."""
    service = make_service(tmp_path, database_url)
    yield service.decided()
    service.runtime.close()


def seal_of(runtime: Runtime) -> EventSeal:
    return EventSeal(master.read(runtime.settings.master_key_file))


def problem_of(runtime: Runtime, keys: EventSeal | None) -> Problem | None:
    with runtime.transaction() as ctx:
        return check(ctx.session, ctx.settings.anchor_file, keys).problem


def forge(service: Service, kind: EventKind, seal: EventSeal | None) -> None:
    """Change a decision past its trigger, and append an event that says how it is now."""
    engine = for_migrations(service.runtime.settings.database_url, seal)
    with make_sessions(engine).begin() as session:
        case = session.query(BreachCase).one()
        decision = session.query(Decision).one()
        _past_triggers(session, "UPDATE decision SET reasoning = 'Ingen risiko.'")
        read_again(session, "decision", [decision.id])
        at = service.runtime.clock() + timedelta(seconds=1)
        events.append(session, at, kind, 1, case.controller_id, case.id, {})
    engine.dispose()


def _past_triggers(session: Session, statement: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.connection().execute(text(statement))
        session.execute(text("SET LOCAL session_replication_role = DEFAULT"))
        return
    wanted = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'decision'")
    shipped = session.execute(wanted).all()
    for one in shipped:
        session.execute(text(f"DROP TRIGGER {one.name}"))
    session.connection().execute(text(statement))
    for one in shipped:
        session.execute(text(one.sql))


def test_record_of_a_service_is_sealed_and_intact(decided: Service) -> None:
    assert problem_of(decided.runtime, NO_KEY) is None
    assert problem_of(decided.runtime, seal_of(decided.runtime)) is None


def test_event_that_only_says_that_rows_changed_restates_no_decision(decided: Service) -> None:
    forge(decided, EventKind.ROWS_CHANGED, NO_KEY)
    found = problem_of(decided.runtime, NO_KEY)
    assert found is not None
    assert (found.kind, found.what) == ("case", "restated")


@pytest.mark.parametrize("kind", [EventKind.CASE_DECIDE, EventKind.CASE_READ])
def test_event_without_a_seal_is_found_with_the_key(decided: Service, kind: EventKind) -> None:
    forge(decided, kind, NO_KEY)
    found = problem_of(decided.runtime, seal_of(decided.runtime))
    assert found is not None
    assert (found.kind, found.what) == ("case", "unsealed")


def test_event_with_the_seal_of_another_key_is_found(decided: Service, tmp_path: Path) -> None:
    own = decided.runtime.settings.master_key_file
    forged = tmp_path / "forged.key"
    forged.touch(0o600)
    forged.write_text(own.read_text(encoding="ascii")[:9] + "ab" * 32 + "\n", encoding="ascii")
    forge(decided, EventKind.CASE_DECIDE, EventSeal(master.read(forged)))
    found = problem_of(decided.runtime, seal_of(decided.runtime))
    assert found is not None
    assert (found.kind, found.what) == ("case", "seal")


def test_stream_of_its_own_without_seals_is_found(decided: Service) -> None:
    engine = for_migrations(decided.runtime.settings.database_url)
    with make_sessions(engine).begin() as session:
        at = decided.runtime.clock() + timedelta(seconds=1)
        events.append(session, at, EventKind.LOGIN_SUCCEEDED, 3, None, None, {"known": True})
    engine.dispose()
    found = problem_of(decided.runtime, seal_of(decided.runtime))
    assert found is not None
    assert (found.kind, found.key, found.what) == ("person", "3", "unsealed")


def test_change_of_the_master_key_leaves_the_record_intact(decided: Service) -> None:
    file = decided.runtime.settings.master_key_file
    before = master.read(file)
    new = master.add(file)
    with decided.runtime.transaction() as ctx:
        Keyring(master.read(file)).rewrap(ctx.session)
    engine = for_migrations(decided.runtime.settings.database_url, seal_of(decided.runtime))
    with make_sessions(engine).begin() as session:
        at = decided.runtime.clock()
        events.append(session, at, EventKind.LOGIN_SUCCEEDED, 3, None, None, {"known": True})
    engine.dispose()
    with decided.runtime.transaction() as ctx:  # a process that has not been started again yet
        events.append(ctx.session, ctx.now, EventKind.LOGIN_SUCCEEDED, 4, None, None, {"known": True})
    assert problem_of(decided.runtime, seal_of(decided.runtime)) is None
    master.remove(file, before.active.key_id)
    assert master.read(file).active.key_id == new
    assert problem_of(decided.runtime, seal_of(decided.runtime)) is None


def test_record_of_before_there_were_seals_is_intact(tmp_path: Path, database_url: str) -> None:
    service = make_service(tmp_path, database_url)
    runtime = service.runtime
    unsealed = for_migrations(runtime.settings.database_url)
    with make_sessions(unsealed).begin() as session:
        at = runtime.clock() - timedelta(days=400)
        events.append(session, at, EventKind.LOGIN_SUCCEEDED, 3, None, None, {"known": True})
    unsealed.dispose()
    assert problem_of(runtime, seal_of(runtime)) is None
    with runtime.transaction() as ctx:
        events.append(ctx.session, ctx.now, EventKind.LOGIN_SUCCEEDED, 3, None, None, {"known": True})
    assert problem_of(runtime, seal_of(runtime)) is None
    runtime.close()

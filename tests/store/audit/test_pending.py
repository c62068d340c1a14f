"""What a transaction writes is recorded by itself, whichever way it was written."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.domain.states import NoticeState, Role
from breach.store.audit import events as audit_events
from breach.store.audit import row_hashes
from breach.store.audit.events import FEW, append, event_said
from breach.store.audit.pending import Event
from breach.store.models import (
    AccessChange,
    AuditEvent,
    BreachCase,
    LoginSession,
    Notice,
    NoticeAttempt,
    Person,
    RoleGrant,
    SendBatch,
)
from breach.store.verify.chain import check
from breach.store.verify.problem import Finding, Problem
from tests.store import rows
from tests.store.rows import NOW, Store
from tests.support.access import add_role


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An anchor file that is not there: nothing was anchored."""
    return tmp_path / "anchor.log"


def checked(store: Store, file: Path) -> Finding:
    with store.sessions() as session:
        return check(session, file)


def events(session: Session, kind: EventKind) -> list[dict[str, Any]]:
    """Return the bodies of all events of a kind, in the order of their streams."""
    wanted = session.query(AuditEvent).filter(AuditEvent.kind == kind)
    return [json.loads(one.body) for one in wanted.order_by(AuditEvent.stream_id, AuditEvent.seq)]


def fill(session: Session, store: Store, count: int) -> list[Notice]:
    """Store a communication with so many notices, all rejected; return them."""
    communication = rows.communication(store.case_id)
    session.add(communication)
    session.flush()
    people = [rows.recipient(store.case_id, communication.id, uuid4().bytes * 2) for _ in range(count)]
    session.add_all(people)
    session.flush()
    notices = [rows.notice(store.case_id, one, NoticeState.REJECTED) for one in people]
    session.add_all(notices)
    return notices


def test_row_is_recorded_with_the_event_of_its_case(store: Store, file: Path) -> None:
    with store.sessions.begin() as session:
        session.get_one(BreachCase, store.case_id).title = "Brev sendt til to"
        append(session, NOW, EventKind.CASE_FACTS_SAVED, 1, 1, store.case_id, {})
    with store.sessions() as session:
        [body] = events(session, EventKind.CASE_FACTS_SAVED)
    assert list(body["rows"]) == ["breach_case"]
    assert list(body["rows"]["breach_case"]) == [store.case_id.hex]
    assert checked(store, file) == Finding(None)


def test_row_without_an_event_makes_one_that_no_case_lists(store: Store, file: Path) -> None:
    with store.sessions.begin() as session:
        session.get_one(BreachCase, store.case_id).title = "Brev sendt til to"
    with store.sessions() as session:
        last = events(session, EventKind.ROWS_CHANGED)[-1]
        listed = session.query(AuditEvent).filter(AuditEvent.case_id == store.case_id).count()
    assert (last["case"], last["data"], listed) == (None, {}, 0)
    assert checked(store, file) == Finding(None)


def test_rows_are_spread_over_events(store: Store, file: Path) -> None:
    with store.sessions.begin() as session:
        fill(session, store, FEW)
        append(session, NOW, EventKind.RECIPIENTS_IMPORTED, 1, 1, store.case_id, {})
    with store.sessions() as session:
        found = [*events(session, EventKind.RECIPIENTS_IMPORTED), *events(session, EventKind.ROWS_CHANGED)]
        sizes = [sum(len(keys) for keys in body.get("rows", {}).values()) for body in found]
    assert max(sizes) == FEW
    assert sum(sizes) >= 2 * FEW + 1
    assert checked(store, file) == Finding(None)


def test_bulk_statements_are_recorded(store: Store, file: Path) -> None:
    with store.sessions.begin() as session:
        notices = fill(session, store, 3)
        held = add_role(session, 1, 1, Role.DECIDER, NOW)
        taken = {"person_id": 1, "controller_id": 1, "role": Role.DECIDER, "kind": "taken", "at": NOW}
        session.add(AccessChange(id=uuid4(), request_id=held.request_id, **taken))
        first = notices[0].id
    with store.sessions.begin() as session:
        session.get_one(Notice, first).code = "late"  # not flushed yet when the bulk statement comes
        late = update(Notice).where(Notice.code == "late").values(state=NoticeState.NEEDS_PERSON)
        session.execute(late)
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == 1))
    assert checked(store, file) == Finding(None)
    with store.sessions() as session:
        last = [body["rows"] for body in events(session, EventKind.ROWS_CHANGED)]
    assert {"role_grant": {"1": None}} in last


def test_fleeting_columns_make_no_event(store: Store, file: Path) -> None:
    with store.sessions.begin() as session:
        [notice] = fill(session, store, 1)
        session.flush()
        keys = {"communication_id": notice.communication_id, "number": 1}
        keys |= {"first_notice_id": notice.id, "last_notice_id": notice.id}
        batch = SendBatch(**rows.of_case(store.case_id, created_at=NOW, touched_at=NOW, **keys))
        session.add(batch)
        login = {"id_hash": "a" * 64, "person_id": 1, "csrf_token": "c"}
        session.add(LoginSession(**login, created_at=NOW, seen_at=NOW, authenticated_at=NOW))
    with store.sessions() as session:
        before = session.query(AuditEvent).count()
    with store.sessions.begin() as session:
        session.get_one(SendBatch, batch.id).state = "running"
        session.execute(update(LoginSession).values(seen_at=rows.NOW))
        session.execute(delete(LoginSession))
    with store.sessions() as session:
        assert session.query(AuditEvent).count() == before
    assert checked(store, file) == Finding(None)


def test_attempt_is_recorded_with_the_case_of_its_notice(store: Store, file: Path) -> None:
    with store.sessions.begin() as session:
        [notice] = fill(session, store, 1)
    with store.sessions.begin() as session:
        attempt = {"id": uuid4(), "notice_id": notice.id, "number": 1, "worker": "w", "started_at": NOW}
        session.add(NoticeAttempt(**attempt))
    with store.sessions() as session:
        wanted = text("SELECT count(*) FROM audit_stream WHERE kind <> 'case' AND kind <> 'system'")
        assert session.execute(wanted).scalar() == 0
    assert checked(store, file) == Finding(None)


def test_savepoint_rolled_back_leaves_no_event(store: Store, file: Path) -> None:
    with store.sessions.begin() as session:
        session.get_one(BreachCase, store.case_id).title = "Første"
        with session.begin_nested() as savepoint:
            person = {"id": 9, "username": "dan", "name": "Dan", "password_hash": "-", "created_at": NOW}
            session.add(Person(**person))
            append(session, NOW, EventKind.CASE_REVISE, 1, 1, store.case_id, {})
            session.flush()
            savepoint.rollback()
        with session.begin_nested():
            append(session, NOW, EventKind.CASE_SCORE, 1, 1, store.case_id, {})
    with store.sessions() as session:
        assert events(session, EventKind.CASE_REVISE) == []
        assert len(events(session, EventKind.CASE_SCORE)) == 1
    assert checked(store, file) == Finding(None)


def test_transaction_given_up_leaves_nothing_for_the_next(store: Store, file: Path) -> None:
    session = store.sessions()
    append(session, NOW, EventKind.CASE_REVISE, 1, 1, store.case_id, {})
    session.close()
    append(session, NOW, EventKind.CASE_SCORE, 1, 1, store.case_id, {})
    session.commit()
    assert events(session, EventKind.CASE_REVISE) == []
    session.close()
    assert checked(store, file) == Finding(None)


def test_key_changed_or_destroyed_is_recorded(store: Store, file: Path) -> None:
    with store.sessions.begin() as session:
        store.keys.cpr_hash(session, 1, store.case_id, "2512489996")
    with store.sessions.begin() as session:
        store.keys.destroy(session, "finger", 1, store.case_id)
    assert checked(store, file) == Finding(None)


def said_before(one: Event, _rows: object, _begun: object) -> dict[str, object]:
    """Return what an event said before they held fingerprints."""
    return event_said(one, {}, None)


@pytest.fixture
def without_row_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write events as they were before they held fingerprints."""
    monkeypatch.setattr(audit_events, "event_said", said_before)


@pytest.mark.usefixtures("without_row_hashes")
class TestBefore:
    """A database whose streams began before events held fingerprints."""

    def test_its_rows_are_counted_and_not_compared(self, store: Store, file: Path) -> None:
        assert checked(store, file) == Finding(None, unchecked=6)

    def test_case_of_no_stream_is_named(self, store: Store, file: Path) -> None:
        """Every case has had a stream from its first minute, in every version."""
        stranger = BreachCase.__table__.select()
        with store.unguarded.begin() as connection:
            row = dict(connection.execute(stranger).one()._mapping)
            row |= {"id": uuid4(), "reference": "BRUD-2026-999999"}
            connection.execute(insert(BreachCase).values(row))
        problem = checked(store, file).problem
        assert problem == Problem("breach_case", str(row["id"]), 0, "unrecorded", "", "BRUD-2026-999999")


def test_row_written_again_is_compared_from_then_on(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(audit_events, "event_said", said_before)
        with store.sessions.begin() as session:
            old = rows.add_case(session, 1)
    assert checked(store, file) == Finding(None, unchecked=1)
    with store.sessions.begin() as session:
        session.get_one(BreachCase, old).title = "Ny titel"
    assert checked(store, file) == Finding(None)


def test_new_empty_column_leaves_a_fingerprint_right() -> None:
    forms: row_hashes.Forms = {"id": "a", "case_id": None, "title": "x"}
    shorter: row_hashes.Forms = {"id": "a", "title": "x"}
    one, other = (row_hashes.row_hash("t", each) for each in (forms, shorter))
    assert one.partition(".")[0] == other.partition(".")[0]


def test_hashed_tables_are_known_by_one_column() -> None:
    """Bulk statements and the record name a row by it."""
    keys = {name: row_hashes.key_columns(name) for name in row_hashes.hashed_tables()}
    assert {name: key for name, key in keys.items() if len(key) != 1} == {}

"""What the database itself refuses, asked by raw SQL over the service's own connection."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.domain.states import LIVE, CaseState, NoticeState, ReporterKind
from breach.store.audit.events import ZEROS, append
from breach.store.base import Base
from breach.store.guards.triggers import APPEND_ONLY, UNDELETABLE
from breach.store.models import AuditAnchor, BreachCase, NoticeAttempt, NoticeReceipt, Report
from tests.store import rows
from tests.store.rows import NOW, OTHER_SHA, SHA, Store

Row = dict[str, Any]


@pytest.fixture
def filled(store: Store) -> Store:
    """A store of this test with at least one row in every table that is kept."""
    return fill(store)


@pytest.fixture(scope="module")
def kept(shared_store: Store) -> Store:
    """The same, of all tests whose every statement is refused."""
    return fill(shared_store)


def fill(store: Store) -> Store:
    """Put a row in every table that is kept."""
    with store.sessions.begin() as session:
        made = rows.assessment(store.case_id)
        communication = rows.communication(store.case_id)
        session.add_all([made, communication])
        session.flush()
        to = rows.recipient(store.case_id, communication.id)
        session.add_all(
            [rows.decision(store.case_id, made.id), rows.notice_text(store.case_id, communication.id)]
        )
        session.add_all([to, rows.release(store.case_id, communication.id), report(store.case_id)])
        session.add(rows.correction(store.case_id))
        session.add_all([rows.segment(store.case_id), rows.public_notice(store.case_id), rows.deputy()])
        asked = rows.role_request()
        session.add(asked)
        session.flush()
        session.add(rows.access_change(asked, "asked"))
        session.flush()
        notice = rows.notice(store.case_id, to, NoticeState.QUEUED)
        session.add(notice)
        session.flush()
        session.add(NoticeAttempt(id=uuid4(), notice_id=notice.id, number=1, worker="w", started_at=NOW))
        session.add(receipt(notice.id))
        session.add(AuditAnchor(id=1, at=NOW, leaves=b"", prev_root=ZEROS, root=b"r" * 32))
        session.execute(
            text(
                "INSERT INTO authority_track (case_id, controller_id, state, version)"
                " SELECT id, controller_id, 'due', 1 FROM breach_case"
            )
        )
        store.keys.seal(session, "contact", 1, store.case_id, "report", "cell", uuid4(), b"x")
        append(session, NOW, EventKind.CASE_OPENED, None, 1, store.case_id, {})
    return store


def report(case_id: UUID) -> Report:
    words = {"submission_id": "s", "body_sha256": SHA, "kind": ReporterKind.STAFF, "channel": "page"}
    return Report(**rows.of_case(case_id, **words, received_at=NOW, status_code_hash=SHA, cell=b"c"))


def receipt(notice_id: UUID) -> NoticeReceipt:
    more = {"notice_id": notice_id, "status": "delivered", "at": NOW, "stored_at": NOW}
    return NoticeReceipt(id=uuid4(), message_uuid=uuid4(), **more)


def refused(store: Store, statement: str, **values: object) -> str:
    """Run the statement and return why the database refused it; it must."""
    with pytest.raises(DatabaseError) as error, store.sessions.begin() as session:
        session.execute(text(statement), values)
    return str(error.value.orig)


def run(store: Store, statement: str) -> int:
    """Run the statement and return how many rows it changed."""
    with store.sessions.begin() as session:
        found = session.execute(text(statement))
        return int(getattr(found, "rowcount", 0))


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_kept_record_is_neither_changed_nor_deleted(kept: Store, table: str, verb: str) -> None:
    column = next(iter(Base.metadata.tables[table].columns)).name
    statements = {"update": f"UPDATE {table} SET {column} = {column}", "delete": f"DELETE FROM {table}"}
    why = refused(kept, statements[verb])
    assert any(word in why for word in ("not authorized", "prohibited", "append-only", "is kept"))


@pytest.mark.parametrize("table", [*APPEND_ONLY, *UNDELETABLE])
def test_triggers_alone_refuse_deletion_too(kept: Store, table: str) -> None:
    with kept.unguarded.connect() as connection, pytest.raises(IntegrityError, match="is kept"):
        connection.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_triggers_alone_refuse_a_change_too(kept: Store, table: str) -> None:
    column = next(iter(Base.metadata.tables[table].columns)).name
    with kept.unguarded.connect() as connection, pytest.raises(IntegrityError, match="is append-only"):
        connection.execute(text(f"UPDATE {table} SET {column} = {column}"))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_kept_record_is_not_replaced(kept: Store, table: str) -> None:
    if kept.engine.dialect.name == "sqlite":
        statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    else:
        key = next(iter(Base.metadata.tables[table].primary_key.columns)).name
        keys = ", ".join(column.name for column in Base.metadata.tables[table].primary_key.columns)
        otherwise = f"ON CONFLICT ({keys}) DO UPDATE SET {key} = {table}.{key}"
        statement = f"INSERT INTO {table} SELECT * FROM {table} {otherwise}"
    assert refused(kept, statement)


@pytest.mark.parametrize("table", [*APPEND_ONLY, *UNDELETABLE])
def test_tables_are_not_emptied(kept: Store, table: str) -> None:
    why = refused(kept, f"TRUNCATE {table} CASCADE")
    assert ("syntax error" if kept.engine.dialect.name == "sqlite" else "is kept") in why


DECIDE = "UPDATE decision SET state = 'decided', decided_by = {by}, decided_sha256 = {sha}, decided_at = {at}"
DECISIONS = [
    pytest.param("1", f"'{SHA}'", "proposed_at", id="by-the-proposer"),
    pytest.param("2", f"'{OTHER_SHA}'", "proposed_at", id="on-another-text"),
    pytest.param("NULL", f"'{SHA}'", "proposed_at", id="by-nobody"),
    pytest.param("2", "NULL", "proposed_at", id="on-no-text"),
    pytest.param("2", f"'{SHA}'", "NULL", id="at-no-time"),
]


@pytest.mark.parametrize(("by", "sha", "at"), DECISIONS)
def test_decision_takes_two_persons_on_one_text(kept: Store, by: str, sha: str, at: str) -> None:
    assert "check" in refused(kept, DECIDE.format(by=by, sha=sha, at=at)).lower()


def test_decision_by_another_person_on_the_same_text_is_final(filled: Store) -> None:
    assert run(filled, DECIDE.format(by="2", sha=f"'{SHA}'", at="proposed_at")) == 1
    for change in ("state = 'proposed'", "decided_by = 3", "comment = 'x'", "decided_sha256 = NULL"):
        assert "decision settled is frozen" in refused(filled, f"UPDATE decision SET {change}")


FROZEN: list[tuple[str, str, str]] = [
    ("decision", "proposal", "outcome = 'notify_authority'"),
    ("decision", "proposal", "reasoning = 'x'"),
    ("decision", "proposal", "deviation_reason = 'x'"),
    ("decision", "proposal", "proposed_by = 2"),
    ("decision", "proposal", f"proposed_sha256 = '{OTHER_SHA}'"),
    ("notice_text", "content", "danish = 'x'"),
    ("notice_text", "content", "english = 'x'"),
    ("notice_text", "content", f"sha256 = '{OTHER_SHA}'"),
    ("notice_text", "content", "written_by = 2"),
    ("notice_text", "content", "facts = '{}'"),
    ("release", "order", "frozen_count = 3"),
    ("release", "order", "first_by = 2"),
    ("release", "order", f"first_sha256 = '{OTHER_SHA}'"),
    ("notice", "message", f"message_sha256 = '{OTHER_SHA}'"),
    ("notice", "message", "message_sha256 = NULL"),
    ("notice", "identity", "channel = 'letter'"),
    ("notice_attempt", "claim", "worker = 'other'"),
    ("notice_attempt", "claim", "number = 2"),
    ("breach_case", "identity", "reference = 'BRUD-2026-999999'"),
    ("awareness_correction", "request", "new_aware_at = old_aware_at"),
    ("awareness_correction", "request", "old_aware_at = new_aware_at"),
    ("awareness_correction", "request", "reason = 'x'"),
    ("awareness_correction", "request", "asked_by = 2"),
    ("audit_stream", "identity", "key = 'x'"),
    ("role_request", "request", "role = 'auditor'"),
    ("role_request", "request", "person_id = 3"),
    ("role_request", "request", "asked_by = NULL"),
    ("role_request", "founding", "state = 'founding', asked_by = NULL, answered_at = asked_at"),
    ("access_change", "what", "kind = 'password', role = NULL, request_id = NULL"),
    ("access_change", "what", "done_by = NULL"),
]


@pytest.mark.parametrize(("table", "rule", "change"), FROZEN, ids=[f"{t}-{c[:20]}" for t, _, c in FROZEN])
def test_decision_is_not_changed_afterwards(kept: Store, table: str, rule: str, change: str) -> None:
    with (
        kept.unguarded.connect() as connection,
        pytest.raises(IntegrityError, match=f"{table} {rule} is frozen"),
    ):
        connection.execute(text(f"UPDATE {table} SET {change}"))


ANSWER = "UPDATE awareness_correction SET state = {state}, decided_by = {by}, decided_at = {at}"
ANSWERS = [
    pytest.param("'confirmed'", "1", "asked_at", id="by-the-asker"),
    pytest.param("'confirmed'", "NULL", "asked_at", id="by-nobody"),
    pytest.param("'confirmed'", "2", "NULL", id="at-no-time"),
    pytest.param("'refused'", "2", "asked_at", id="refused-for-nothing"),
    pytest.param("'asked'", "2", "NULL", id="answered-but-open"),
    pytest.param("'withdrawn'", "2", "asked_at", id="withdrawn-by-another"),
    pytest.param("'forgotten'", "NULL", "asked_at", id="no-such-state"),
]


@pytest.mark.parametrize(("state", "by", "at"), ANSWERS)
def test_correction_takes_another_person(kept: Store, state: str, by: str, at: str) -> None:
    assert "check" in refused(kept, ANSWER.format(state=state, by=by, at=at)).lower()


CORRECTIONS = [
    pytest.param({"new_aware_at": NOW}, id="the-same-time"),
    pytest.param({"new_aware_at": NOW + timedelta(seconds=1)}, id="in-the-future"),
    pytest.param({"decided_by": 2, "decided_at": NOW}, id="answered-from-the-start"),
]


@pytest.mark.parametrize("change", CORRECTIONS)
def test_correction_that_makes_no_sense_is_not_stored(store: Store, change: Row) -> None:
    row = rows.correction(store.case_id)
    for name, value in change.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match=r"(?i)check"), store.sessions.begin() as session:
        session.add(row)


def test_correction_waits_alone_and_its_answer_is_final(filled: Store) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"), filled.sessions.begin() as session:
        session.add(rows.correction(filled.case_id))
    assert run(filled, ANSWER.format(state="'confirmed'", by="2", at="asked_at")) == 1
    for change in ("state = 'asked'", "decided_by = 3", "comment = 'x'", "decided_at = NULL"):
        why = refused(filled, f"UPDATE awareness_correction SET {change}")
        assert "awareness_correction answer is frozen" in why
    with filled.sessions.begin() as session:
        session.add(rows.correction(filled.case_id))


CORRECT = "UPDATE breach_case SET own_aware_at = (SELECT new_aware_at FROM awareness_correction)"


def test_awareness_of_a_case_moves_only_as_another_person_confirmed(filled: Store) -> None:
    only = "awareness is corrected by two persons only"
    assert only in refused(filled, CORRECT)
    assert run(filled, ANSWER.format(state="'confirmed'", by="2", at="asked_at")) == 1
    assert only in refused(
        filled, "UPDATE breach_case SET own_aware_at = :at", at="2026-03-01 08:00:00.000000"
    )
    assert run(filled, CORRECT) == 1
    assert run(filled, CORRECT) == 1  # a time that does not change is no correction
    with filled.unguarded.connect() as connection, pytest.raises(IntegrityError, match=only):
        connection.execute(text("UPDATE breach_case SET own_aware_at = due_at"))


CLOCKS = [
    pytest.param("due_at = occurred_to_at", id="the-deadline-alone"),
    pytest.param("aware_at = occurred_to_at", id="the-awareness-alone"),
    pytest.param("aware_at = occurred_to_at, due_at = occurred_to_at", id="both"),
]


@pytest.mark.parametrize("change", CLOCKS)
def test_clock_moves_to_an_awareness_that_somebody_had(store: Store, change: str) -> None:
    with store.sessions.begin() as session:
        session.get_one(BreachCase, store.case_id).occurred_to_at = NOW - timedelta(days=2)
    assert "moves with the awareness only" in refused(store, f"UPDATE breach_case SET {change}")


def test_clock_follows_a_case_that_is_merged(store: Store) -> None:
    with store.sessions.begin() as session:
        target = session.get_one(BreachCase, store.case_id)
        early = NOW - timedelta(days=2)
        merged = session.get_one(BreachCase, rows.add_case(session, 1, early))
        merged.merged_into_id, merged.state = target.id, CaseState.MERGED
        session.flush()
        target.aware_at = early
        target.due_at = early + timedelta(hours=72)


def test_refused_correction_moves_no_awareness(filled: Store) -> None:
    assert run(filled, f"{ANSWER}, comment = 'Nej'".format(state="'refused'", by="2", at="asked_at")) == 1
    assert "by two persons only" in refused(filled, CORRECT)


APPROVE = "UPDATE notice_text SET approved_by = {by}, approved_sha256 = {sha}, approved_at = {at}"


@pytest.mark.parametrize(
    ("by", "sha", "at"),
    [
        pytest.param("1", f"'{SHA}'", "written_at", id="by-the-writer"),
        pytest.param("2", f"'{OTHER_SHA}'", "written_at", id="of-another-text"),
        pytest.param("2", "NULL", "written_at", id="of-no-text"),
        pytest.param("2", f"'{SHA}'", "NULL", id="at-no-time"),
    ],
)
def test_text_is_approved_by_another_person_as_it_stands(kept: Store, by: str, sha: str, at: str) -> None:
    assert "check" in refused(kept, APPROVE.format(by=by, sha=sha, at=at)).lower()


RETURN = "UPDATE notice_text SET returned_by = 2, returned_at = {at}, comment = {comment}"


@pytest.mark.parametrize(
    ("at", "comment"), [("NULL", "'Ret'"), ("written_at", "NULL")], ids=["at-no-time", "without-a-word"]
)
def test_text_is_sent_back_at_a_time_and_with_a_comment(kept: Store, at: str, comment: str) -> None:
    assert "check" in refused(kept, RETURN.format(at=at, comment=comment)).lower()


def test_return_stands_and_bars_the_approval(filled: Store) -> None:
    assert run(filled, RETURN.format(at="written_at", comment="'Ret'")) == 1
    assert "return is frozen" in refused(filled, "UPDATE notice_text SET comment = 'Intet'")
    approval = APPROVE.format(by="2", sha=f"'{SHA}'", at="written_at")
    assert "check" in refused(filled, approval).lower()


def test_approval_stands(filled: Store) -> None:
    assert run(filled, APPROVE.format(by="2", sha=f"'{SHA}'", at="written_at")) == 1
    assert "approval is frozen" in refused(filled, "UPDATE notice_text SET approved_by = 3")


RELEASE = (
    "UPDATE release SET state = 'released', second_by = {by}, second_sha256 = {sha}, typed_count = {count}"
)


@pytest.mark.parametrize(
    ("by", "sha", "count"),
    [
        pytest.param("1", f"'{SHA}'", "2", id="by-the-same"),
        pytest.param("2", f"'{OTHER_SHA}'", "2", id="of-another-list"),
        pytest.param("2", f"'{SHA}'", "3", id="another-count"),
        pytest.param("2", f"'{SHA}'", "NULL", id="no-count"),
        pytest.param("NULL", f"'{SHA}'", "2", id="by-nobody"),
    ],
)
def test_release_takes_two_persons_one_list_and_its_count(kept: Store, by: str, sha: str, count: str) -> None:
    assert "check" in refused(kept, RELEASE.format(by=by, sha=sha, count=count)).lower()


def test_release_by_two_stands(filled: Store) -> None:
    assert run(filled, RELEASE.format(by="2", sha=f"'{SHA}'", count="2")) == 1
    assert "release settled is frozen" in refused(filled, "UPDATE release SET state = 'withdrawn'")


@pytest.mark.parametrize("state", list(NoticeState), ids=lambda state: state.value)
def test_person_has_at_most_one_notice_that_may_reach_them(filled: Store, state: NoticeState) -> None:
    def add(session: Session) -> None:
        to = session.execute(text("SELECT id, communication_id FROM recipient")).one()
        place = rows.recipient(filled.case_id, UUID(str(to.communication_id)))
        place.id = UUID(str(to.id))
        session.add(rows.notice(filled.case_id, place, state))

    if state in LIVE:
        with pytest.raises(IntegrityError, match=r"(?i)unique"), filled.sessions.begin() as session:
            add(session)
    else:
        with filled.sessions.begin() as session:
            add(session)
        assert run(filled, "UPDATE notice SET code = NULL") == 2


def test_row_cannot_point_at_another_controllers_case(kept: Store) -> None:
    made = rows.assessment(kept.case_id)
    made.controller_id = 2
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), kept.sessions.begin() as session:
        session.add(made)


CHAIN: list[tuple[str, Callable[[Row], Row]]] = [
    ("gap", lambda row: {**row, "seq": row["seq"] + 1}),
    ("again", lambda row: {**row, "seq": row["seq"] - 1}),
    ("prev", lambda row: {**row, "prev": b"x" * 32}),
]


@pytest.mark.parametrize(("name", "change"), CHAIN, ids=[name for name, _ in CHAIN])
def test_event_out_of_order_is_refused(kept: Store, name: str, change: Callable[[Row], Row]) -> None:
    with kept.sessions() as session:
        head = session.execute(text("SELECT id, head, length FROM audit_stream WHERE kind = 'case'")).one()
        row = {"stream_id": head.id, "seq": head.length + 1, "prev": head.head, "at": NOW.isoformat()}
        row |= {"kind": "forged", "body": b"{}", "hash": b"h" * 32}
        statement = text(
            "INSERT INTO audit_event (stream_id, seq, prev, at, kind, body, hash)"
            " VALUES (:stream_id, :seq, :prev, :at, :kind, :body, :hash)"
        )
        with pytest.raises(IntegrityError, match=r"does not follow its stream|append-only"):
            session.execute(statement, change(row))


@pytest.mark.parametrize("change", ["length = 7", "length = length + 1", "head = prev_head"])
def test_head_of_a_chain_is_not_moved_by_hand(kept: Store, change: str) -> None:
    statement = f"UPDATE audit_stream SET {change}".replace("prev_head", ":head")
    values = {"head": b"h" * 32} if ":head" in statement else {}
    refusal = pytest.raises(IntegrityError, match="by its events only")
    with kept.unguarded.connect() as connection, refusal:
        connection.execute(text(statement), values)
    why = refused(kept, statement, **values)
    assert "prohibited" in why or "not authorized" in why or "by its events only" in why

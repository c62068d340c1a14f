"""The two ways to a schema give the same one, and the service refuses any other."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    Connection,
    Engine,
    Uuid,
    column,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import breach.store.models
from breach.domain.events import EventKind
from breach.domain.states import CaseState, NoticeState
from breach.store.audit.events import append
from breach.store.audit.pending import note_row
from breach.store.base import Base, UTCDateTime
from breach.store.engine import for_migrations, make_engine, make_sessions
from breach.store.guards import check
from breach.store.guards.triggers import triggers
from breach.store.keys.keyring import Keyring
from breach.store.migrate import migrate
from breach.store.models import (
    AccessChange,
    BreachCase,
    Communication,
    LoginSession,
    NoticeAttempt,
    NoticeText,
    Recipient,
    RoleGrant,
    RoleRequest,
)
from breach.store.verify.chain import verify
from tests.store import rows
from tests.store.rows import NOW, Store

SQLITE = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master"
    " WHERE tbl_name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite%'"
)
POSTGRESQL = (
    "SELECT 'column', table_name || '.' || column_name, data_type || is_nullable ||"
    " coalesce(character_maximum_length::text, '') FROM information_schema.columns"
    " WHERE table_schema = 'public'",
    "SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def catalogue(connection: Connection) -> list[tuple[Any, ...]]:
    """Return everything the database says of its own shape, but Alembic's own table."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text(SQLITE)).all()
        return sorted((row.type, row.name, row.tbl_name, parts(row.sql)) for row in rows)
    found = [tuple(row) for query in POSTGRESQL for row in connection.execute(text(query))]
    return sorted(row for row in found if "alembic" not in row[1])


def parts(sql: str | None) -> tuple[str, ...]:
    lines = (" ".join(line.split()).rstrip(",").replace('"', "") for line in (sql or "").splitlines())
    return tuple(sorted(line for line in lines if line))


def shape(url: str) -> list[tuple[Any, ...]]:
    engine = for_migrations(url)
    with engine.connect() as connection:
        found = catalogue(connection)
    engine.dispose()
    return found


def test_models_and_migrations_make_the_same_catalogue(database_url: str) -> None:
    engine = for_migrations(database_url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        by_models = catalogue(connection)
    with engine.begin() as connection:
        drop_everything(connection)
        assert catalogue(connection) == []
    engine.dispose()
    migrate(database_url)
    assert shape(database_url) == by_models
    assert len(by_models) > len(triggers("sqlite"))


def drop_everything(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    else:
        Base.metadata.drop_all(connection)


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    once = shape(database_url)
    migrate(database_url)
    assert shape(database_url) == once


def test_database_of_the_first_version_is_brought_up_with_the_case_in_it(
    database_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    migrate(database_url, "0001")
    old = for_migrations(database_url)
    with old.connect() as connection:
        assert "awareness_correction" not in inspect(connection).get_table_names()
    with make_sessions(old).begin() as session:
        rows.add_people(session)
        case_id = rows.add_case_of_before(session, 1)
        append(session, NOW, EventKind.CASE_OPENED, None, 1, case_id, {})
        cell = keyring.seal(session, "contact", 1, case_id, "report", "cell", case_id, b"x")
    migrate(database_url)
    with old.begin() as connection:
        Base.metadata.create_all(connection)  # adds nothing: all is there
        assert list(check.differences(connection)) == []
    with make_sessions(old).begin() as session:
        case = session.get_one(BreachCase, case_id)
        assert (case.own_aware_at, case.aware_at, case.version) == (NOW, NOW, 1)
        plain = keyring.open(session, "contact", 1, case_id, "report", "cell", case_id, cell)
        assert (plain, verify(session, tmp_path / "anchors")) == (b"x", None)
        session.add(rows.correction(case_id))
    old.dispose()


def test_numbers_go_on_from_the_highest_that_any_controller_gave(database_url: str) -> None:
    migrate(database_url, "0002")
    engine = for_migrations(database_url)
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        given = "(1, 2026, 7), (2, 2026, 9), (1, 2025, 3)"
        session.execute(text(f"INSERT INTO case_number (controller_id, year, last) VALUES {given}"))
    migrate(database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT year, last FROM case_number ORDER BY year")).all()
    assert [tuple(row) for row in found] == [(2025, 3), (2026, 9)]
    engine.dispose()


OLD_LOGIN = table(
    "login_session",
    *(column(name) for name in ("id_hash", "person_id", "csrf_token")),
    *(column(name, UTCDateTime()) for name in ("created_at", "seen_at")),
)
LOGIN = Base.metadata.tables["login_session"]
BEGUN = datetime(2026, 3, 27, 7, 30, tzinfo=UTC)
SEEN = datetime(2026, 3, 27, 9, tzinfo=UTC)


def test_living_log_in_has_its_password_from_its_beginning_and_stays_as_recorded(
    database_url: str, tmp_path: Path
) -> None:
    migrate(database_url, "0003")
    engine = for_migrations(database_url)
    login = {"id_hash": "a" * 64, "person_id": 1, "csrf_token": "c", "created_at": BEGUN, "seen_at": SEEN}
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        session.execute(insert(OLD_LOGIN).values(login))
        note_row(session, "login_session", login)  # as the version before wrote it: without the new column
        append(session, NOW, EventKind.LOGIN_SUCCEEDED, 1, None, None, {})
    migrate(database_url)
    with make_sessions(engine).begin() as session:
        found = session.get_one(LoginSession, "a" * 64)
        assert (found.created_at, found.seen_at, found.authenticated_at) == (BEGUN, SEEN, BEGUN)
        assert verify(session, tmp_path / "anchors") is None
        found.authenticated_at = NOW
    with make_sessions(engine).begin() as session:
        assert verify(session, tmp_path / "anchors") is None
        session.connection().execute(update(LOGIN).values(authenticated_at=SEEN))
        problem = verify(session, tmp_path / "anchors")
        assert problem is not None
        assert (problem.kind, problem.column) == ("login_session", "authenticated_at")
    engine.dispose()


HELD = (("administrator", 1), ("decider", 2))
"""Roles and who has them for controller 1, in the database of the version before."""


def test_roles_that_are_held_are_founded_announced_and_recorded(database_url: str, tmp_path: Path) -> None:
    migrate(database_url, "0004")
    engine = for_migrations(database_url)
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        for number, (role, person) in enumerate(HELD, 1):
            grant = {"id": number, "person_id": person, "controller_id": 1, "role": role, "granted_at": NOW}
            at = "2026-03-27 19:00:00.000000" if engine.dialect.name == "sqlite" else NOW
            names = ", ".join(grant)
            marks = ", ".join(f":{name}" for name in grant)
            statement = text(f"INSERT INTO role_grant ({names}) VALUES ({marks})")
            session.execute(statement, {**grant, "granted_at": at})
            note_row(session, "role_grant", grant)
        append(session, NOW, EventKind.PERSON_ROLE_GIVEN, None, 1, None, {})
    migrate(database_url)
    with make_sessions(engine).begin() as session:
        assert verify(session, tmp_path / "anchors") is None
        held = session.scalars(select(RoleGrant).order_by(RoleGrant.id)).all()
        assert [(one.role.value, one.person_id, one.granted_at) for one in held] == [
            (role, person, NOW) for role, person in HELD
        ]
        for one in held:
            asked = session.get_one(RoleRequest, one.request_id)
            assert (asked.state, asked.asked_by, asked.role, asked.answered_at) == (
                "founding",
                None,
                one.role,
                NOW,
            )
            change = session.scalars(select(AccessChange).where(AccessChange.request_id == asked.id)).one()
            assert (change.kind, change.person_id, change.seen_by) == ("given", one.person_id, None)
    with engine.connect() as connection:
        assert list(check.differences(connection)) == []
    engine.dispose()


OLD_COMMUNICATION = table(
    "communication",
    *(column(name, Uuid()) for name in ("id", "case_id")),
    *(column(name) for name in ("controller_id", "state", "channel", "version")),
    column("due_at", UTCDateTime()),
)


def old_communication(session: Session, case_id: UUID, state: str = "due") -> UUID:
    """Store a communication as the versions before rounds wrote it, and return its id."""
    old = {"id": uuid4(), "controller_id": 1, "case_id": case_id, "state": state}
    old |= {"channel": "outbox", "version": 1, "due_at": NOW}
    session.execute(insert(OLD_COMMUNICATION).values(old))
    note_row(session, "communication", old)
    return UUID(str(old["id"]))


OLD_TEXT = table(
    "notice_text",
    *(column(name, Uuid()) for name in ("id", "case_id", "communication_id")),
    *(column(name) for name in ("controller_id", "number", "danish", "english", "sha256")),
    *(column(name) for name in ("written_by", "approved_by", "approved_sha256")),
    *(column(name, UTCDateTime()) for name in ("written_at", "approved_at")),
)
NOTICE_TEXT = Base.metadata.tables["notice_text"]


def test_text_of_before_has_no_facts_and_stays_as_recorded(database_url: str, tmp_path: Path) -> None:
    migrate(database_url, "0005")
    engine = for_migrations(database_url)
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        case_id = rows.add_case_of_before(session, 1)
        communication_id = old_communication(session, case_id)
        old = {
            "id": uuid4(),
            "controller_id": 1,
            "case_id": case_id,
            "communication_id": communication_id,
            "number": 1,
            "danish": "Kære borger",
            "english": "Dear citizen",
            "sha256": rows.SHA,
            "written_by": 1,
            "written_at": NOW,
            "approved_by": 2,
            "approved_at": NOW,
            "approved_sha256": rows.SHA,
        }
        session.execute(insert(OLD_TEXT).values(old))
        note_row(session, "notice_text", old)  # as the version before wrote it: without the new column
        append(session, NOW, EventKind.COMMUNICATION_APPROVE, 2, 1, case_id, {})
    migrate(database_url)
    with engine.connect() as connection:
        assert list(check.differences(connection)) == []
    with make_sessions(engine).begin() as session:
        found = session.get_one(NoticeText, old["id"])
        assert {name: getattr(found, name) for name in old} == old
        assert (found.facts, found.is_draft, found.confirmed, found.returned_by) == (None, None, None, None)
        assert (session.get_one(BreachCase, case_id).in_english, found.comment) == (True, None)
        assert verify(session, tmp_path / "anchors") is None
        later = rows.notice_text(case_id, communication_id)
        later.number, later.facts = 2, {"cause": None, "consequences": ["social"], "subject_count": 3}
        session.add(later)
    with make_sessions(engine).begin() as session:
        assert verify(session, tmp_path / "anchors") is None
        with pytest.raises(IntegrityError, match="notice_text content is frozen"), session.begin_nested():
            session.connection().execute(update(NOTICE_TEXT).values(facts={}))
    _tampered(engine, later.id)
    with make_sessions(engine).begin() as session:
        problem = verify(session, tmp_path / "anchors")
        assert problem is not None
        assert (problem.kind, problem.what, problem.column) == ("notice_text", "row", "facts")
    engine.dispose()


OLD_RECIPIENT = table(
    "recipient",
    *(column(name, Uuid()) for name in ("id", "case_id", "communication_id")),
    *(column(name) for name in ("controller_id", "finger", "cell", "added_by")),
    column("added_at", UTCDateTime()),
)


def old_recipient(session: Session, case_id: UUID, communication_id: UUID) -> UUID:
    """Put a recipient on the list as the versions before removals did, and return the id."""
    person_id = uuid4()
    old = {"id": person_id, "controller_id": 1, "case_id": case_id, "communication_id": communication_id}
    old |= {"finger": b"f" * 32, "cell": b"sealed", "added_at": NOW, "added_by": 1}
    session.execute(insert(OLD_RECIPIENT).values(old))
    note_row(session, "recipient", old)
    return person_id


def test_recipient_of_before_is_listed_and_stays_as_recorded(database_url: str, tmp_path: Path) -> None:
    migrate(database_url, "0010")
    engine = for_migrations(database_url)
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        case_id = rows.add_case_of_before(session, 1)
        communication_id = old_communication(session, case_id, "approved")
        person_id = old_recipient(session, case_id, communication_id)
        append(session, NOW, EventKind.RECIPIENTS_ADDED, 1, 1, case_id, {})
    migrate(database_url)
    with engine.connect() as connection:
        assert list(check.differences(connection)) == []
    with make_sessions(engine).begin() as session:
        assert verify(session, tmp_path / "anchors") is None
        found = session.get_one(Recipient, person_id)
        assert found.removed_at is None
        same = {one.name: getattr(found, one.name) for one in OLD_RECIPIENT.c} | {"id": uuid4()}
        nested = session.begin_nested()
        session.add(Recipient(**same))
        with pytest.raises(IntegrityError):
            session.flush()
        nested.rollback()
        found.removed_at, found.removed_by = NOW, 2
        session.flush()
        session.add(Recipient(**same))
        append(session, NOW, EventKind.RECIPIENTS_REMOVED, 2, 1, case_id, {})
    with make_sessions(engine).begin() as session:
        assert verify(session, tmp_path / "anchors") is None
        with pytest.raises(IntegrityError, match="recipient removal is frozen"), session.begin_nested():
            session.connection().execute(update(Recipient).values(removed_by=1))
    engine.dispose()


OLD_NOTICE = table(
    "notice",
    *(column(name, Uuid()) for name in ("id", "case_id", "communication_id", "recipient_id", "message_uuid")),
    *(column(name) for name in ("controller_id", "channel", "state", "message_sha256")),
)


def test_notice_of_before_belongs_to_the_first_round_and_stays_as_recorded(
    database_url: str, tmp_path: Path
) -> None:
    migrate(database_url, "0007")
    engine = for_migrations(database_url)
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        case_id = rows.add_case_of_before(session, 1)
        communication_id = old_communication(session, case_id, "completed")
        person_id = old_recipient(session, case_id, communication_id)
        old = {"id": uuid4(), "controller_id": 1, "case_id": case_id, "communication_id": communication_id}
        old |= {"recipient_id": person_id, "message_uuid": uuid4(), "channel": "outbox"}
        old |= {"state": "delivered", "message_sha256": rows.SHA}
        session.execute(insert(OLD_NOTICE).values(old))
        note_row(session, "notice", old)
        session.add(NoticeAttempt(id=uuid4(), notice_id=old["id"], number=1, worker="w", started_at=NOW))
        append(session, NOW, EventKind.COMMUNICATION_COMPLETE, None, 1, case_id, {})
    migrate(database_url)
    with engine.connect() as connection:
        assert list(check.differences(connection)) == []
    with make_sessions(engine).begin() as session:
        assert verify(session, tmp_path / "anchors") is None
        assert session.get_one(Communication, communication_id).round == 1
        again = rows.notice(case_id, session.get_one(Recipient, person_id), NoticeState.QUEUED)
        again.round_number = 1
        nested = session.begin_nested()
        session.add(again)
        with pytest.raises(IntegrityError):
            session.flush()
        nested.rollback()
        second = rows.notice(case_id, session.get_one(Recipient, person_id), NoticeState.QUEUED)
        second.round_number = 2
        session.add(second)
    engine.dispose()


def _tampered(engine: Engine, text_id: UUID) -> None:
    """Change what a text was written from, as somebody does who has the database."""
    on = " ON notice_text" if engine.dialect.name == "postgresql" else ""
    one = NOTICE_TEXT.c.id == text_id
    trigger = triggers(engine.dialect.name)["notice_text", "notice_text_content_frozen"]
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER notice_text_content_frozen{on}"))
        connection.execute(update(NOTICE_TEXT).where(one).values(facts={"subject_count": 4}))
        connection.exec_driver_sql(trigger)


def test_cases_merged_before_are_found_by_the_index_on_what_they_are_merged_into(
    database_url: str, tmp_path: Path
) -> None:
    migrate(database_url, "0006")
    engine = for_migrations(database_url)
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        target = rows.add_case_of_before(session, 1)
        into = {"state": CaseState.MERGED, "is_open": False, "merged_into_id": target}
        merged = rows.add_case_of_before(session, 1, **into)
        append(session, NOW, EventKind.CASE_MERGE, None, 1, merged, {})
    migrate(database_url)
    with make_sessions(engine).begin() as session:
        found = session.scalars(select(BreachCase.id).where(BreachCase.merged_into_id == target)).all()
        assert (found, verify(session, tmp_path / "anchors")) == ([merged], None)
    with engine.connect() as connection:
        indexed = [one["column_names"] for one in inspect(connection).get_indexes("breach_case")]
        assert ["merged_into_id"] in indexed
        assert list(check.differences(connection)) == []
    engine.dispose()


def test_case_of_before_has_no_segments_and_stays_as_recorded(database_url: str, tmp_path: Path) -> None:
    migrate(database_url, "0012")
    engine = for_migrations(database_url)
    with engine.connect() as connection:
        assert "segment" not in inspect(connection).get_table_names()
    with make_sessions(engine).begin() as session:
        rows.add_people(session)
        case_id = rows.add_case_of_before(session, 1)
        session.add(rows.communication(case_id))
        append(session, NOW, EventKind.CASE_OPENED, None, 1, case_id, {})
    migrate(database_url)
    with make_sessions(engine).begin() as session:
        assert verify(session, tmp_path / "anchors") is None
        session.add(rows.segment(case_id))
        session.add(rows.public_notice(case_id))
        session.flush()
        with pytest.raises(IntegrityError):
            session.execute(text("UPDATE communication SET state = 'exempted'"))
        session.rollback()
    engine.dispose()


def test_tables_of_others_in_the_same_database_are_left_alone(database_url: str) -> None:
    engine = for_migrations(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE workflow_status (id INTEGER)"))
        connection.execute(text("INSERT INTO workflow_status VALUES (7)"))
    migrate(database_url)
    migrate(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM workflow_status")).scalars().all() == [7]
        assert list(check.differences(connection)) == []
    engine.dispose()


def test_schema_as_migrated_is_the_one_shipped(store: Store) -> None:
    check.check_schema(store.engine)


@pytest.mark.parametrize("table_and_name", sorted(triggers("sqlite")), ids=lambda pair: pair[1])
def test_dropped_trigger_is_named_on_sqlite(migrated_sqlite: str, table_and_name: tuple[str, str]) -> None:
    _, name = table_and_name
    engine = for_migrations(migrated_sqlite)
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}"))
        assert [(found.what, found.name) for found in check.differences(connection)] == [("trigger", name)]
    engine.dispose()


POSTGRESQL_TAMPERING = [
    pytest.param(
        "ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_update", "audit_event_no_update", id="off"
    ),
    pytest.param("DROP TRIGGER audit_event_order ON audit_event", "audit_event_order", id="dropped"),
    pytest.param(
        "CREATE OR REPLACE FUNCTION breach_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'",
        "breach_refuse",
        id="emptied",
    ),
    pytest.param(
        "ALTER TABLE decision DROP CONSTRAINT ck_decision_two_persons",
        "ck_decision_two_persons",
        id="constraint",
    ),
    pytest.param("DROP INDEX one_live_notice", "one_live_notice", id="index"),
    pytest.param(
        "ALTER TABLE awareness_correction DROP CONSTRAINT ck_awareness_correction_two_persons",
        "ck_awareness_correction_two_persons",
        id="constraint-of-a-later-version",
    ),
    pytest.param(
        "DROP TRIGGER breach_case_awareness ON breach_case", "breach_case_awareness", id="awareness"
    ),
    pytest.param("DROP TRIGGER role_grant_confirmed ON role_grant", "role_grant_confirmed", id="roles"),
    pytest.param(
        "ALTER TABLE role_request DROP CONSTRAINT ck_role_request_two_persons",
        "ck_role_request_two_persons",
        id="two-persons-of-a-role",
    ),
    pytest.param(
        "ALTER TABLE decision DROP CONSTRAINT ck_decision_two_persons;"
        " ALTER TABLE decision ADD CONSTRAINT ck_decision_two_persons CHECK (true)",
        "ck_decision_two_persons",
        id="constraint-that-is-always-true",
    ),
    pytest.param(
        "DROP INDEX one_live_notice; CREATE INDEX one_live_notice ON notice (id)",
        "one_live_notice",
        id="index-replaced",
    ),
    pytest.param(
        "DROP TRIGGER audit_event_no_update ON audit_event;"
        " CREATE TRIGGER audit_event_no_update BEFORE UPDATE OF body ON audit_event"
        " FOR EACH ROW EXECUTE FUNCTION breach_refuse()",
        "audit_event_no_update",
        id="trigger-narrowed-to-a-column",
    ),
    pytest.param(
        "DROP TRIGGER audit_event_no_update ON audit_event;"
        " CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event"
        " FOR EACH ROW WHEN (OLD.seq < 0) EXECUTE FUNCTION breach_refuse()",
        "audit_event_no_update",
        id="trigger-narrowed-to-some-rows",
    ),
    pytest.param(
        "CREATE RULE keep_quiet AS ON INSERT TO audit_event DO INSTEAD NOTHING", "keep_quiet", id="rule"
    ),
    pytest.param("ALTER TABLE audit_event ALTER COLUMN body DROP NOT NULL", "body", id="not-null-dropped"),
    pytest.param("ALTER TABLE decision ADD COLUMN note TEXT", "note", id="column-added"),
    pytest.param("ALTER TABLE breach_case ALTER COLUMN state SET DEFAULT 'x'", "state", id="default-added"),
]


@pytest.mark.parametrize(("statement", "name"), POSTGRESQL_TAMPERING)
def test_tampering_with_the_schema_is_named_on_postgresql(
    migrated_postgres: str, statement: str, name: str
) -> None:
    engine = for_migrations(migrated_postgres)
    with engine.begin() as connection:
        connection.execute(text(statement))
        assert [found.name for found in check.differences(connection)] == [name]
    with pytest.raises(check.SchemaChanged, match=name):
        check.check_schema(engine)
    engine.dispose()


def test_schema_of_a_restored_backup_is_the_one_shipped(migrated_postgres: str) -> None:
    """A dump makes each condition from what PostgreSQL wrote down, which it then writes down differently."""
    engine = for_migrations(migrated_postgres)
    with engine.begin() as connection:
        checks = text(
            "SELECT conrelid::regclass::text AS tab, conname, pg_get_constraintdef(oid) AS said"
            " FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        )
        for row in connection.execute(checks).all():
            connection.exec_driver_sql(f'ALTER TABLE {row.tab} DROP CONSTRAINT "{row.conname}"')
            connection.exec_driver_sql(f'ALTER TABLE {row.tab} ADD CONSTRAINT "{row.conname}" {row.said}')
        assert list(check.differences(connection)) == []
    engine.dispose()


def test_replaced_index_is_named_on_sqlite(migrated_sqlite: str) -> None:
    engine = for_migrations(migrated_sqlite)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX one_live_notice"))
        connection.execute(text("CREATE INDEX one_live_notice ON notice (id)"))
        found = [(one.what, one.name) for one in check.differences(connection)]
    assert found == [("index", "one_live_notice")]
    engine.dispose()


def test_rewritten_table_is_named_on_sqlite(migrated_sqlite: str) -> None:
    engine = for_migrations(migrated_sqlite)
    with engine.begin() as connection:
        connection.execute(text("PRAGMA writable_schema = ON"))
        connection.execute(
            text(
                "UPDATE sqlite_master SET sql = replace(sql, 'decided_by <> proposed_by', '1')"
                " WHERE name = 'decision'"
            )
        )
    engine.dispose()
    guarded = make_engine(migrated_sqlite)
    with pytest.raises(check.SchemaChanged, match="the table decision"):
        check.check_schema(guarded)
    guarded.dispose()


def test_models_are_all_in_the_metadata() -> None:
    tables = {getattr(breach.store.models, name).__tablename__ for name in breach.store.models.__all__}
    assert tables == set(Base.metadata.tables)

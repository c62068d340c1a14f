"""The chain: what is recorded stands, and every kind of change to it is named."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import bindparam, insert, text
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.domain.states import CaseState
from breach.store.audit.anchor import anchor, lines
from breach.store.audit.canonical import canonical
from breach.store.audit.events import ZEROS, append, append_read, event_hash
from breach.store.guards import triggers
from breach.store.models import AuditEvent
from breach.store.verify.chain import verify
from breach.store.verify.problem import Problem
from tests.store import rows
from tests.store.rows import NOW, Store


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        pytest.param({"b": 1, "a": 2}, '{"a":2,"b":1}', id="keys-sorted"),
        pytest.param({"a": "e\u0301"}, '{"a":"\u00e9"}', id="nfc"),
        pytest.param({"a": Decimal("2.50")}, '{"a":"2.50"}', id="decimal"),
        pytest.param({"a": NOW}, '{"a":"2026-03-27T19:00:00.000000Z"}', id="time"),
        pytest.param(
            {"a": NOW.astimezone(timezone(timedelta(hours=1)))},
            '{"a":"2026-03-27T19:00:00.000000Z"}',
            id="time-of-a-zone",
        ),
        pytest.param({"a": date(2026, 3, 27)}, '{"a":"2026-03-27"}', id="date"),
        pytest.param({"a": CaseState.SCORED}, '{"a":"scored"}', id="enum"),
        pytest.param({"a": UUID(int=1)}, '{"a":"00000000-0000-0000-0000-000000000001"}', id="uuid"),
        pytest.param({"a": b"\x01"}, '{"a":"01"}', id="bytes"),
        pytest.param({"a": [None, True, {"c": ()}]}, '{"a":[null,true,{"c":[]}]}', id="nested"),
        pytest.param({"a": {"z", "y"}}, '{"a":["y","z"]}', id="set"),
    ],
)
def test_value_has_one_spelling(value: dict[str, object], spelled: str) -> None:
    assert canonical(value).decode() == spelled


@pytest.mark.parametrize(
    ("value", "error"),
    [
        pytest.param(1.5, TypeError, id="float"),
        pytest.param(object(), TypeError, id="object"),
        pytest.param(datetime(2026, 1, 1), ValueError, id="naive-time"),  # noqa: DTZ001
    ],
)
def test_canonical_refuses_what_has_no_spelling(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        canonical({"a": value})


def test_hash_is_the_documented_one() -> None:
    assert event_hash(UUID(int=1), 1, ZEROS, b"{}").hex() == (
        "af3485653d927fc75b40cd171f9bbdfafbba0481c8235d60d0834da95321d82d"
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The anchor file, outside the database."""
    return tmp_path / "outside" / "anchor.log"


@dataclass(frozen=True)
class World:
    """A store with a case of five events (three anchored), a log-in, a read and a system event."""

    store: Store
    file: Path
    key: str

    def verify(self) -> Problem | None:
        with self.store.sessions() as session:
            return verify(session, self.file)

    def tamper(self, *statements: str) -> None:
        """Do as a thief with the file would: change without triggers, and put them back."""
        with self.store.unguarded.begin() as connection:
            sqlite = connection.dialect.name == "sqlite"
            if sqlite:
                for _, name in triggers.triggers("sqlite"):
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                query = text(statement)
                if ":flipped" in statement:
                    query = query.bindparams(bindparam("flipped", b"\x07" * 32))
                connection.execute(query)
            if sqlite:
                triggers.install(connection)


@pytest.fixture
def world(store: Store, file: Path) -> World:
    """See World."""
    with store.sessions.begin() as session:
        step(session, store.case_id, EventKind.CASE_OPENED)
        step(session, store.case_id, EventKind.CASE_TAKE)
        append(session, NOW, EventKind.LOGIN_SUCCEEDED, 1, None, None, {})
    with store.sessions.begin() as session:
        assert anchor(session, file, NOW) is True
    with store.sessions.begin() as session:
        step(session, store.case_id, EventKind.CASE_SCORE)
        step(session, store.case_id, EventKind.CASE_PROPOSE)
        append(session, NOW, EventKind.CONTROLLER_CHANGED, 1, None, None, {"name": "hours"})
        append_read(session, NOW, EventKind.CASE_OPENED, 1, 1, store.case_id, {})
    return World(store, file, str(store.case_id))


def step(session: Session, case_id: UUID, kind: EventKind) -> None:
    append(session, NOW, kind, 1, 1, case_id, {"version": 1})


def test_untouched_record_holds(world: World) -> None:
    assert world.verify() is None


def test_events_go_to_their_streams(world: World) -> None:
    with world.store.sessions() as session:
        found = session.execute(text("SELECT kind, key, length FROM audit_stream ORDER BY kind")).all()
    assert [(row.kind, row.length) for row in found] == [
        ("case", 5),
        ("person", 1),
        ("reads", 1),
        ("system", 2),
    ]
    assert [row.key for row in found][:2] == [world.key, "1"]
    assert found[2].key.startswith("2026-03-27/")


def test_body_is_stored_as_hashed(world: World) -> None:
    with world.store.sessions() as session:
        query = "SELECT body FROM audit_event WHERE kind = 'controller.changed'"
        body = bytes(session.execute(text(query)).scalar_one())
    assert body == canonical(json.loads(body))
    assert json.loads(body) == {
        "actor": 1,
        "at": "2026-03-27T19:00:00.000000Z",
        "case": None,
        "controller": None,
        "data": {"name": "hours"},
        "kind": "controller.changed",
    }


OF_CASE = "stream_id = (SELECT id FROM audit_stream WHERE kind = 'case')"
EVENT = f"FROM audit_event WHERE {OF_CASE} AND seq"

FLIPS = [
    pytest.param(
        [f"UPDATE audit_event SET body = :flipped WHERE {OF_CASE} AND seq = 4"], 4, "hash", id="body"
    ),
    pytest.param(
        [f"UPDATE audit_event SET hash = :flipped WHERE {OF_CASE} AND seq = 4"], 4, "hash", id="hash"
    ),
    pytest.param(
        [f"UPDATE audit_event SET prev = :flipped WHERE {OF_CASE} AND seq = 4"], 4, "prev", id="prev"
    ),
    pytest.param([f"UPDATE audit_event SET seq = 9 WHERE {OF_CASE} AND seq = 3"], 3, "seq", id="seq"),
    pytest.param([f"DELETE {EVENT} = 1"], 1, "seq", id="first-event-gone"),
    pytest.param([f"DELETE {EVENT} = 3"], 3, "seq", id="event-gone"),
    pytest.param([f"DELETE {EVENT} = 5"], 4, "length", id="last-event-gone"),
    pytest.param(
        [
            f"DELETE {EVENT} > 1",
            "UPDATE audit_stream SET length = 1, anchored = 1, head ="
            f" (SELECT hash {EVENT} = 1) WHERE kind = 'case'",
        ],
        2,
        "tail",
        id="tail-cut-with-its-head",
    ),
    pytest.param(["UPDATE audit_stream SET head = :flipped WHERE kind = 'case'"], 5, "head", id="head"),
    pytest.param(["UPDATE audit_stream SET length = 6 WHERE kind = 'case'"], 5, "length", id="length"),
    pytest.param(
        ["UPDATE audit_stream SET anchored = 5 WHERE kind = 'case'"], 5, "anchored", id="never-anchored"
    ),
    *(
        pytest.param(
            [f"UPDATE audit_event SET {change} WHERE {OF_CASE} AND seq = 3"], 3, "column", id=change[:9]
        )
        for change in (
            "kind = 'case.dismissed'",
            "actor_id = 2",
            "at = '2026-03-27 19:00:01.000000'",
            "controller_id = 2",
            "case_id = NULL",
        )
    ),
]


@pytest.mark.parametrize(("statements", "seq", "what"), FLIPS)
def test_first_broken_event_is_named(world: World, statements: list[str], seq: int, what: str) -> None:
    world.tamper(*statements)
    assert world.verify() == Problem("case", world.key, seq, what)


def test_rewritten_event_with_new_hashes_breaks_against_the_anchor(world: World) -> None:
    """A thief who can compute: all events anew, chained, head and length right."""
    with world.store.unguarded.connect() as connection:
        stream = connection.execute(text("SELECT * FROM audit_stream WHERE kind = 'case'")).one()
        bodies = connection.execute(text(f"SELECT body {EVENT} > 0 ORDER BY seq")).scalars().all()
    stream_id = UUID(str(stream.id))
    prev = ZEROS
    changes = []
    for seq, body in enumerate(bodies, 1):
        new = bytes(body).replace(b'"version":1', b'"version":2')
        digest = event_hash(stream_id, seq, prev, new)
        changes.append({"body": new, "prev": prev, "hash": digest, "seq": seq})
        prev = digest
    statement = text(
        f"UPDATE audit_event SET body = :body, prev = :prev, hash = :hash WHERE {OF_CASE} AND seq = :seq"
    )
    world.tamper()
    with world.store.unguarded.begin() as connection:
        if connection.dialect.name == "sqlite":
            for _, name in triggers.triggers("sqlite"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(statement, changes)
        connection.execute(text("UPDATE audit_stream SET head = :head WHERE kind = 'case'"), {"head": prev})
        if connection.dialect.name == "sqlite":
            triggers.install(connection)
    assert world.verify() == Problem("case", world.key, 3, "anchored")


def test_whole_stream_gone_is_named(world: World) -> None:
    with world.store.unguarded.connect() as connection:
        stream = connection.execute(text("SELECT id FROM audit_stream WHERE kind = 'case'")).scalar_one()
    world.tamper(f"DELETE FROM audit_event WHERE {OF_CASE}", "DELETE FROM audit_stream WHERE kind = 'case'")
    assert world.verify() == Problem("stream", UUID(str(stream)).hex, 0, "stream")


RAW = [
    pytest.param("at = '2026-0x-27 19:00:00.000000'", "column", id="time-unreadable"),
    pytest.param("case_id = 'zz'", "column", id="case-unreadable"),
    pytest.param("kind = CAST(X'63FF' AS TEXT)", "column", id="kind-not-utf-8"),
    pytest.param("body = CAST(body AS TEXT)", "hash", id="body-as-text"),
    pytest.param("hash = 'x'", "hash", id="hash-as-text"),
    pytest.param("prev = ''", "prev", id="prev-empty"),
    pytest.param("seq = 'two'", "seq", id="number-as-text"),
]


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("change", "what"), RAW)
def test_verify_names_what_sqlite_stores_in_spite_of_its_type(world: World, change: str, what: str) -> None:
    world.tamper(f"UPDATE audit_event SET {change} WHERE {OF_CASE} AND seq = 3")
    assert world.verify() == Problem("case", world.key, 3, what)


ANCHORS: list[object] = [
    pytest.param(lambda line: line.replace('"n":1', '"n":2'), 1, "line", id="number"),
    pytest.param(
        lambda line: line[:-3] + ("0" if line[-3] != "0" else "1") + line[-2:], 1, "line", id="root"
    ),
    pytest.param(lambda line: "garbage\n", 1, "line", id="garbage"),
    pytest.param(lambda line: line + line, 2, "missing", id="line-more"),
]


@pytest.mark.parametrize(("change", "number", "what"), ANCHORS)
def test_changed_anchor_line_is_named(
    world: World, change: Callable[[str], str], number: int, what: str
) -> None:
    world.file.write_text(change(world.file.read_text("utf-8").strip() + "\n").strip() + "\n", "utf-8")
    assert world.verify() == Problem("anchor", str(number), number, what)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        pytest.param("UPDATE audit_anchor SET root = :flipped", "root", id="root"),
        pytest.param("UPDATE audit_anchor SET prev_root = :flipped", "root", id="prev-root"),
        pytest.param("UPDATE audit_anchor SET leaves = :flipped", "root", id="leaves"),
        pytest.param("DELETE FROM audit_anchor", "missing", id="gone"),
    ],
)
def test_changed_anchor_row_is_named(world: World, statement: str, what: str) -> None:
    world.tamper(statement)
    assert world.verify() == Problem("anchor", "1", 1, what)


def test_line_not_written_before_a_stop_is_written_by_the_next_anchor(world: World) -> None:
    world.file.unlink()
    assert world.verify() is None
    with world.store.sessions.begin() as session:
        assert anchor(session, world.file, NOW) is True
    assert len(lines(world.file)) == 2
    assert world.verify() is None


def test_anchor_lines_missing_are_a_problem(world: World) -> None:
    with world.store.sessions.begin() as session:
        anchor(session, world.file, NOW)
    world.file.unlink()
    assert world.verify() == Problem("anchor", "1", 1, "line")


def test_anchor_is_not_made_without_anything_new(world: World) -> None:
    with world.store.sessions.begin() as session:
        assert anchor(session, world.file, NOW) is True
    with world.store.sessions.begin() as session:
        assert anchor(session, world.file, NOW) is False
    assert len(lines(world.file)) == 2


def test_anchor_rolled_back_writes_no_line(world: World) -> None:
    with world.store.sessions() as session:
        anchor(session, world.file, NOW)
        session.rollback()
        append(session, NOW, EventKind.CONTROLLER_CHANGED, 1, None, None, {})
        session.commit()
    assert len(lines(world.file)) == 1
    assert world.verify() is None


def test_missing_trigger_is_named_before_all(world: World) -> None:
    with world.store.unguarded.begin() as connection:
        on = "" if connection.dialect.name == "sqlite" else " ON audit_event"
        connection.execute(text(f"DROP TRIGGER audit_event_no_update{on}"))
    assert world.verify() == Problem("schema", "audit_event_no_update", 0, "trigger")


def test_event_rolled_back_leaves_the_chain_whole(world: World) -> None:
    with world.store.sessions() as session:
        step(session, world.store.case_id, EventKind.CASE_DECIDE)
        session.rollback()
        step(session, world.store.case_id, EventKind.CASE_SEND_BACK)
        session.commit()
    assert world.verify() is None


@pytest.mark.parametrize("kind", ["case.take", "case.tamed", "", None])
@pytest.mark.parametrize("appends", [append, append_read])
def test_event_of_no_kind_is_not_appended(
    world: World, appends: Callable[..., None], kind: str | None
) -> None:
    with world.store.sessions() as session:
        before = session.execute(text("SELECT id, head, length FROM audit_stream ORDER BY id")).all()
        with pytest.raises(TypeError, match="not a kind of event"):
            appends(session, NOW, kind, 1, 1, world.store.case_id, {})
        session.commit()
    with world.store.sessions() as session:
        assert session.execute(text("SELECT id, head, length FROM audit_stream ORDER BY id")).all() == before
    assert world.verify() is None


def test_kind_of_an_earlier_version_holds_and_the_chain_goes_on(world: World) -> None:
    with world.store.sessions.begin() as session:
        head = session.execute(text("SELECT id, head, length FROM audit_stream WHERE kind = 'case'")).one()
        stream_id = head.id if isinstance(head.id, UUID) else UUID(hex=head.id)
        session.execute(insert(AuditEvent).values(_earlier(world.store.case_id, stream_id, head)))
        step(session, world.store.case_id, EventKind.CASE_DECIDE)
    assert world.verify() is None
    world.tamper("UPDATE audit_event SET kind = 'case.take' WHERE kind = 'case.tamed'")
    assert world.verify() == Problem("case", world.key, 6, "column")


def _earlier(case_id: UUID, stream_id: UUID, head: Any) -> dict[str, object]:
    """Return the next event of the case, of a kind that is not among those of today."""
    columns = {"at": NOW, "actor_id": 1, "controller_id": 1, "case_id": case_id, "kind": "case.tamed"}
    said = {"actor": 1, "at": NOW, "case": case_id, "controller": 1, "data": {}, "kind": "case.tamed"}
    body = canonical(said)
    seq = head.length + 1
    chain = {"stream_id": stream_id, "seq": seq, "prev": head.head, "body": body}
    return {**columns, **chain, "hash": event_hash(stream_id, seq, head.head, body)}


def test_reading_a_case_leaves_its_chain_alone(world: World) -> None:
    with world.store.sessions.begin() as session:
        query = text("SELECT head, length FROM audit_stream WHERE kind = 'case'")
        before = session.execute(query).one()
        append_read(session, NOW, EventKind.CASE_OPENED, 1, 1, world.store.case_id, {})
        assert session.execute(query).one() == before


def test_cases_of_two_controllers_have_chains_of_their_own(world: World) -> None:
    with world.store.sessions.begin() as session:
        other = rows.add_case(session, 2)
        append(session, NOW, EventKind.CASE_OPENED, 2, 2, other, {})
    with world.store.sessions() as session:
        query = text("SELECT length FROM audit_stream WHERE kind = 'case' ORDER BY length")
        assert session.execute(query).scalars().all() == [1, 5]
    assert world.verify() is None

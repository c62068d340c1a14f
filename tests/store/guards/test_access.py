"""What the database refuses about roles, asked by raw SQL over the service's own connection."""

from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from breach.domain.states import Role
from breach.store.models import Person, RoleGrant, RoleRequest
from tests.store import rows
from tests.store.rows import NOW, Store
from tests.support.access import add_role

ANSWER = "UPDATE role_request SET state = {state}, answered_by = {by}, answered_at = {at}"
ANSWERS = [
    pytest.param("'confirmed'", "1", "asked_at", id="by-the-asker"),
    pytest.param("'confirmed'", "2", "asked_at", id="by-the-person-it-is-for"),
    pytest.param("'confirmed'", "NULL", "asked_at", id="by-nobody"),
    pytest.param("'confirmed'", "3", "NULL", id="at-no-time"),
    pytest.param("'refused'", "3", "asked_at", id="refused-for-nothing"),
    pytest.param("'refused'", "1", "asked_at", id="refused-by-the-asker"),
    pytest.param("'asked'", "3", "NULL", id="answered-but-open"),
    pytest.param("'withdrawn'", "3", "asked_at", id="withdrawn-by-another"),
    pytest.param("'forgotten'", "NULL", "asked_at", id="no-such-state"),
]


def refused(store: Store, statement: str) -> str:
    """Run the statement and return why the database refused it; it must."""
    with pytest.raises(DatabaseError) as error, store.sessions.begin() as session:
        session.execute(text(statement))
    return str(error.value.orig)


def ask(store: Store, **more: Any) -> RoleRequest:
    """Store a request for person 2, announced."""
    with store.sessions.begin() as session:
        asked = rows.role_request(**more)
        session.add(asked)
        session.flush()
        session.add(rows.access_change(asked, "asked"))
    return asked


def administer(store: Store, *people: int) -> None:
    """Let people administer controller 1."""
    with store.sessions.begin() as session:
        for person in people:
            add_role(session, person, 1, Role.ADMINISTRATOR, NOW)


@pytest.mark.parametrize(("state", "by", "at"), ANSWERS)
def test_role_takes_another_person_than_asker_and_receiver(
    store: Store, state: str, by: str, at: str
) -> None:
    ask(store)
    assert "check" in refused(store, ANSWER.format(state=state, by=by, at=at)).lower()


def test_answer_stands(store: Store) -> None:
    ask(store)
    with store.sessions.begin() as session:
        session.execute(text(ANSWER.format(state="'confirmed'", by="3", at="asked_at")))
    for change in ("state = 'asked', answered_by = NULL, answered_at = NULL", "answered_by = 2"):
        assert "frozen" in refused(store, f"UPDATE role_request SET {change}")


def test_person_is_asked_for_once_at_a_time(store: Store) -> None:
    ask(store)
    with pytest.raises(IntegrityError, match=r"(?i)unique"), store.sessions.begin() as session:
        session.add(rows.role_request())
    with store.sessions.begin() as session:
        session.execute(text(ANSWER.format(state="'withdrawn'", by="NULL", at="asked_at")))
        session.add(rows.role_request())


CONFIRMED = {"state": "confirmed", "answered_by": 3, "answered_at": NOW}
FORGED: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "not-answered": ({}, {}, ("given",)),
    "refused": ({**CONFIRMED, "state": "refused", "comment": "Nej."}, {}, ("given",)),
    "for-another-person": (CONFIRMED, {"person_id": 3}, ("given",)),
    "another-role": (CONFIRMED, {"role": Role.RELEASER}, ("given",)),
    "another-controller": (CONFIRMED, {"controller_id": 2}, ("given",)),
    "longer-ago": (CONFIRMED, {"granted_at": NOW.replace(year=2025)}, ("given",)),
    "not-announced": (CONFIRMED, {}, ()),
    "taken-away-since": (CONFIRMED, {}, ("given", "taken")),
}


@pytest.mark.parametrize("case", FORGED)
def test_role_is_given_only_as_confirmed_and_announced(store: Store, case: str) -> None:
    asked_as, granted_as, announced = FORGED[case]
    asked = ask(store, **asked_as)
    held = {"person_id": 2, "controller_id": 1, "role": Role.DECIDER, "granted_at": NOW, **granted_as}
    with store.sessions.begin() as session:
        session.add_all([rows.access_change(asked, kind) for kind in announced])
    with (
        pytest.raises(IntegrityError, match="as another person confirmed"),
        store.sessions.begin() as session,
    ):
        session.add(RoleGrant(**held, request_id=asked.id))


def test_role_is_neither_changed_nor_taken_without_a_word(store: Store) -> None:
    with store.sessions.begin() as session:
        held = add_role(session, 2, 1, Role.DECIDER, NOW)
    assert "frozen" in refused(store, "UPDATE role_grant SET role = 'releaser'")
    assert "frozen" in refused(store, "UPDATE role_grant SET person_id = 3")
    assert "without a word" in refused(store, "DELETE FROM role_grant")
    if store.engine.dialect.name == "postgresql":
        assert "without a word" in refused(store, "TRUNCATE role_grant")
    with store.sessions.begin() as session:
        asked = session.get_one(RoleRequest, held.request_id)
        session.add(rows.access_change(asked, "taken"))
        session.flush()
        session.execute(text("DELETE FROM role_grant"))
    with (
        pytest.raises(IntegrityError, match="as another person confirmed"),
        store.sessions.begin() as session,
    ):
        session.add(
            RoleGrant(person_id=2, controller_id=1, role=asked.role, granted_at=NOW, request_id=asked.id)
        )


def test_founding_a_role_ends_with_two_administrators(store: Store) -> None:
    founding = {"state": "founding", "asked_by": None, "answered_at": NOW}
    administer(store, 1)
    with store.sessions.begin() as session:
        session.add(rows.role_request(**founding))
    administer(store, 3)
    with pytest.raises(IntegrityError, match="waits for an administrator"), store.sessions.begin() as session:
        session.add(rows.role_request(**founding))
    with store.sessions.begin() as session:  # the administrators themselves have one beside them, not two
        session.add(rows.role_request(**founding, person_id=3))
        session.execute(update(Person).where(Person.id == 1).values(disabled_at=NOW))
    with store.sessions.begin() as session:
        session.add(rows.role_request(**founding))


def test_founding_a_role_needs_no_other_request(store: Store) -> None:
    ask(store)
    with pytest.raises(IntegrityError, match=r"(?i)check"), store.sessions.begin() as session:
        session.add(rows.role_request(state="founding", answered_at=NOW, role=Role.RELEASER))


def test_enabling_a_person_gives_no_roles(store: Store) -> None:
    administer(store, 2)
    with store.sessions.begin() as session:
        session.execute(update(Person).where(Person.id == 2).values(disabled_at=NOW))
    assert "confirmed" in refused(store, "UPDATE person SET disabled_at = NULL")


def test_acknowledgement_of_a_change_is_final(store: Store) -> None:
    ask(store)
    with store.sessions.begin() as session:
        session.execute(text("UPDATE access_change SET seen_by = 3, seen_at = at"))
    for change in ("seen_by = 1", "seen_by = NULL, seen_at = NULL"):
        assert "frozen" in refused(store, f"UPDATE access_change SET {change}")


CHANGES = [
    pytest.param({"kind": "promoted"}, id="no-such-kind"),
    pytest.param({"role": None}, id="no-role"),
    pytest.param({"request_id": None}, id="no-request"),
    pytest.param({"kind": "disabled"}, id="a-role-too-many"),
    pytest.param({"seen_by": 3}, id="seen-at-no-time"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_announcement_is_whole(store: Store, change: dict[str, Any]) -> None:
    asked = ask(store)
    row = rows.access_change(asked, "refused")
    for name, value in change.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match=r"(?i)check"), store.sessions.begin() as session:
        session.add(row)

"""Rows of invented people and cases."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, insert, inspect
from sqlalchemy.orm import Session, sessionmaker

from breach.domain.states import CaseState, NoLetter, NoticeState, OccurredKind, ReporterKind, Role
from breach.store.audit.pending import note_row
from breach.store.base import Base
from breach.store.keys.keyring import Keyring
from breach.store.models import (
    AccessChange,
    Assessment,
    AwarenessCorrection,
    BreachCase,
    Communication,
    Controller,
    Decision,
    Deputy,
    Notice,
    NoticeText,
    Person,
    PublicNotice,
    Recipient,
    Release,
    RoleRequest,
    Segment,
)

NOW = datetime(2026, 3, 27, 19, 0, tzinfo=UTC)
SHA, OTHER_SHA = "a" * 64, "b" * 64


@dataclass(frozen=True)
class Store:
    """A database as the service sees it, and as a thief with the file sees it."""

    url: str
    engine: Engine
    sessions: sessionmaker[Session]
    unguarded: Engine
    keys: Keyring
    case_id: UUID


def add_people(session: Session) -> None:
    """Add two controllers (1, 2) and three persons (1, 2, 3)."""
    for number, slug in enumerate(("nord", "syd"), 1):
        session.add(
            Controller(
                id=number,
                slug=slug,
                name_da=f"Region {slug}",
                name_en=f"Region {slug}",
                cvr="29190925",
                address="Torvet 1",
                phone="70 10 20 30",
                email="dpo@example.dk",
                dpo_name="Dorte Prøve",
                dpo_phone="70 10 20 31",
                valid_from=date(2026, 1, 1),
            )
        )
    for number, name in enumerate(("anna", "bo", "carla"), 1):
        session.add(Person(id=number, username=name, name=name, password_hash="-", created_at=NOW))
    session.flush()


def add_case(session: Session, controller_id: int, aware_at: datetime = NOW) -> UUID:
    """Add a case and return its id."""
    case = BreachCase(
        id=uuid4(),
        controller_id=controller_id,
        reference=f"BRUD-2026-{uuid4().hex[:6]}",
        title="Brev sendt til forkert modtager",
        state=CaseState.REPORTED,
        source=ReporterKind.STAFF,
        received_at=NOW,
        own_aware_at=aware_at,
        aware_at=aware_at,
        due_at=aware_at + timedelta(hours=72),
        occurred_kind=OccurredKind.UNKNOWN,
        facts={},
        facts_changed_at=NOW,
        consequences=[],
    )
    session.add(case)
    session.flush()
    return case.id


def add_case_of_before(session: Session, controller_id: int, **more: Any) -> UUID:
    """Add a case with the columns that the table has in an earlier version, and return its id."""
    there = {column["name"] for column in inspect(session.connection()).get_columns("breach_case")}
    given: dict[str, Any] = {
        "id": uuid4(),
        "controller_id": controller_id,
        "reference": f"BRUD-2026-{uuid4().hex[:6]}",
        "title": "Brev sendt til forkert modtager",
        "state": CaseState.REPORTED,
        "is_open": True,
        "source": ReporterKind.STAFF,
        "received_at": NOW,
        "own_aware_at": NOW,
        "aware_at": NOW,
        "due_at": NOW + timedelta(hours=72),
        "occurred_kind": OccurredKind.UNKNOWN,
        "facts": {},
        "facts_changed_at": NOW,
        "summary": "",
        "consequences": [],
        "measures": "",
        "version": 1,
        **more,
    }
    assert given.keys() <= there
    session.execute(insert(Base.metadata.tables["breach_case"]).values(given))
    note_row(session, "breach_case", given)
    return UUID(str(given["id"]))


def of_case(case_id: UUID, **more: Any) -> dict[str, Any]:
    """Return the columns that tie a row to the case of controller 1, and a new id."""
    return {"id": uuid4(), "controller_id": 1, "case_id": case_id, **more}


def assessment(case_id: UUID) -> Assessment:
    """Return an assessment."""
    more = {"facts": {}, "result": {}, "outcome": "register_only", "model": "1", "made_by": 1, "made_at": NOW}
    return Assessment(**of_case(case_id, **more))


def decision(case_id: UUID, assessment_id: UUID) -> Decision:
    """Return a proposal of person 1."""
    return Decision(
        **of_case(
            case_id,
            assessment_id=assessment_id,
            state="proposed",
            outcome="register_only",
            computed_outcome="register_only",
            reasoning="Ingen risiko.",
            proposed_by=1,
            proposed_at=NOW,
            proposed_sha256=SHA,
        )
    )


def correction(case_id: UUID) -> AwarenessCorrection:
    """Return a correction that person 1 asks for: aware a day before."""
    times = {"old_aware_at": NOW, "new_aware_at": NOW - timedelta(days=1), "asked_at": NOW}
    return AwarenessCorrection(
        **of_case(case_id, state="asked", reason="Vagten vidste det.", asked_by=1, **times)
    )


def role_request(**more: Any) -> RoleRequest:
    """Return a role for person 2 that person 1 asks for."""
    asked = {"person_id": 2, "controller_id": 1, "role": Role.DECIDER, "asked_by": 1, "asked_at": NOW}
    return RoleRequest(**{"id": uuid4(), "state": "asked", **asked, **more})


def access_change(asked: RoleRequest, kind: str) -> AccessChange:
    """Return the announcement of something that came of a request."""
    of_role = {"person_id": asked.person_id, "controller_id": asked.controller_id, "role": asked.role}
    return AccessChange(id=uuid4(), request_id=asked.id, kind=kind, done_by=1, at=NOW, **of_role)


def deputy() -> Deputy:
    """Return that person 2 stands in for person 1."""
    days = {"from_day": date(2026, 3, 27), "to_day": date(2026, 4, 3)}
    return Deputy(id=uuid4(), person_id=1, deputy_id=2, named_at=NOW, **days)


def communication(case_id: UUID) -> Communication:
    """Return a communication."""
    return Communication(**of_case(case_id, channel="outbox", due_at=NOW))


def segment(case_id: UUID) -> Segment:
    """Return an exemption of everybody that person 1 asks for."""
    why = {"why": NoLetter.RISK_REMOVED, "reason": "Slettet.", "asked_by": 1, "asked_at": NOW}
    return Segment(**of_case(case_id, state="asked", name="", people=None, **why))


def public_notice(case_id: UUID) -> PublicNotice:
    """Return a public notice by person 1."""
    words = {"danish": "Til dig", "english": "To you", "places": "Forsiden", "sha256": SHA}
    days = {"shown_from": date(2026, 3, 27), "shown_to": date(2026, 6, 27)}
    who = {"number": 1, "written_by": 1, "written_at": NOW}
    return PublicNotice(**of_case(case_id, state="drafted", **words, **days, **who))


def notice_text(case_id: UUID, communication_id: UUID) -> NoticeText:
    """Return a text by person 1."""
    words = {"danish": "Kære borger", "english": "Dear citizen", "sha256": SHA}
    who = {"number": 1, "written_by": 1, "written_at": NOW}
    return NoticeText(**of_case(case_id, communication_id=communication_id, **words, **who))


def recipient(case_id: UUID, communication_id: UUID, cpr_hash: bytes = b"f" * 32) -> Recipient:
    """Return a recipient."""
    more = {"finger": cpr_hash, "cell": b"c", "added_at": NOW, "added_by": 1}
    return Recipient(**of_case(case_id, communication_id=communication_id, **more))


def release(case_id: UUID, communication_id: UUID) -> Release:
    """Return a release asked for by person 1 over two notices."""
    more = {"frozen_count": 2, "first_sha256": SHA, "first_by": 1, "first_at": NOW}
    return Release(**of_case(case_id, communication_id=communication_id, state="asked", **more))


def notice(case_id: UUID, to: Recipient, state: NoticeState) -> Notice:
    """Return a notice to the recipient."""
    more = {"recipient_id": to.id, "channel": "outbox", "state": state, "message_uuid": uuid4()}
    sha = None if state in {NoticeState.DRAFTED, NoticeState.APPROVED} else SHA
    return Notice(**of_case(case_id, communication_id=to.communication_id, message_sha256=sha, **more))

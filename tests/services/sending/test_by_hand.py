"""Letters that wait for a person: handled once, and shown by name to those with the right alone."""

import json

import pytest
from sqlalchemy import select, update

from breach.domain.errors import Conflict, Forbidden, NotFound, StepRefused
from breach.domain.states import NoticeState
from breach.services.context import Actor
from breach.services.ids import new_id
from breach.services.sending import by_hand
from breach.store.models import AuditEvent, Notice
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.support.scenario import Service
from tests.support.stages import PEOPLE, notices_of


def waiting_at(service: Service, state: NoticeState = NoticeState.REJECTED) -> Notice:
    """Let every letter of the case wait, and return the first."""
    with service.runtime.transaction() as ctx:
        ctx.session.execute(update(Notice).values(state=state, code="recipient.is.closed"))
    return notices_of(service)[0]


def last_event(service: Service, kind: str) -> tuple[int | None, str]:
    """Return who did it last, and the body of the event."""
    with service.runtime.transaction() as ctx:
        wanted = select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.seq.desc()).limit(1)
        event = ctx.session.scalars(wanted).one()
        return event.actor_id, bytes(event.body).decode()


def test_letter_handled_moves_the_case_on_so_that_a_second_hand_is_too_late(at: At) -> None:
    service = at("released")
    letter = waiting_at(service)
    version = service.version()
    service.do("sagsbehandler", by_hand.handle, letter.id, "fall_back")
    assert service.version() == version + 1
    assert json.loads(last_event(service, "notice.fall_back")[1])["data"]["version"] == version + 1
    with (
        pytest.raises(Conflict) as error,
        service.runtime.transaction(service.actors["frigiver"]) as ctx,
    ):
        by_hand.handle(ctx, service.reference, version, letter.id, "cancel")
    assert error.value.code == "changed_meanwhile"
    assert notices_of(service)[0].state is NoticeState.NEEDS_LETTER


def test_identity_is_shown_with_the_right_and_logged_without_a_name(at: At) -> None:
    service = at("released")
    letter = waiting_at(service)
    who = service.actors["beslutter"]
    with service.runtime.transaction(who) as ctx:
        row, person = by_hand.recipient_of(ctx, service.reference, letter.id, "returned")
    assert (row.id, person.id) == (letter.id, letter.recipient_id)
    assert person.name in {f"Prøve Person {number}" for number in range(PEOPLE)}
    assert person.cpr[4:] == "90-xxxx"
    actor, body = last_event(service, "recipient.read")
    assert actor == who.person_id
    assert json.loads(body)["data"] == {
        "reference": service.reference,
        "recipient": str(person.id),
        "purpose": "returned",
        "notice": str(letter.id),
    }
    assert "Prøve Person" not in body
    with service.runtime.sessions() as session:
        assert verify(session, service.runtime.settings.anchor_file) is None


@pytest.mark.parametrize(
    ("username", "wrong"),
    [
        ("sagsbehandler", Forbidden),
        ("godkender", Forbidden),
        ("frigiver", Forbidden),
        ("revisor", Forbidden),
        ("fremmed", NotFound),
        ("administrator", NotFound),
    ],
)
def test_recipient_of_a_letter_is_hidden_from_others(at: At, username: str, wrong: type[Exception]) -> None:
    service = at("released")
    letter = waiting_at(service)
    with pytest.raises(wrong):
        identify(service, service.actors[username], letter)


def test_letter_that_waits_no_more_and_one_that_is_not_there_show_nobody(at: At) -> None:
    service = at("released")
    who = service.actors["beslutter"]
    letter = notices_of(service)[0]
    with pytest.raises(StepRefused) as error:
        identify(service, who, letter)
    assert error.value.reasons == ("notice_moved",)
    with pytest.raises(NotFound), service.runtime.transaction(who) as ctx:
        by_hand.recipient_of(ctx, service.reference, new_id(ctx.now), "returned")
    with service.runtime.transaction() as ctx:
        assert "recipient.read" not in ctx.session.scalars(select(AuditEvent.kind)).all()


def identify(service: Service, who: Actor, letter: Notice) -> None:
    """Ask whom the letter is for."""
    with service.runtime.transaction(who) as ctx:
        by_hand.recipient_of(ctx, service.reference, letter.id, "returned")

"""Letters that wait for a person: handled once, and shown by name to those with the right alone."""

import json

import pytest
from sqlalchemy import select, update

from breach.domain.danish_time import local
from breach.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, StepRefused
from breach.domain.states import CommunicationState, NoticeState
from breach.services.context import Actor
from breach.services.ids import new_id
from breach.services.sending import by_hand, recipients, release
from breach.services.sending.identity import LISTS, TooManyIdentityReads
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


def states(service: Service) -> list[str]:
    """Return the states of the letters in their order."""
    return [one.state.value for one in notices_of(service)]


def test_all_letters_that_surely_failed_go_on_paper_at_once(at: At) -> None:
    service = at("undelivered")
    service.do("sagsbehandler", by_hand.send_on_paper)
    assert states(service) == ["needs_letter", "queued", "queued"]
    assert json.loads(last_event(service, "notice.many_fall_back")[1])["data"]["letters"] == 1


def test_doubtful_letters_go_on_paper_only_where_they_are_meant(at: At) -> None:
    service = at("released")
    waiting_at(service, NoticeState.NEEDS_PERSON)
    with pytest.raises(InvalidInput) as error:
        service.do("sagsbehandler", by_hand.send_on_paper, False)
    assert [(one.field, one.code) for one in error.value.errors] == [("doubtful", "only_doubtful")]
    service.do("sagsbehandler", by_hand.send_on_paper, True)
    assert states(service) == ["needs_letter"] * PEOPLE


def test_letter_that_was_never_made_is_not_doubtful(at: At) -> None:
    service = at("approved")
    service.do("sagsbehandler", recipients.add_recipient, "0101701ABC", "Prøve Person")
    service.do("sagsbehandler", release.ask_release, 1)
    service.do("frigiver", release.release, 1)
    service.do("sagsbehandler", by_hand.send_on_paper)
    assert states(service) == ["needs_letter"]
    [letter] = fetched(service)
    assert letter.cpr == "0101701ABC"


def fetched(service: Service, who: str = "beslutter", purpose: str = "paper") -> list[by_hand.PaperLetter]:
    """Fetch the list for the post."""
    with service.runtime.transaction(service.actors[who]) as ctx:
        return by_hand.letters_for_the_post(ctx, service.reference, purpose)


def test_list_for_the_post_has_full_identity_and_is_logged(at: At) -> None:
    service = at("on_paper")
    [letter] = fetched(service)
    first = notices_of(service)[0]
    assert (letter.id, letter.name[:13], len(letter.cpr)) == (first.id, "Prøve Person ", 10)
    assert "Prøve" not in repr(letter)
    assert letter.cpr not in repr(letter)
    actor, body = last_event(service, "recipient.list_read")
    said = json.loads(body)["data"]
    assert actor == service.actors["beslutter"].person_id
    assert (said["recipients"], said["purpose"]) == ([str(first.recipient_id)], "paper")
    assert "Prøve" not in body


@pytest.mark.parametrize("username", ["sagsbehandler", "frigiver", "godkender", "revisor"])
def test_list_for_the_post_wants_the_right(kept_at: At, username: str) -> None:
    with pytest.raises(Forbidden):
        fetched(kept_at("on_paper"), username)


def test_list_for_the_post_wants_a_purpose_and_has_a_limit(at: At) -> None:
    service = at("on_paper")
    with pytest.raises(InvalidInput):
        fetched(service, purpose="curiosity")
    for _ in range(LISTS[0]):
        fetched(service)
    with pytest.raises(TooManyIdentityReads):
        fetched(service)


def test_letters_are_posted_at_once_with_their_day(at: At) -> None:
    service = at("released")
    waiting_at(service)
    service.do("sagsbehandler", by_hand.send_on_paper)
    day = local(service.runtime.clock()).date()
    version = service.version()
    service.do("frigiver", by_hand.post_letters, day)
    assert states(service) == ["posted"] * PEOPLE
    said = json.loads(last_event(service, "notice.many_post")[1])["data"]
    assert (said["letters"], said["posted_on"], said["version"]) == (PEOPLE, day.isoformat(), version + 1)
    page = service.page()
    assert (page.untold, page.communication.state) == (0, CommunicationState.COMPLETED)
    with service.runtime.sessions() as session:
        assert verify(session, service.runtime.settings.anchor_file) is None


def test_letter_that_failed_meanwhile_is_not_noted_as_posted(at: At) -> None:
    service = at("on_paper")
    with service.runtime.transaction() as ctx:
        row = ctx.session.get_one(Notice, notices_of(service)[1].id)
        row.state = NoticeState.REJECTED
    service.do("sagsbehandler", by_hand.post_letters, local(service.runtime.clock()).date())
    assert states(service) == ["posted", "rejected", "queued"]


def test_letter_sent_on_paper_since_the_page_was_made_is_a_conflict(at: At) -> None:
    service = at("on_paper")
    seen = service.version()
    with service.runtime.transaction() as ctx:
        ctx.session.get_one(Notice, notices_of(service)[1].id).state = NoticeState.REJECTED
    service.do("sagsbehandler", by_hand.send_on_paper)
    with pytest.raises(Conflict), service.runtime.transaction(service.actors["sagsbehandler"]) as ctx:
        by_hand.post_letters(ctx, service.reference, seen, local(ctx.now).date())


def test_no_more_letters_are_noted_as_posted_than_a_list_names(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_hand, "MOST_ON_A_LIST", 2)
    service = at("released")
    waiting_at(service)
    service.do("sagsbehandler", by_hand.send_on_paper)
    named = {letter.id for letter in fetched(service)}
    service.do("sagsbehandler", by_hand.post_letters, local(service.runtime.clock()).date())
    assert {one.id for one in notices_of(service) if one.state is NoticeState.POSTED} == named
    assert len(named) == 2

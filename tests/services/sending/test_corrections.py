"""Somebody on the list by mistake is removed or corrected, and a letter that waits is held back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from breach.domain.errors import Conflict, InvalidInput, NotFound, RecordedRefusal, StepRefused
from breach.domain.events import EventKind
from breach.domain.states import CommunicationState, NoticeState
from breach.services.ids import new_id
from breach.services.sending import claims, corrections, identity, receipts, recipients, release
from breach.services.sending.identity import SEARCHES, TooManyIdentityReads
from breach.services.sending.messages import addressees
from breach.store.models import AuditEvent, Notice, Recipient, SendBatch
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.services.steps import LISTED
from tests.support.scenario import Service, import_csv, people_csv
from tests.support.stages import PEOPLE, notices_of, tell_all

H = "sagsbehandler"
OTHER, NAME = "251248-9996", "Prøve Person"


def found(service: Service, cpr: str) -> identity.ListedRecipient | None:
    """Return who is on the list with a number, as somebody with the right sees it."""
    with service.runtime.transaction(service.actors["beslutter"]) as ctx:
        return identity.find(ctx, service.reference, cpr, "request")


def events(service: Service, kind: EventKind) -> list[dict[str, object]]:
    """Return what the events of a kind say."""
    with service.runtime.transaction() as ctx:
        wanted = select(AuditEvent.body).where(AuditEvent.kind == kind).order_by(AuditEvent.seq)
        return [json.loads(body)["data"] for body in ctx.session.scalars(wanted)]


def holds(service: Service) -> bool:
    """Tell whether the record fits the rows."""
    with service.runtime.sessions() as session:
        return verify(session, service.runtime.settings.anchor_file) is None


def first_of(service: Service) -> Recipient:
    """Return the first person on the list."""
    with service.runtime.transaction() as ctx:
        return ctx.session.scalars(select(Recipient).order_by(Recipient.id)).all()[0]


def test_removal_before_the_release_leaves_no_letter(at: At) -> None:
    service = at("listed")
    service.do(H, corrections.remove_recipient, LISTED, "Nummeret er en andens.")
    page = service.page()
    assert (page.recipients, page.addressed, page.removed) == (PEOPLE - 1, PEOPLE - 1, 1)
    assert found(service, LISTED) is None
    [said] = events(service, EventKind.RECIPIENTS_REMOVED)
    assert said["reason"] == "Nummeret er en andens."
    service.do(H, release.ask_release, page.list_version)
    service.do("frigiver", release.release, PEOPLE - 1)
    assert len(notices_of(service)) == PEOPLE - 1
    assert holds(service)


def test_person_removed_can_be_put_on_the_list_again(at: At) -> None:
    service = at("listed")
    service.do(H, corrections.remove_recipient, LISTED, "Forkert.")
    service.do(H, recipients.add_recipient, LISTED, NAME)
    assert service.do(H, import_csv, people_csv(PEOPLE)).repeated == PEOPLE
    assert service.page().recipients == PEOPLE
    one = found(service, LISTED)
    assert one is not None
    assert (one.name, one.number) == (NAME, PEOPLE)


def test_correction_gives_the_letter_to_the_right_person(at: At) -> None:
    service = at("listed")
    service.do(H, corrections.correct_recipient, LISTED, OTHER, NAME, "To cifre var byttet om.")
    one = found(service, OTHER)
    assert one is not None
    assert (one.name, one.cpr, found(service, LISTED)) == (NAME, "251248-xxxx", None)
    [said] = events(service, EventKind.RECIPIENTS_CORRECTED)
    assert (said["number"], said["reason"]) == (True, "To cifre var byttet om.")
    assert service.page().recipients == PEOPLE
    assert "2512489996" not in json.dumps(said)
    assert holds(service)


def test_correction_of_a_name_keeps_number_and_address(at: At) -> None:
    service = at("decided")
    row = f"cpr;navn;adresse\n{OTHER};Prøve Persn;Prøvevej 1\n"
    service.do(H, import_csv, row.encode())
    service.do(H, corrections.correct_listed, first_of(service).id, OTHER, NAME, "Et bogstav manglede.")
    with service.runtime.transaction() as ctx:
        [one] = addressees(ctx, ctx.session.scalars(select(Recipient)).all())
    assert (one.cpr, one.name, one.postal_address) == ("2512489996", NAME, "Prøvevej 1")
    assert events(service, EventKind.RECIPIENTS_CORRECTED)[0]["number"] is False


@pytest.mark.parametrize("stage", ["released", "paused"])
def test_letter_that_waits_is_held_back(at: At, stage: str) -> None:
    service = at(stage)
    version = service.version()
    service.do(H, corrections.remove_recipient, LISTED, "En fremmed.")
    assert sorted(one.state.value for one in notices_of(service)) == ["cancelled", "queued", "queued"]
    assert service.page().untold == PEOPLE - 1
    assert service.version() == version + 1
    assert len(events(service, EventKind.RECIPIENTS_HELD_BACK)) == 1
    assert holds(service)


def test_worker_claims_no_letter_that_was_held_back(at: At) -> None:
    service = at("released")
    service.do(H, corrections.remove_recipient, LISTED, "En fremmed.")
    with service.runtime.transaction() as ctx:
        batch = ctx.session.scalars(select(SendBatch)).one()
        claimed = {one.notice_id for one in claims.claim(ctx, batch.id, "w")}
    held = next(one for one in notices_of(service) if one.state is NoticeState.CANCELLED)
    assert (len(claimed), held.id in claimed) == (PEOPLE - 1, False)


def test_letter_held_back_is_waited_for_no_more(at: At) -> None:
    service = at("released")
    service.do(H, corrections.remove_recipient, LISTED, "En fremmed.")
    with service.runtime.transaction() as ctx:
        for one in ctx.session.scalars(select(Notice).where(Notice.state == NoticeState.QUEUED)):
            one.state, one.settled_at = NoticeState.DELIVERED, ctx.now
    page = service.page()
    assert (page.untold, page.on_the_way, page.reached) == (0, 0, PEOPLE - 1)


def test_nobody_left_on_the_list_is_not_everybody_told(at: At) -> None:
    service = at("released")
    for number in ("010190-1000", "020190-1000", "030190-1000"):
        service.do(H, corrections.remove_recipient, number, "Listen var en andens.")
    with service.runtime.transaction() as ctx:
        receipts.complete_where_all_told(ctx)
    assert service.page().communication.state is CommunicationState.SENDING


@pytest.mark.parametrize("state", [NoticeState.UNKNOWN, NoticeState.SUBMITTED, NoticeState.NEEDS_PERSON])
def test_letter_that_has_left_is_not_held_back(at: At, state: NoticeState) -> None:
    service = at("released")
    with service.runtime.transaction() as ctx:
        for one in ctx.session.scalars(select(Notice)):
            one.state = state
    with pytest.raises(StepRefused) as error:
        service.do(H, corrections.remove_recipient, LISTED, "En fremmed.")
    assert error.value.reasons == ("letter_has_left",)
    assert service.page().recipients == PEOPLE


@pytest.mark.parametrize("step", ["remove", "correct"])
def test_person_who_was_told_stays_as_the_record_of_that(at: At, step: str) -> None:
    service = at("released")
    tell_all(service)
    service.do(H, release.open_round, "all")
    calls: dict[str, tuple[Any, ...]] = {
        "remove": (corrections.remove_recipient, LISTED, "Fordi."),
        "correct": (corrections.correct_recipient, LISTED, OTHER, NAME, "Fordi."),
    }
    with pytest.raises(StepRefused) as error:
        service.do(H, *calls[step])
    assert error.value.reasons == ("recipient_told",)


def test_number_that_nobody_has_is_refused_recorded_and_limited(at: At) -> None:
    service = at("listed")
    most = SEARCHES[0]
    for _ in range(most):
        with pytest.raises(RecordedRefusal) as error:
            service.do(H, corrections.remove_recipient, OTHER, "Fordi.")
        assert [one.code for one in error.value.errors] == ["recipient_unknown"]
    assert len(events(service, EventKind.RECIPIENT_SOUGHT)) == most
    with pytest.raises(TooManyIdentityReads):
        service.do(H, corrections.remove_recipient, OTHER, "Fordi.")
    with pytest.raises(TooManyIdentityReads):  # nor by another way to ask the same
        service.do(H, recipients.add_recipient, LISTED, NAME)
    assert holds(service)


REPEATED: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "add": (recipients.add_recipient, (LISTED, NAME)),
    "correct": (corrections.correct_recipient, ("020190-1000", LISTED, NAME, "Fordi.")),
}


@pytest.mark.parametrize("way", REPEATED)
def test_answer_that_somebody_is_listed_is_recorded_and_limited(at: At, way: str) -> None:
    service = at("listed")
    step, said = REPEATED[way]
    most = SEARCHES[0]
    for _ in range(most):
        with pytest.raises(InvalidInput) as error:
            service.do(H, step, *said)
        assert [one.code for one in error.value.errors] == ["recipient_repeated"]
    assert len(events(service, EventKind.RECIPIENT_REPEATED)) == most
    with pytest.raises(TooManyIdentityReads):
        service.do(H, step, *said)
    with pytest.raises(TooManyIdentityReads):
        service.do(H, import_csv, people_csv(1))
    service.do("frigiver", recipients.add_recipient, OTHER, NAME)  # each has numbers of their own
    assert holds(service)


def test_list_that_repeats_somebody_counts_as_an_answer(at: At) -> None:
    service = at("listed")
    assert service.do(H, import_csv, people_csv(1)).repeated == 1
    assert service.do(H, import_csv, f"cpr;navn\n{OTHER};A\n".encode()).repeated == 0
    assert [one["repeated"] for one in events(service, EventKind.RECIPIENT_REPEATED)] == [1]


def test_row_of_another_case_is_not_removed(at: At) -> None:
    service = at("listed")
    with pytest.raises(NotFound):
        service.do(H, corrections.remove_listed, new_id(service.runtime.clock()), "Fordi.")
    row = first_of(service)
    service.decided()
    service.do(H, recipients.add_recipient, OTHER, NAME)
    with pytest.raises(NotFound):
        service.do(H, corrections.remove_listed, row.id, "Fordi.")


CHANGES: dict[str, tuple[Any, ...]] = {
    "added": (recipients.add_recipient, OTHER, NAME),
    "removed": (corrections.remove_recipient, LISTED, "Fordi."),
}


@pytest.mark.parametrize("change", CHANGES)
def test_release_is_asked_for_the_list_that_was_seen(at: At, change: str) -> None:
    service = at("listed")
    seen = service.page().list_version
    service.do("frigiver", *CHANGES[change])
    with pytest.raises(Conflict):
        service.do(H, release.ask_release, seen)
    service.do(H, release.ask_release, service.page().list_version)


def test_list_version_is_never_the_same_again(at: At) -> None:
    service = at("decided")
    seen = [service.page().list_version]
    for _ in range(3):
        service.do(H, recipients.add_recipient, OTHER, NAME)
        seen.append(service.page().list_version)
        service.do(H, corrections.remove_recipient, OTHER, "Fordi.")
        seen.append(service.page().list_version)
    assert seen == sorted(set(seen))

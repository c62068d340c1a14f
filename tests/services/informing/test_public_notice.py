"""The public notice: written, approved by another, shown between its days, and counted once it is proven."""

import base64
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from breach.domain.danish_time import local
from breach.domain.errors import Conflict, InvalidInput, NotFound, StepRefused
from breach.domain.states import CommunicationState
from breach.services.authority import notification
from breach.services.context import NOBODY
from breach.services.informing import public_notice, published, segments
from breach.store.keys.open_all import open_all
from tests.services.conftest import At
from tests.services.informing.test_segments import (
    MANY,
    barred_from_closing,
    correct_affected,
    settle_authority,
)
from tests.support.scenario import Service
from tests.support.stages import (
    PEOPLE,
    approve_notice,
    confirm_segment,
    everything,
    notice_text,
    prove_notice,
    tell_all,
    write_notice,
)

PDF = base64.b64encode(b"%PDF-1.4\nklip").decode()
ADDRESS = "https://region.example/nyheder/brud"


def today(service: Service) -> date:
    return local(service.runtime.clock()).date()


def settle_the_rest(service: Service) -> None:
    """Notify Datatilsynet and write the measures, so that informing alone can bar closing."""
    service.do("sagsbehandler", notification.submit, service.runtime.clock(), "a" * 40)
    service.do("sagsbehandler", notification.complete)


def shown(service: Service, notice_id: UUID, days: int = 0) -> published.ShownNotice:
    """Return the page of a notice as everybody reads it some days from now."""
    at = service.runtime.clock() + timedelta(days=days)
    with service.runtime.transaction(NOBODY, at) as ctx:
        return published.shown_notice(ctx, notice_id, "da")


def notice_id(service: Service) -> UUID:
    notice = service.page().notice
    assert notice is not None
    return notice.id


def save_errors(service: Service, *said: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as wrong:
        service.do("sagsbehandler", public_notice.save, *said)
    return [(one.field, one.code) for one in wrong.value.errors]


def test_exemption_for_a_public_notice_bars_closing_until_the_notice_is_proven(at: At) -> None:
    service = at("by_notice")
    settle_the_rest(service)
    assert service.page().tally.missing == PEOPLE
    for step in (write_notice, approve_notice):
        step(service)
        assert {"communication_settled", "nobody_is_missing"} <= set(barred_from_closing(service))
    prove_notice(service)
    tally = service.page().tally
    assert (tally.by_notice, tally.missing, service.page().is_informed) == (PEOPLE, 0, True)
    assert not {"communication_settled", "nobody_is_missing"} & set(barred_from_closing(service))


def test_letters_and_a_public_notice_stand_side_by_side(at: At) -> None:
    service = at("released")
    correct_affected(service, MANY)
    tell_all(service)
    settle_authority(service)
    missing = MANY - PEOPLE
    service.do(
        "sagsbehandler", segments.ask, "some", "disproportionate", "Ingen adresser.", missing, "Tidligere"
    )
    confirm_segment(service)
    assert (service.page().tally.by_notice, service.page().tally.missing) == (0, missing)
    assert barred_from_closing(service) != ()
    write_notice(service)
    approve_notice(service)
    prove_notice(service)
    page = service.page()
    assert (page.tally.by_letter, page.tally.by_notice, page.tally.missing) == (PEOPLE, missing, 0)
    assert page.communication.state is CommunicationState.COMPLETED
    assert barred_from_closing(service) == ()


def test_next_steps_lead_to_the_proof(at: At) -> None:
    service = at("by_notice")
    settle_the_rest(service)
    wanted: list[tuple[str, str, Callable[[Service], None]]] = [
        ("sagsbehandler", "save_notice", write_notice),
        ("godkender", "approve_notice", approve_notice),
        ("sagsbehandler", "prove_notice", prove_notice),
    ]
    for who, step, take in wanted:
        primary = service.page(who).primary
        assert primary is not None
        assert primary.step == step
        take(service)


def test_notice_is_approved_by_another_and_as_it_was_read(at: At) -> None:
    service = at("notice_drafted")
    notice = service.page().notice
    assert notice is not None
    with service.runtime.transaction(everything(service)) as ctx, pytest.raises(StepRefused) as refused:
        public_notice.approve(ctx, service.reference, service.version(), notice.sha256)
    assert refused.value.reasons == ("approver_differs_from_author",)
    with pytest.raises(Conflict):
        service.do("godkender", public_notice.approve, "0" * 64)


def test_notice_is_shown_between_its_days_to_everybody_and_names_nobody(at: At) -> None:
    service = at("notice_drafted")
    key = notice_id(service)
    with pytest.raises(NotFound):
        shown(service, key)
    approve_notice(service)
    page = shown(service, key).page
    assert page.title == "Brud på persondatasikkerheden hos Region Nordjylland"
    assert "Til dig, der kan være berørt" in page.press
    assert shown(service, key, days=30).shown_to == today(service) + timedelta(days=30)
    for days in (-1, 31):
        with pytest.raises(NotFound):
            shown(service, key, days=days)


def test_notice_taken_down_is_gone_and_counts_nobody(at: At) -> None:
    service = at("notice_proven")
    key = notice_id(service)
    assert service.page().tally.by_notice == PEOPLE
    service.do("beslutter", public_notice.withdraw, "Den nævner den forkerte klinik.")
    with pytest.raises(NotFound):
        shown(service, key)
    assert (service.page().tally.by_notice, service.page().tally.missing) == (0, PEOPLE)


def test_new_version_is_shown_once_approved_and_the_one_before_until_then(at: At) -> None:
    service = at("notice_approved")
    first = notice_id(service)
    write_notice(service)
    second = notice_id(service)
    assert shown(service, first).id == first
    approve_notice(service)
    assert shown(service, second).id == second
    with pytest.raises(NotFound):
        shown(service, first)


def test_text_is_checked_as_a_letter_is(at: At) -> None:
    service = at("by_notice")
    danish, english = notice_text(service)
    days = (today(service), today(service))
    assert save_errors(service, f"{danish}\n251248-9996", english, "Forsiden", *days) == [
        ("danish", "cpr_in_text")
    ]
    assert save_errors(service, danish, f"{english}\n\U0001f600\u0600", "Forsiden", *days)[0][0] == "english"
    told = f"{danish}\nAlle berørte har fået besked ved brev."
    assert save_errors(service, told, english, "Forsiden", *days) == [("danish", "says_all_are_told")]
    told = f"{english}\nEverybody affected has been informed."
    assert save_errors(service, danish, told, "Forsiden", *days) == [("english", "says_all_are_told")]


def test_days_that_cannot_be_are_refused(at: At) -> None:
    service = at("by_notice")
    now = today(service)
    before = now - timedelta(days=1)
    said = (*notice_text(service), "Forsiden")
    assert save_errors(service, *said, now, before) == [("shown_to", "ends_before_it_begins")]
    assert save_errors(service, *said, before, before) == [("shown_to", "ends_in_the_past")]


def test_notice_that_lacks_something_cannot_be_approved(at: At) -> None:
    service = at("by_notice")
    now = today(service)
    service.do(
        "sagsbehandler", public_notice.save, "# Brud\n\nTil dig", "# Breach\n\nTo you", "Her", now, now
    )
    with pytest.raises(StepRefused) as refused:
        approve_notice(service)
    assert refused.value.reasons == ("notice_is_complete",)


def test_proof_waits_for_the_first_day(at: At) -> None:
    service = at("by_notice")
    later = today(service) + timedelta(days=2)
    service.do("sagsbehandler", public_notice.save, *notice_text(service), "Forsiden", later, later)
    approve_notice(service)
    with pytest.raises(StepRefused) as refused:
        prove_notice(service)
    assert refused.value.reasons == ("notice_not_begun",)


PROOFS = [
    pytest.param(0, "", "", ("proof_address", "proof_missing"), id="nothing"),
    pytest.param(1, ADDRESS, "", ("proven_on", "proven_on_unfit"), id="tomorrow"),
    pytest.param(-1, ADDRESS, "", ("proven_on", "proven_on_unfit"), id="before-it-began"),
    pytest.param(0, "forsiden", "", ("proof_address", "proof_address_unfit"), id="no-address"),
    pytest.param(0, "javascript:alert(1)", "", ("proof_address", "proof_address_unfit"), id="script"),
    pytest.param(0, f"{ADDRESS}/251248-9996", "", ("proof_address", "cpr_in_text"), id="number"),
    pytest.param(0, "", base64.b64encode(b"MZ").decode(), ("file", "proof_unreadable"), id="program"),
    pytest.param(0, "", "?", ("file", "proof_unreadable"), id="no-base64"),
]


@pytest.mark.parametrize(("days", "address", "file", "wrong"), PROOFS)
def test_proof_must_show_it(kept_at: At, days: int, address: str, file: str, wrong: tuple[str, str]) -> None:
    service = kept_at("notice_approved")
    seen = today(service) + timedelta(days=days)
    with pytest.raises(InvalidInput) as refused:
        service.do("sagsbehandler", public_notice.prove, seen, address, file)
    assert [(one.field, one.code) for one in refused.value.errors] == [wrong]


def test_proof_as_a_file_is_sealed_and_can_be_fetched_by_who_may_see_the_case(at: At) -> None:
    service = at("notice_approved")
    service.do("sagsbehandler", public_notice.prove, today(service), "", PDF)
    key = notice_id(service)
    with service.runtime.transaction(service.actors["revisor"]) as ctx:
        assert published.proof_of(ctx, service.reference, key) == ("application/pdf", b"%PDF-1.4\nklip")
    with service.runtime.transaction(service.actors["fremmed"]) as ctx, pytest.raises(NotFound):
        published.proof_of(ctx, service.reference, key)
    with service.runtime.sessions() as session:
        assert b"%PDF" not in bytes(
            session.execute(text("SELECT proof_cell FROM public_notice")).scalar_one()
        )
    assert open_all(service.runtime.sessions, service.runtime.keys).problem is None


def test_database_holds_two_persons_and_the_text_that_was_approved(at: At) -> None:
    service = at("notice_drafted")
    for change in (
        "UPDATE public_notice SET state = 'approved'",
        "UPDATE public_notice SET approved_by = written_by, approved_sha256 = sha256,"
        " approved_at = written_at",
        "UPDATE public_notice SET danish = 'Andet'",
        "UPDATE public_notice SET state = 'proven'",
        "DELETE FROM public_notice",
    ):
        with service.runtime.sessions() as session, pytest.raises(IntegrityError):
            session.execute(text(change))

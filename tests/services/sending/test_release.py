"""The letter and its release: approval binds to the text, a release to the frozen list."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from breach.domain.danish_time import local
from breach.domain.errors import StepRefused
from breach.domain.states import NoticeState
from breach.services.ids import new_id
from breach.services.letters import text
from breach.services.sending import recipients, release
from breach.store.models import NoticeText
from breach.texts.formats import date_long
from tests.services.conftest import At
from tests.support.stages import PEOPLE, notices_of, text_hash


def test_draft_is_whole_in_both_languages(at: At) -> None:
    service = at("drafting")
    with service.runtime.transaction(service.actors["godkender"]):
        page = service.page("godkender")
        assert page.text is not None
        check = text.check_text(page, page.text)
    assert check.missing == ()


def test_incomplete_letter_is_not_approved(at: At) -> None:
    service = at("drafting")
    service.do("sagsbehandler", text.save_text, "Kære dig.", "Dear you.")
    with pytest.raises(StepRefused) as refused:
        service.do("godkender", text.approve_text, text_hash(service))
    assert refused.value.reasons == ("text_is_complete",)


def test_rewriting_takes_the_approval_back(at: At) -> None:
    service = at("approved")
    page = service.page()
    assert page.text is not None
    assert page.text.approved_sha256 == page.text.sha256
    service.do("sagsbehandler", text.rewrite)
    page = service.page()
    assert page.text is not None
    assert (page.text.number, page.text.approved_by) == (2, None)


def test_release_prints_the_letter_with_its_day(at: At) -> None:
    service = at("listed")
    service.do("sagsbehandler", release.ask_release, service.page().list_version)
    assert service.page().communication.pdf is None
    service.do("frigiver", release.release, PEOPLE)
    communication = service.page().communication
    assert communication.released_at is not None
    day = date_long(local(communication.released_at), "da")
    printed = PdfReader(BytesIO(communication.pdf or b"")).pages[0].extract_text()
    assert (communication.channel, day in printed) == ("digital_post", True)
    assert {one.state for one in notices_of(service)} == {NoticeState.QUEUED}


def test_rewriting_makes_the_author_who_cannot_approve(at: At) -> None:
    service = at("approved")
    service.do("godkender", text.rewrite)
    with pytest.raises(StepRefused) as refused:
        service.do("godkender", text.approve_text, text_hash(service))
    assert refused.value.reasons == ("approver_differs_from_author",)


def test_release_needs_somebody_on_the_list(at: At) -> None:
    with pytest.raises(StepRefused) as refused:
        at("approved").do("sagsbehandler", release.ask_release, 0)
    assert refused.value.reasons == ("has_recipients",)


def test_list_is_frozen_while_the_release_is_asked_for(at: At) -> None:
    service = at("asked")
    with pytest.raises(StepRefused):
        service.do("sagsbehandler", recipients.add_recipient, "251248-9996", "Prøve Person")
    service.do("sagsbehandler", release.withdraw_release)
    service.do("sagsbehandler", recipients.add_recipient, "251248-9996", "Prøve Person")
    order = service.do("sagsbehandler", release.ask_release, service.page().list_version)
    assert order.frozen_count == PEOPLE + 1
    service.do("frigiver", release.release, PEOPLE + 1)
    assert sum(service.page().counts.values()) == PEOPLE + 1


def test_letter_changed_behind_the_release_stops_it(at: At) -> None:
    service = at("asked")
    with service.runtime.transaction() as ctx:
        row = service.page().text
        assert row is not None
        kept = (
            "controller_id",
            "case_id",
            "communication_id",
            "danish",
            "english",
            "written_by",
            "written_at",
        )
        another = {name: getattr(row, name) for name in kept}
        ctx.session.add(NoticeText(id=new_id(ctx.now), number=2, sha256="0" * 64, **another))
    with pytest.raises(StepRefused) as refused:
        service.do("frigiver", release.release, PEOPLE)
    assert refused.value.reasons == ("list_is_unchanged",)

"""The letter and its release: approval binds to the text, a release to the frozen list."""

from dataclasses import replace

import pytest

from breach.domain.errors import StepRefused
from breach.domain.messages import Need
from breach.domain.states import NoticeState
from breach.services.letters import text
from breach.services.sending import recipients, release
from notifiers.digital_post import DigitalPostNotifier
from tests.services.conftest import At
from tests.support.scenario import Service, import_csv, people_csv
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


def test_approval_prints_the_letter_and_rewriting_takes_it_back(at: At) -> None:
    service = at("approved")
    page = service.page()
    assert page.communication.pdf is not None
    assert page.communication.pdf.startswith(b"%PDF-")
    assert page.text is not None
    assert page.text.approved_sha256 == page.text.sha256
    service.do("sagsbehandler", text.rewrite)
    page = service.page()
    assert page.communication.pdf is None
    assert page.text is not None
    assert (page.text.number, page.text.approved_by) == (2, None)


class Wordy(DigitalPostNotifier):
    """A channel that wants the words and no document."""

    channel = "wordy"
    needs = frozenset({Need.TEXT})


def with_wordy(service: Service) -> Service:
    """Return the service with that channel set."""
    settings = replace(service.runtime.settings, channel="wordy")
    notifiers = {**service.runtime.notifiers, "wordy": Wordy.from_settings({})}
    return replace(service, runtime=replace(service.runtime, settings=settings, notifiers=notifiers))


def test_approval_prints_nothing_where_the_channel_wants_no_pdf(at: At) -> None:
    service = at("drafting")
    with_wordy(service).do("godkender", text.approve_text, text_hash(service))
    assert service.page().communication.pdf is None
    service.do("sagsbehandler", import_csv, people_csv(1))
    service.do("sagsbehandler", release.ask_release)  # by Digital Post, which is set again
    communication = service.page().communication
    assert (communication.channel, (communication.pdf or b"")[:5]) == ("digital_post", b"%PDF-")
    service.do("frigiver", release.release, 1)
    (notice,) = notices_of(service)
    assert notice.state is NoticeState.QUEUED


def test_rewriting_makes_the_author_who_cannot_approve(at: At) -> None:
    service = at("approved")
    service.do("godkender", text.rewrite)
    with pytest.raises(StepRefused) as refused:
        service.do("godkender", text.approve_text, text_hash(service))
    assert refused.value.reasons == ("approver_differs_from_author",)


def test_release_needs_somebody_on_the_list(at: At) -> None:
    with pytest.raises(StepRefused) as refused:
        at("approved").do("sagsbehandler", release.ask_release)
    assert refused.value.reasons == ("has_recipients",)


def test_list_is_frozen_while_the_release_is_asked_for(at: At) -> None:
    service = at("asked")
    with pytest.raises(StepRefused):
        service.do("sagsbehandler", recipients.add_recipient, "251248-9996", "Prøve Person")
    service.do("sagsbehandler", release.withdraw_release)
    service.do("sagsbehandler", recipients.add_recipient, "251248-9996", "Prøve Person")
    order = service.do("sagsbehandler", release.ask_release)
    assert order.frozen_count == PEOPLE + 1
    service.do("frigiver", release.release, PEOPLE + 1)
    assert sum(service.page().counts.values()) == PEOPLE + 1


def test_letter_changed_behind_the_release_stops_it(at: At) -> None:
    service = at("asked")
    with service.runtime.transaction() as ctx:
        communication = service.page().communication
        row = ctx.session.get_one(type(communication), communication.id)
        row.pdf = b"%PDF-another"
    with pytest.raises(StepRefused) as refused:
        service.do("frigiver", release.release, PEOPLE)
    assert refused.value.reasons == ("list_is_unchanged",)

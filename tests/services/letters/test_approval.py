"""The approver sends a letter back with a comment, confirms what the checks miss, and edits are not lost."""

from typing import Any

import pytest

from breach.domain.errors import Conflict, InvalidInput, StepRefused
from breach.domain.letters.elements import ElementFacts
from breach.services.desk.letter_versions import all_versions, read_against
from breach.services.letters import returning, text
from breach.services.letters.drafting import review_letter
from breach.services.sending import release
from breach.store.models import NoticeText
from tests.services.conftest import At
from tests.services.letters.letter_cases import CONTACTS, REFERENCE
from tests.support.scenario import Service
from tests.support.stages import text_hash

HANDLER, APPROVER = "sagsbehandler", "godkender"
APOLOGY = {"da": "og vi beklager det, der er sket", "en": "and we are sorry for what happened"}
REASON = "Vi er kede af det, står der."


def letter(service: Service) -> NoticeText:
    found = service.page().text
    assert found is not None
    return found


def refusal(service: Service, step: Any, *arguments: Any, who: str = APPROVER) -> tuple[str, ...]:
    with pytest.raises(StepRefused) as refused:
        service.do(who, step, *arguments)
    return refused.value.reasons


def test_letter_sent_back_is_approved_in_a_new_version_alone(at: At) -> None:
    service = at("returned")
    row = letter(service)
    assert (row.comment, service.page().names[row.returned_by or 0]) == (
        "Skriv, hvornår det skete.",
        "Gry Godkender",
    )
    assert refusal(service, text.approve_text, row.sha256) == ("text_is_not_returned",)
    assert refusal(service, returning.send_back_text, row.sha256, "Igen.") == ("text_is_not_returned",)
    service.do(HANDLER, text.save_text, row.danish + "Rettet.\n", row.english + "Corrected.\n")
    service.do(APPROVER, text.approve_text, text_hash(service))


def test_letter_is_not_sent_back_unread_or_by_its_author(at: At) -> None:
    service = at("drafting")
    with pytest.raises(Conflict):
        service.do(APPROVER, returning.send_back_text, "0" * 64, "Ret.")
    row = letter(service)
    service.do(APPROVER, text.save_text, row.danish, row.english)
    arguments = (returning.send_back_text, text_hash(service), "Ret.")
    assert refusal(service, *arguments) == ("approver_differs_from_author",)


def without_apology(service: Service) -> Service:
    row = letter(service)
    texts = {"da": row.danish, "en": row.english}
    texts = {language: body.replace(APOLOGY[language], "") for language, body in texts.items()}
    service.do(HANDLER, text.save_text, texts["da"], texts["en"])
    return service


def test_element_that_the_checks_miss_is_confirmed_with_a_reason(at: At) -> None:
    service = without_apology(at("drafting"))
    sha256 = text_hash(service)
    assert refusal(service, text.approve_text, sha256) == ("text_is_complete",)
    assert refusal(service, text.approve_text, sha256, "", ["da:N8"], REASON) == ("text_is_complete",)
    service.do(APPROVER, text.approve_text, sha256, "", ["da:N8", "en:N8"], REASON)
    assert letter(service).confirmed == {"da:N8": REASON, "en:N8": REASON}
    said = next(line.body for line in service.page().log if line.kind == "communication.approve")
    assert (said["confirmed"], said["reason"]) == (["da:N8", "en:N8"], REASON)


@pytest.mark.parametrize(
    ("confirmed", "reason", "error"),
    [
        pytest.param(["da:N8"], "", ("confirmed_reason", "reason_missing"), id="no-reason"),
        pytest.param(["da:N1"], REASON, ("confirmed", "unknown_value"), id="not-missing"),
        pytest.param(["da:N11"], REASON, ("confirmed", "unknown_value"), id="case-number"),
    ],
)
def test_confirmation_needs_a_reason_and_something_missing(
    at: At, confirmed: list[str], reason: str, error: tuple[str, str]
) -> None:
    service = without_apology(at("drafting"))
    with pytest.raises(InvalidInput) as refused:
        service.do(APPROVER, text.approve_text, text_hash(service), "", confirmed, reason)
    assert [(one.field, one.code) for one in refused.value.errors] == [error]


@pytest.mark.parametrize("language", ["da", "en"])
def test_missing_element_has_an_example_that_mends_it(at: At, language: str) -> None:
    found = text.examples(at("scored").page())[language]
    known = ElementFacts(REFERENCE, CONTACTS)
    assert all(found.values())
    happened = {"da": "# Hvad er der sket?", "en": "# What happened?"}[language]
    [first, *_] = review_letter(f"{happened}\n\n{found['N1']}\n", language, known).elements
    assert first.present


def due_again(at: At) -> Service:
    service = at("told")
    service.do(HANDLER, release.open_round, "all")
    return service


def test_new_draft_of_a_letter_as_drafted_asks_nothing(at: At) -> None:
    service = due_again(at)
    service.do(HANDLER, text.start_letter)
    assert letter(service).number == 2


@pytest.mark.parametrize(("edits", "is_kept"), [("keep", True), ("drop", False)])
def test_new_draft_asks_before_it_drops_what_was_corrected(at: At, edits: str, is_kept: bool) -> None:
    service = due_again(at)
    service.do(HANDLER, text.start_letter)
    row = letter(service)
    service.do(HANDLER, text.save_text, row.danish + "Ring til os.\n", row.english + "Call us.\n")
    service.do(HANDLER, release.open_round, "all")
    with pytest.raises(InvalidInput) as refused:
        service.do(HANDLER, text.start_letter)
    assert [(one.field, one.code) for one in refused.value.errors] == [("edits", "edits_undecided")]
    service.do(HANDLER, text.start_letter, edits)
    assert ("Ring til os." in letter(service).danish, letter(service).is_as_drafted) == (is_kept, not is_kept)
    with service.runtime.transaction(service.actors[HANDLER]) as ctx:
        numbers = [one.number for one in all_versions(ctx, service.reference) if "Ring til os." in one.danish]
    assert numbers[0] == 3


def test_letter_is_read_against_its_draft_and_what_was_approved(at: At) -> None:
    service = at("approved")
    service.do(APPROVER, text.rewrite)
    row = letter(service)
    service.do(HANDLER, text.save_text, row.danish + "Ring til os.\n", row.english + "Call us.\n")
    with service.runtime.transaction(service.actors[APPROVER]) as ctx:
        found = read_against(all_versions(ctx, service.reference))
        assert found is not None
        drafted, approved = found.drafted, found.approved
        assert drafted is not None
        assert approved is not None
        assert (found.text.number, drafted.number, approved.number) == (3, 2, 1)

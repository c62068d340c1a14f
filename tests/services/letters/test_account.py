"""What happened and what was done is typed once: the proposal asks it, and the letter begins with it."""

from typing import Any

import pytest

from breach.domain.errors import InvalidInput
from breach.services.letters import account, text
from breach.services.letters.account import Account
from breach.services.risk import decision
from breach.store.models import NoticeText
from tests.services.conftest import At
from tests.support.scenario import DONE, HAPPENED, IN_ENGLISH, Service
from tests.support.stages import PROPOSAL, text_hash

HANDLER, APPROVER = "sagsbehandler", "godkender"
TOLD = {"summary": HAPPENED, "measures": DONE, **IN_ENGLISH}


def letter(service: Service) -> NoticeText:
    found = service.page().text
    assert found is not None
    return found


def section(body: str, heading: str) -> str:
    return body.split(f"# {heading}\n\n")[1].split("\n# ")[0]


def test_account_of_the_proposal_begins_the_letter_in_both_languages(at: At) -> None:
    service = at("decided")
    service.do(HANDLER, text.start_letter)
    found = letter(service)
    assert section(found.danish, "Hvad er der sket?").startswith(HAPPENED)
    assert section(found.english, "What happened?").startswith(IN_ENGLISH["summary_en"])
    assert section(found.danish, "Hvad har vi gjort?").startswith(f"- {DONE}\n")
    assert f"- {IN_ENGLISH['measures_en']}" in found.english
    assert (found.is_draft, service.page().case.consequences) == (True, [])


def test_account_is_kept_with_before_and_after(at: At) -> None:
    service = at("decided")
    service.do(HANDLER, account.save_measures, **{**TOLD, "measures": "Brevet er hentet."}, contained=False)
    [saved, first] = [
        line.body["changes"] for line in service.page().log if line.kind == "case.measures_saved"
    ]
    assert saved == {"measures": [DONE, "Brevet er hentet."]}
    assert first["summary"] == ["", HAPPENED]


@pytest.mark.parametrize(
    ("parts", "errors"),
    [
        pytest.param({"summary": "Fejlen ramte 251248-9996."}, [("summary", "cpr_in_text")], id="cpr"),
        pytest.param({"summary_en": ""}, [("summary_en", "english_missing")], id="english"),
        pytest.param({"measures": "Lukket \U000e0041"}, [("measures", "sign_not_set")], id="sign"),
        pytest.param({"consequences": ["boredom"]}, [("consequences", "unknown_value")], id="consequence"),
        pytest.param({"summary_en": "", "measures_en": "", "in_english": False}, [], id="danish-alone"),
    ],
)
def test_account_of_a_proposal_is_refused_where_a_letter_cannot_hold_it(
    at: At, parts: dict[str, object], errors: list[tuple[str, str]]
) -> None:
    service = at("scored")
    given: dict[str, Any] = {**TOLD, **parts}
    told = Account(**given)
    found: list[tuple[str, str]] = []
    try:
        service.do(HANDLER, decision.propose, PROPOSAL, told)
    except InvalidInput as refused:
        found = [(one.field, one.code) for one in refused.errors]
    assert found == errors


def test_account_in_danish_is_enough_where_nobody_is_told(at: At) -> None:
    service = at("scored")
    told = Account(summary=HAPPENED, measures=DONE)
    proposal = decision.Proposal("register_only", "Kuverten var lukket.", "Brevet blev ikke læst.")
    service.do(HANDLER, decision.propose, proposal, told)
    assert service.page().case.summary == HAPPENED


def only_danish(service: Service) -> Service:
    service.do(HANDLER, account.save_measures, HAPPENED, ["social"], DONE, in_english=False)
    return service


def test_letter_in_danish_alone_is_drafted_checked_and_approved_so(at: At) -> None:
    service = only_danish(at("decided"))
    service.do(HANDLER, text.start_letter)
    found = letter(service)
    assert found.english == ""
    assert list(text.check_text(service.page(), found).reviews) == ["da"]
    with pytest.raises(InvalidInput) as refused:
        service.do(HANDLER, text.save_text, found.danish, "# A letter")
    assert [(one.field, one.code) for one in refused.value.errors] == [("english", "english_unwanted")]
    service.do(HANDLER, text.save_text, found.danish)
    service.do(APPROVER, text.approve_text, text_hash(service))


def test_letter_that_was_in_both_languages_is_outdated_by_danish_alone(at: At) -> None:
    service = only_danish(at("drafting"))
    standing = service.page().standing
    assert standing is not None
    assert "in_english" in [one.name for one in standing.changed or ()]


def missing(service: Service) -> list[str]:
    return [code for code in text.check_text(service.page(), letter(service)).missing if ":N" in code]


def test_letter_without_an_account_lacks_what_happened(at: At) -> None:
    service = at("scored")
    service.do(HANDLER, decision.propose, PROPOSAL)
    proposal = service.page("beslutter").decision
    assert proposal is not None
    service.do("beslutter", decision.decide, proposal.proposed_sha256)
    assert [one.step for one in service.page().next][:2] == ["submit_notification", "save_measures"]
    service.do(HANDLER, text.start_letter)
    assert {"da:N1", "en:N1"} <= set(missing(service))


def test_letter_with_an_account_lacks_no_element(at: At) -> None:
    assert missing(at("drafting")) == []

"""Steps of a case by personal tokens: the same guards as in the pages."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from breach.domain.states import Role
from breach.services import actions
from breach.services.context import Runtime
from tests.support.reporting import citizen, key_of, token
from tests.support.scenario import DONE, FACTS, HAPPENED, HIGH, IN_ENGLISH

URL = "/api/v1/cases/BRUD-2026-000001"


NAMED = sorted(actions.of_api().items())


class Desk:
    """People with tokens, and the case they work on."""

    def __init__(self, caller: FlaskClient, runtime: Runtime) -> None:
        self.caller = caller
        names = ("sagsbehandler", "beslutter", "godkender", "frigiver", "revisor")
        self.tokens = {name: token(runtime, name) for name in names}
        self.tokens["fremmed"] = token(runtime, "fremmed", "eksempel")
        answer = caller.post(
            "/api/v1/reports", json=citizen(), headers={"Idempotency-Key": key_of("first-report")}
        )
        assert answer.status_code == 202

    def headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[who]}"}

    def show(self, who: str = "sagsbehandler") -> dict[str, Any]:
        found: dict[str, Any] = self.caller.get(URL, headers=self.headers(who)).json  # type: ignore[assignment]  # an object
        return found

    def step(self, who: str, name: str, /, **asked: Any) -> tuple[int, dict[str, Any]]:
        body = {"version": self.show()["version"], **asked}
        answer = self.caller.post(f"{URL}/steps/{name}", json=body, headers=self.headers(who))
        found: dict[str, Any] = answer.json  # type: ignore[assignment]  # an object
        return answer.status_code, found

    def done(self, who: str, name: str, /, **asked: Any) -> dict[str, Any]:
        status, found = self.step(who, name, **asked)
        assert status == 200, found
        return found


@pytest.fixture
def desk(caller: FlaskClient, runtime: Runtime) -> Desk:
    return Desk(caller, runtime)


@pytest.mark.parametrize(
    ("wanted", "title"), [("da", "Indberetning fra en borger"), ("en", "Report from a citizen")]
)
def test_title_stands_in_the_language_asked_for(desk: Desk, wanted: str, title: str) -> None:
    headers = {**desk.headers("sagsbehandler"), "Accept-Language": wanted}
    found = desk.caller.get(URL, headers=headers).get_json()
    listed = desk.caller.get("/api/v1/cases", headers=headers, query_string={"search": title}).get_json()
    assert found["title"].startswith(title)
    assert [row["title"] for row in listed["cases"]] == [found["title"]]


def test_case_walks_to_an_approved_letter(desk: Desk) -> None:
    desk.done("sagsbehandler", "take")
    scored = desk.done("sagsbehandler", "score", facts=FACTS)
    assert scored["state"] == "scored"
    proposed = desk.done("sagsbehandler", "propose", outcome=HIGH, reasoning="Helbred hos en fremmed.")
    sha256 = proposed["proposal_sha256"]
    decided = desk.done("beslutter", "decide", proposal_sha256=sha256)
    assert (decided["state"], decided["outcome"]) == ("responding", HIGH)
    submitted = desk.done(
        "sagsbehandler", "submit_notification", submitted_at="2026-03-03T14:30+01:00", receipt_number="a" * 40
    )
    assert submitted["authority"] == "submitted"
    desk.done(
        "sagsbehandler",
        "save_measures",
        summary=HAPPENED,
        consequences=["identity_theft"],
        measures=DONE,
        **IN_ENGLISH,
        contained=True,
        contained_at="2026-03-03",
    )
    drafted = desk.done("sagsbehandler", "draft_text")
    approved = desk.done("godkender", "approve_text", sha256=drafted["text_sha256"])
    assert approved["communication"] == "approved"
    listed = desk.done("sagsbehandler", "add_recipient", cpr="2512489996", name="Prøve Person")
    assert listed["state"] == "responding"


def test_list_shows_the_case_to_its_own_people_only(desk: Desk) -> None:
    def seen(who: str) -> list[str]:
        found = desk.caller.get("/api/v1/cases", headers=desk.headers(who)).json
        assert found is not None
        return [row["reference"] for row in found["cases"]]

    assert seen("sagsbehandler") == seen("revisor") == ["BRUD-2026-000001"]
    assert seen("fremmed") == []


@pytest.mark.parametrize(
    ("who", "step", "asked", "status", "code"),
    [
        pytest.param("revisor", "take", {}, 403, "no_right", id="no-right"),
        pytest.param("fremmed", "take", {}, 404, "not_found", id="anothers-case"),
        pytest.param("sagsbehandler", "conclude", {}, 409, "step_refused", id="wrong-state"),
        pytest.param("sagsbehandler", "take", {"version": 99}, 409, "changed_meanwhile", id="old-version"),
        pytest.param("sagsbehandler", "fly", {}, 404, "not_found", id="no-such-step"),
        pytest.param(
            "sagsbehandler", "take", {"state": "concluded"}, 422, "invalid_input", id="unknown-field"
        ),
        pytest.param("sagsbehandler", "score", {}, 422, "invalid_input", id="field-missing"),
    ],
)
def test_step_not_allowed_is_refused(
    desk: Desk, who: str, step: str, asked: dict[str, Any], status: int, code: str
) -> None:
    before = desk.show()
    found = desk.step(who, step, **asked)
    assert (found[0], found[1]["title"]) == (status, code)
    assert desk.show() == before


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer brd_x"}, {"Authorization": "Basic YTpi"}])
def test_cases_need_a_personal_token(caller: FlaskClient, headers: dict[str, str]) -> None:
    answer = caller.get("/api/v1/cases", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_senders_token_opens_no_case(caller: FlaskClient, runtime: Runtime) -> None:
    headers = {"Authorization": f"Bearer {token(runtime)}"}
    assert caller.get("/api/v1/cases", headers=headers).status_code == 401


def test_steps_on_offer_are_named_as_their_addresses(desk: Desk) -> None:
    offered = [one["step"] for one in desk.show()["steps"]]
    assert len(set(offered)) == len(offered) > 25
    assert set(offered) <= {action.name for action in actions.offered()}


def test_changed_fact_is_told_and_settled_by_the_hash_of_the_facts(desk: Desk) -> None:
    test_case_walks_to_an_approved_letter(desk)
    assert desk.show()["text_changed_facts"] == []
    desk.done("sagsbehandler", "rewrite")
    shown = desk.done("sagsbehandler", "revise", facts={**FACTS, "subject_count": 1250})
    [changed] = shown["text_changed_facts"]
    assert (changed["fact"], changed["was"], changed["now"]) == ("subject_count", 3, 1250)
    assert changed["text"] == "People affected: 3 when the letter was written. Now: 1,250."
    status, problem = desk.step("godkender", "approve_text", sha256=shown["text_sha256"])
    assert (status, problem["title"]) == (409, "step_refused")
    letters = {"danish": "Kære dig", "english": "Dear you"}
    assert desk.done("sagsbehandler", "save_text", **letters)["text_changed_facts"] == [changed]
    status, problem = desk.step("sagsbehandler", "save_text", **letters, facts_sha256="0" * 64)
    assert (status, problem["title"]) == (409, "changed_meanwhile")
    settled = desk.done("sagsbehandler", "save_text", **letters, facts_sha256=shown["facts_sha256"])
    assert settled["text_changed_facts"] == []


BODIES: dict[str, dict[str, Any]] = {
    "take_over": {"reason": "Fordi"},
    "hand_over": {"to": "ida", "reason": "Fordi"},
    "ask_for_case": {"reason": "Fordi"},
    "keep_case": {"reason": "Fordi"},
    "refuse_dismissal": {"reason": "Fordi"},
    "ask_dismissal": {"reason": "Fordi"},
    "merge": {"target_reference": "BRUD-2020-000001"},
    "score": {"facts": FACTS},
    "revise": {"facts": FACTS},
    "propose": {"outcome": HIGH, "reasoning": "Fordi"},
    "send_back": {"comment": "Fordi"},
    "decide": {"proposal_sha256": "0" * 64},
    "save_measures": {"summary": "Kort", "measures": "Lukket", "contained": False},
    "reopen": {"reason": "Fordi"},
    "submit_notification": {"submitted_at": "2026-03-03T14:30+01:00", "receipt_number": "1"},
    "supplement": {"note": "Sendt"},
    "withdraw_notification": {"reason": "Fordi"},
    "save_text": {"danish": "Brev", "english": "Letter"},
    "approve_text": {"sha256": "0" * 64},
    "send_back_text": {"sha256": "0" * 64, "comment": "Fordi"},
    "save_notice": {
        "danish": "Til dig",
        "english": "To you",
        "places": "Forsiden",
        "shown_from": "2026-03-09",
        "shown_to": "2026-06-09",
    },
    "approve_notice": {"sha256": "0" * 64},
    "prove_notice": {"proven_on": "2026-03-09", "proof_address": "https://region.example/brud"},
    "withdraw_notice": {"reason": "Fordi"},
    "ask_segment": {"whom": "all", "why": "unintelligible", "reason": "Krypteret"},
    "confirm_segment": {"segment": "01948f3e-7c00-7000-8000-000000000001"},
    "refuse_segment": {"segment": "01948f3e-7c00-7000-8000-000000000001", "comment": "Nej"},
    "withdraw_segment": {"segment": "01948f3e-7c00-7000-8000-000000000001"},
    "add_recipient": {"cpr": "2512489996", "name": "Prøve Person"},
    "correct_recipient": {
        "cpr": "2512489996",
        "new_cpr": "0101901000",
        "name": "Prøve Person",
        "reason": "Fordi",
    },
    "remove_recipient": {"cpr": "2512489996", "reason": "Fordi"},
    "ask_release": {"list_version": 1},
    "send_on_paper": {"doubtful": False},
    "post_letters": {"posted_on": "2026-03-09"},
    "release": {"typed_count": 1},
    "open_round": {"audience": "all"},
    "ask_awareness": {"aware_at": "2026-03-03T09:15+01:00", "reason": "Fordi"},
    "refuse_awareness": {"comment": "Fordi"},
}
"""What each step asks besides the version; the version sent is an old one, so nothing changes."""
ROLES = {
    "sagsbehandler": Role.CASE_HANDLER,
    "beslutter": Role.DECIDER,
    "godkender": Role.APPROVER,
    "frigiver": Role.RELEASER,
    "revisor": Role.AUDITOR,
}


@pytest.mark.parametrize("who", ROLES)
def test_step_is_for_exactly_those_with_its_role(desk: Desk, who: str) -> None:
    before = desk.show()
    found = {name: desk.step(who, name, **BODIES.get(action.name, {}), version=0) for name, action in NAMED}
    assert {name: status for name, (status, _) in found.items()} == {
        name: 409 if ROLES[who] in action.roles else 403 for name, action in NAMED
    }
    assert {found[name][1]["title"] for name, action in NAMED if ROLES[who] in action.roles} <= {
        "changed_meanwhile"
    }
    assert desk.show() == before


def test_name_of_earlier_versions_takes_the_step(desk: Desk) -> None:
    asked = {"submitted_at": desk.show()["received_at"], "receipt_number": "a" * 40}
    assert desk.done("sagsbehandler", "submit_to_authority", **asked)["authority"] == "submitted"
    assert desk.done("beslutter", "complete_authority")["authority"] == "completed"
    assert desk.done("sagsbehandler", "withdraw_authority", reason="Fejl")["authority"] == "withdrawn"


class Untouched(BytesIO):
    """A body that nobody may read."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Fail the test."""
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("who", "version", "status"), [("revisor", 1, 403), ("fremmed", 1, 404), ("sagsbehandler", 1, 409)]
)
def test_list_is_read_only_for_who_may_put_people_on_it_now(
    desk: Desk, who: str, version: int, status: int
) -> None:
    answer = desk.caller.post(
        f"{URL}/recipients?version={version}",
        input_stream=Untouched(b"cpr;navn\n"),
        headers={**desk.headers(who), "Content-Type": "text/csv", "Content-Length": "40000000"},
    )
    assert answer.status_code == status

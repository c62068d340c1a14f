"""What the API answers to what it cannot take: status, code, and a sentence in two languages."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from breach.services.context import Runtime
from breach.services.intake.error_words import field_label
from breach.texts import LANGUAGES, text
from tests.support.reporting import citizen, key_of, token
from tests.support.scenario import FACTS, HIGH

CASE = "/api/v1/cases/BRUD-2026-000001"
OF_MANY = {"da": "De første 100 af 3.000 fejl", "en": "The first 100 of 3,000 errors"}
LIST = "cpr;navn\n2512489996;Prøve Person\n".encode()


class Caller:
    """Sends requests as somebody, in a language."""

    def __init__(self, client: FlaskClient, runtime: Runtime, language: str) -> None:
        self.client, self.language = client, language
        self.tokens = {name: token(runtime, name) for name in ("sagsbehandler", "revisor")}
        self.tokens["fremmed"] = token(runtime, "fremmed", "eksempel")

    def send(
        self, path: str, data: object, kind: str = "application/json", who: str = "", **more: str
    ) -> TestResponse:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        headers = {"Accept-Language": self.language, **more}
        if who:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return self.client.post(path, data=body, content_type=kind, headers=headers)

    def report(self, data: object, kind: str = "application/json", key: str = "report-key-1") -> TestResponse:
        return self.send("/api/v1/reports", data, kind, **({"Idempotency-Key": key_of(key)} if key else {}))

    def step(self, name: str, who: str = "sagsbehandler", **asked: Any) -> TestResponse:
        return self.send(f"{CASE}/steps/{name}", {"version": 1, **asked}, who=who)


@pytest.fixture(params=LANGUAGES)
def caller_in(request: pytest.FixtureRequest, caller: FlaskClient, runtime: Runtime) -> Caller:
    """A caller in each language, and a case that was reported."""
    found = Caller(caller, runtime, request.param)
    assert found.report(citizen(), key="first-report").status_code == 202
    return found


def reuse(caller: Caller) -> TestResponse:
    return caller.report(citizen(what="Noget andet"), key="first-report")


WRONG: dict[str, tuple[Callable[[Caller], TestResponse], int, str, tuple[str, str]]] = {
    "content-type": (
        lambda c: c.report(b"x", "text/plain"),
        415,
        "json_only",
        ("Indholdet skal være", "The content must be"),
    ),
    "malformed": (
        lambda c: c.report(b"{"),
        400,
        "json_unreadable",
        ("ikke gyldig JSON", "not valid JSON"),
    ),
    "key-missing": (
        lambda c: c.report(citizen(), key=""),
        400,
        "idempotency_key_uuid",
        ("være et UUID", "must be a UUID"),
    ),
    "key-twice": (
        lambda c: c.report(b'{"a": 1, "a": 2}'),
        400,
        "json_repeated_key",
        ("to gange", "twice"),
    ),
    "cpr-number-as-key-twice": (
        lambda c: c.report(b'{"251248-9996": 1, "251248-9996": 2}'),
        400,
        "json_repeated_key",
        ("***", "***"),
    ),
    "cpr-number-as-key": (
        lambda c: c.report(citizen(**{"25.12.48 - 9996": 1})),
        422,
        "invalid_input",
        ("***", "***"),
    ),
    "unknown-key": (
        lambda c: c.report(citizen(colour="red")),
        422,
        "invalid_input",
        ("colour", "colour"),
    ),
    "other-body": (reuse, 409, "idempotency_reuse", ("allerede brugt", "already been used")),
    "wrong-state": (
        lambda c: c.step("conclude"),
        409,
        "step_refused",
        ("Sagens tilstand er: modtaget", "The state of the case is: received"),
    ),
    "old-version": (
        lambda c: c.step("take", version=7),
        409,
        "changed_meanwhile",
        ("Nogen har ændret", "Somebody changed"),
    ),
    "no-right": (
        lambda c: c.step("take", who="revisor"),
        403,
        "no_right",
        ("rollen sagsbehandler", "the role case handler"),
    ),
    "other-controller": (
        lambda c: c.step("take", who="fremmed"),
        404,
        "not_found",
        ("kan ikke finde", "cannot find"),
    ),
    "no-token": (lambda c: c.step("take", who=""), 401, "token_missing", ("mangler. Send", "missing. Send")),
    "bad-token": (
        lambda c: c.send(f"{CASE}/steps/take", {}, Authorization="Bearer brd_x"),
        401,
        "token_invalid",
        ("gælder ikke", "not valid"),
    ),
    "no-address": (
        lambda c: c.send("/api/v1/nothing", {}),
        404,
        "not_found",
        ("openapi.json viser", "openapi.json lists"),
    ),
    "method": (
        lambda c: c.client.delete("/api/v1/reports", headers={"Accept-Language": c.language}),
        405,
        "method_not_allowed",
        ("tager ikke imod DELETE", "does not take DELETE"),
    ),
    "large": (
        lambda c: c.report(b"a" * 1_100_000),
        413,
        "too_large",
        ("fylder mere end 1 MB", "larger than 1 MB"),
    ),
    "other-website": (
        lambda c: c.send("/api/v1/reports", {}, **{"Sec-Fetch-Site": "cross-site"}),
        400,
        "bad_request",
        ("Intet er gemt", "Nothing is stored"),
    ),
    "list-type": (
        lambda c: c.send(f"{CASE}/recipients?version=1", LIST, "application/json", "sagsbehandler"),
        415,
        "csv_only",
        ("text/csv", "text/csv"),
    ),
    "list-version": (
        lambda c: c.send(f"{CASE}/recipients", LIST, "text/csv", "sagsbehandler"),
        400,
        "version_missing",
        ("sagens version", "version of the case"),
    ),
    "list-right": (
        lambda c: c.send(f"{CASE}/recipients?version=1", LIST, "text/csv", "revisor"),
        403,
        "no_right",
        ("rollen", "the role"),
    ),
    "list-other-controller": (
        lambda c: c.send(f"{CASE}/recipients?version=1", LIST, "text/csv", "fremmed"),
        404,
        "not_found",
        ("kan ikke finde", "cannot find"),
    ),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_answer_is_a_problem_in_the_callers_language(caller_in: Caller, name: str) -> None:
    send, status, code, said = WRONG[name]
    answer = send(caller_in)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert (answer.json["title"], answer.json["status"]) == (code, status)
    assert said[LANGUAGES.index(caller_in.language)] in answer.json["detail"]


@pytest.mark.parametrize("value", ["1", "TRUE", "", "yes", "true&validate=false"])
def test_validate_that_is_neither_yes_nor_no_files_nothing(caller_in: Caller, value: str) -> None:
    answer = caller_in.send(
        f"/api/v1/reports?validate={value}", citizen(), **{"Idempotency-Key": key_of("check-key-1")}
    )
    assert answer.json is not None
    assert (answer.status_code, answer.json["title"]) == (400, "parameter_true_false")
    shown = {"da": "validate skal være true", "en": "validate must be true"}[caller_in.language]
    assert shown in answer.json["detail"]
    filed = caller_in.report(citizen(), key="second-key")
    assert filed.json is not None
    assert filed.json["reference"] == "BRUD-2026-000002"


def test_validate_yes_checks_and_files_nothing(caller_in: Caller) -> None:
    checked = caller_in.send("/api/v1/reports?validate=true", citizen())
    assert (checked.status_code, checked.json) == (200, {"valid": True})
    filed = caller_in.send(
        "/api/v1/reports?validate=false", citizen(), **{"Idempotency-Key": key_of("second-key")}
    )
    assert filed.json is not None
    assert (filed.status_code, filed.json["reference"]) == (202, "BRUD-2026-000002")


@pytest.mark.parametrize(
    ("when", "code", "said"),
    [
        ("2026-02-30T10:00+01:00", "moment_impossible", ("findes ikke", "does not exist")),
        ("2026-02-03T25:00+01:00", "moment_impossible", ("findes ikke", "does not exist")),
        ("3/2", "moment_unreadable", ("2026-03-03T14:30+01:00", "2026-03-03T14:30+01:00")),
    ],
)
def test_time_that_does_not_exist_is_said_not_to(
    caller_in: Caller, when: str, code: str, said: tuple[str, str]
) -> None:
    answer = caller_in.step("ask_awareness", aware_at=when, reason="Vagten.")
    assert answer.json is not None
    [error] = answer.json["errors"]
    assert (error["field"], error["code"]) == ("aware_at", code)
    assert said[LANGUAGES.index(caller_in.language)] in error["message"]


def test_other_case_of_a_merge_is_named_as_it_is_asked_for(caller_in: Caller) -> None:
    answer = caller_in.step("merge", target_reference="BRUD-1999-000001")
    assert answer.json is not None
    assert [one["field"] for one in answer.json["errors"]] == ["target_reference"]


@pytest.mark.parametrize("failed", ["our own", "busy"])
def test_fault_of_ours_is_a_problem_too(
    caller_in: Caller, monkeypatch: pytest.MonkeyPatch, failed: str
) -> None:
    locked = sqlite3.OperationalError("database is locked")
    locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
    error = OSError("251248-9996") if failed == "our own" else OperationalError("BEGIN", {}, locked)

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("breach.services.intake.filing.submit", fails)
    answer = caller_in.report(citizen(), key="third-key-1")
    assert (answer.mimetype, answer.headers["Content-Language"]) == (
        "application/problem+json",
        caller_in.language,
    )
    assert answer.json is not None
    status, code = (500, "server_error") if failed == "our own" else (503, "busy")
    assert (answer.status_code, answer.json["status"], answer.json["title"]) == (status, status, code)
    assert answer.headers.get("Retry-After") == (None if failed == "our own" else "30")
    assert {"da": "Idempotency-Key", "en": "the same Idempotency-Key"}[caller_in.language] in answer.json[
        "detail"
    ]
    assert "251248" not in answer.get_data(as_text=True)


FACTS_WRONG: dict[str, tuple[object, str, tuple[str, str]]] = {
    "missing": ({}, "facts.data_categories", ("mangler. Angiv", "is missing. Give")),
    "unknown": ({"colour": 1}, "facts.colour", ("findes ikke blandt", "is not among")),
    "half a sign": ({"scenario": "a\ud800"}, "facts.scenario", ("tegn, der ikke", "that cannot be shown")),
    "half a sign in a name": ({"\ud800": 1}, "facts.\ud800", ("findes ikke blandt", "is not among")),
    "turned": ({"scenario": "a\u202eb"}, "facts.scenario", ("tegn, der ikke", "that cannot be shown")),
    "nothing": ({"scenario": "a\0b"}, "facts.scenario", ("tegn, der ikke", "that cannot be shown")),
    "long": ({"scenario": "a" * 30_000}, "facts.scenario", ("4.000 tegn og har 30.000", "4,000 characters")),
    "many": ({"subject_count": 10**20}, "facts.subject_count", ("højst være 1.000.000.000", "1,000,000,000")),
    "too many": ({"subject_count": 10**400}, "facts.subject_count", ("Udelad det", "Leave it out")),
    "no object": ([], "facts", ("type", "type")),
}


@pytest.mark.parametrize("step", ["score", "revise"])
@pytest.mark.parametrize("name", sorted(FACTS_WRONG))
def test_bad_fact_is_told_by_its_path_with_what_to_do(caller_in: Caller, step: str, name: str) -> None:
    facts, path, said = FACTS_WRONG[name]
    answer = caller_in.step(step, facts=facts)
    assert answer.status_code == 422
    assert answer.json is not None
    [error] = answer.json["errors"]
    assert error["field"] == path
    start = {"da": "Feltet", "en": "The field"}[caller_in.language]
    named = field_label(path, caller_in.language)
    assert error["message"].startswith(f'{start} "{named}" ')
    assert said[LANGUAGES.index(caller_in.language)] in error["message"]


def test_half_a_sign_in_any_text_is_an_error_of_its_field(caller_in: Caller) -> None:
    asked = {"take_over": "reason", "merge": "target_reference", "save_text": "danish", "decide": "comment"}
    for step, field in asked.items():
        answer = caller_in.step(step, **{field: "a\ud800"})
        assert answer.status_code == 422
        assert answer.json is not None
        assert ("control_characters", field) in {(one["code"], one["field"]) for one in answer.json["errors"]}


def test_body_of_ten_megabytes_is_refused_in_the_callers_language(caller_in: Caller) -> None:
    answer = caller_in.report(citizen(what="a" * 10_000_000))
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert answer.json is not None
    assert {"da": "mere end 1 MB", "en": "larger than 1 MB"}[caller_in.language] in answer.json["detail"]


def due(caller: Caller) -> str:
    """Bring the case so far that it takes a list; return the address of the import."""
    version, sha256 = 1, ""
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("sagsbehandler", "take", {}),
        ("sagsbehandler", "score", {"facts": FACTS}),
        (
            "sagsbehandler",
            "propose",
            {"outcome": HIGH, "reasoning": "Helbred hos en fremmed."},
        ),
        ("beslutter", "decide", {}),
    ]
    for who, name, asked in steps:
        more = {"proposal_sha256": sha256} if name == "decide" else asked
        answer = caller.step(name, who, **{"version": version, **more}).json
        assert answer is not None
        version, sha256 = answer["version"], answer["proposal_sha256"] or ""
    return f"{CASE}/recipients?version={version}"


@pytest.fixture
def importing(caller_in: Caller, runtime: Runtime) -> tuple[Caller, str]:
    caller_in.tokens["beslutter"] = token(runtime, "beslutter")
    return caller_in, due(caller_in)


def test_list_with_a_fault_adds_nobody_and_tells_every_fault(importing: tuple[Caller, str]) -> None:
    caller, address = importing
    bad = LIST + "1111;Prøve To\n0101901000;=SUM(A1)\n".encode()
    answer = caller.send(address, bad, "text/csv", "sagsbehandler")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json is not None
    assert [(one["row"], one["code"]) for one in answer.json["errors"]] == [(3, "cpr"), (4, "formula")]
    assert {"da": "Række 3", "en": "Row 3"}[caller.language] in answer.json["errors"][0]["message"]
    assert "1111" not in answer.get_data(as_text=True)
    good = caller.send(address, LIST, "text/csv; charset=utf-8", "sagsbehandler")
    assert good.json is not None
    assert (good.json["added"], good.json["repeated"]) == (1, 0)
    assert good.json["case"]["recipients"] == 1
    again = caller.send(
        f"{CASE}/recipients?version={good.json['case']['version']}", LIST, "text/csv", "sagsbehandler"
    )
    assert again.json is not None
    assert (again.json["added"], again.json["repeated"]) == (0, 1)


def test_repeated_report_makes_one_case(caller_in: Caller) -> None:
    again = caller_in.report(citizen(), key="first-report")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (202, "true")
    listed = caller_in.client.get(
        "/api/v1/cases", headers={"Authorization": f"Bearer {caller_in.tokens['sagsbehandler']}"}
    )
    assert listed.json is not None
    assert [row["reference"] for row in listed.json["cases"]] == ["BRUD-2026-000001"]


def test_faults_are_counted_and_the_first_listed(importing: tuple[Caller, str]) -> None:
    caller, address = importing
    answer = caller.send(address, b"cpr;navn\n" + b"x;y\n" * 3000, "text/csv", "sagsbehandler").json
    assert answer is not None
    assert (len(answer["errors"]), answer["error_count"]) == (100, 3000)
    assert answer["errors"][-1]["row"] == 101
    assert OF_MANY[caller.language] in answer["detail"]


def test_unknown_keys_are_counted_and_the_first_listed(caller_in: Caller) -> None:
    answer = caller_in.report(citizen(**{f"key{number:05}": 1 for number in range(3000)}))
    assert answer.status_code == 422
    assert answer.json is not None
    assert (len(answer.json["errors"]), answer.json["error_count"]) == (100, 3000)
    assert answer.json["errors"][-1]["field"] == "key00099"
    assert OF_MANY[caller_in.language] in answer.json["detail"]
    assert len(answer.data) < 40_000


def test_few_errors_are_all_told(caller_in: Caller) -> None:
    answer = caller_in.report(citizen(colour="red", size="xl", what=""))
    assert answer.json is not None
    assert [one["field"] for one in answer.json["errors"]] == ["colour", "size", "what"]
    assert answer.json["error_count"] == 3
    assert not [words for words in OF_MANY.values() if words in answer.json["detail"]]


@pytest.mark.parametrize("value", [-1, "2", True, 1.5, 10**10])
@pytest.mark.parametrize("field", ["version", "typed_count"])
def test_number_that_is_none_is_told_at_its_own_field(caller_in: Caller, field: str, value: object) -> None:
    asked: dict[str, Any] = {"typed_count": 1, field: value}
    answer = caller_in.step("release", **asked).json
    assert answer is not None
    [error] = answer["errors"]
    assert (error["field"], error["code"]) == (field, f"{field}_invalid")
    assert error["message"] == text(f"errors.{field}_invalid", caller_in.language, label=field)


def test_count_of_records_is_no_number_of_people(caller_in: Caller) -> None:
    answer = caller_in.report(citizen(affected={"record_count": -1})).json
    assert answer is not None
    assert [(one["field"], one["code"]) for one in answer["errors"]] == [
        ("affected.record_count", "count_invalid")
    ]


def test_text_of_a_case_that_is_too_long_is_told_by_field_and_figures(caller_in: Caller) -> None:
    answer = caller_in.step("ask_dismissal", reason="a" * 4001).json
    assert answer is not None
    assert {"da": "4.001", "en": "4,001"}[caller_in.language] in answer["detail"]
    assert '"reason"' in answer["detail"]

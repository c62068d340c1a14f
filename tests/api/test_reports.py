"""Reports by the API: filed once, refused clearly, found again by their code."""

import json
from datetime import date
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from breach.api.openapi import EXAMPLES, document
from breach.services.access.controllers import Details, change_controller
from breach.services.context import Runtime
from breach.services.intake.report import json_schema
from breach.store.models import BreachCase, Controller
from tests.support.browser import ROOT
from tests.support.reporting import citizen, key_of, token

KEY = {"Idempotency-Key": key_of("en nøgle")}


DOCUMENTED = ROOT / "docs" / "examples" / "report.json"
"""What the README files by curl."""


def cases(runtime: Runtime) -> int:
    with runtime.transaction() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(BreachCase)) or 0


@pytest.mark.parametrize("name", [*sorted(EXAMPLES), "documented"])
def test_examples_can_be_filed(caller: FlaskClient, name: str) -> None:
    body = EXAMPLES.get(name) or json.loads(DOCUMENTED.read_text("utf-8"))
    answer = caller.post("/api/v1/reports", json=body, headers=KEY)
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["reference"] == "BRUD-2026-000001"
    assert answer.json["received_at"] == "2026-03-03T13:30:00+00:00"
    assert answer.headers["Location"] == answer.json["status_url"] == "/api/v1/reports/BRUD-2026-000001"


def test_same_again_is_the_same_answer(caller: FlaskClient, runtime: Runtime) -> None:
    first = caller.post("/api/v1/reports", json=citizen(), headers=KEY)
    again = caller.post("/api/v1/reports", json=citizen(), headers=KEY)
    assert first.json == again.json
    assert (first.headers["Idempotent-Replayed"], again.headers["Idempotent-Replayed"]) == ("false", "true")
    assert cases(runtime) == 1


def test_same_key_for_another_report_is_a_conflict(caller: FlaskClient, runtime: Runtime) -> None:
    caller.post("/api/v1/reports", json=citizen(), headers=KEY)
    other = caller.post("/api/v1/reports", json=citizen(what="Noget andet"), headers=KEY)
    assert (other.status_code, other.json["title"]) == (409, "idempotency_reuse")  # type: ignore[index]  # an object
    assert cases(runtime) == 1


def test_key_of_a_token_may_be_any_that_can_be_read(caller: FlaskClient, runtime: Runtime) -> None:
    headers = {"Authorization": f"Bearer {token(runtime)}", "Idempotency-Key": "system-0001"}
    assert caller.post("/api/v1/reports", json=citizen(), headers=headers).status_code == 202
    short = caller.post("/api/v1/reports", json=citizen(), headers={**headers, "Idempotency-Key": "short"})
    assert short.json is not None
    assert (short.status_code, short.json["title"]) == (400, "idempotency_key_missing")


def test_networks_do_not_meet_each_others_keys(caller: FlaskClient, runtime: Runtime) -> None:
    def send(address: str, key: str) -> TestResponse:
        caller.environ_base["REMOTE_ADDR"] = address
        return caller.post("/api/v1/reports", json=citizen(), headers={"Idempotency-Key": key})

    key = key_of("a report")
    first = send("198.51.100.7", key)
    assert send("198.51.100.99", key.upper()).json == first.json
    other = send("203.0.113.7", key)
    assert (other.status_code, other.headers["Idempotent-Replayed"]) == (202, "false")
    assert cases(runtime) == 2


def test_senders_do_not_meet_each_others_keys(caller: FlaskClient, runtime: Runtime) -> None:
    sender = {"Authorization": f"Bearer {token(runtime)}"}
    assert caller.post("/api/v1/reports", json=citizen(), headers=KEY).status_code == 202
    other = caller.post("/api/v1/reports", json=citizen(what="Noget andet"), headers={**KEY, **sender})
    assert other.status_code == 202


def test_token_gives_its_controller(caller: FlaskClient, runtime: Runtime) -> None:
    sender = {"Authorization": f"Bearer {token(runtime, slug='eksempel')}"}
    report = citizen(controller=None)
    assert caller.post("/api/v1/reports", json=report, headers={**KEY, **sender}).status_code == 202
    with runtime.transaction() as ctx:
        controller = ctx.session.scalars(
            select(Controller).join(BreachCase, BreachCase.controller_id == Controller.id)
        )
        assert controller.one().slug == "eksempel"


def region_errors(answer: TestResponse) -> list[tuple[str, str]]:
    assert answer.json is not None
    return [(one["field"], one["message"]) for one in answer.json["errors"]]


@pytest.mark.parametrize("query", ["", "?validate=true"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("da", 'Angiv den dataansvarlige som "controller": nordjylland, eksempel', id="danish"),
        pytest.param("en", 'Name the controller as "controller": nordjylland, eksempel', id="english"),
    ],
)
def test_report_with_several_controllers_names_one(
    caller: FlaskClient, runtime: Runtime, query: str, language: str, words: str
) -> None:
    headers = {**KEY, "Accept-Language": language}
    answer = caller.post(f"/api/v1/reports{query}", json=citizen(controller=None), headers=headers)
    assert answer.status_code == 422
    assert region_errors(answer) == [("controller", words)]
    assert cases(runtime) == 0


def test_report_with_one_controller_names_none(caller: FlaskClient, runtime: Runtime) -> None:
    with runtime.transaction() as ctx:
        change_controller(ctx, "eksempel", Details(valid_to=date(2026, 3, 2)))
    assert caller.post("/api/v1/reports", json=citizen(controller=None), headers=KEY).status_code == 202


@pytest.mark.parametrize("query", ["", "?validate=true"])
def test_token_reaches_no_other_controller(caller: FlaskClient, runtime: Runtime, query: str) -> None:
    headers = {**KEY, "Authorization": f"Bearer {token(runtime, slug='eksempel')}"}
    answer = caller.post(f"/api/v1/reports{query}", json=citizen(), headers=headers)
    assert answer.status_code == 422
    assert [field for field, _ in region_errors(answer)] == ["controller"]
    assert cases(runtime) == 0


def test_description_says_which_controller_gets_a_report() -> None:
    filing = document()["paths"]["/reports"]["post"]
    assert filing["summary"].endswith("the token's, else the one it names, else the only one")
    assert "several" in json_schema()["properties"]["controller"]["anyOf"][0]["description"]


def test_validating_stores_nothing(caller: FlaskClient, runtime: Runtime) -> None:
    good = caller.post("/api/v1/reports?validate=true", json=citizen())
    assert (good.status_code, good.json) == (200, {"valid": True})
    assert caller.post("/api/v1/reports?validate=true", json={}).status_code == 422
    assert cases(runtime) == 0


@pytest.mark.parametrize(
    ("data", "kind", "headers", "status", "code"),
    [
        pytest.param(b"{", "application/json", KEY, 400, "json_unreadable", id="broken"),
        pytest.param(b"\xff\xfe", "application/json", KEY, 400, "json_encoding", id="not-utf-8"),
        pytest.param(b'{"what": NaN}', "application/json", KEY, 400, "json_unreadable", id="nan"),
        pytest.param(b"[" * 100_000, "application/json", KEY, 400, "json_unreadable", id="deep"),
        pytest.param(b'{"a": 1, "a": 2}', "application/json", KEY, 400, "json_repeated_key", id="key-twice"),
        pytest.param(b"what=x", "application/x-www-form-urlencoded", KEY, 415, "json_only", id="a-form"),
        pytest.param(b"{}", "text/plain", KEY, 415, "json_only", id="text"),
        pytest.param(b"{}", "application/json", KEY, 422, "invalid_input", id="empty"),
        pytest.param(b"null", "application/json", KEY, 422, "invalid_input", id="null"),
        pytest.param(
            json.dumps(citizen()).encode(),
            "application/json",
            {},
            400,
            "idempotency_key_uuid",
            id="no-key",
        ),
        pytest.param(
            json.dumps(citizen()).encode(),
            "application/json",
            {"Idempotency-Key": "short"},
            400,
            "idempotency_key_uuid",
            id="short-key",
        ),
        pytest.param(
            json.dumps(citizen()).encode(),
            "application/json",
            {**KEY, "Authorization": "Bearer brd_none"},
            401,
            "token_invalid",
            id="unknown-token",
        ),
    ],
)
def test_report_that_cannot_be_taken_is_a_problem_and_stores_nothing(
    caller: FlaskClient,
    runtime: Runtime,
    data: bytes,
    kind: str,
    headers: dict[str, str],
    status: int,
    code: str,
) -> None:
    answer = caller.post("/api/v1/reports", data=data, content_type=kind, headers=headers)
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert (answer.status_code, answer.json["title"]) == (status, code)
    assert cases(runtime) == 0


def test_body_of_ten_megabytes_is_too_much(caller: FlaskClient, runtime: Runtime) -> None:
    body = json.dumps(citizen(what="a" * 10_000_000))
    answer = caller.post("/api/v1/reports", data=body, content_type="application/json", headers=KEY)
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert cases(runtime) == 0


@pytest.mark.parametrize(
    ("language", "words"), [("da", "Skriv, hvad der er sket"), ("en", "Write what has happened")]
)
def test_errors_are_listed_in_the_callers_language(caller: FlaskClient, language: str, words: str) -> None:
    answer = caller.post(
        "/api/v1/reports", json=citizen(what=""), headers={**KEY, "Accept-Language": language}
    )
    assert answer.json is not None
    assert answer.json["errors"] == [{"field": "what", "code": "what_missing", "message": words}]


@pytest.mark.parametrize("wrong", ["", "0000-0000", "another reference"])
def test_status_needs_reference_and_code(caller: FlaskClient, wrong: str) -> None:
    receipt: dict[str, Any] = caller.post("/api/v1/reports", json=citizen(), headers=KEY).json  # type: ignore[assignment]  # an object
    url, code = receipt["status_url"], receipt["status_code"]
    good = caller.get(url, headers={"Breach-Status-Code": code})
    assert good.json == {
        "reference": "BRUD-2026-000001",
        "received_at": "2026-03-03T13:30:00+00:00",
        "state": "received",
    }
    if wrong == "another reference":
        bad = caller.get("/api/v1/reports/BRUD-2026-000002", headers={"Breach-Status-Code": code})
    else:
        bad = caller.get(url, headers={"Breach-Status-Code": wrong})
    assert (bad.status_code, bad.mimetype) == (404, "application/problem+json")


def test_schema_is_served(caller: FlaskClient) -> None:
    assert caller.get("/api/v1/report.schema.json").json == json_schema()


def _schemas(value: Any) -> list[Any]:
    """Return every schema of the document."""
    if isinstance(value, dict):
        inner = [one for name, part in value.items() if name != "schema" for one in _schemas(part)]
        return inner + ([value["schema"]] if "schema" in value else [])
    return [one for part in value for one in _schemas(part)] if isinstance(value, list) else []


def test_description_is_served_and_whole(caller: FlaskClient) -> None:
    found: dict[str, Any] = caller.get("/api/v1/openapi.json").json  # type: ignore[assignment]  # an object
    assert found == json.loads(json.dumps(document()))
    assert found["openapi"] == "3.1.0"
    known = {f"#/components/schemas/{name}" for name in found["components"]["schemas"]}
    for schema in _schemas(found["paths"]):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("$ref", next(iter(known))) in known
    names = [way["operationId"] for path in found["paths"].values() for way in path.values()]
    assert len(names) == len(set(names))


def test_openapi_describes_every_address(caller: FlaskClient) -> None:
    rules = {
        str(rule).removeprefix("/api/v1").replace("<", "{").replace(">", "}")
        for rule in caller.application.url_map.iter_rules()
        if str(rule).startswith("/api/")
    }
    described = {
        path.split("/steps/")[0] + "/steps/{step}" if "/steps/" in path else path
        for path in document()["paths"]
    }
    assert described == rules - {"/openapi.json"}


def test_answers_keep_to_the_description(caller: FlaskClient) -> None:
    receipt = caller.post("/api/v1/reports", json=citizen(), headers=KEY).json
    jsonschema.validate(receipt, document()["components"]["schemas"]["Receipt"])
    problem = caller.post("/api/v1/reports", json={}, headers=KEY).json
    jsonschema.validate(problem, document()["components"]["schemas"]["Problem"])

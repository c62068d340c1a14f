"""What one source may do in a minute and an hour, and what it is told when that is used up."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from breach.config import BadSetting, load
from breach.domain.network import network
from breach.services.context import Runtime
from breach.web.app import create_app
from breach.web.frame import limits
from tests.support.reporting import key_of
from tests.web.conftest import token_of

REPORT = {
    "kind": "citizen",
    "what": "Et brev med en andens tid kom til mig.",
    "occurred": {"kind": "unknown"},
    "contact": {"phone": "61 55 55 55"},
}


@pytest.fixture
def limited(runtime: Runtime) -> Flask:
    """The application of a machine that is not for tests."""
    return create_app(replace(runtime, settings=replace(runtime.settings, profile="demo")))


def from_address(app: Flask, address: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def report(client: FlaskClient, number: int, **headers: str) -> Any:
    key = {"Idempotency-Key": key_of(f"report-number-{number}")}
    return client.post("/api/v1/reports", json=REPORT, headers={**key, **headers})


def try_code(client: FlaskClient) -> int:
    return client.get("/api/v1/reports/BRUD-2026-000001", headers={"Breach-Status-Code": "0"}).status_code


def form(client: FlaskClient, path: str, **fields: str) -> int:
    found = client.post(path, data={"csrf_token": token_of(client, path), **fields})
    return found.status_code


def test_eleventh_report_of_a_minute_waits_and_other_networks_do_not(limited: Flask) -> None:
    client = from_address(limited, "198.51.100.7")
    assert [report(client, number).status_code for number in range(10)] == [202] * 10
    refused = report(client, 10)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert "Retry-After" in refused.headers
    assert report(from_address(limited, "198.51.100.200"), 11).status_code == 429
    assert report(from_address(limited, "203.0.113.7"), 12).status_code == 202


@pytest.mark.parametrize(
    ("language", "said"), [("da", "For mange forespørgsler"), ("en", "Too many requests")]
)
def test_answer_is_in_the_callers_language_and_names_the_time(
    limited: Flask, language: str, said: str
) -> None:
    client = from_address(limited, "198.51.100.7")
    answers = [report(client, number, **{"Accept-Language": language}) for number in range(11)]
    body = answers[-1].get_json()
    assert body["title"] == "too_many"
    assert body["detail"].startswith(said)
    assert any(sign.isdigit() for sign in body["detail"].split(",")[0])


def test_codes_of_page_and_api_share_one_count(limited: Flask) -> None:
    client = from_address(limited, "2001:db8:1:2::1")
    assert [try_code(client) for _ in range(3)] == [404] * 3
    assert form(client, "/report/resume", draft="0000") == 422
    assert form(client, "/status", reference="BRUD-2026-000001", code="0000") == 422
    assert form(client, "/report/resume", draft="0000") == 429
    assert try_code(from_address(limited, "2001:db8:1:ff::9")) == 429
    assert try_code(from_address(limited, "2001:db8:2::1")) == 404


def test_log_ins_of_many_names_from_one_source_are_slowed(limited: Flask) -> None:
    client = from_address(limited, "198.51.100.7")
    fields = {"csrf_token": token_of(client)}  # empty names: refused before a password is hashed
    answers = [client.post("/login", data=fields) for _ in range(31)]
    assert [one.status_code for one in answers] == [422] * 30 + [429]
    assert "Prøv igen" in answers[-1].get_data(as_text=True)
    assert client.get("/login").status_code == 200


def test_looking_is_not_counted(limited: Flask) -> None:
    client = from_address(limited, "198.51.100.7")
    assert {client.get("/report/resume").status_code for _ in range(30)} == {200}


@pytest.mark.parametrize("change", [{"profile": "test"}, {"profile": "demo", "limits": False}])
def test_limits_off_refuse_nothing(runtime: Runtime, change: dict[str, Any]) -> None:
    app = create_app(replace(runtime, settings=replace(runtime.settings, **change)))
    client = from_address(app, "198.51.100.7")
    assert {try_code(client) for _ in range(8)} == {404}


@pytest.mark.parametrize(
    ("environ", "limited"),
    [
        ({}, True),
        ({"BREACH_LIMITS": "off"}, False),
        ({"BREACH_PROFILE": "test"}, False),
        ({"BREACH_PROFILE": "production", "BREACH_CHANNEL": "digital_post"}, True),
    ],
)
def test_settings_say_whether_there_are_limits(environ: dict[str, str], limited: bool) -> None:
    assert load(environ).limited is limited


@pytest.mark.parametrize(
    "environ",
    [
        {"BREACH_LIMITS": "no"},
        {"BREACH_LIMITS": "off", "BREACH_PROFILE": "production", "BREACH_CHANNEL": "digital_post"},
    ],
)
def test_production_keeps_its_limits_and_a_slip_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="BREACH_LIMITS"):
        load(environ)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_address_counts_as_its_network(address: str, expected: str) -> None:
    assert network(address) == expected


def test_limits_keep_no_address(limited: Flask) -> None:
    try_code(from_address(limited, "198.51.100.7"))
    storage = limited.extensions["breach_limits"]._windows.storage
    kept = repr(vars(storage))
    assert "codes" in kept
    assert "198.51.100" not in kept


def test_limited_endpoints_are_there(limited: Flask) -> None:
    rules = {(way, rule.endpoint) for rule in limited.url_map.iter_rules() for way in rule.methods or ()}
    assert set(limits.ROUTES) <= rules


def test_what_is_invalid_or_only_checked_is_no_report(limited: Flask) -> None:
    client = from_address(limited, "198.51.100.7")
    checked = {client.post("/api/v1/reports?validate=true", json=REPORT).status_code for _ in range(10)}
    empty = {client.post("/api/v1/reports", json={}).status_code for _ in range(10)}
    assert (checked, empty) == ({200}, {422})
    assert [report(client, number).status_code for number in range(11)] == [202] * 10 + [429]


def test_tries_to_report_have_a_wider_limit_of_their_own(limited: Flask) -> None:
    client = from_address(limited, "198.51.100.7")
    assert [client.post("/api/v1/reports", json={}).status_code for _ in range(101)] == [422] * 100 + [429]


def test_hospital_may_report_more_by_a_setting(runtime: Runtime) -> None:
    settings = replace(runtime.settings, profile="demo", reports_per_minute=40)
    found = {name: limit.windows for name, limit in limits.limits_of(settings).items()}
    assert found == {
        "reports": "40/minute;240/hour",
        "tries": "400/minute;2400/hour",
        "drafts": "40/minute;240/hour",
        "codes": "20/minute;80/hour",
        "logins": "30/minute;300/hour",
    }


def test_beginning_a_draft_is_counted_as_a_report_is(limited: Flask) -> None:
    client = from_address(limited, "198.51.100.7")
    token = token_of(client, "/report/resume")
    answers = [client.post("/report", data={"csrf_token": token, "kind": "citizen"}) for _ in range(11)]
    assert [one.status_code for one in answers] == [302] * 10 + [429]
    assert report(client, 1).status_code == 202

"""Which hosts are ours, and where a form may come from: each refusal has its own words and its own line."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from breach.services.context import Runtime
from breach.texts import text
from breach.web.app import create_app
from breach.web.frame import security
from tests.web.conftest import log_in, token_of

HTTPS = "https://brud.example.dk"


@pytest.fixture
def secure(runtime: Runtime) -> Flask:
    hosts = ("brud.example.dk", "::1", ".rn.example", "localhost")
    return create_app(replace(runtime, settings=replace(runtime.settings, public_hosts=hosts)))


@pytest.fixture(autouse=True)
def said_anew() -> None:
    security._say_refused.cache_clear()


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [str(vars(one)["reason"]) for one in caplog.records if one.getMessage() == "web.form_refused"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Origin": HTTPS}, 422, id="origin"),
        pytest.param({"Origin": "https://BRUD.example.dk"}, 422, id="origin-in-capitals"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 422, id="fetch-site"),
        pytest.param({"Origin": HTTPS, "Sec-Fetch-Site": "same-origin"}, 422, id="both"),
        pytest.param({"Referer": f"{HTTPS}/login"}, 422, id="referer-alone"),
        pytest.param({"Origin": HTTPS, "Sec-Fetch-Site": "cross-site"}, 400, id="other-site"),
        pytest.param({"Origin": "https://evil.example"}, 400, id="other-origin"),
        pytest.param({"Origin": "null", "Referer": f"{HTTPS}/login"}, 400, id="origin-of-nobody"),
        pytest.param({"Referer": "https://evil.example/"}, 400, id="other-referer"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 400, id="same-site-alone"),
        pytest.param({}, 400, id="nothing-said"),
    ],
)
def test_form_over_https_is_taken_where_one_header_vouches_for_it(
    secure: Flask, headers: dict[str, str], status: int
) -> None:
    client = secure.test_client()
    page = client.get("/login", base_url=HTTPS).text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = client.post("/login", base_url=HTTPS, data={"csrf_token": token}, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("language", ["da", "en"])
def test_each_refusal_names_its_own_reason_and_is_logged(
    secure: Flask, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    client = secure.test_client()
    token = token_of(client)
    other = token_of(secure.test_client())
    typed = {"username": "anna"}

    def said(**sent: str) -> str:
        return client.post(f"/login?lang={language}", data={**typed, **sent}).text

    pages = [said(), said(csrf_token=other)]
    client._cookies.clear()  # type: ignore[union-attr]  # it has some
    pages.append(said(csrf_token=token))
    secured = client.post(f"/login?lang={language}", base_url=HTTPS, data={**typed, "csrf_token": token})
    names = ["missing", "other_visit", "expired", "no_origin"]
    for page, name in zip([*pages, secured.text], names, strict=True):
        assert text(f"errors.page.form.{name}", language) in page
        assert 'name="username" value="anna"' in page
    foreign = client.post("/login", data=typed, headers={"Origin": "https://evil.example"})
    assert text("errors.page.expired_foreign", language) in foreign.text
    assert reasons(caplog) == [*names, "other_site"]


@pytest.mark.parametrize(
    "host",
    [
        "brud.example.dk",
        "BRUD.Example.DK",
        "brud.example.dk:8443",
        "brud.example.dk.",
        "[::1]:8000",
        "a.rn.example",
    ],
)
def test_host_is_ours_without_regard_to_case_and_port(secure: Flask, host: str) -> None:
    assert secure.test_client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "brud.example.dk.evil.example", "rn.example", "127.0.0.1:8000", ""]
)
def test_host_that_is_not_ours_is_refused_and_logged(
    secure: Flask, caplog: pytest.LogCaptureFixture, host: str
) -> None:
    answer = secure.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    logged = [vars(one)["host"] for one in caplog.records if one.getMessage() == "web.host_refused"]
    assert logged == [host.partition(":")[0]]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_machines_that_watch_ask_by_address(secure: Flask, path: str) -> None:
    assert secure.test_client().get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "////cases",
        "//cases",
        "///evil.example",
        "/\\evil.example",
        "/cases//../",
        "https:cases",
        "/%2F/evil.example",
        "\t/cases",
        "//evil.example/cases",
    ],
)
def test_log_in_leads_to_no_other_host(visitor: FlaskClient, wanted: str) -> None:
    answer = log_in(visitor, target="/login?next=" + wanted.replace("%", "%25").replace("\t", "%09"))
    assert answer.status_code == 303
    assert answer.location == "/cases"


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "///evil.example", "/\\evil.example", "/%5Cevil.example"]
)
def test_links_of_a_page_stay_on_our_host(visitor: FlaskClient, path: str) -> None:
    answer = visitor.open(path, method="GET")
    links = [part.split('"', 1)[0] for part in answer.text.split('href="')[1:]]
    assert [one for one in links if one.startswith(("//", "/\\"))] == []
    assert not str(answer.location or "").startswith("//")

"""Every page of the frame in both languages: headers, words, and what is refused."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from breach.texts import LANGUAGES, catalogue, formats
from breach.web.frame.security import FOR_EVER, HEADERS, NO_STORE
from breach.web.parts.language import PageFormats
from tests.web.conftest import log_in, token_of

PAGES = ["/", "/privatliv", "/aegte", "/tilgaengelighed", "/cookies", "/login", "/logged-out"]
TOLD = {f"P{number}" for number in range(1, 17)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_page_speaks_its_language(visitor: FlaskClient, path: str, language: str) -> None:
    answer = visitor.get(f"{path}?lang={language}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in page
    assert page.count("<h1") == 1
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|placeholder=|\bdisabled\b", page)
    assert not re.search(r"\b(common|login|errors|states)\.[a-z_]+\b", page)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        pytest.param("/", "get", 200, id="page"),
        pytest.param("/cases", "get", 302, id="log-in-needed"),
        pytest.param("/nowhere", "get", 404, id="not-found"),
        pytest.param("/logout", "get", 405, id="wrong-method"),
        pytest.param("/login", "post", 400, id="no-token"),
    ],
)
def test_headers_stand_on_every_answer(visitor: FlaskClient, path: str, method: str, status: int) -> None:
    answer = visitor.open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == NO_STORE


def test_body_over_the_limit_is_refused_with_a_page(visitor: FlaskClient) -> None:
    answer = visitor.post("/login", data={"username": "x" * 1_000_001})
    assert answer.status_code == 413
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "Teksten er for lang" in answer.get_data(as_text=True)


def test_form_of_too_many_fields_is_refused(visitor: FlaskClient) -> None:
    assert visitor.post("/login", data={f"f{number}": "" for number in range(501)}).status_code == 413


def test_static_files_with_their_hash_are_kept_for_ever(visitor: FlaskClient) -> None:
    address = re.search(r"/static/app\.css\?v=[0-9a-f]+", visitor.get("/").get_data(as_text=True))
    assert address is not None
    answer = visitor.get(address[0], buffered=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_EVER)


FILE = "/static/app.css"


@pytest.mark.parametrize(
    ("path", "varies"),
    [(FILE + "?v=0123", False), (FILE, False), ("/static/nowhere.css?v=0123", True), ("/?v=0123", True)],
)
def test_static_file_is_the_same_for_everybody_and_varies_with_nothing(
    visitor: FlaskClient, path: str, varies: bool
) -> None:
    log_in(visitor)
    answer = visitor.get(path, buffered=True)
    assert ("Vary" in answer.headers) is varies
    assert {name for name in HEADERS if name not in answer.headers} == (set() if varies else {"Vary"})
    assert not varies or answer.headers["Cache-Control"] == NO_STORE
    assert varies or "Set-Cookie" not in answer.headers


def test_foreign_host_is_refused(visitor: FlaskClient) -> None:
    assert visitor.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 400, id="other-site"),
        pytest.param({"Origin": "https://evil.example"}, 400, id="other-origin"),
        pytest.param({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 422, id="own"),
    ],
)
def test_change_from_another_site_is_refused(
    visitor: FlaskClient, headers: dict[str, str], status: int
) -> None:
    answer = visitor.post("/login", data={"csrf_token": token_of(visitor)}, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("language", LANGUAGES)
def test_form_without_token_gives_back_what_was_typed_but_no_password(
    visitor: FlaskClient, language: str
) -> None:
    sent = {"username": "<b>anna</b>", "password": "hemmeligt", "csrf_token": "old"}
    answer = visitor.post(f"/login?lang={language}", data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert catalogue(language)["errors.page.form.expired"] in page
    assert 'name="username" value="&lt;b&gt;anna&lt;/b&gt;"' in page
    assert "hemmeligt" not in page


def test_token_of_another_visitor_is_worthless(app: Flask) -> None:
    first = app.test_client()
    second = app.test_client()
    token_of(second)
    answer = second.post("/login", data={"csrf_token": token_of(first), "username": "a", "password": "b"})
    assert answer.status_code == 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_privacy_page_tells_the_sixteen_points_of_article_13(visitor: FlaskClient, language: str) -> None:
    page = visitor.get(f"/privatliv?lang={language}").get_data(as_text=True)
    shown = re.findall(r'data-told="(P[0-9]+)">([^<]*)<', page)
    assert sorted(point for point, _ in shown) == sorted(TOLD)
    assert all(len(words) > 20 for _, words in shown)
    facts = [
        "29190941",
        "70\u00a000\u00a000\u00a002",
        "region@nord.example",
        "70\u00a000\u00a000\u00a003",
        "Dagny Prøve",
        "33\u00a019\u00a032\u00a000",
    ]
    assert [fact for fact in facts if fact not in page] == []


@pytest.mark.parametrize(
    ("cookie", "accepts", "language"),
    [
        pytest.param(None, "", "da", id="nothing-said"),
        pytest.param(None, "en-GB,en;q=0.9", "en", id="browser-english"),
        pytest.param(None, "de,fr", "da", id="browser-other"),
        pytest.param("da", "en", "da", id="cookie-before-browser"),
        pytest.param("xx", "", "da", id="unknown-cookie"),
    ],
)
def test_language_is_chosen(visitor: FlaskClient, cookie: str | None, accepts: str, language: str) -> None:
    if cookie is not None:
        visitor.set_cookie("breach-lang", cookie)
    page = visitor.get("/", headers={"Accept-Language": accepts}).get_data(as_text=True)
    assert f'<html lang="{language}">' in page


def test_chosen_language_is_remembered_and_links_keep_the_query(visitor: FlaskClient) -> None:
    visitor.get("/?lang=en")
    page = visitor.get("/login?next=/cases").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert 'href="/login?next=%2Fcases&amp;lang=da"' in page


def test_errors_below_api_are_problem_documents(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_our_own_fault_shows_a_page_with_a_number_and_no_details(app: Flask, visitor: FlaskClient) -> None:
    def broken() -> str:
        raise RuntimeError("cpr 2512489996")

    app.add_url_rule("/broken", view_func=broken)
    answer = visitor.get("/broken")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert re.search(r"Fejlens nummer er [0-9A-F]{8}\.", page)
    assert "2512489996" not in page


def test_health_and_readiness(visitor: FlaskClient) -> None:
    assert visitor.get("/healthz").json == {"status": "ok"}
    assert visitor.get("/readyz").json == {"status": "ok", "database": "up"}


def test_message_shows_only_our_own_words(visitor: FlaskClient) -> None:
    assert "Gemt." in visitor.get("/?message=saved").get_data(as_text=True)
    page = visitor.get("/?message=%3Cscript%3E").get_data(as_text=True)
    assert "alert-success" not in page


def test_staff_see_navigation_and_log_off(visitor: FlaskClient) -> None:
    assert log_in(visitor).status_code == 303
    page = visitor.get("/").get_data(as_text=True)
    assert "Anna Andersen" in page
    assert 'action="/logout"' in page


def test_numbers_and_times_hold_together_on_pages_and_not_in_letters() -> None:
    at = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
    shown = PageFormats()
    assert shown.phone("61555555") == "61\u00a055\u00a055\u00a055"
    assert shown.clock_time(at) == "kl.\u00a014.30"
    assert shown.datetime_long(at) == "tirsdag den 3. marts 2026 kl.\u00a014.30 (dansk tid)"
    assert formats.phone("61555555", "da") == "61 55 55 55"
    assert formats.datetime_long(at, "da") == "tirsdag den 3. marts 2026 kl. 14.30 (dansk tid)"

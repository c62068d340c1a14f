"""The report form without a script: every kind of reporter, every step, nothing typed lost, one case only."""

import re
from html import unescape

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from breach.services import intake
from breach.services.context import Runtime
from breach.store.models import BreachCase, Report
from breach.web.app import create_app

DAY = {"exact-day": "1", "exact-month": "3", "exact-year": "2026"}
AWARE = {"aware-day": "2", "aware-month": "3", "aware-year": "2026", "aware_clock": "9.00"}
PROCESSOR = {
    "as_processor": "y",
    "processor_name": "Eksempel Drift A/S",
    "processor_cvr": "29 19 09 41",
    "processor_controllers": "this_region",
}


class Reporter:
    """Somebody with a browser that runs no script."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def page(self, path: str) -> BeautifulSoup:
        return BeautifulSoup(self.client.get(path, follow_redirects=True).get_data(as_text=True), "lxml")

    def send(self, path: str, **fields: str | list[str]) -> TestResponse:
        """Send the form of a page; where a region is asked for and none is named, it is the first."""
        page = self.page(path)
        token = page.find("input", {"name": "csrf_token"})
        assert isinstance(token, Tag)
        region = {"controller": "nordjylland"} if page.find("input", {"name": "controller"}) else {}
        return self.client.post(path, data={**region, **fields, "csrf_token": str(token["value"])})

    def goes(self, path: str, **fields: str | list[str]) -> str:
        answer = self.send(path, **fields)
        assert answer.status_code == 302, errors(answer)
        return str(answer.location)


def errors(answer: TestResponse) -> dict[str, str]:
    """Return the error summary of a page: id of the control -> words."""
    page = BeautifulSoup(answer.get_data(as_text=True), "lxml")
    links = page.select('[data-module="error-summary"] a')
    return {str(link["href"]).removeprefix("#"): link.get_text() for link in links}


@pytest.fixture
def reporter(desk: Runtime) -> Reporter:
    return Reporter(create_app(desk).test_client())


def count(desk: Runtime) -> int:
    with desk.transaction() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(BreachCase)) or 0


def to_check(reporter: Reporter, who: dict[str, str]) -> None:
    """Fill in the least that a person has to."""
    assert reporter.goes("/report", **who) == "/report/what"
    assert reporter.goes("/report/what", what="Et brev kom forkert.") == "/report/when"
    when = AWARE if "as_processor" in who else {}
    assert reporter.goes("/report/when", occurred_kind="unknown", **when) == "/report/people"
    assert reporter.goes("/report/people", affected_data_categories="health") == "/report/done"
    assert reporter.goes("/report/done") == "/report/contact"
    contact = {} if "anonymous" in who else {"contact_phone": "61 55 55 55"}
    assert reporter.goes("/report/contact", **contact) == "/report/check"


WHO = [
    pytest.param({"kind": "citizen"}, "citizen", id="citizen"),
    pytest.param({"kind": "citizen", "anonymous": "y"}, "citizen", id="anonymous"),
    pytest.param({"kind": "staff", "unit": "Skadestuen"}, "staff", id="staff"),
    pytest.param({"kind": "other"}, "other", id="other"),
    pytest.param(PROCESSOR, "processor", id="processor"),
]


@pytest.mark.parametrize(("who", "kind"), WHO)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_kind_of_reporter_gets_a_receipt(
    reporter: Reporter, desk: Runtime, who: dict[str, str], kind: str, language: str
) -> None:
    reporter.client.get(f"/report?sprog={language}")
    to_check(reporter, who)
    assert reporter.goes("/report/check") == "/report/receipt"
    page = reporter.page("/report/receipt")
    assert page.html is not None
    assert page.html["lang"] == language
    assert "BRUD-2026-000001" in page.get_text()
    assert {"da": "Vi har modtaget", "en": "We have received"}[language] in page.get_text()
    with desk.transaction() as ctx:
        report = ctx.session.scalars(select(Report)).one()
        assert (report.kind.value, report.channel, report.anonymous) == (kind, "page", "anonymous" in who)
        assert intake.read_body(ctx, report)["what"] == "Et brev kom forkert."


def test_a_second_send_is_the_same_case_and_receipt(reporter: Reporter, desk: Runtime) -> None:
    to_check(reporter, {"kind": "citizen"})
    token = reporter.page("/report/check").find("input", {"name": "csrf_token"})
    assert isinstance(token, Tag)
    sent = [reporter.client.post("/report/check", data={"csrf_token": str(token["value"])}) for _ in range(2)]
    assert [one.location for one in sent] == ["/report/receipt"] * 2
    receipts = [reporter.page("/report/receipt").main.get_text() for _ in range(2)]  # type: ignore[union-attr]  # every page has a main
    assert receipts[0] == receipts[1]
    assert count(desk) == 1


def test_the_status_code_of_the_receipt_opens_the_status_page(reporter: Reporter) -> None:
    to_check(reporter, {"kind": "citizen"})
    reporter.goes("/report/check")
    code = re.search(r"([0-9A-Z]{4}-){6}[0-9A-Z]{2}", reporter.page("/report/receipt").get_text())
    assert code is not None
    good = reporter.send("/status", reference="BRUD-2026-000001", status_word=code[0])
    assert "Vi har ikke åbnet sagen endnu" in good.get_data(as_text=True)
    bad = reporter.send("/status", reference="BRUD-2026-000001", status_word="X")
    assert errors(bad) == {"reference": "Sagsnummeret eller statuskoden passer ikke. Tjek begge dele"}


def test_the_print_view_has_the_receipt_and_no_links_away(reporter: Reporter) -> None:
    to_check(reporter, {"kind": "citizen"})
    reporter.goes("/report/check")
    page = reporter.page("/report/receipt?vis=print").main
    assert page is not None
    assert "BRUD-2026-000001" in page.get_text()
    assert "Udskrevet" in page.get_text()
    assert not page.find("a")


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        pytest.param("/report", {}, {"kind"}, id="nobody"),
        pytest.param(
            "/report",
            {"as_processor": "y"},
            {"processor_name", "processor_controllers"},
            id="nameless-processor",
        ),
        pytest.param(
            "/report", {**PROCESSOR, "processor_cvr": "29190942"}, {"processor_cvr"}, id="wrong-cvr"
        ),
        pytest.param("/report/what", {"what": " "}, {"what"}, id="no-what"),
        pytest.param("/report/what", {"what": "a" * 4001}, {"what"}, id="too-long"),
        pytest.param("/report/when", AWARE, {"occurred_kind"}, id="no-when"),
        pytest.param("/report/when", {**AWARE, "occurred_kind": "exact"}, {"exact-day"}, id="no-date"),
        pytest.param(
            "/report/when",
            {**AWARE, "occurred_kind": "exact", **DAY, "exact-year": "2027"},
            {"exact-day"},
            id="future",
        ),
        pytest.param(
            "/report/when", {"occurred_kind": "exact", **DAY}, {"aware-day"}, id="processor-without-awareness"
        ),
        pytest.param(
            "/report/when",
            {**AWARE, "aware-day": "28", "aware-month": "2", "occurred_kind": "exact", **DAY},
            {"aware-day"},
            id="aware-before-it-happened",
        ),
        pytest.param(
            "/report/when",
            {**AWARE, "occurred_kind": "exact", **DAY, "exact_clock": "25.00"},
            {"exact_clock"},
            id="no-such-time",
        ),
        pytest.param(
            "/report/when",
            {
                **AWARE,
                "occurred_kind": "exact",
                "exact-day": "30",
                "exact-month": "3",
                "exact-year": "2025",
                "exact_clock": "2.30",
            },
            {"exact_clock"},
            id="hour-that-spring-skips",
        ),
        pytest.param(
            "/report/when",
            {
                **AWARE,
                "occurred_kind": "exact",
                "exact-day": "26",
                "exact-month": "10",
                "exact-year": "2025",
                "exact_clock": "2.30",
            },
            {"exact_fold"},
            id="hour-that-autumn-repeats",
        ),
        pytest.param("/report/people", {}, {"affected_data_categories"}, id="no-kinds-of-data"),
        pytest.param(
            "/report/people",
            {"affected_data_categories": "health", "affected_subject_count": "mange"},
            {"affected_subject_count"},
            id="count-in-words",
        ),
        pytest.param("/report/contact", {}, {"contact_phone"}, id="nobody-to-call"),
        pytest.param("/report/contact", {"contact_email": "navn"}, {"contact_email"}, id="mail"),
    ],
)
def test_a_step_says_what_is_wrong_and_keeps_what_was_typed(
    reporter: Reporter, path: str, fields: dict[str, str], expected: set[str]
) -> None:
    if path != "/report":
        reporter.goes("/report", **PROCESSOR)
    answer = reporter.send(path, **fields)
    assert answer.status_code == 422
    assert set(errors(answer)) == expected
    page = BeautifulSoup(answer.get_data(as_text=True), "lxml")
    assert page.title is not None
    assert page.title.get_text().startswith("Fejl: ")
    for target in expected:
        control = page.find(id=target)
        assert isinstance(control, Tag)
        assert control.get("aria-invalid") == "true"
    for name, value in fields.items():
        kept = page.select_one(f'[name="{name}"][value="{value.strip()}"], textarea[name="{name}"]')
        assert kept is not None, name
        if kept.name == "textarea":
            assert unescape(kept.get_text()).strip() == value.strip()


def test_the_answered_autumn_hour_is_taken(reporter: Reporter, desk: Runtime) -> None:
    reporter.goes("/report", kind="citizen")
    date = {"exact-day": "26", "exact-month": "10", "exact-year": "2025", "exact_clock": "2.30"}
    asked = reporter.send("/report/when", occurred_kind="exact", **date)
    assert 'name="exact_fold"' in asked.get_data(as_text=True)
    assert reporter.goes("/report/when", occurred_kind="exact", exact_fold="winter", **date)
    reporter.goes("/report/what", what="Et brev")
    reporter.goes("/report/people", affected_data_categories="health")
    reporter.goes("/report/contact", contact_phone="61555555")
    reporter.goes("/report/check")
    with desk.transaction() as ctx:
        case = ctx.session.scalars(select(BreachCase)).one()
        assert case.occurred_from_at is not None
        assert case.occurred_from_at.isoformat() == "2025-10-26T01:30:00+00:00"


def test_the_processors_fields_are_in_the_page_without_a_script(reporter: Reporter) -> None:
    page = reporter.page("/report")
    opener = page.find(id="as_processor")
    assert isinstance(opener, Tag)
    opened = page.find(id=str(opener["data-aria-controls"]))
    assert isinstance(opened, Tag)
    assert opened.find(id="processor_name") is not None
    assert not opened.has_attr("aria-hidden")


@pytest.mark.parametrize(
    ("who", "there"), [({"kind": "citizen"}, False), ({"kind": "staff"}, False), (PROCESSOR, True)]
)
def test_only_processors_are_asked_the_processors_questions(
    reporter: Reporter, who: dict[str, str], there: bool
) -> None:
    reporter.goes("/report", **who)
    for path, name in (
        ("what", "processor_activity"),
        ("when", "aware-day"),
        ("people", "affected_record_count"),
        ("done", "processor_evidence"),
        ("contact", "processor_dpo_name"),
    ):
        assert (reporter.page(f"/report/{path}").select_one(f'[name="{name}"]') is not None) is there


def test_the_information_duty_is_met_on_the_first_step(reporter: Reporter) -> None:
    told = {str(tag["data-told"]) for tag in reporter.page("/report").select("details [data-told]")}
    assert told == {f"P{number}" for number in range(1, 17)}


def test_change_links_lead_back_to_the_check(reporter: Reporter) -> None:
    to_check(reporter, {"kind": "citizen"})
    link = reporter.page("/report/check").find(id="answer-what")
    assert isinstance(link, Tag)
    assert link["href"] == "/report/what?til=check#what"
    assert reporter.goes("/report/what?til=check", what="Rettet") == "/report/check"
    assert "Rettet" in reporter.page("/report/check").get_text()


def test_sending_too_early_names_what_is_missing(reporter: Reporter, desk: Runtime) -> None:
    reporter.goes("/report", kind="citizen")
    answer = reporter.send("/report/check")
    assert answer.status_code == 422
    assert {"answer-what", "answer-occurred_kind", "answer-contact_phone"} <= set(errors(answer))
    assert count(desk) == 0


@pytest.mark.parametrize(
    ("words", "warned"), [("251248-9996", True), ("2512489996", True), ("61555555", False)]
)
def test_text_like_a_cpr_number_is_warned_of_and_not_refused(
    reporter: Reporter, words: str, warned: bool
) -> None:
    reporter.goes("/report", kind="citizen")
    assert reporter.goes("/report/what", what=f"Journal {words}") == "/report/when"
    for path in ("/report/what", "/report/check"):
        assert (
            "ligner" in reporter.page(path).get_text()
            or "CPR-nummer. Fjern" in reporter.page(path).get_text()
        ) is warned


def test_a_draft_is_opened_again_by_its_code_on_another_machine(reporter: Reporter, desk: Runtime) -> None:
    reporter.goes("/report", kind="citizen")
    assert reporter.goes("/report/what", what="Halvt skrevet", go="later") == "/report/saved"
    code = re.search(r"([0-9A-Z]{4}-){6}[0-9A-Z]{2}", reporter.page("/report/saved").get_text())
    assert code is not None
    elsewhere = Reporter(reporter.client.application.test_client())
    assert errors(elsewhere.send("/report/resume", draft="0000")) != {}
    assert elsewhere.goes("/report/resume", draft=code[0].lower()) == "/report/check"
    assert "Halvt skrevet" in elsewhere.page("/report/check").get_text()


def test_an_expired_token_loses_nothing(reporter: Reporter) -> None:
    reporter.goes("/report", kind="citizen")
    answer = reporter.client.post("/report/what", data={"what": "Lang tekst", "csrf_token": "old"})
    assert answer.status_code == 400
    assert "Lang tekst" in answer.get_data(as_text=True)


def test_a_step_typed_without_a_draft_is_kept(reporter: Reporter) -> None:
    token = reporter.page("/status").find("input", {"name": "csrf_token"})
    assert isinstance(token, Tag)
    data = {"what": "Skrevet længe", "csrf_token": str(token["value"])}
    assert reporter.client.post("/report/what", data=data).location == "/report"
    reporter.goes("/report", kind="citizen")
    assert "Skrevet længe" in reporter.page("/report/what").get_text()


def test_nothing_typed_stands_in_an_address_or_is_stored_by_the_browser(reporter: Reporter) -> None:
    reporter.goes("/report", kind="citizen")
    answer = reporter.send("/report/what", what="Hemmeligt")
    assert "Hemmeligt" not in str(answer.headers)
    assert answer.headers["Cache-Control"] == "no-store"
    cookies = [value for name, value in answer.headers if name == "Set-Cookie" and "draft" in value]
    assert all("HttpOnly" in value and "SameSite=Lax" in value for value in cookies)
    assert cookies

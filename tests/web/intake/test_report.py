"""The report form without a script: every kind of reporter, every step, nothing typed lost, one case only."""

import re
from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from breach.services.context import Runtime
from breach.store.models import BreachCase, Report
from breach.web.app import create_app
from tests.support.bodies import body_of

NAME = re.compile("/report/([a-z]{16})/")
SHORT = re.compile("^/report/(?=(who|what|when|people|done|contact|check|saved|receipt)\\b)")
DAY = {"exact-day": "1", "exact-month": "3", "exact-year": "2026"}
AWARE = {"aware-day": "2", "aware-month": "3", "aware-year": "2026", "aware_clock": "9.00"}
PROCESSOR = {
    "as_processor": "y",
    "processor_name": "Eksempel Drift A/S",
    "processor_cvr": "29 19 09 41",
    "processor_controllers": "this_region",
}


class Reporter:
    """Somebody with a browser that runs no script, in one tab of it.

    `/report` starts a report; the address of any other page of the form is written without the name of the
    draft: `/report/what` is that page of the draft of this tab.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.draft = ""

    def address(self, path: str) -> str:
        """Return the address of a page of this tab, and start a report first if the path says so."""
        if path == "/report":
            started = str(self.client.get(path).location)
            self.draft = NAME.findall(started)[0]
            return started
        return SHORT.sub(f"/report/{self.draft}/", path)

    def page(self, path: str) -> BeautifulSoup:
        answer = self.client.get(self.address(path), follow_redirects=True)
        return BeautifulSoup(answer.get_data(as_text=True), "lxml")

    def send(self, path: str, **fields: str | list[str]) -> TestResponse:
        """Send the form of a page; where a region is asked for and none is named, it is the first."""
        address = self.address(path)
        page = BeautifulSoup(self.client.get(address).get_data(as_text=True), "lxml")
        region = {"controller": "nordjylland"} if page.find("input", {"name": "controller"}) else {}
        return self.client.post(address, data={**hidden(page), **region, **fields})

    def goes(self, path: str, **fields: str | list[str]) -> str:
        """Send the form of a page; return where it leads, without the name of the draft."""
        answer = self.send(path, **fields)
        assert answer.status_code == 302, errors(answer)
        self.draft = NAME.findall(str(answer.location))[0]
        return str(answer.location).replace(f"/{self.draft}/", "/")


def hidden(page: BeautifulSoup) -> dict[str, str]:
    """Return the hidden fields of the main form of a page."""
    found = {str(one["name"]): str(one["value"]) for one in page.select("main form input[type=hidden]")}
    assert "csrf_token" in found
    return found


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


def to_check(reporter: Reporter, who: dict[str, str], begun: str = "/report") -> None:
    """Fill in the least that a person has to."""
    assert reporter.goes(begun, **who) == "/report/what"
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
def test_receipt_is_given_to_every_kind_of_reporter(
    reporter: Reporter, desk: Runtime, who: dict[str, str], kind: str, language: str
) -> None:
    reporter.client.get(f"/report?lang={language}")
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
        assert body_of(ctx, report)["what"] == "Et brev kom forkert."


def test_second_send_is_the_same_case_and_receipt(reporter: Reporter, desk: Runtime) -> None:
    to_check(reporter, {"kind": "citizen"})
    fields = hidden(reporter.page("/report/check"))
    sent = [reporter.client.post(reporter.address("/report/check"), data=fields) for _ in range(2)]
    assert [one.location for one in sent] == [reporter.address("/report/receipt")] * 2
    receipts = [reporter.page("/report/receipt").main.get_text() for _ in range(2)]  # type: ignore[union-attr]  # every page has a main
    assert receipts[0] == receipts[1]
    assert count(desk) == 1


def test_status_code_of_the_receipt_opens_the_status_page(reporter: Reporter) -> None:
    to_check(reporter, {"kind": "citizen"})
    reporter.goes("/report/check")
    code = re.search(r"([0-9A-Z]{4}-){6}[0-9A-Z]{2}", reporter.page("/report/receipt").get_text())
    assert code is not None
    good = reporter.send("/status", reference="BRUD-2026-000001", status_word=code[0])
    assert "Vi har ikke åbnet sagen endnu" in good.get_data(as_text=True)
    bad = reporter.send("/status", reference="BRUD-2026-000001", status_word="X")
    assert errors(bad) == {"reference": "Sagsnummeret eller statuskoden passer ikke. Tjek begge dele"}


def test_print_view_has_the_receipt_and_no_links_away(reporter: Reporter) -> None:
    to_check(reporter, {"kind": "citizen"})
    reporter.goes("/report/check")
    page = reporter.page("/report/receipt?show=print").main
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
def test_step_says_what_is_wrong_and_keeps_what_was_typed(
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


def test_answered_autumn_hour_is_taken(reporter: Reporter, desk: Runtime) -> None:
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


def test_processors_fields_are_in_the_page_without_a_script(reporter: Reporter) -> None:
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
def test_processor_questions_are_asked_of_processors_only(
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


def test_information_duty_is_met_on_the_first_step(reporter: Reporter) -> None:
    shown = {str(tag["data-told"]) for tag in reporter.page("/report").select("details [data-told]")}
    assert shown == {f"P{number}" for number in range(1, 17)}


def test_change_links_lead_back_to_the_check(reporter: Reporter) -> None:
    to_check(reporter, {"kind": "citizen"})
    link = reporter.page("/report/check").find(id="answer-what")
    assert isinstance(link, Tag)
    assert link["href"] == reporter.address("/report/what?to=check#what")
    assert reporter.goes("/report/what?to=check", what="Rettet") == "/report/check"
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


def test_draft_is_opened_again_by_its_code_on_another_machine(reporter: Reporter, desk: Runtime) -> None:
    reporter.goes("/report", kind="citizen")
    assert reporter.goes("/report/what", what="Halvt skrevet", go="later") == "/report/saved"
    code = re.search(r"([0-9A-Z]{4}-){6}[0-9A-Z]{2}", reporter.page("/report/saved").get_text())
    assert code is not None
    elsewhere = Reporter(reporter.client.application.test_client())
    assert errors(elsewhere.send("/report/resume", draft="0000")) != {}
    assert elsewhere.goes("/report/resume", draft=code[0].lower()) == "/report/check"
    assert "Halvt skrevet" in elsewhere.page("/report/check").get_text()


def test_expired_token_loses_nothing(reporter: Reporter) -> None:
    reporter.goes("/report", kind="citizen")
    typed = {"what": "Lang tekst", "csrf_token": "old"}
    answer = reporter.client.post(reporter.address("/report/what"), data=typed)
    assert answer.status_code == 400
    assert "Lang tekst" in answer.get_data(as_text=True)


def test_step_typed_without_a_draft_is_kept(reporter: Reporter) -> None:
    token = reporter.page("/status").find("input", {"name": "csrf_token"})
    assert isinstance(token, Tag)
    data = {"what": "Skrevet længe", "csrf_token": str(token["value"])}
    reporter.draft = "a" * 16
    answer = reporter.client.post(reporter.address("/report/what"), data=data)
    assert answer.location == reporter.address("/report/who")
    reporter.goes("/report/who", kind="citizen")
    assert "Skrevet længe" in reporter.page("/report/what").get_text()


def test_report_leaves_nothing_typed_in_addresses_or_the_browser(reporter: Reporter) -> None:
    reporter.goes("/report", kind="citizen")
    answer = reporter.send("/report/what", what="Hemmeligt")
    assert "Hemmeligt" not in str(answer.headers)
    assert answer.headers["Cache-Control"] == "no-store"
    cookies = [value for name, value in answer.headers if name == "Set-Cookie" and "draft" in value]
    assert all("HttpOnly" in value and "SameSite=Lax" in value for value in cookies)
    assert cookies


def day(name: str, words: str, clock: str = "") -> dict[str, str]:
    """Return the fields of a moment; the day is written d.m.y, or left out."""
    parts = dict(zip(("day", "month", "year"), words.split("."), strict=False)) if words else {}
    return {**{f"{name}-{part}": one for part, one in parts.items()}, f"{name}_clock": clock}


TOO_FAR = 'Tidspunktet i "Hvornår skete det?" ligger for langt tilbage. Ret året'
COUNTED = {"affected_data_categories": "health"}


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        pytest.param(
            "/report/when",
            {**AWARE, "occurred_kind": "exact", **day("exact", "1.1.1899")},
            {"exact-day": TOO_FAR},
            id="long-ago",
        ),
        pytest.param(
            "/report/when",
            {**AWARE, "occurred_kind": "exact", **day("exact", "1.1.0001")},
            {"exact-day": TOO_FAR},
            id="first-year",
        ),
        pytest.param(
            "/report/when",
            {**AWARE, "occurred_kind": "exact", **day("exact", "31.12.9999")},
            {"exact-day": "Datoen for bruddet kan ikke ligge i fremtiden"},
            id="last-year",
        ),
        pytest.param(
            "/report/when",
            {**AWARE, "occurred_kind": "unknown", **day("discovered", "4.3.2026")},
            {"discovered-day": "Bruddet kan ikke være opdaget i fremtiden. Ret datoen"},
            id="found-tomorrow",
        ),
        pytest.param(
            "/report/when",
            {"occurred_kind": "unknown", **day("aware", "4.3.2026", "9.00")},
            {"aware-day": "I kan ikke være blevet bekendt med bruddet i fremtiden. Ret tidspunktet"},
            id="aware-tomorrow",
        ),
        pytest.param(
            "/report/when",
            {**AWARE, "occurred_kind": "unknown", **day("discovered", "", "9.00")},
            {"discovered-day": "Skriv også datoen. Et klokkeslæt alene er ikke nok"},
            id="found-at-a-time-of-no-day",
        ),
        pytest.param(
            "/report/when",
            {**AWARE, "occurred_kind": "period", **day("start", "1.3.2026"), **day("end", "", "9.00")},
            {"end-day": "Skriv også datoen. Et klokkeslæt alene er ikke nok"},
            id="ends-at-a-time-of-no-day",
        ),
        pytest.param(
            "/report/when",
            {
                **AWARE,
                "occurred_kind": "period",
                **day("start", "1.3.2026", "12.00"),
                **day("end", "1.3.2026", "11.00"),
            },
            {"end_clock": "Slutklokkeslættet skal være det samme som startklokkeslættet eller senere"},
            id="ends-an-hour-too-early",
        ),
        pytest.param(
            "/report/done",
            day("update", "", "9.00"),
            {"update-day": "Skriv også datoen. Et klokkeslæt alene er ikke nok"},
            id="update-at-a-time-of-no-day",
        ),
        pytest.param(
            "/report/done",
            day("update", "1.1.2020"),
            {"update-day": "Den næste opdatering kan ikke ligge i fortiden. Ret datoen"},
            id="update-in-the-past",
        ),
        pytest.param(
            "/report/done",
            day("update", "1.1.9999", "9.00"),
            {"update-day": "Den næste opdatering skal ligge inden for et år. Ret datoen"},
            id="update-in-eight-thousand-years",
        ),
        *[
            pytest.param(
                "/report/people",
                {**COUNTED, "affected_subject_count": typed},
                {
                    "affected_subject_count": 'Skriv et helt tal, 0 eller mere, i "Hvor mange personer?",'
                    " for eksempel 1250"
                },
                id=f"count-{typed}",
            )
            for typed in ("1.5", "1 2", "12.34.5", "1,5", "ca. 50")
        ],
        pytest.param(
            "/report/people",
            {**COUNTED, "affected_subject_count": "1.000.000.001"},
            {
                "affected_subject_count": 'Tallet i "Hvor mange personer?" må højst være 1.000.000.000.'
                " Ret tallet"
            },
            id="count-too-large",
        ),
        pytest.param(
            "/report/what", {"what": "\u200b"}, {"what": "Skriv, hvad der er sket"}, id="nothing-to-see"
        ),
    ],
)
def test_error_names_the_right_thing(
    reporter: Reporter, path: str, fields: dict[str, str], expected: dict[str, str]
) -> None:
    reporter.goes("/report", **PROCESSOR)
    assert errors(reporter.send(path, **fields)) == expected


def test_impossible_year_in_a_draft_is_named_and_bars_no_other_step(reporter: Reporter) -> None:
    to_check(reporter, {"kind": "citizen"})
    assert reporter.send("/report/when", occurred_kind="exact", **day("exact", "1.1.0001")).status_code == 422
    assert reporter.goes("/report/what", what="Et brev kom forkert.") == "/report/when"
    assert errors(reporter.send("/report/check")) == {"answer-exact": TOO_FAR}
    assert reporter.goes("/report/when", occurred_kind="unknown") == "/report/people"
    assert reporter.goes("/report/check") == "/report/receipt"


def body(desk: Runtime) -> dict[str, Any]:
    """Return what the one report says."""
    with desk.transaction() as ctx:
        return dict(body_of(ctx, ctx.session.scalars(select(Report)).one()))


@pytest.mark.parametrize(
    ("at", "span"),
    [
        pytest.param("", ("2026-12-31T23:00:00+00:00", "2027-01-01T22:59:59+00:00"), id="a-day"),
        pytest.param("9.30", ("2027-01-01T08:30:00+00:00",) * 2, id="a-time"),
    ],
)
def test_next_update_that_was_typed_is_filed(
    reporter: Reporter, desk: Runtime, at: str, span: tuple[str, str]
) -> None:
    to_check(reporter, PROCESSOR)
    reporter.goes("/report/done", **day("update", "1.1.2027", at))
    reporter.goes("/report/check")
    assert body(desk)["processor"]["next_update_at"] == dict(zip(("from", "to"), span, strict=True))


WRONG = {**day("exact", "31.4.2026", "kl ti"), **day("end", "", "9.00")}


def test_choice_not_made_drops_what_was_typed_under_it(reporter: Reporter, desk: Runtime) -> None:
    to_check(reporter, {"kind": "citizen"})
    assert set(errors(reporter.send("/report/when", occurred_kind="exact", **WRONG))) == {
        "exact-day",
        "exact_clock",
    }
    assert reporter.goes("/report/when", occurred_kind="unknown", **WRONG) == "/report/people"
    assert "kl ti" not in str(reporter.page("/report/when"))
    assert reporter.goes("/report/check") == "/report/receipt"
    assert body(desk)["occurred"] == {"kind": "unknown"}


def test_choice_not_made_yet_keeps_what_was_typed(reporter: Reporter) -> None:
    reporter.goes("/report", kind="citizen")
    assert set(errors(reporter.send("/report/when", **WRONG))) == {"occurred_kind"}
    assert "kl ti" in str(reporter.page("/report/when"))


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        pytest.param(
            {"kind": "citizen"}, {"processor_own_reference": "a" * 81, "unit": "a" * 201}, id="citizen"
        ),
        pytest.param({"kind": "staff"}, {"processor_name": "a\x01"}, id="staff"),
        pytest.param(PROCESSOR, {"unit": "a" * 201}, id="processor"),
    ],
)
def test_fields_of_another_kind_of_reporter_bar_nobody(
    reporter: Reporter, who: dict[str, str], hidden: dict[str, str]
) -> None:
    assert reporter.goes("/report", **who, **hidden) == "/report/what"


def test_contact_typed_before_one_chose_to_be_anonymous_bars_nothing(reporter: Reporter) -> None:
    reporter.goes("/report", kind="citizen")
    assert errors(reporter.send("/report/contact", contact_phone="1" * 40)) != {}
    to_check(reporter, {"kind": "citizen", "anonymous": "y"}, begun="/report/who")
    assert reporter.goes("/report/check") == "/report/receipt"

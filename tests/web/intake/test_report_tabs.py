"""Two tabs, two people at one computer: each start is a draft of its own, a receipt is for its reporter."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from breach.services.context import Runtime
from breach.services.intake import drafts
from breach.store.models import BreachCase, Report
from breach.texts import text
from breach.web.app import create_app
from tests.support.bodies import body_of
from tests.web.intake.test_report import Reporter, hidden, reporter, to_check

__all__ = ["reporter"]  # the fixture

CODE = re.compile(r"([0-9A-Z]{4}-){6}[0-9A-Z]{2}")
HERS = "Et brev kom forkert."
CHANGED = "En mail gik til hele afdelingen."


def tab_of(one: Reporter, draft: str = "") -> Reporter:
    """Return another tab of the same browser, at the same draft if one is named."""
    other = Reporter(one.client)
    other.draft = draft
    return other


def elsewhere(one: Reporter) -> Reporter:
    """Return another browser that knows the addresses of this one."""
    other = Reporter(one.client.application.test_client())
    other.draft = one.draft
    return other


def filed(desk: Runtime) -> list[str]:
    """Return what the reports say, in the order they were filed."""
    with desk.transaction() as ctx:
        by_number = select(Report).join(BreachCase, BreachCase.id == Report.case_id)
        rows = ctx.session.scalars(by_number.order_by(BreachCase.reference))
        return [str(body_of(ctx, row)["what"]) for row in rows]


def words(answer: TestResponse) -> str:
    page = BeautifulSoup(answer.get_data(as_text=True), "lxml").main
    assert page is not None
    return page.get_text()


def press(one: Reporter, fields: dict[str, str], page: str = "check") -> TestResponse:
    """Send the fields of a page that was open, without a look at what it shows now."""
    return one.client.post(one.address(f"/report/{page}"), data=fields)


def sent(one: Reporter) -> str:
    """Send a report; return the status code of its receipt."""
    to_check(one, {"kind": "citizen"})
    one.goes("/report/check")
    found = CODE.search(one.page("/report/receipt").get_text())
    assert found is not None
    return found[0]


@pytest.mark.parametrize("path", ["/report", "/report/new", "/report/who"])
def test_start_always_starts(reporter: Reporter, path: str) -> None:
    code = sent(reporter)
    for _ in range(2):
        answer = reporter.client.get(path, follow_redirects=True)
        assert answer.status_code == 200
        assert text("intake.part.who", "da") in words(answer)
        assert code not in answer.text
        assert "checked" not in answer.text


def test_report_after_another_is_a_case_of_its_own(reporter: Reporter, desk: Runtime) -> None:
    assert sent(reporter) != sent(reporter)
    assert filed(desk) == [HERS] * 2


@pytest.mark.parametrize("first", ["mine", "other"])
def test_tabs_share_nothing(reporter: Reporter, desk: Runtime, first: str) -> None:
    other = tab_of(reporter)
    to_check(reporter, {"kind": "citizen"})
    to_check(other, {"kind": "citizen", "controller": "nordjylland"})
    assert other.goes("/report/what?to=check", what=CHANGED) == "/report/check"
    assert HERS in reporter.page("/report/check").get_text()
    order = [reporter, other] if first == "mine" else [other, reporter]
    for one in order:
        assert one.goes("/report/check") == "/report/receipt"
    assert filed(desk) == ([HERS, CHANGED] if first == "mine" else [CHANGED, HERS])
    receipts = [one.page("/report/receipt").get_text() for one in (reporter, other)]
    assert len({CODE.search(one)[0] for one in receipts}) == 2  # type: ignore[index]  # every receipt has one


def change(one: Reporter, fields: dict[str, str]) -> None:
    tab_of(one, one.draft).goes("/report/what?to=check", what=CHANGED)


def change_and_send(one: Reporter, fields: dict[str, str]) -> None:
    change(one, fields)
    tab_of(one, one.draft).goes("/report/check")


def change_back(one: Reporter, fields: dict[str, str]) -> None:
    change(one, fields)
    tab_of(one, one.draft).goes("/report/what?to=check", what=HERS)


def pass_an_empty_step(one: Reporter, fields: dict[str, str]) -> None:
    tab_of(one, one.draft).goes("/report/done?to=check")


def send_the_same(one: Reporter, fields: dict[str, str]) -> None:
    press(one, fields)


Meanwhile = Callable[[Reporter, dict[str, str]], None]


@pytest.mark.parametrize(
    ("meanwhile", "status", "reports"),
    [
        pytest.param(change, 409, [], id="changed"),
        pytest.param(change_and_send, 409, [CHANGED], id="changed-and-sent"),
        pytest.param(change_back, 302, [HERS], id="changed-and-changed-back"),
        pytest.param(pass_an_empty_step, 302, [HERS], id="nothing-said-anew"),
        pytest.param(send_the_same, 302, [HERS], id="sent-the-same"),
    ],
)
def test_report_sent_is_what_the_page_showed(
    reporter: Reporter, desk: Runtime, meanwhile: Meanwhile, status: int, reports: list[str]
) -> None:
    to_check(reporter, {"kind": "citizen"})
    fields = hidden(reporter.page("/report/check"))
    meanwhile(reporter, fields)
    answer = press(reporter, fields)
    assert answer.status_code == status
    assert filed(desk) == reports
    if status == 409:
        assert HERS in words(answer)


@pytest.mark.parametrize("language", ["da", "en"])
def test_conflict_shows_both_texts_and_both_can_go_on(
    reporter: Reporter, desk: Runtime, language: str
) -> None:
    reporter.client.get(f"/report?lang={language}")
    to_check(reporter, {"kind": "citizen"})
    fields = hidden(reporter.page("/report/check"))
    change(reporter, fields)
    answer = press(reporter, fields)
    page = BeautifulSoup(answer.get_data(as_text=True), "lxml")
    cells = [cell.get_text(strip=True) for cell in page.select("main .app-table tbody tr > *")]
    assert cells == [text("intake.label.what", language), HERS, CHANGED]
    assert page.find("a", href=reporter.address("/report/check")) is not None
    apart = reporter.client.post(f"/report/{reporter.draft}/apart", data=hidden(page))
    other = tab_of(reporter, str(apart.location).split("/")[2])
    assert other.draft != reporter.draft
    assert other.goes("/report/check") == "/report/receipt"
    assert reporter.goes("/report/check") == "/report/receipt"
    assert filed(desk) == [HERS, CHANGED]


@pytest.mark.parametrize("shown", ["", "abc", "no letters of ours"])
def test_report_is_not_sent_without_what_the_page_showed(
    reporter: Reporter, desk: Runtime, shown: str
) -> None:
    to_check(reporter, {"kind": "citizen"})
    fields = {**hidden(reporter.page("/report/check")), "shown": shown}
    assert press(reporter, fields).status_code == 409
    assert press(reporter, fields, "apart").status_code == 404
    assert filed(desk) == []


def test_step_of_a_report_sent_meanwhile_gives_back_what_was_typed(reporter: Reporter, desk: Runtime) -> None:
    to_check(reporter, {"kind": "citizen"})
    fields = hidden(reporter.page("/report/what"))
    reporter.goes("/report/check")
    answer = press(reporter, {**fields, "what": CHANGED}, "what")
    assert answer.status_code == 409
    assert CHANGED in words(answer)
    assert filed(desk) == [HERS]


@pytest.mark.parametrize("page", ["who", "what", "check", "saved", "receipt", "receipt?show=print"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_draft_and_receipt_are_seen_by_nobody_else(reporter: Reporter, page: str, language: str) -> None:
    code = sent(reporter)
    stranger = elsewhere(reporter)
    stranger.client.get(f"/?lang={language}")
    answer = stranger.client.get(stranger.address(f"/report/{page}"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert text("intake.gone.title", language) in words(answer)
    assert not [one for one in (code, HERS, "BRUD-") if one in answer.text]


def test_receipt_can_be_loaded_again_and_its_address_holds_no_code(reporter: Reporter) -> None:
    code = sent(reporter)
    address = reporter.address("/report/receipt")
    assert re.fullmatch("/report/[a-z]{16}/receipt", address)
    for _ in range(2):
        answer = reporter.client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert code in answer.text
    back = reporter.client.get(reporter.address("/report/check"))
    assert back.location == address


def test_clearing_leaves_nothing_of_a_person(reporter: Reporter, desk: Runtime) -> None:
    unsent = tab_of(reporter)
    unsent.goes("/report", kind="citizen")
    unsent.goes("/report/what", what=CHANGED, go="later")
    draft_code = CODE.search(unsent.page("/report/saved").get_text())
    code = sent(reporter)
    checked = hidden(reporter.page("/report/receipt"))
    cookies = [f"breach-draft-{one.draft}" for one in (reporter, unsent)]
    kept = [reporter.client.get_cookie(name) for name in cookies]
    assert None not in kept
    answer = reporter.client.post("/report/clear", data=checked)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (303, "no-store")
    assert [reporter.client.get_cookie(name) for name in cookies] == [None, None]
    assert text("intake.done.cleared", "da") in words(reporter.client.get(answer.location))
    for one in (reporter, unsent):
        for page in ("who", "what", "check", "saved", "receipt"):
            found = one.client.get(one.address(f"/report/{page}"))
            assert (found.status_code, found.headers["Cache-Control"]) == (404, "no-store")
            assert not [word for word in (code, HERS, CHANGED) if word in found.text]
    reporter.client.set_cookie(cookies[0], kept[0].value)  # type: ignore[union-attr]  # asserted above
    assert reporter.client.get(reporter.address("/report/receipt")).status_code == 404
    assert draft_code is not None
    assert elsewhere(reporter).goes("/report/resume", draft=draft_code[0]) == "/report/check"


def test_clearing_needs_the_form(reporter: Reporter) -> None:
    code = sent(reporter)
    assert reporter.client.post("/report/clear", data={}).status_code == 400
    assert code in reporter.page("/report/receipt").get_text()


def test_resumed_draft_is_one_draft_on_both_machines(reporter: Reporter, desk: Runtime) -> None:
    to_check(reporter, {"kind": "citizen"})
    code = CODE.search(reporter.page("/report/saved").get_text())
    assert code is not None
    other = Reporter(reporter.client.application.test_client())
    assert other.goes("/report/resume", draft=code[0]) == "/report/check"
    fields = hidden(reporter.page("/report/check"))
    assert other.goes("/report/what?to=check", what=CHANGED) == "/report/check"
    assert press(reporter, fields).status_code == 409
    assert other.goes("/report/check") == "/report/receipt"
    assert filed(desk) == [CHANGED]
    third = Reporter(reporter.client.application.test_client())
    refused = third.send("/report/resume", draft=code[0])
    assert refused.status_code == 422
    assert text("errors.draft_sent", "da") in words(refused)


def test_check_page_of_a_draft_that_is_gone_gives_back_what_it_showed(
    reporter: Reporter, desk: Runtime
) -> None:
    to_check(reporter, {"kind": "citizen"})
    fields = hidden(reporter.page("/report/check"))
    with desk.transaction() as ctx:
        drafts.discard(ctx, fields["draft"])
    answer = press(reporter, fields)
    assert answer.status_code == 404
    assert HERS in words(answer)
    assert filed(desk) == []


@pytest.mark.parametrize("page", ["what", "contact", "check", "saved", "receipt"])
def test_address_without_a_draft_helps(reporter: Reporter, page: str) -> None:
    answer = reporter.client.get(f"/report/{page}")
    assert answer.status_code == 404
    assert text("intake.gone.begin", "da") in words(answer)


@pytest.mark.parametrize("name", ["A" * 16, "a;b=c;d=e;f=g;hi", "1234567890123456"])
def test_name_that_is_none_of_ours_is_gone(reporter: Reporter, name: str) -> None:
    to_check(reporter, {"kind": "citizen"})
    fields = hidden(reporter.page("/report/what"))
    assert reporter.client.post(f"/report/{name}/what", data=fields).status_code == 404


def test_browser_holds_twenty_drafts_and_lets_go_of_those_with_nothing_typed(reporter: Reporter) -> None:
    reporter.goes("/report", kind="citizen")
    for _ in range(30):
        reporter.client.get("/report")
    held = [one for one in reporter.client._cookies or () if one[2].startswith("breach-draft-")]
    assert len(held) == 20
    assert text("intake.part.what", "da") in reporter.page("/report/what").get_text()


def test_cookies_with_https_are_bound_to_the_host(desk: Runtime) -> None:
    app = create_app(desk)
    app.config["SESSION_COOKIE_SECURE"] = True
    answer = app.test_client().get("/report")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "draft" in one)
    assert re.match("__Host-breach-draft-[a-z]{16}=new; ", cookie)
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))

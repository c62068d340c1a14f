"""Somebody goes away from the report form and comes back, or leaves a computer that others use."""

import re

import pytest
from bs4 import BeautifulSoup

from breach.services.context import Runtime
from breach.services.intake import drafts
from breach.store.models import ReportDraft
from breach.texts import text
from tests.web.conftest import Clock
from tests.web.intake.test_report import Reporter, hidden, reporter, to_check

__all__ = ["reporter"]  # the fixture
CODE = re.compile(r"([0-9A-Z]{4}-){6}[0-9A-Z]{2}")
STEPS = ["who", "what", "when", "people", "done", "contact"]


def away(one: Reporter) -> None:
    """Let the browser forget all its cookies, as it does after half an hour."""
    for cookie in list(one.client._cookies or {}):
        del one.client._cookies[cookie]  # type: ignore[union-attr]  # not None: it was just listed


def filled(one: Reporter) -> None:
    to_check(one, {"kind": "citizen"})


@pytest.mark.parametrize("language", ["da", "en"])
def test_form_sent_after_long_absence_leads_back_to_all_pages(
    reporter: Reporter, desk: Runtime, clock: Clock, language: str
) -> None:
    filled(reporter)
    page = reporter.page(f"/report/contact?lang={language}")
    assert CODE.search(page.get_text()) is not None
    fields = {**hidden(page), "contact_phone": "97-64-80-01"}
    clock.move(minutes=31)
    away(reporter)
    refused = reporter.client.post(reporter.address(f"/report/contact?lang={language}"), data=fields)
    assert refused.status_code == 400
    assert text("errors.page.form.expired", language) in refused.text
    assert fields["draft"] not in BeautifulSoup(refused.text, "lxml").get_text()
    again = hidden(BeautifulSoup(refused.text, "lxml"))
    answer = reporter.client.post(reporter.address("/report/contact"), data=again)
    assert answer.location == reporter.address("/report/check")
    shown = reporter.page("/report/check").get_text()
    assert "Et brev kom forkert." in shown
    assert "97-64-80-01" in shown
    assert all(reporter.client.get(reporter.address(f"/report/{step}")).status_code == 200 for step in STEPS)
    assert reporter.goes("/report/check") == "/report/receipt"


def test_check_page_sent_after_long_absence_is_filed(reporter: Reporter, clock: Clock) -> None:
    filled(reporter)
    fields = hidden(reporter.page("/report/check"))
    clock.move(minutes=31)
    away(reporter)
    refused = reporter.client.post(reporter.address("/report/check"), data=fields)
    answer = reporter.client.post(
        reporter.address("/report/check"), data=hidden(BeautifulSoup(refused.text, "lxml"))
    )
    assert answer.location == reporter.address("/report/receipt")


@pytest.mark.parametrize("page", [*STEPS, "check", "saved"])
def test_draft_can_be_deleted_from_every_page(reporter: Reporter, desk: Runtime, page: str) -> None:
    filled(reporter)
    shown = reporter.page(f"/report/{page}")
    form = shown.select_one('form[action$="/delete"]')
    assert form is not None
    anew = form.parent.select_one("p a") if form.parent else None
    assert anew is not None
    assert reporter.draft not in str(reporter.client.get(str(anew["href"])).location)
    code = hidden(shown)["draft"]
    answer = reporter.client.post(str(form["action"]), data=hidden(shown), follow_redirects=True)
    assert text("intake.done.deleted", "da") in answer.text
    with desk.reading() as ctx:
        assert drafts.find(ctx, code.upper()) is None
        assert ctx.session.query(ReportDraft).count() == 0
    assert reporter.client.get(reporter.address("/report/what")).status_code == 404


def test_code_in_a_form_opens_no_other_persons_draft_in_a_browser_that_holds_one(reporter: Reporter) -> None:
    filled(reporter)
    other = Reporter(reporter.client.application.test_client())
    filled(other)
    fields = {**hidden(other.page("/report/what")), "draft": hidden(reporter.page("/report/what"))["draft"]}
    other.client.post(other.address("/report/what"), data={**fields, "what": "Noget andet"})
    assert "Noget andet" not in reporter.page("/report/check").get_text()


def test_no_more_drafts_are_kept_than_the_most(
    reporter: Reporter, desk: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
    reporter.goes("/report", kind="citizen")
    answer = Reporter(reporter.client).send("/report", kind="citizen")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert text("errors.page.drafts_full_title", "da") in answer.text
    assert 'name="kind" value="citizen"' in answer.text


def test_warning_before_the_browser_forgets_stands_on_the_page(reporter: Reporter) -> None:
    filled(reporter)
    warning = reporter.page("/report/what").select_one("[data-warn-after]")
    assert warning is not None
    assert warning["data-warn-after"] == str(25 * 60)
    assert CODE.search(str(warning["data-words"])) is not None

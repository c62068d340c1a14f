"""A case that is late when its report comes in is late everywhere at once; one that ended has no deadline."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from breach.domain.spans import whole_day
from breach.services.context import Runtime
from breach.services.demo import DEMO_PASSWORD
from breach.web.app import create_app
from tests.support.reporting import NOW, Clock, citizen, key_of, token
from tests.web.conftest import TABS, log_in

FIRST, SECOND = "BRUD-2026-000001", "BRUD-2026-000002"
FRIDAY = "2026-02-27T09:00+01:00"


@pytest.fixture
def app(desk: Runtime) -> Flask:
    return create_app(desk)


def staff(**more: Any) -> dict[str, Any]:
    return citizen(kind="staff", unit="Afsnit A", **more)


def file(app: Flask, report: dict[str, Any], name: str = "one") -> dict[str, Any]:
    headers = {"Idempotency-Key": key_of(name)}
    answer = app.test_client().post("/api/v1/reports", json=report, headers=headers)
    assert answer.status_code == 202, answer.text
    return said_by(answer)


def said_by(answer: TestResponse) -> dict[str, Any]:
    found = answer.json
    assert isinstance(found, dict), answer.text
    return found


class Sara:
    """A case handler with a browser and a token."""

    def __init__(self, app: Flask, runtime: Runtime) -> None:
        self.client = app.test_client()
        log_in(self.client, DEMO_PASSWORD, "sagsbehandler")
        self.headers = {"Authorization": f"Bearer {token(runtime, 'sagsbehandler')}"}
        self.api = app.test_client()

    def page(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        return answer.text.replace("\N{NO-BREAK SPACE}", " ")

    def asked(self, address: str) -> dict[str, Any]:
        return said_by(self.api.get(f"/api/v1{address}", headers=self.headers))

    def take(self, reference: str, step: str, **fields: Any) -> dict[str, Any]:
        version = self.asked(f"/cases/{reference}")["version"]
        path = f"/api/v1/cases/{reference}/steps/{step}"
        answer = self.api.post(path, json={"version": version, **fields}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return said_by(answer)


@pytest.fixture
def sara(app: Flask, desk: Runtime) -> Sara:
    return Sara(app, desk)


LATE = [
    pytest.param(staff(discovered_at=FRIDAY), id="found-by-staff-on-friday"),
    pytest.param(staff(discovered_at="2026-02-27"), id="found-on-a-day"),
    pytest.param(staff(discovered_at="2026-03-02", called_at=FRIDAY), id="told-before-it-was-found"),
    pytest.param(citizen(called_at=FRIDAY), id="call-of-a-citizen"),
]


@pytest.mark.parametrize("report", LATE)
def test_late_case_is_late_everywhere_at_once(app: Flask, sara: Sara, report: dict[str, Any]) -> None:
    file(app, report)
    for tab in TABS:
        if not tab.startswith(("/facts/revise", "/communication/text", "/communication/recipients")):
            assert "clock-overdue" in sara.page(f"/cases/{FIRST}{tab}"), tab
    for tab in ("all", "untaken", "overdue"):
        assert "clock-overdue" in sara.page(f"/cases?tab={tab}"), tab
    assert "Fristen er overskredet" in sara.page("/register")
    listed = sara.asked("/cases?tab=overdue")["cases"]
    assert [(one["reference"], one["late"]) for one in listed] == [(FIRST, True)]
    assert sara.asked(f"/cases/{FIRST}")["late"] is True


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True), (1, True)])
def test_case_is_late_from_the_first_second(
    app: Flask, sara: Sara, clock: Clock, seconds: int, late: bool
) -> None:
    file(app, staff())
    clock.now = NOW + timedelta(hours=72, seconds=seconds)
    assert sara.asked(f"/cases/{FIRST}")["late"] is late
    assert bool(sara.asked("/cases?tab=overdue")["cases"]) is late


NOT_THE_CONTROLLERS = [
    pytest.param(citizen(discovered_at=FRIDAY), id="a-citizen-knew"),
    pytest.param(
        citizen(
            kind="processor",
            discovered_at=FRIDAY,
            processor={"name": "Eksempel A/S", "aware_at": FRIDAY, "controllers": "this_region"},
        ),
        id="a-processor-knew",
    ),
]


@pytest.mark.parametrize("report", NOT_THE_CONTROLLERS)
def test_what_others_knew_starts_no_clock(app: Flask, sara: Sara, report: dict[str, Any]) -> None:
    file(app, report)
    found = sara.asked(f"/cases/{FIRST}")
    assert (found["late"], found["aware_at"], found["awareness_candidates"]) == (False, NOW.isoformat(), [])


def test_discovery_in_the_future_is_refused(app: Flask) -> None:
    headers = {"Idempotency-Key": key_of("future")}
    report = staff(discovered_at="2026-03-04T09:00+01:00")
    answer = app.test_client().post("/api/v1/reports", json=report, headers=headers)
    assert answer.status_code == 422
    assert [one["code"] for one in said_by(answer)["errors"]] == ["discovered_in_future"]


def test_day_is_a_day_on_the_page_and_in_the_api(app: Flask, sara: Sara) -> None:
    file(app, staff(occurred={"kind": "exact", "from": "2026-02-25"}, discovered_at="2026-02-27"))
    found = sara.asked(f"/cases/{FIRST}")
    assert found["occurred"] == {"kind": "exact", "from": "2026-02-25", "to": "2026-02-25"}
    assert found["discovered_at"] == "2026-02-27"
    assert found["reports"][0]["content"]["occurred"]["from"] == "2026-02-25"
    assert found["aware_at"] == whole_day(date(2026, 2, 27)).start.isoformat()
    page = sara.page(f"/cases/{FIRST}")
    assert "onsdag den 25. februar 2026<" in page
    assert "fredag den 27. februar 2026 (kun dagen er oplyst, så fristen løber fra kl. 0.00)" in page


def test_taking_asks_once_which_time_counts(app: Flask, sara: Sara) -> None:
    file(app, staff(discovered_at="2026-02-27", called_at="2026-03-02T10:00+01:00"))
    offered = [one["aware_from"] for one in sara.asked(f"/cases/{FIRST}")["awareness_candidates"]]
    assert offered == ["discovered", "called", "received"]
    page = sara.page(f"/cases/{FIRST}/step/take")
    assert page.count('name="aware_from"') == 3
    assert f'href="/cases/{FIRST}/step/take"' in sara.page(f"/cases/{FIRST}")
    after = sara.take(FIRST, "take", aware_from="called", reason="Den dag var det en mistanke.")
    assert (after["awareness_candidates"], after["late"]) == ([], True)
    assert [one["state"] for one in after["awareness_corrections"]] == ["asked"]


def test_taking_asks_nothing_where_one_time_is_said(app: Flask, sara: Sara) -> None:
    file(app, citizen())
    assert f'action="/cases/{FIRST}/step/take"' in sara.page(f"/cases/{FIRST}")
    assert 'name="aware_from"' not in sara.page(f"/cases/{FIRST}/step/take")


def test_merged_case_has_no_deadline_and_its_reporter_sees_the_other(app: Flask, sara: Sara) -> None:
    filed = file(app, staff(discovered_at=FRIDAY))
    file(app, staff(), "two")
    sara.take(FIRST, "merge", target_reference=SECOND)
    found = sara.asked(f"/cases/{FIRST}")
    assert (found["due_at"], found["late"], found["merged_into"]) == (None, False, SECOND)
    assert sara.asked(f"/cases/{SECOND}")["late"] is True
    for address in ("/cases?tab=closed", f"/cases/{FIRST}", f"/cases/{FIRST}/authority", "/register"):
        assert f"Se {SECOND}" in sara.page(address), address
    assert f'href="/cases/{SECOND}"' in sara.page(f"/cases/{FIRST}/facts")
    for address in ("/cases?tab=closed", f"/cases/{FIRST}", f"/cases/{FIRST}/authority"):
        assert "frist " not in sara.page(address), address
    status = {"Breach-Status-Code": filed["status_code"]}
    seen = app.test_client().get(f"/api/v1/reports/{FIRST}", headers=status)
    assert said_by(seen)["state"] == "received"
    sara.take(SECOND, "take")
    seen = app.test_client().get(f"/api/v1/reports/{FIRST}", headers=status)
    assert said_by(seen)["state"] == "assessing"


def test_dismissed_case_has_no_deadline(app: Flask, sara: Sara, desk: Runtime) -> None:
    file(app, staff(discovered_at=FRIDAY))
    sara.take(FIRST, "ask_dismissal", reason="Det var en øvelse.")
    decider = {"Authorization": f"Bearer {token(desk, 'beslutter')}"}
    version = sara.asked(f"/cases/{FIRST}")["version"]
    path = f"/api/v1/cases/{FIRST}/steps/dismiss"
    assert sara.api.post(path, json={"version": version}, headers=decider).status_code == 200
    found = sara.asked(f"/cases/{FIRST}")
    assert (found["due_at"], found["late"], found["informing_due_at"]) == (None, False, None)
    for address in ("/cases?tab=closed", f"/cases/{FIRST}", f"/cases/{FIRST}/authority", "/register"):
        page = sara.page(address)
        assert "Ikke et brud" in page, address
        assert "clock-overdue" not in page, address
        assert "overskredet" not in page, address
    assert sara.asked("/cases?tab=overdue")["cases"] == []

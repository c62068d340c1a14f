"""Correcting the awareness by personal tokens: two persons, the same rules as on the pages."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from breach.api.openapi import document
from breach.services.context import Runtime
from tests.api.test_cases import Desk

WHY = "The guard was told first."


@pytest.fixture
def desk(caller: FlaskClient, runtime: Runtime) -> Desk:
    return Desk(caller, runtime)


def moved(desk: Desk, **span: float) -> str:
    """Return the present awareness, moved."""
    return (datetime.fromisoformat(desk.show()["aware_at"]) + timedelta(**span)).isoformat(timespec="minutes")


def test_awareness_is_asked_by_one_and_confirmed_by_another(desk: Desk) -> None:
    before = desk.show()
    wanted = moved(desk, hours=-5)
    asked = desk.done("sagsbehandler", "ask_awareness", aware_at=wanted, reason=WHY)
    assert (asked["aware_at"], asked["due_at"]) == (before["aware_at"], before["due_at"])
    (row,) = asked["awareness_corrections"]
    assert (row["state"], row["reason"], row["decided_by"]) == ("asked", WHY, None)
    status, refused = desk.step("sagsbehandler", "confirm_awareness")
    assert (status, refused["title"]) == (403, "no_right")
    after = desk.done("beslutter", "confirm_awareness", comment="Seen in the log.")
    assert datetime.fromisoformat(after["aware_at"]) == datetime.fromisoformat(wanted)
    assert datetime.fromisoformat(after["due_at"]) == datetime.fromisoformat(wanted) + timedelta(hours=72)
    (row,) = after["awareness_corrections"]
    assert (row["state"], row["decided_by"], row["comment"]) == (
        "confirmed",
        "Bo Beslutter",
        "Seen in the log.",
    )


def test_refusal_and_a_withdrawal_leave_the_time(desk: Desk) -> None:
    before = desk.show()["due_at"]
    desk.done("sagsbehandler", "ask_awareness", aware_at=moved(desk, hours=-5), reason=WHY)
    assert desk.step("beslutter", "refuse_awareness")[0] == 422
    desk.done("beslutter", "refuse_awareness", comment="The log says otherwise.")
    desk.done("sagsbehandler", "ask_awareness", aware_at=moved(desk, hours=-6), reason=WHY)
    found = desk.done("sagsbehandler", "withdraw_awareness")
    assert found["due_at"] == before
    assert sorted(row["state"] for row in found["awareness_corrections"]) == ["refused", "withdrawn"]


@pytest.mark.parametrize(
    ("who", "step", "asked", "status", "code"),
    [
        pytest.param("revisor", "ask_awareness", {"reason": WHY}, 403, "no_right", id="no-right"),
        pytest.param("fremmed", "ask_awareness", {"reason": WHY}, 404, "not_found", id="anothers"),
        pytest.param("sagsbehandler", "ask_awareness", {"reason": " "}, 422, "invalid_input", id="no-reason"),
        pytest.param("sagsbehandler", "ask_awareness", {}, 422, "invalid_input", id="reason-missing"),
        pytest.param("beslutter", "confirm_awareness", None, 409, "step_refused", id="nothing-waits"),
        pytest.param("beslutter", "withdraw_awareness", None, 409, "step_refused", id="nothing-to-withdraw"),
    ],
)
def test_step_not_allowed_is_refused(
    desk: Desk, who: str, step: str, asked: dict[str, str] | None, status: int, code: str
) -> None:
    before = desk.show()
    body = {} if asked is None else {"aware_at": moved(desk, hours=-1), **asked}
    found = desk.step(who, step, **body)
    assert (found[0], found[1]["title"]) == (status, code)
    assert desk.show() == before


@pytest.mark.parametrize(
    ("span", "code"),
    [({"minutes": 3}, "aware_in_future"), ({"days": -50000}, "moment_too_early"), ({}, "aware_unchanged")],
    ids=["future", "long-ago", "unchanged"],
)
def test_time_that_cannot_be_is_named(desk: Desk, span: dict[str, float], code: str) -> None:
    status, found = desk.step("sagsbehandler", "ask_awareness", aware_at=moved(desk, **span), reason=WHY)
    assert status == 422
    assert [(one["field"], one["code"]) for one in found["errors"]] == [("aware_at", code)]
    assert found["errors"][0]["message"] != code


@pytest.mark.parametrize(
    ("at", "code"),
    [
        pytest.param("0001-01-01T00:00+01:00", "moment_too_early", id="first-year"),
        pytest.param("9999-12-31T23:59-10:00", "aware_in_future", id="last-year"),
    ],
)
def test_year_at_the_end_of_the_calendar_is_named(desk: Desk, at: str, code: str) -> None:
    status, found = desk.step("sagsbehandler", "ask_awareness", aware_at=at, reason=WHY)
    assert (status, [one["code"] for one in found["errors"]]) == (422, [code])


def test_notification_in_the_future_is_called_so(desk: Desk) -> None:
    status, found = desk.step(
        "sagsbehandler", "submit_notification", submitted_at=moved(desk, days=2), receipt_number="1"
    )
    assert (status, [one["code"] for one in found["errors"]]) == (422, ["submitted_in_future"])


def test_reason_that_nobody_can_see_is_none(desk: Desk) -> None:
    status, found = desk.step("sagsbehandler", "ask_dismissal", reason="\u200b\u2060")
    assert (status, [(one["field"], one["code"]) for one in found["errors"]]) == (
        422,
        [("reason", "required")],
    )


def test_barred_step_says_why_in_words(desk: Desk) -> None:
    desk.done("beslutter", "ask_awareness", aware_at=moved(desk, hours=-5), reason=WHY)
    status, found = desk.step("beslutter", "confirm_awareness")
    assert (status, found["reasons"]) == (409, ["corrector_differs_from_asker"])
    status, found = desk.step("sagsbehandler", "ask_awareness", aware_at=moved(desk, hours=-6), reason=WHY)
    assert (status, found["detail"]) == (409, "A correction already waits for an answer.")


@pytest.mark.parametrize("name", ["ask", "confirm", "refuse", "withdraw"])
def test_description_says_what_the_step_does(name: str) -> None:
    shown = document()["paths"][f"/cases/{{reference}}/steps/{name}_awareness"]["post"]
    assert shown["summary"] != f"Take the step {name}_awareness"

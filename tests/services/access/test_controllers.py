"""Controllers: stored with everything the public pages say of them, and open in their own time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from breach.domain.errors import InvalidInput
from breach.services.access.controllers import (
    Details,
    add_controller,
    change_controller,
    controller_by_slug,
    list_controllers,
    valid_controllers,
)
from breach.services.demo import NORTH
from breach.store.models import AuditEvent, Controller
from tests.services.conftest import At

WEST = replace(
    NORTH,
    name_da="Region Prøve",
    cvr="DK 12 34 56 74",
    phone="+45 70 00 00 02",
    valid_from=None,
    valid_to=None,
)
NOTHING = Details()


def test_controller_is_stored_as_said_and_valid_from_today(at: At) -> None:
    runtime = at("people").runtime
    with runtime.transaction(now=datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) as ctx:
        add_controller(ctx, "west-2", WEST)
        row = list_controllers(ctx)[-1]
        assert (row.slug, row.cvr, row.name_da) == ("west-2", "12345674", "Region Prøve")
        assert row.valid_from == date(2026, 7, 1)  # it is past midnight in Denmark
        assert (row.valid_to, row.communication_hours, row.voluntary_communication) == (None, 24, False)
    with runtime.transaction() as ctx:
        event = ctx.session.scalars(select(AuditEvent).where(AuditEvent.controller_id == row.id)).one()
        assert (event.kind, event.actor_id) == ("controller.added", None)


def wrong(**said: Any) -> Details:
    return replace(WEST, **said)


@pytest.mark.parametrize(
    ("slug", "details", "expected"),
    [
        pytest.param("nordjylland", WEST, [("slug", "slug_taken")], id="taken"),
        pytest.param("Nord Øst", WEST, [("slug", "slug_invalid")], id="slug"),
        pytest.param("a" * 41, WEST, [("slug", "field_too_long")], id="long-slug"),
        pytest.param("west", wrong(cvr="29190942"), [("cvr", "cvr_invalid")], id="check-digit"),
        pytest.param("west", wrong(cvr="1234"), [("cvr", "cvr_length")], id="short-cvr"),
        pytest.param("west", wrong(phone="ring"), [("phone", "phone_invalid")], id="phone"),
        pytest.param("west", wrong(email="region"), [("email", "email_invalid")], id="email"),
        pytest.param("west", wrong(address=" "), [("address", "detail_missing")], id="blank"),
        pytest.param("west", wrong(dpo_name="a\nb"), [("dpo_name", "control_characters")], id="two-lines"),
        pytest.param(
            "west", wrong(valid_to=date(2020, 1, 1)), [("valid_to", "ends_before_begin")], id="ends-first"
        ),
        pytest.param(
            "west",
            wrong(communication_hours=0),
            [("communication_hours", "hours_outside")],
            id="no-hours",
        ),
        pytest.param(
            "west",
            wrong(name_da=None, dpo_phone=None, email="x"),
            [
                ("dpo_phone", "detail_missing"),
                ("email", "email_invalid"),
                ("name_da", "detail_missing"),
            ],
            id="all-at-once",
        ),
    ],
)
def test_controller_with_faults_is_refused_whole(
    at: At, slug: str, details: Details, expected: list[tuple[str, str]]
) -> None:
    runtime = at("people").runtime
    with pytest.raises(InvalidInput) as error, runtime.transaction() as ctx:
        add_controller(ctx, slug, details)
    assert [(one.field, one.code) for one in error.value.errors] == expected
    with runtime.transaction() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Controller)) == 2


def test_change_touches_what_is_said_and_names_the_details(at: At) -> None:
    runtime = at("people").runtime
    said = Details(dpo_name="Ny Rådgiver", communication_hours=48, cvr=NORTH.cvr)
    with runtime.transaction() as ctx:
        assert change_controller(ctx, "nordjylland", said) == ["communication_hours", "dpo_name"]
    with runtime.transaction() as ctx:
        row = controller_by_slug(ctx, "nordjylland")
        assert row is not None
        assert (row.dpo_name, row.communication_hours, row.phone) == ("Ny Rådgiver", 48, NORTH.phone)
        event = ctx.session.scalars(select(AuditEvent).where(AuditEvent.kind == "controller.changed")).one()
    assert b'"fields":["communication_hours","dpo_name"]' in event.body


@pytest.mark.parametrize(
    ("slug", "said", "field", "code"),
    [
        pytest.param("mars", Details(phone="70 00 00 00"), "controller", "controller_unknown", id="unknown"),
        pytest.param("nordjylland", NOTHING, "controller", "nothing_to_change", id="nothing-said"),
        pytest.param("nordjylland", NORTH, "controller", "nothing_to_change", id="as-it-is"),
        pytest.param(
            "nordjylland", Details(valid_to=date(2006, 1, 1)), "valid_to", "ends_before_begin", id="past"
        ),
        pytest.param("nordjylland", Details(name_en=""), "name_en", "detail_missing", id="taken-away"),
    ],
)
def test_change_that_will_not_do_is_refused(at: At, slug: str, said: Details, field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as error, at("people").runtime.transaction() as ctx:
        change_controller(ctx, slug, said)
    assert [(one.field, one.code) for one in error.value.errors] == [(field, code)]


def test_region_takes_reports_only_in_its_own_time(at: At) -> None:
    runtime = at("people").runtime
    with runtime.transaction() as ctx:
        change_controller(ctx, "nordjylland", Details(valid_to=date(2026, 12, 31)))
    with runtime.transaction() as ctx:
        shown = {day: [one.slug for one in valid_controllers(ctx.session, day)] for day in MOMENTS}
        assert controller_by_slug(ctx, "ukendt") is None
    assert list(shown.values()) == [[], ["nordjylland", "eksempel"], ["eksempel"]]


MOMENTS = (
    datetime(2006, 12, 31, 12, tzinfo=UTC),
    datetime(2026, 12, 31, 22, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 0, tzinfo=UTC),  # the new year has come in Denmark
)

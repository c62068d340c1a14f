"""A request that was held on its way acts with the rights that its person has when it writes."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from breach.domain.states import CaseState, Role
from breach.services.access import accounts
from breach.services.access.controllers import known_controller
from breach.services.access.people import RoleAt
from breach.services.access.tokens import add_token
from breach.services.context import Context
from breach.services.demo import DEMO_PASSWORD
from breach.store.models import ApiToken, BreachCase, LoginSession, Person
from breach.web.app import create_app
from tests.support.scenario import Service, make_service
from tests.web.conftest import log_in, token_of

Meanwhile = Callable[[Context], object]


def disable(ctx: Context) -> None:
    """Disable the handler."""
    accounts.disable(ctx, "sagsbehandler")


def log_out(ctx: Context) -> None:
    """End every log-in."""
    ctx.session.execute(delete(LoginSession))


def revoke(ctx: Context) -> None:
    """Revoke every token."""
    ctx.session.execute(update(ApiToken).values(revoked_at=ctx.now))


def take_role(ctx: Context) -> None:
    """Take the handler's role."""
    accounts.change_roles(ctx, "sagsbehandler", [], [RoleAt(Role.CASE_HANDLER, "nordjylland")])


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Service]:
    found = make_service(tmp_path, f"sqlite:///{tmp_path / 'breach.db'}")
    found.open()
    yield found
    found.runtime.close()


def during_the_request(app: Flask, service: Service, meanwhile: Meanwhile) -> None:
    """Have something happen after the rights of a request were read, and before it writes."""

    def happen() -> None:
        with service.runtime.transaction() as ctx:
            meanwhile(ctx)

    app.before_request_funcs.setdefault(None, []).append(happen)


def state_of(service: Service) -> CaseState:
    with service.runtime.transaction() as ctx:
        return ctx.session.query(BreachCase).one().state


@pytest.mark.parametrize(
    ("meanwhile", "status"),
    [
        pytest.param(disable, 400, id="disabled"),
        pytest.param(log_out, 400, id="logged-out"),
        pytest.param(take_role, 400, id="role-taken"),
    ],
)
def test_held_form_does_not_act(held: Service, meanwhile: Meanwhile, status: int) -> None:
    app = create_app(held.runtime)
    client = app.test_client()
    log_in(client, DEMO_PASSWORD, "sagsbehandler")
    form = _form_of(client, held)
    during_the_request(app, held, meanwhile)
    answer = client.post(f"/cases/{held.reference}/step/take", data=form)
    assert (answer.status_code, state_of(held)) == (status, CaseState.REPORTED)
    if status == 400:
        assert "Log ind" in answer.get_data(as_text=True)


def test_held_form_acts_when_nothing_changed(held: Service) -> None:
    client = create_app(held.runtime).test_client()
    log_in(client, DEMO_PASSWORD, "sagsbehandler")
    client.post(f"/cases/{held.reference}/step/take", data=_form_of(client, held))
    assert state_of(held) is CaseState.ASSESSING


def _form_of(client: FlaskClient, service: Service) -> dict[str, str]:
    page = f"/cases/{service.reference}/step/take"
    return {"csrf_token": token_of(client, page), "version": str(service.version())}


@pytest.mark.parametrize(
    ("meanwhile", "status"),
    [
        pytest.param(disable, 401, id="disabled"),
        pytest.param(revoke, 401, id="revoked"),
        pytest.param(take_role, 401, id="role-taken"),
    ],
)
def test_held_api_request_does_not_act(held: Service, meanwhile: Meanwhile, status: int) -> None:
    with held.runtime.transaction() as ctx:
        person = ctx.session.query(Person).filter_by(username="sagsbehandler").one()
        token = add_token(ctx, known_controller(ctx, "nordjylland"), "Tests", person)
    client = create_app(held.runtime).test_client()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("breach.api.cases.read_json", partial(_held_body, held, meanwhile))
        answer = client.post(
            f"/api/v1/cases/{held.reference}/steps/take", headers={"Authorization": f"Bearer {token}"}
        )
    assert (answer.status_code, state_of(held)) == (status, CaseState.REPORTED)


def _held_body(service: Service, meanwhile: Meanwhile) -> dict[str, int]:
    """Return the body of a step that came only after something had happened."""
    with service.runtime.transaction() as ctx:
        meanwhile(ctx)
    return {"version": 1}

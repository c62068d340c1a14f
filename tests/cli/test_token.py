"""`breach token`: given once, of use to the API at once, and ended at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from breach.cli import group
from breach.domain.errors import InvalidInput
from breach.services.access import role_requests
from breach.services.access.people import actor_of
from breach.services.context import Runtime
from breach.store.models import ApiToken, AuditEvent, Controller, Person
from breach.web.app import create_app
from tests.support.access import add_role
from tests.support.reporting import service


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """The demonstration's people, and the settings with which the command finds them."""
    for name, value in {"HOME": str(tmp_path), "PROFILE": "test"}.items():
        monkeypatch.setenv(f"BREACH_{name}", value)
    monkeypatch.delenv("BREACH_DATABASE_URL", raising=False)
    with service(tmp_path) as found:
        yield found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["token", *arguments], standalone_mode=False)


def status(runtime: Runtime, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return create_app(runtime).test_client().get("/api/v1/cases", headers=headers).status_code


def test_token_is_printed_once_works_and_ends(runtime: Runtime) -> None:
    added = run("add", "--person", "sagsbehandler", "--days", "30")
    token = added.stdout.strip()
    number = added.stderr.split()[-1]
    assert token.startswith("brd_")
    assert status(runtime, token) == 200
    listed = run("list").output
    assert listed.startswith(f"{number}  sagsbehandler ")
    assert token not in listed
    assert run("revoke", number).output == f"{number} revoked\n"
    assert status(runtime, token) == 401
    assert "revoked" in run("list").output
    with runtime.transaction() as ctx:
        assert token not in repr(vars(ctx.session.scalars(select(ApiToken)).one()))
        kinds = set(ctx.session.scalars(select(AuditEvent.kind)))
    assert {"token.added", "token.revoked"} <= kinds


@pytest.mark.parametrize(
    ("arguments", "field", "code"),
    [
        pytest.param(["add", "--person", "ingen"], "person", "person_unknown", id="nobody"),
        pytest.param(
            ["add", "--person", "revisor", "--controller", "mars"],
            "controller",
            "controller_unknown",
            id="no-such-controller",
        ),
        pytest.param(
            ["add", "--person", "revisor", "--controller", "eksempel"],
            "controller",
            "controller_needed",
            id="no-role-there",
        ),
        pytest.param(["add", "--person", "revisor", "--days", "0"], "days", "token_days", id="no-days"),
        pytest.param(["add", "--person", "revisor", "--days", "366"], "days", "token_days", id="too-long"),
        pytest.param(["revoke", "000000000000"], "token", "token_unknown", id="no-such-token"),
        pytest.param(["revoke", "%"], "token", "token_unknown", id="a-pattern"),
    ],
)
def test_command_that_cannot_be_done_says_so(
    runtime: Runtime, arguments: list[str], field: str, code: str
) -> None:
    error = run(*arguments).exception
    assert isinstance(error, InvalidInput)
    assert [(one.field, one.code) for one in error.errors] == [(field, code)]
    with runtime.transaction() as ctx:
        assert ctx.session.scalars(select(ApiToken)).all() == []


def test_person_of_two_controllers_must_say_which(runtime: Runtime) -> None:
    with runtime.transaction() as ctx:
        person = ctx.session.scalars(select(Person).where(Person.username == "revisor")).one()
        other = ctx.session.scalars(select(Controller).where(Controller.slug == "eksempel")).one()
        add_role(ctx.session, person.id, other.id, person.grants[0].role, ctx.now)
    assert isinstance(run("add", "--person", "revisor").exception, InvalidInput)
    assert run("add", "--person", "revisor", "--controller", "eksempel").stdout.startswith("brd_")


def test_disabled_person_gets_no_token(runtime: Runtime) -> None:
    with runtime.transaction() as ctx:
        ctx.session.scalars(select(Person).where(Person.username == "revisor")).one().disabled_at = ctx.now
    assert isinstance(run("add", "--person", "revisor").exception, InvalidInput)


def test_person_without_a_role_gets_no_token_and_is_told_why(runtime: Runtime) -> None:
    with runtime.transaction() as ctx:
        people = {one.username: one for one in ctx.session.scalars(select(Person))}
        frode = people["frigiver"].id
        asking = replace(ctx, actor=actor_of(people["administrator"]))
        role_requests.close_out(asking, frode)
        role_requests.let_in(asking, frode)
    raised = run("add", "--person", "frigiver").exception
    assert isinstance(raised, InvalidInput)
    assert [(one.field, one.code) for one in raised.errors] == [("person", "person_without_role")]

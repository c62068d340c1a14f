"""Who reports anonymously stands nowhere beside the report, logged in or with a token of their own."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import inspect, select, text

from breach.domain.states import Role
from breach.services.access.passwords import hash_password
from breach.services.context import Runtime
from breach.store.models import BreachCase, Controller, Person, Report
from breach.web.app import create_app
from tests.support.access import add_role
from tests.support.reporting import citizen, key_of, service, token
from tests.web.conftest import PASSWORD, log_in
from tests.web.intake.test_report import Reporter, to_check

PERSON, NAME, ACCOUNT = 987_654_321, "Birthe Opdigtet", "birthe.opdigtet"
KEY = key_of("anonymous report")
ANONYMOUS = {"kind": "citizen", "anonymous": "y"}
NAMED = {"kind": "citizen"}


@pytest.fixture
def runtime(tmp_path: Path, database_url: str) -> Iterator[Runtime]:
    """A service with one person whose number is like no other value."""
    with service(tmp_path, database_url if database_url.startswith("postgresql") else "") as found:
        with found.transaction() as ctx:
            region = ctx.session.scalars(select(Controller).where(Controller.slug == "nordjylland")).one()
            person = Person(
                id=PERSON,
                username=ACCOUNT,
                name=NAME,
                password_hash=hash_password(PASSWORD),
                created_at=ctx.now,
            )
            ctx.session.add(person)
            ctx.session.flush()
            add_role(ctx.session, PERSON, region.id, Role.CASE_HANDLER, ctx.now)
        yield found


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    return create_app(runtime)


@pytest.fixture
def reporter(app: Flask) -> Reporter:
    """The person's browser, logged in."""
    client = app.test_client()
    assert log_in(client, username=ACCOUNT).status_code == 303
    return Reporter(client)


def rows(runtime: Runtime) -> set[tuple[str, str]]:
    """Return every row of every table as text."""
    with runtime.transaction() as ctx:
        connection = ctx.session.connection()
        tables = inspect(connection).get_table_names()
        return {
            (table, "|".join(_text(value) for value in row))
            for table in tables
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        }


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace") + " " + bytes(value).hex()
    return str(value)


def naming(found: set[tuple[str, str]], *more: str) -> list[str]:
    """Return the tables of the rows that tell who the person is."""
    telling = (str(PERSON), NAME, ACCOUNT, *more)
    return sorted({table for table, row in found if any(one in row for one in telling)})


@pytest.mark.parametrize(("who", "names"), [(ANONYMOUS, False), (NAMED, True)], ids=["anonymous", "named"])
def test_report_on_the_page_names_its_reporter_only_where_they_say_so(
    runtime: Runtime, reporter: Reporter, who: dict[str, str], names: bool
) -> None:
    before = rows(runtime)
    to_check(reporter, who)
    drafted = rows(runtime) - before
    assert {table for table, _ in drafted} >= {"report_draft"}
    assert naming(drafted) == []
    assert reporter.goes("/report/check") == "/report/receipt"
    new = rows(runtime) - before
    assert {table for table, _ in new} >= {"breach_case", "report", "audit_event"}
    assert (naming(new) != []) is names


@pytest.mark.parametrize(("anonymous", "names"), [(True, False), (False, True)], ids=["anonymous", "named"])
def test_report_by_a_personal_token_names_its_person_only_where_it_is_not_anonymous(
    runtime: Runtime, app: Flask, anonymous: bool, names: bool
) -> None:
    given = token(runtime, ACCOUNT)
    before = rows(runtime)
    token_hash = sha256(given.encode()).hexdigest()
    filed = citizen(anonymous=True, contact=None) if anonymous else citizen()
    headers = {"Authorization": f"Bearer {given}", "Idempotency-Key": KEY}
    assert app.test_client().post("/api/v1/reports", json=filed, headers=headers).status_code == 202
    with_token = sha256("\x1f".join(("api", token_hash, KEY)).encode()).hexdigest()
    found = naming(rows(runtime) - before, token_hash, with_token)
    assert (found != []) is names
    assert ("report" in found) is names


def test_anonymous_report_by_a_personal_token_goes_to_the_controller_of_the_token(
    runtime: Runtime, app: Flask
) -> None:
    headers = {"Authorization": f"Bearer {token(runtime, ACCOUNT)}", "Idempotency-Key": KEY}
    filed = citizen(controller=None, anonymous=True, contact=None)
    client = app.test_client()
    first, again = (client.post("/api/v1/reports", json=filed, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json == again.json
    with runtime.transaction() as ctx:
        slugs = select(Controller.slug).join(BreachCase, BreachCase.controller_id == Controller.id)
        assert ctx.session.scalars(slugs).all() == ["nordjylland"]
        assert ctx.session.scalars(select(Report.anonymous)).all() == [True]


def test_page_says_that_a_log_in_is_not_kept_and_the_receipt_names_nobody(
    app: Flask, reporter: Reporter
) -> None:
    kept = "gemmer vi hverken dit navn eller dit log-in"
    assert kept in reporter.page("/report").get_text()
    assert kept not in Reporter(app.test_client()).page("/report").get_text()
    to_check(reporter, ANONYMOUS)
    reporter.goes("/report/check")
    printed = reporter.client.get("/report/receipt?show=print").text
    main = BeautifulSoup(printed, "lxml").main
    assert main is not None
    assert "Udskrevet" in main.get_text()
    assert NAME not in main.get_text()

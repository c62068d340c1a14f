"""Persons: made whole or not at all, with roles that go together, and closed out at once."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from breach.domain.errors import InvalidInput
from breach.domain.passwords import DEMO_PASSWORD
from breach.domain.states import Role
from breach.services.access import accounts, people
from breach.services.access.controllers import controller_by_slug
from breach.services.access.passwords import WeakPassword, log_in
from breach.services.access.people import NewPerson, RoleAt, actor_of, add_person, role_at
from breach.services.access.tokens import add_token
from breach.services.context import Context
from breach.store.models import ApiToken, AuditEvent, LoginSession, Person, RoleGrant
from tests.services.conftest import At
from tests.support.access import add_login, confirm_all
from tests.support.waiting import SLOW

HANDLER, IDENTITY, AUDITOR = Role.CASE_HANDLER, Role.RECIPIENTS_IDENTITY, Role.AUDITOR
PASSWORD = "et-langt-kodeord-til-prøve"
NEW = NewPerson("nina.ny", "Nina Ny", PASSWORD, (RoleAt(HANDLER, "nordjylland"), RoleAt(AUDITOR, "eksempel")))


def ids(ctx: Context) -> dict[str, int]:
    found = {slug: controller_by_slug(ctx, slug) for slug in ("nordjylland", "eksempel")}
    return {slug: row.id for slug, row in found.items() if row is not None}


def refusal(at: At, step: Callable[..., Any], *arguments: Any) -> list[tuple[str, str]]:
    """Return what a step is refused for; nothing of it may stay."""
    runtime = at("people").runtime

    def counts() -> list[int | None]:
        with runtime.transaction() as ctx:
            tables = (Person, RoleGrant, AuditEvent)
            return [ctx.session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = counts()
    with pytest.raises(InvalidInput) as error, runtime.transaction() as ctx:
        step(ctx, *arguments)
    assert counts() == before
    return [(one.field, one.code) for one in error.value.errors]


def test_person_acts_with_the_roles_given(at: At) -> None:
    runtime = at("people").runtime
    with runtime.transaction() as ctx:
        person = add_person(ctx, NEW)
        region = ids(ctx)
        assert actor_of(person).roles == {
            (region["eksempel"], AUDITOR)
        }  # the other region has administrators
        assert NEW.password not in person.password_hash
        assert person.password_hash.startswith("$argon2id$")
    with runtime.transaction() as ctx:
        events = ctx.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(3)).all()
        kinds = ["person.role_given", "person.role_asked", "person.added"]
        assert [event.kind for event in events] == kinds
        assert [event.controller_id for event in events] == [region["eksempel"], region["nordjylland"], None]
        assert all(b"Nina" not in event.body and event.actor_id is None for event in events)
    confirm_all(runtime)
    with runtime.transaction() as ctx:
        found = ctx.session.scalars(select(Person).where(Person.username == NEW.username)).one()
        assert actor_of(found).roles == {(region["nordjylland"], HANDLER), (region["eksempel"], AUDITOR)}


def new(**other: Any) -> NewPerson:
    return replace(NEW, **other)


def roles(*words: str) -> tuple[RoleAt, ...]:
    return tuple(map(role_at, words))


@pytest.mark.parametrize(
    ("person", "field", "code"),
    [
        pytest.param(new(username="revisor"), "username", "username_taken", id="taken"),
        pytest.param(new(username="Nina"), "username", "username_invalid", id="capital"),
        pytest.param(new(username="nina\n"), "username", "username_invalid", id="line-end"),
        pytest.param(new(username="n-251248-9996"), "username", "username_invalid", id="cpr"),
        pytest.param(new(name=" "), "name", "name_missing", id="no-name"),
        pytest.param(new(name="N" * 201), "name", "name_invalid", id="long-name"),
        pytest.param(new(name="Nina\x07"), "name", "name_invalid", id="bell"),
        pytest.param(new(password="kort"), "password", "password_length", id="short"),
        pytest.param(new(password="nina og hendes hest"), "password", "password_name", id="own-name"),
        pytest.param(new(password="eksempel på et kodeord"), "password", "password_name", id="region"),
        pytest.param(new(password="kodeordkodeord12"), "password", "password_common", id="common"),
        pytest.param(new(roles=()), "role", "role_missing", id="no-role"),
        pytest.param(new(roles=roles("decider@mars")), "role", "controller_unknown", id="no-region"),
        pytest.param(
            new(roles=roles("auditor@eksempel", "decider@eksempel")), "role", "roles_clash", id="clash"
        ),
    ],
)
def test_person_with_faults_is_refused_whole(at: At, person: NewPerson, field: str, code: str) -> None:
    assert refusal(at, add_person, person) == [(field, code)]


def test_username_taken_by_two_at_once_is_refused_to_the_second(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looks before the first has stored anything: PostgreSQL lets it, SQLite makes it wait."""
    service = at("people")
    looked = Event()
    shown = list[InvalidInput]()
    runtime, hash_it = service.runtime, people.hashed

    def hashed(*words: Any) -> str:
        looked.set()
        return hash_it(*words)

    def second() -> None:
        try:
            with runtime.transaction() as ctx:
                add_person(ctx, NEW)
        except InvalidInput as error:
            shown.append(error)

    other = Thread(target=second)
    with runtime.transaction() as ctx:
        add_person(ctx, NEW)
        monkeypatch.setattr(people, "hashed", hashed)
        other.start()
        is_postgresql = ctx.session.get_bind().dialect.name == "postgresql"
        assert looked.wait(SLOW if is_postgresql else 0.3) is is_postgresql
    other.join(SLOW)
    assert [(one.field, one.code) for error in shown for one in error.errors] == [
        ("username", "username_taken")
    ]
    with runtime.transaction() as ctx:
        same = select(func.count()).select_from(Person).where(Person.username == NEW.username)
        assert ctx.session.scalar(same) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param("decider", "role_form", id="no-region"),
        pytest.param("decider@", "role_form", id="empty-region"),
        pytest.param("chief@nordjylland", "role_unknown", id="no-such-role"),
    ],
)
def test_role_is_written_with_its_region(words: str, code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        role_at(words)
    assert [one.code for one in error.value.errors] == [code]
    assert "case_handler, decider" in str(error.value.errors[0].values["roles"])


def visit_of(ctx: Context, username: str) -> None:
    """Leave an open session and a living token of the person, the latter for the North Denmark Region."""
    person = ctx.session.scalars(select(Person).where(Person.username == username)).one()
    controller = controller_by_slug(ctx, "nordjylland")
    assert controller is not None
    add_login(ctx.session, person.id, ctx.now)
    add_token(ctx, controller, username, person)


def alive(ctx: Context) -> tuple[int, int]:
    """Return how many sessions and tokens there are."""
    sessions = ctx.session.scalar(select(func.count()).select_from(LoginSession))
    living = select(func.count()).select_from(ApiToken).where(ApiToken.revoked_at.is_(None))
    return sessions or 0, ctx.session.scalar(living) or 0


def held(ctx: Context, username: str) -> tuple[str, ...]:
    return next(one.roles for one in accounts.list_people(ctx) if one.username == username)


@pytest.mark.parametrize(
    ("give", "take", "left", "waiting", "tokens"),
    [
        pytest.param(
            ["decider@nordjylland"],
            [],
            ("case_handler@nordjylland",),
            ("decider@nordjylland",),
            1,
            id="one-more",
        ),
        pytest.param(
            ["auditor@nordjylland"],
            ["case_handler@nordjylland"],
            (),
            ("auditor@nordjylland",),
            0,
            id="another-instead",
        ),
        pytest.param(
            ["approver@eksempel"], ["case_handler@nordjylland"], ("approver@eksempel",), (), 0, id="elsewhere"
        ),
        pytest.param([], ["case_handler@nordjylland"], (), (), 0, id="none-left"),
    ],
)
def test_roles_are_taken_at_once_and_wait_where_two_administer_and_sessions_end(
    at: At, give: list[str], take: list[str], left: tuple[str, ...], waiting: tuple[str, ...], tokens: int
) -> None:
    runtime = at("people").runtime
    with runtime.transaction() as ctx:
        visit_of(ctx, "sagsbehandler")
    with runtime.transaction() as ctx:
        accounts.change_roles(ctx, "sagsbehandler", roles(*give), roles(*take))
    with runtime.transaction() as ctx:
        assert held(ctx, "sagsbehandler") == left
        assert accounts.listed(ctx, "sagsbehandler").waiting == waiting
        assert alive(ctx) == (0, tokens)


@pytest.mark.parametrize(
    ("username", "give", "take", "field", "code"),
    [
        pytest.param("ingen", ["decider@eksempel"], [], "username", "username_unknown", id="nobody"),
        pytest.param("revisor", [], [], "role", "role_missing", id="nothing-said"),
        pytest.param("revisor", ["auditor@nordjylland"], [], "role", "role_held", id="held"),
        pytest.param(
            "beslutter",
            ["approver@nordjylland", "approver@nordjylland"],
            [],
            "role",
            "role_waits",
            id="waits",
        ),
        pytest.param(
            "administrator2",
            ["auditor@nordjylland", "decider@nordjylland"],
            ["administrator@nordjylland"],
            "role",
            "roles_clash",
            id="clashes-with-one-that-waits",
        ),
        pytest.param("revisor", [], ["decider@nordjylland"], "role", "role_not_held", id="not-held"),
        pytest.param("revisor", ["decider@mars"], [], "role", "controller_unknown", id="no-region"),
        pytest.param("revisor", ["decider@nordjylland"], [], "role", "roles_clash", id="auditor-decides"),
        pytest.param(
            "administrator",
            ["auditor@nordjylland"],
            ["administrator@eksempel"],
            "role",
            "role_not_held",
            id="all-or-none",
        ),
        pytest.param("administrator", ["auditor@nordjylland"], [], "role", "roles_clash", id="administrator"),
        pytest.param("godkender", ["administrator@nordjylland"], [], "role", "roles_clash", id="approver"),
    ],
)
def test_roles_that_cannot_be_given_change_nothing(
    at: At, username: str, give: list[str], take: list[str], field: str, code: str
) -> None:
    assert refusal(at, accounts.change_roles, username, roles(*give), roles(*take)) == [(field, code)]


def test_auditor_may_be_shown_the_recipients(at: At) -> None:
    runtime = at("people").runtime
    with runtime.transaction() as ctx:
        accounts.change_roles(ctx, "revisor", roles("recipients_identity@nordjylland"), ())
    confirm_all(runtime)
    with runtime.transaction() as ctx:
        assert held(ctx, "revisor") == ("auditor@nordjylland", "recipients_identity@nordjylland")


def test_new_password_is_the_only_one_and_ends_sessions(at: At) -> None:
    runtime = at("people").runtime
    with runtime.transaction() as ctx:
        visit_of(ctx, "sagsbehandler")
        accounts.set_password(ctx, "sagsbehandler", PASSWORD)
        assert alive(ctx) == (0, 1)
    assert log_in(runtime, "sagsbehandler", PASSWORD).person_id is not None
    assert log_in(runtime, "sagsbehandler", DEMO_PASSWORD).person_id is None
    weak = refusal(at, accounts.set_password, "sagsbehandler", "saras egen hemmelighed")
    assert weak == [("password", "password_name")]


def test_demonstration_password_is_refused_in_production(at: At) -> None:
    runtime = at("people").runtime
    with runtime.transaction() as ctx:
        accounts.set_password(ctx, "revisor", DEMO_PASSWORD)
        strict = replace(ctx, settings=replace(ctx.settings, profile="production"))
        for refused in (
            lambda: accounts.set_password(strict, "revisor", DEMO_PASSWORD),
            lambda: add_person(strict, new(password=DEMO_PASSWORD)),
        ):
            with pytest.raises(WeakPassword):
                refused()


def test_disabled_person_is_out_and_comes_back_without_tokens(at: At) -> None:
    runtime = at("people").runtime
    with runtime.transaction() as ctx:
        visit_of(ctx, "sagsbehandler")
        assert accounts.disable(ctx, "sagsbehandler") == accounts.Ended(sessions=1, tokens=1)
        assert alive(ctx) == (0, 0)
    assert log_in(runtime, "sagsbehandler", DEMO_PASSWORD).person_id is None
    with runtime.transaction() as ctx:
        accounts.enable(ctx, "sagsbehandler")
        assert held(ctx, "sagsbehandler") == ()
        assert accounts.listed(ctx, "sagsbehandler").waiting == ("case_handler@nordjylland",)
    assert log_in(runtime, "sagsbehandler", DEMO_PASSWORD).person_id is not None
    with runtime.transaction() as ctx:
        assert alive(ctx) == (0, 0)
        kinds = set(ctx.session.scalars(select(AuditEvent.kind)))
    assert {"person.disabled", "person.enabled"} <= kinds


def test_person_is_not_disabled_or_enabled_twice(at: At) -> None:
    assert refusal(at, accounts.enable, "revisor") == [("username", "person_enabled")]
    with at("people").runtime.transaction() as ctx:
        accounts.disable(ctx, "revisor")
        with pytest.raises(InvalidInput):
            accounts.disable(ctx, "revisor")


def test_administrator_alone_sees_no_case(at: At) -> None:
    actors = at("people").actors
    assert actors["administrator"].controllers == ()
    assert len(actors["revisor"].controllers) == 1


def test_token_is_kept_as_a_hash_and_lives_a_year_at_most(at: At) -> None:
    service = at("people")
    with service.runtime.transaction() as ctx:
        region = controller_by_slug(ctx, "nordjylland")
        assert region is not None
        token = add_token(ctx, region, "ESDH", None, days=4000)
        row = ctx.session.scalars(select(ApiToken)).one()
        assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
        assert row.expires_at == ctx.now + timedelta(days=365)
    assert token.startswith("brd_")

"""Roles need two: who may ask, confirm, refuse and withdraw, what is taken at once, and what is announced."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Event
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from breach.domain.errors import DomainError, Forbidden, InvalidInput, NotFound, StepRefused
from breach.domain.states import Role
from breach.services.access import accounts, announcements, overview, role_requests, tokens
from breach.services.access.people import NewPerson, RoleAt, actor_of, add_person, role_at
from breach.services.context import Actor, Context
from breach.services.demo import DEMO_PASSWORD
from breach.store.models import AccessChange, AuditEvent, LoginSession, Person, RoleGrant, RoleRequest
from breach.store.verify.chain import verify
from tests.services.conftest import At
from tests.support.access import add_login, add_role, confirm_all
from tests.support.scenario import Service, actors_of
from tests.support.waiting import SLOW

NORTH, OTHER = 1, 2
"""Ids of the demonstration's regions: nordjylland, where two administer, and eksempel, where nobody does."""
ANN, ADAM = "administrator", "administrator2"
OUTSIDERS = [
    *(pytest.param(who, Forbidden, id=who) for who in ("sagsbehandler", "beslutter", "revisor", "fremmed")),
    pytest.param("olga", NotFound, id="administrator-of-another-region"),
]


@pytest.fixture
def service(at: At) -> Service:
    """The demonstration, and an administrator of the other region."""
    made = at("people")
    with made.runtime.transaction() as ctx:
        administers = (RoleAt(Role.ADMINISTRATOR, "eksempel"),)
        add_person(ctx, NewPerson("olga", "Olga Prøve", DEMO_PASSWORD, administers))
    made.actors = actors_of(made.runtime)
    return made


def act(service: Service, who: str, step: Callable[..., Any], *arguments: Any) -> Any:
    with service.runtime.transaction(service.actors[who]) as ctx:
        return step(ctx, *arguments)


def asked(service: Service, username: str = "sagsbehandler", role: str = "releaser", by: str = ANN) -> UUID:
    found: RoleRequest = act(service, by, role_requests.ask, username, role, NORTH)
    return found.id


def held(service: Service, username: str) -> tuple[str, ...]:
    with service.runtime.transaction() as ctx:
        return accounts.listed(ctx, username).roles


def announced(service: Service, person: str) -> list[tuple[str, str | None, str | None]]:
    """Return kind, role and doer of every change of a person that is not of the seeding."""
    names = {actor.person_id: username for username, actor in service.actors.items()}
    with service.runtime.transaction() as ctx:
        wanted = (
            select(AccessChange)
            .join(Person, Person.id == AccessChange.person_id)
            .where(Person.username == person, AccessChange.seen_by.is_(None))
            .order_by(AccessChange.at, AccessChange.id)
        )
        return [
            (row.kind, row.role.value if row.role else None, names.get(row.done_by or 0))
            for row in ctx.session.scalars(wanted)
        ]


def holds(service: Service) -> bool:
    with service.runtime.sessions() as session:
        return verify(session, service.runtime.settings.anchor_file) is None


def refused(service: Service, who: str, step: Callable[..., Any], *arguments: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        act(service, who, step, *arguments)
    return error.value


def test_role_holds_once_another_administrator_confirms_it(service: Service) -> None:
    with service.runtime.transaction() as ctx:
        person = service.actors["sagsbehandler"].person_id
        assert person is not None
        add_login(ctx.session, person, ctx.now)
    request = asked(service)
    assert held(service, "sagsbehandler") == ("case_handler@nordjylland",)
    act(service, ADAM, role_requests.confirm, request)
    assert held(service, "sagsbehandler") == ("case_handler@nordjylland", "releaser@nordjylland")
    with service.runtime.transaction() as ctx:
        assert ctx.session.scalars(select(LoginSession)).all() == []
        found = ctx.session.scalars(select(Person).where(Person.username == "sagsbehandler")).one()
        settings = ctx.settings
        assert actor_of(found, settings.new_since(ctx.now)).new_roles == {(NORTH, Role.RELEASER)}
        assert not actor_of(found, settings.new_since(ctx.now + timedelta(hours=24))).new_roles
        kinds = ctx.session.scalars(select(AuditEvent.kind)).all()
        grants = len(ctx.session.scalars(select(RoleGrant)).all())
    assert [kinds.count(f"person.role_{word}") for word in ("asked", "given")] == [1, grants]
    assert announced(service, "sagsbehandler") == [
        ("asked", "releaser", ANN),
        ("given", "releaser", ADAM),
    ]
    assert holds(service)


ENDED: dict[str, Callable[[Service, UUID], Any]] = {
    "confirmed": lambda s, one: act(s, ADAM, role_requests.confirm, one),
    "refused": lambda s, one: act(s, ADAM, role_requests.refuse, one, "Frode er nok."),
    "withdrawn": lambda s, one: act(s, ANN, role_requests.withdraw, one),
}
STEPS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "confirm": (role_requests.confirm, ()),
    "refuse": (role_requests.refuse, ("Nej.",)),
    "withdraw": (role_requests.withdraw, ()),
}


@pytest.mark.parametrize("state", [*ENDED, "founding"])
def test_role_request_is_not_answered_again(service: Service, state: str) -> None:
    if state == "founding":
        with service.runtime.transaction() as ctx:
            wanted = select(RoleRequest.id).where(RoleRequest.state == "founding")
            request = ctx.session.scalars(wanted.where(RoleRequest.controller_id == NORTH)).all()[0]
    else:
        request = asked(service)
        ENDED[state](service, request)
    for step, more in STEPS.values():
        for who in (ANN, ADAM):
            error = refused(service, who, step, request, *more)
            assert isinstance(error, StepRefused)
            assert error.reasons == ("request_answered",)
    with service.runtime.transaction() as ctx:
        assert ctx.session.get_one(RoleRequest, request).state == state


BARRED = [
    pytest.param(ANN, "confirm", "confirmer_differs_from_asker", id="asker-confirms"),
    pytest.param(ANN, "refuse", "confirmer_differs_from_asker", id="asker-refuses"),
    pytest.param(ADAM, "withdraw", "only_asker_withdraws_role", id="another-withdraws"),
]


@pytest.mark.parametrize(("who", "step", "reason"), BARRED)
def test_role_is_not_given_by_one_alone(service: Service, who: str, step: str, reason: str) -> None:
    request = asked(service)
    function, more = STEPS[step]
    error = refused(service, who, function, request, *more)
    assert isinstance(error, StepRefused)
    assert error.reasons == (reason,)
    assert held(service, "sagsbehandler") == ("case_handler@nordjylland",)
    shown = act(service, who, overview.request_page, request)
    assert shown.barred[step] == (reason,)


def test_role_request_is_not_answered_by_whom_it_is_for(service: Service) -> None:
    with service.runtime.transaction() as ctx:
        nina = NewPerson("nina", "Nina Prøve", DEMO_PASSWORD, (RoleAt(Role.ADMINISTRATOR, "nordjylland"),))
        add_person(ctx, nina)
    confirm_all(service.runtime)
    service.actors = actors_of(service.runtime)
    act(service, ANN, role_requests.take_role, service.actors["nina"].person_id, NORTH, "administrator")
    request = asked(service, "nina", "administrator")  # her page still acts as an administrator
    for step in ("confirm", "refuse"):
        function, more = STEPS[step]
        error = refused(service, "nina", function, request, *more)
        assert isinstance(error, StepRefused)
        assert error.reasons == ("confirmer_differs_from_person",)
    assert isinstance(refused(service, "nina", role_requests.ask, "nina", "decider", NORTH), InvalidInput)


def test_administrator_of_today_confirms_nothing_yet(service: Service) -> None:
    request = asked(service)
    adam = service.actors[ADAM]
    service.actors[ADAM] = replace(adam, new_roles=adam.roles)
    error = refused(service, ADAM, role_requests.confirm, request)
    assert isinstance(error, StepRefused)
    assert error.reasons == ("role_is_new",)
    act(
        service, ADAM, role_requests.refuse, request, "Jeg kender hende ikke."
    )  # to say no is the safe direction


LOST: dict[str, Callable[[Service], Any]] = {
    "role-taken": lambda s: act(
        s, ANN, role_requests.take_role, s.actors[ADAM].person_id, NORTH, "administrator"
    ),
    "closed-out": lambda s: act(s, ANN, role_requests.close_out, s.actors[ADAM].person_id),
}


@pytest.mark.parametrize("how", LOST)
def test_role_request_is_not_confirmed_by_who_lost_the_right(service: Service, how: str) -> None:
    request = asked(service)
    adam = service.actors[ADAM]
    LOST[how](service)
    assert service.actors[ADAM] is adam  # who he is was read before, as at the start of a request
    assert isinstance(refused(service, ADAM, role_requests.confirm, request), Forbidden)
    assert held(service, "sagsbehandler") == ("case_handler@nordjylland",)


ASKER_LOST: dict[str, Callable[[Service], Any]] = {
    "role-taken": lambda s: act(
        s, ADAM, role_requests.take_role, s.actors[ANN].person_id, NORTH, "administrator"
    ),
    "closed-out": lambda s: act(s, ADAM, role_requests.close_out, s.actors[ANN].person_id),
}


@pytest.mark.parametrize("how", ASKER_LOST)
def test_role_request_is_not_confirmed_by_who_took_the_askers_role(service: Service, how: str) -> None:
    request = asked(service)
    ASKER_LOST[how](service)
    error = refused(service, ADAM, role_requests.confirm, request)
    assert isinstance(error, StepRefused)
    assert error.reasons == ("asker_administers_no_more",)
    act(service, ADAM, role_requests.refuse, request, "Ann er her ikke mere.")
    assert held(service, "sagsbehandler") == ("case_handler@nordjylland",)


def test_role_request_of_the_operator_needs_no_asker_with_a_role(service: Service) -> None:
    with service.runtime.transaction() as ctx:
        accounts.change_roles(ctx, "sagsbehandler", (role_at("releaser@nordjylland"),), ())
    [row] = act(service, ADAM, overview.access_page).requests
    assert row.asked_by is None
    act(service, ADAM, role_requests.confirm, row.id)
    assert "releaser@nordjylland" in held(service, "sagsbehandler")


def test_closing_each_other_out_at_once_works_for_both(service: Service) -> None:
    both = Barrier(2)

    def close(who: str, whom: str) -> str:
        with service.runtime.transaction(service.actors[who]) as ctx:
            person = role_requests.load_person(ctx, service.actors[whom].person_id or 0)
            with suppress(BrokenBarrierError):  # on SQLite the second begins when the first has ended
                both.wait(1)
            role_requests.close_out(ctx, person.id)
        return whom

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(close, (ANN, ADAM), (ADAM, ANN))) == {ANN, ADAM}
    assert [announced(service, who)[-1][0] for who in (ANN, ADAM)] == ["disabled", "disabled"]


def test_role_taken_by_the_operator_while_confirmed_is_taken(service: Service) -> None:
    request = asked(service)
    begun = Event()

    def take() -> None:
        with service.runtime.transaction() as ctx:
            begun.set()
            accounts.change_roles(ctx, "sagsbehandler", (), (role_at("releaser@nordjylland"),))

    with ThreadPoolExecutor(1) as pool:
        with service.runtime.transaction(service.actors[ADAM]) as ctx:
            role_requests.confirm(ctx, request)
            taken = pool.submit(take)
            begun.wait(1)
            with suppress(TimeoutError):  # it waits for the commit
                taken.result(0.5)
        taken.result(SLOW)
    assert held(service, "sagsbehandler") == ("case_handler@nordjylland",)
    assert [kind for kind, _, _ in announced(service, "sagsbehandler")] == ["asked", "given", "taken"]


@pytest.mark.parametrize(("who", "kind"), OUTSIDERS)
def test_role_requests_are_closed_to_others(service: Service, who: str, kind: type[DomainError]) -> None:
    request = asked(service)
    person = service.actors["sagsbehandler"].person_id
    steps: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (role_requests.ask, ("beslutter", "approver", NORTH)),
        *((function, (request, *more)) for function, more in STEPS.values()),
        (role_requests.take_role, (person, NORTH, "case_handler")),
        (role_requests.close_out, (person,)),
        (role_requests.let_in, (person,)),
        (overview.request_page, (request,)),
        (overview.person_page, (person,)),
    ]
    for step, arguments in steps:
        assert type(refused(service, who, step, *arguments)) is kind, step
    assert announced(service, "sagsbehandler") == [("asked", "releaser", ANN)]


def test_role_request_that_does_not_exist_is_not_found(service: Service) -> None:
    for step, more in STEPS.values():
        assert isinstance(refused(service, ANN, step, uuid4(), *more), NotFound)
    for step in (role_requests.close_out, role_requests.let_in, overview.person_page):
        assert isinstance(refused(service, ANN, step, 10**6), NotFound)
    assert isinstance(refused(service, ANN, role_requests.take_role, 10**6, NORTH, "decider"), NotFound)
    assert isinstance(refused(service, ANN, overview.request_page, uuid4()), NotFound)


UNFIT = [
    pytest.param("ingen", "decider", "username", "username_unknown", id="nobody"),
    pytest.param("sagsbehandler", "chef", "role", "role_unpicked", id="no-such-role"),
    pytest.param("sagsbehandler", "case_handler", "role", "role_held", id="held"),
    pytest.param("revisor", "decider", "role", "roles_clash", id="clash"),
    pytest.param(ANN, "administrator", "username", "own_access", id="for-oneself"),
]


@pytest.mark.parametrize(("username", "role", "field", "code"), UNFIT)
def test_role_that_cannot_be_asked_for(
    service: Service, username: str, role: str, field: str, code: str
) -> None:
    error = refused(service, ANN, role_requests.ask, username, role, NORTH)
    assert isinstance(error, InvalidInput)
    assert [(one.field, one.code) for one in error.errors] == [(field, code)]


def test_refusal_says_why(service: Service) -> None:
    request = asked(service)
    error = refused(service, ADAM, role_requests.refuse, request, "  ")
    assert isinstance(error, InvalidInput)
    assert [one.code for one in error.errors] == ["role_refusal_unexplained"]
    act(service, ADAM, role_requests.refuse, request, "Frode er nok.")
    assert announced(service, "sagsbehandler")[-1] == ("refused", "releaser", ADAM)
    page = act(service, "revisor", announcements.changes)
    assert [row.comment for row in page.rows if row.kind == "refused"] == ["Frode er nok."]


def test_roles_that_clash_by_now_are_not_confirmed(service: Service) -> None:
    request = asked(service, "sagsbehandler", "approver")
    with service.runtime.transaction() as ctx:
        accounts.change_roles(ctx, "sagsbehandler", (), (role_at("case_handler@nordjylland"),))
        person = ctx.session.scalars(select(Person).where(Person.username == "sagsbehandler")).one()
        add_role(ctx.session, person.id, NORTH, Role.AUDITOR, ctx.now)
    error = refused(service, ADAM, role_requests.confirm, request)
    assert isinstance(error, StepRefused)
    assert error.reasons == ("roles_clash_now",)


def test_taking_is_done_by_one_at_once_but_not_to_oneself(service: Service) -> None:
    person = service.actors["beslutter"].person_id
    with service.runtime.transaction() as ctx:
        tokens.grant_token(ctx, "beslutter")
    act(service, ANN, role_requests.take_role, person, NORTH, "decider")
    assert held(service, "beslutter") == ("recipients_identity@nordjylland",)
    again = refused(service, ANN, role_requests.take_role, person, NORTH, "decider")
    assert isinstance(again, InvalidInput)
    with service.runtime.transaction() as ctx:
        assert [one.revoked_at for one in tokens.list_tokens(ctx)] == [None]
    act(service, ANN, role_requests.take_role, person, NORTH, "recipients_identity")
    with service.runtime.transaction() as ctx:
        assert [one.revoked_at is None for one in tokens.list_tokens(ctx)] == [False]
    own = service.actors[ANN].person_id
    for step, more in ((role_requests.take_role, (NORTH, "administrator")), (role_requests.close_out, ())):
        error = refused(service, ANN, step, own, *more)
        assert isinstance(error, StepRefused)
        assert error.reasons == ("own_access",)
    assert announced(service, "beslutter") == [
        ("token", None, None),
        ("taken", "decider", ANN),
        ("taken", "recipients_identity", ANN),
    ]


def test_enabled_person_waits_for_another_administrator(service: Service) -> None:
    person = service.actors["beslutter"].person_id
    act(service, ANN, role_requests.close_out, person)
    closed = refused(service, ANN, role_requests.ask, "beslutter", "approver", NORTH)
    assert isinstance(closed, InvalidInput)
    act(service, ANN, role_requests.let_in, person)
    assert held(service, "beslutter") == ()
    waiting = act(service, ADAM, overview.access_page).requests
    assert {row.role for row in waiting} == {Role.DECIDER, Role.RECIPIENTS_IDENTITY}
    for row in waiting:
        assert isinstance(refused(service, ANN, role_requests.confirm, row.id), StepRefused)
        act(service, ADAM, role_requests.confirm, row.id)
    assert held(service, "beslutter") == ("decider@nordjylland", "recipients_identity@nordjylland")
    shown = [kind for kind, _, _ in announced(service, "beslutter")]
    assert shown == ["disabled", "taken", "taken", "enabled", "asked", "asked", "given", "given"]
    assert holds(service)


def test_disabled_person_gets_no_role(service: Service) -> None:
    request = asked(service)
    act(service, ANN, role_requests.close_out, service.actors["sagsbehandler"].person_id)
    error = refused(service, ADAM, role_requests.confirm, request)
    assert isinstance(error, StepRefused)
    assert error.reasons == ("person_is_closed_out",)


def test_administrator_does_not_close_out_who_works_elsewhere_too(service: Service) -> None:
    with service.runtime.transaction() as ctx:
        accounts.change_roles(ctx, "fremmed", (role_at("releaser@nordjylland"),), ())
    confirm_all(service.runtime)
    person = service.actors["fremmed"].person_id
    error = refused(service, ANN, role_requests.close_out, person)
    assert isinstance(error, StepRefused)
    assert error.reasons == ("person_elsewhere",)
    shown = act(service, ANN, overview.person_page, person)
    assert [(one.controller_id, one.role) for one in shown.roles] == [(NORTH, Role.RELEASER)]
    act(service, ANN, role_requests.take_role, person, NORTH, "releaser")
    assert isinstance(refused(service, ANN, overview.person_page, person), NotFound)


FOUNDING = [
    pytest.param((), "eksempel", True, id="nobody-else-administers"),
    pytest.param((), "nordjylland", False, id="two-administer"),
    pytest.param((ADAM,), "nordjylland", True, id="one-of-them-is-closed-out"),
]


@pytest.mark.parametrize(("closed", "slug", "is_given"), FOUNDING)
def test_role_given_on_the_host_waits_once_two_can_confirm_it(
    service: Service, closed: tuple[str, ...], slug: str, is_given: bool
) -> None:
    with service.runtime.transaction() as ctx:
        for username in closed:
            accounts.disable(ctx, username)
        add_person(ctx, NewPerson("nina", "Nina Prøve", DEMO_PASSWORD, (RoleAt(Role.DECIDER, slug),)))
    role = f"decider@{slug}"
    with service.runtime.transaction() as ctx:
        listed = accounts.listed(ctx, "nina")
    assert (listed.roles, listed.waiting) == (((role,), ()) if is_given else ((), (role,)))
    assert announced(service, "nina")[0] == ("made", None, None)
    assert announced(service, "nina")[1:] == [("given" if is_given else "asked", "decider", None)]
    assert holds(service)


def test_role_request_is_withdrawn_on_the_host_by_taking_it(service: Service) -> None:
    request = asked(service)
    with service.runtime.transaction() as ctx:
        accounts.change_roles(ctx, "sagsbehandler", (), (role_at("releaser@nordjylland"),))
        assert ctx.session.get_one(RoleRequest, request).state == "withdrawn"
        assert accounts.listed(ctx, "sagsbehandler").waiting == ()
    assert announced(service, "sagsbehandler")[-1] == ("withdrawn", "releaser", None)


def test_second_administrator_is_founded_and_the_third_confirmed(service: Service) -> None:
    with service.runtime.transaction() as ctx:
        for name in ("nina", "niels"):
            wanted = (RoleAt(Role.ADMINISTRATOR, "eksempel"),)
            add_person(ctx, NewPerson(name, "Prøve Navn", DEMO_PASSWORD, wanted))
        assert accounts.listed(ctx, "nina").roles == ("administrator@eksempel",)
        assert accounts.listed(ctx, "niels").waiting == ("administrator@eksempel",)


def test_new_password_is_announced(service: Service) -> None:
    with service.runtime.transaction() as ctx:
        accounts.set_password(ctx, "godkender", "tre nye cykler i gården")
    assert announced(service, "godkender") == [("password", None, None)]


def seen(ctx: Context) -> list[bool]:
    return [row.seen_by is not None for row in announcements.changes(ctx).rows]


def test_auditor_notes_what_was_seen_and_nobody_else_does(service: Service) -> None:
    request = asked(service)
    act(service, ADAM, role_requests.confirm, request)
    with service.runtime.transaction() as ctx:
        accounts.change_roles(ctx, "fremmed", (role_at("releaser@eksempel"),), ())
    page = act(service, "revisor", announcements.changes)
    assert (page.unseen, act(service, "revisor", announcements.unseen)) == (2, 2)
    new = [row.id for row in page.rows if row.may_note]
    assert len(new) == 2
    assert act(service, ANN, announcements.unseen) == 0
    assert not any(row.may_note for row in act(service, ANN, announcements.changes).rows)
    for who in (ANN, "sagsbehandler"):
        assert isinstance(refused(service, who, announcements.mark_seen, new), Forbidden)
    others = [row.id for row in act(service, "olga", announcements.changes).rows]
    assert act(service, "revisor", announcements.mark_seen, others) == 0
    assert act(service, "revisor", announcements.mark_seen, new[:1]) == 1
    assert act(service, "revisor", announcements.mark_seen, new) == 1
    page = act(service, "revisor", announcements.changes)
    assert (page.unseen, {row.seen_by for row in page.rows}) == (0, {"Rie Revisor"})
    assert act(service, "revisor", announcements.changes, None).rows[0].controller[0] == "Region Nordjylland"
    assert holds(service)


def test_list_says_who_asked_and_who_confirmed(service: Service) -> None:
    act(service, ADAM, role_requests.confirm, asked(service))
    rows = act(service, "revisor", announcements.changes).rows
    given = [(row.asked_by, row.done_by, row.founding) for row in rows if row.kind == "given"]
    assert ("Ann Administrator", "Adam Administrator", False) in given
    assert {one for one in given if one[2]} == {(None, None, True)}
    assert isinstance(refused(service, "sagsbehandler", announcements.changes), Forbidden)


def test_list_goes_on_where_the_page_ended(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [row.id for row in act(service, "revisor", announcements.changes).rows]
    monkeypatch.setattr(announcements, "LIMIT", 3)
    found: list[UUID] = []
    after: str | None = None
    while True:
        page = act(service, "revisor", announcements.changes, after)
        found += [row.id for row in page.rows]
        if (after := page.next_cursor) is None:
            break
    assert found == whole
    assert act(service, "revisor", lambda ctx: announcements.changes(ctx, only_unseen=True)).rows == ()


@pytest.mark.parametrize(
    ("who", "regions", "people"),
    [(ANN, 1, True), ("revisor", 0, True), ("olga", 1, False), ("sagsbehandler", None, False)],
)
def test_access_page_is_shown_to(service: Service, who: str, regions: int | None, people: bool) -> None:
    if regions is None:
        assert isinstance(refused(service, who, overview.access_page), Forbidden)
        return
    page = act(service, who, overview.access_page)
    assert (len(page.controllers), "sagsbehandler" in {row.username for row in page.people}) == (
        regions,
        people,
    )


def test_person_with_no_role_watches_nothing() -> None:
    assert not Actor(1, "").sees_access_changes
    assert not Actor(1, "").only_administers

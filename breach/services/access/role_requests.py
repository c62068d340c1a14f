"""Role requests on the pages: ask for a role, confirm or refuse one, take a role away.

Giving needs two: an administrator asks, or the operator on the host, and another administrator confirms, who
is not the person it is for. Taking away and closing out is done by one, at once. Nobody changes their own
access. docs/decisions/roles-need-two.md
"""

from uuid import UUID

from breach.domain.errors import FieldError, Forbidden, InvalidInput, NotFound, StepRefused
from breach.domain.events import EventKind
from breach.domain.roles import clashing
from breach.domain.states import Role
from breach.services.access import accounts, grants
from breach.services.access.announcements import announce, append_of_person, watched
from breach.services.cases.loading import ROLE_IS_NEW
from breach.services.checks import written
from breach.services.context import Context
from breach.store.models import Controller, Person, RoleRequest

STEPS = ("confirm", "refuse", "withdraw")
"""Steps of a role request."""


def ask(ctx: Context, username: str, role: str, controller_id: int) -> RoleRequest:
    """Ask for a role for a person; nothing is given before another administrator confirms."""
    administers(ctx, controller_id)
    if role not in {one.value for one in Role}:
        raise InvalidInput([FieldError("role", "role_unpicked")])
    person = accounts.person_called(ctx, username.strip())
    if person.id == ctx.person_id:
        raise InvalidInput([FieldError("username", "own_access")])
    return grants.request(ctx, person, ctx.session.get_one(Controller, controller_id), Role(role))


def barred(ctx: Context, asked: RoleRequest, step: str) -> tuple[str, ...]:
    """Return the reason, apart from roles, why this person cannot take the step now, or ''."""
    if asked.state != "asked":
        return ("request_answered",)
    is_asker = asked.asked_by == ctx.person_id
    if step == "withdraw":
        return () if is_asker else ("only_asker_withdraws_role",)
    if is_asker:
        return ("confirmer_differs_from_asker",)
    if asked.person_id == ctx.person_id:
        return ("confirmer_differs_from_person",)
    return _barred_to_confirm(ctx, asked) if step == "confirm" else ()


def _barred_to_confirm(ctx: Context, asked: RoleRequest) -> tuple[str, ...]:
    person = ctx.session.get_one(Person, asked.person_id)
    if person.disabled_at is not None:
        return ("person_is_closed_out",)
    if clashing({*grants.held_at(person, asked.controller_id), asked.role}):
        return ("roles_clash_now",)
    if asked.asked_by is not None and not _administers_now(ctx, asked.asked_by, asked.controller_id):
        return ("asker_administers_no_more",)
    may = ctx.actor.may_second(asked.controller_id, Role.ADMINISTRATOR)
    return () if may else (ROLE_IS_NEW,)


def confirm(ctx: Context, request_id: UUID) -> None:
    """Grant the role, as another administrator than the one who asked; it counts as new from now on.

    Raises Forbidden for one whose own role was taken since the page was asked for.
    """
    asked = _to_answer(ctx, request_id, "confirm")
    if not _administers_now(ctx, ctx.person_id, asked.controller_id):
        raise Forbidden(Role.ADMINISTRATOR.value)
    _answer(ctx, asked, "confirmed", None)
    grants.give(ctx, ctx.session.get_one(Person, asked.person_id), asked, ctx.now)


def refuse(ctx: Context, request_id: UUID, comment: str) -> None:
    """Refuse the role with a comment."""
    asked = _to_answer(ctx, request_id, "refuse")
    _answer(ctx, asked, "refused", written("comment", comment, "role_refusal_unexplained"))
    person = ctx.session.get_one(Person, asked.person_id)
    announce(ctx, "refused", person, [asked.controller_id], asked)
    details = {"role": asked.role.value, "request": str(asked.id)}
    append_of_person(ctx, EventKind.PERSON_ROLE_REFUSED, person, asked.controller_id, **details)


def withdraw(ctx: Context, request_id: UUID) -> None:
    """Withdraw one's own request."""
    asked = _to_answer(ctx, request_id, "withdraw")
    grants.withdraw(ctx, ctx.session.get_one(Person, asked.person_id), asked)


def _to_answer(ctx: Context, request_id: UUID, step: str) -> RoleRequest:
    watched(ctx, Role.ADMINISTRATOR)
    asked = ctx.session.get(RoleRequest, request_id)
    if asked is None:
        raise NotFound("role_request")
    administers(ctx, asked.controller_id)
    grants.hold(ctx, Person.id == asked.person_id)
    ctx.session.refresh(asked)  # somebody may have answered until the person was ours
    if reasons := barred(ctx, asked, step):
        raise StepRefused(f"{step}_role", asked.state, reasons)
    return asked


def _answer(ctx: Context, asked: RoleRequest, state: str, comment: str | None) -> None:
    asked.state, asked.comment = state, comment
    asked.answered_by, asked.answered_at = ctx.person_id, ctx.now
    ctx.session.flush()  # the database gives the role by a confirmed request only


def administers(ctx: Context, controller_id: int) -> None:
    """Raise NotFound without a role for the controller, Forbidden without the role of administrator."""
    watched(ctx, Role.ADMINISTRATOR)
    if all(one != controller_id for one, _ in ctx.actor.roles):
        raise NotFound("controller")
    if not ctx.actor.has(controller_id, Role.ADMINISTRATOR):
        raise Forbidden(Role.ADMINISTRATOR.value)


def _administers_now(ctx: Context, person_id: int, controller_id: int) -> bool:
    """Return whether the person is an administrator in the database now, not at the start of the request."""
    found = ctx.session.get_one(Person, person_id)
    return found.disabled_at is None and Role.ADMINISTRATOR in grants.held_at(found, controller_id)


def take_role(ctx: Context, person_id: int, controller_id: int, role: str) -> None:
    """Take a role away; end the sessions, and with the last role for the controller its tokens."""
    administers(ctx, controller_id)
    person = load_person(ctx, person_id)
    _refuse_if(barred_to_take(ctx, person), "take_role")
    for held in person.grants:
        if (held.controller_id, held.role.value) == (controller_id, role):
            grants.take(ctx, person, held)
            accounts.end_idle_tokens(ctx, person, {controller_id})
            return
    raise InvalidInput([FieldError("role", "role_taken_already")])


def close_out(ctx: Context, person_id: int) -> None:
    """Disable a person; only if all of their roles are for one's own controllers."""
    person = load_person(ctx, person_id)
    _refuse_if(barred_to_close(ctx, person), "close_out")
    accounts.close_out(ctx, person)


def let_in(ctx: Context, person_id: int) -> None:
    """Enable a person; their former roles become requests to another administrator."""
    person = load_person(ctx, person_id)
    _refuse_if(barred_to_close(ctx, person), "let_in")
    accounts.let_in(ctx, person)


def load_person(ctx: Context, person_id: int) -> Person:
    """Return a person of the administrator's own controllers, locked until the commit."""
    mine = watched(ctx, Role.ADMINISTRATOR)
    person = grants.hold(ctx, Person.id == person_id)
    if person is None or not grants.places_of(ctx, person).intersection(mine):
        raise NotFound("person")
    return person


def _refuse_if(reasons: tuple[str, ...], step: str) -> None:
    if reasons:
        raise StepRefused(step, "", reasons)


def barred_to_take(ctx: Context, person: Person) -> tuple[str, ...]:
    """Return the reason why this person cannot take a role from the other, or ''."""
    return ("own_access",) if person.id == ctx.person_id else ()


def barred_to_close(ctx: Context, person: Person) -> tuple[str, ...]:
    """Return the reason why this person cannot disable or enable the other, or ''."""
    if grants.places_of(ctx, person) - set(watched(ctx, Role.ADMINISTRATOR)):
        return ("person_elsewhere",)
    return barred_to_take(ctx, person)

"""Context: what every use case is given - session, keys, acting person, time. Runtime: makes Contexts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from breach.config import Settings
from breach.domain.errors import Conflict, Forbidden, LoginOver, NotFound, RecordedRefusal
from breach.domain.messages import Notifier
from breach.domain.states import Role
from breach.store.engine import has_room, make_reading_sessions
from breach.store.keys.keyring import Keyring


class JobQueue(Protocol):
    """Queues background jobs inside the caller's transaction: both are committed or neither."""

    def enqueue(self, session: Session, workflow: str, job_id: str, argument: str) -> None:
        """Queue the workflow once under the id; the argument is an id, never personal data."""

    def unfinished(self, job_ids: Sequence[str]) -> frozenset[str]:
        """Return those of the jobs that still wait or run."""

    def holders(self) -> frozenset[str]:
        """Return the names of the workers, living or dead, that have a job in hand."""

    def forget(self, before: datetime) -> int:
        """Delete what is kept of jobs that ended before the time; return how many."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with roles per controller, or nobody (a reporter, a job).

    new_roles: roles granted too recently to approve somebody else's work
    stands_for: ids of the persons whose deputy the person is today
    read_again: returns the actor as the database has it now, or None when the log-in or token is over
    """

    person_id: int | None
    name: str
    roles: frozenset[tuple[int, Role]] = frozenset()
    new_roles: frozenset[tuple[int, Role]] = frozenset()
    stands_for: frozenset[int] = frozenset()
    read_again: "Callable[[Context], Actor | None] | None" = field(default=None, compare=False, repr=False)

    def has(self, controller_id: int, *roles: Role) -> bool:
        """Tell whether the person has one of the roles for the controller."""
        return any((controller_id, role) in self.roles for role in roles)

    def may_second(self, controller_id: int, *roles: Role) -> bool:
        """Return whether the person has had one of the roles long enough to approve somebody else's work."""
        return any((controller_id, role) in self.roles - self.new_roles for role in roles)

    @property
    def own_ids(self) -> tuple[int, ...]:
        """The person's id, and those of the persons whose deputy they are today."""
        mine = () if self.person_id is None else (self.person_id,)
        return (*mine, *sorted(self.stands_for))

    def only(self, controller_id: int) -> "Actor":
        """Return the person with the rights for one controller and no others."""
        roles = frozenset(one for one in self.roles if one[0] == controller_id)
        return replace(self, roles=roles, new_roles=self.new_roles & roles)

    @property
    def controllers(self) -> tuple[int, ...]:
        """The controllers whose cases the person may see; an administrator alone sees none."""
        return tuple(
            sorted({controller_id for controller_id, role in self.roles if role is not Role.ADMINISTRATOR})
        )

    @property
    def sees_access_changes(self) -> bool:
        """Whether the person is an auditor or administrator of any controller, and so sees access changes."""
        return any(role in (Role.AUDITOR, Role.ADMINISTRATOR) for _, role in self.roles)

    @property
    def only_administers(self) -> bool:
        """Whether the person administers access and sees no cases."""
        return self.sees_access_changes and not self.controllers


NOBODY = Actor(None, "")
SYSTEM = Actor(None, "system")


@dataclass(frozen=True)
class Context:
    """What a use case needs within one transaction."""

    session: Session
    keys: Keyring
    settings: Settings
    actor: Actor
    now: datetime
    notifiers: Mapping[str, Notifier]
    jobs: JobQueue

    @property
    def person_id(self) -> int:
        """Return the acting person's id; raise Forbidden if nobody is logged in."""
        if self.actor.person_id is None:
            raise Forbidden("log_in")
        return self.actor.person_id

    def require(self, controller_id: int, *roles: Role) -> None:
        """Raise NotFound without a role for the controller, Forbidden without one of `roles`."""
        if controller_id not in self.actor.controllers:
            raise NotFound("case")
        if not self.actor.has(controller_id, *roles):
            raise Forbidden(roles[0].value)


def as_of_now(ctx: Context) -> Context:
    """Return the context with its actor's rights as they are now; raise LoginOver when they are gone."""
    if ctx.actor.read_again is None:
        return ctx
    actor = ctx.actor.read_again(ctx)
    if actor is None:
        raise LoginOver
    return replace(ctx, actor=actor)


@dataclass(frozen=True)
class Runtime:
    """The running service: made once, handed to web, API, jobs and commands."""

    settings: Settings
    sessions: sessionmaker[Session]
    keys: Keyring
    notifiers: Mapping[str, Notifier]
    jobs: JobQueue
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    close: Callable[[], None] = lambda: None
    """Gives back what is held open; the runtime is of no use afterwards."""

    @contextmanager
    def transaction(self, actor: Actor = SYSTEM, now: datetime | None = None) -> Iterator[Context]:
        """Give a context that commits at the end; any error but RecordedRefusal rolls back everything.

        A person's rights are read again in it: the request may have been held since they were read first.
        Raises LoginOver when that person may not act any more, Conflict when somebody else saved the same
        case first.
        """
        recorded: RecordedRefusal | None = None
        try:
            with self.sessions.begin() as session:
                try:
                    yield as_of_now(self._context(session, actor, now))
                except RecordedRefusal as refused:
                    recorded = refused
        except StaleDataError as error:
            raise Conflict("changed_meanwhile") from error
        if recorded is not None:
            raise recorded

    @contextmanager
    def reading(self, actor: Actor = SYSTEM) -> Iterator[Context]:
        """Give a read-only context, which waits for no writer; writes in it are lost.

        For what logs no look: those that do are transactions.
        """
        with make_reading_sessions(self.sessions.kw["bind"])() as session:
            yield self._context(session, actor, None)

    def answers(self) -> bool:
        """Return whether the database answers a read; a long write does not block it."""
        try:
            with self.reading() as context:
                context.session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def has_room(self) -> bool:
        """Return whether the database can store something; a long write does not block it."""
        try:
            return has_room(self.sessions.kw["bind"])
        except SQLAlchemyError:
            return False

    def _context(self, session: Session, actor: Actor, now: datetime | None) -> Context:
        at = now or self.clock()
        return Context(session, self.keys, self.settings, actor, at, self.notifiers, self.jobs)

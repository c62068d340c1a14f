"""The read model of the case pages, loaded in a bounded number of statements."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, or_, select

from breach.domain.events import EventKind
from breach.domain.states import Role
from breach.services.audit import log_read
from breach.services.cases.file import CaseFile
from breach.services.cases.file_loading import load_file
from breach.services.context import Actor, Context, Runtime
from breach.services.desk.next_step import NextStep, next_steps
from breach.services.desk.offers import Offer, offers
from breach.services.letters.facts import Standing, standing_of
from breach.store.models import AuditEvent, BreachCase, Decision, Person, Report, RoleGrant


@dataclass(frozen=True)
class LogLine:
    """One event of the case: when, who (a name or nothing for the service itself), what, and what it says."""

    at: datetime
    who: str
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class ReportShown:
    """A report as a case handler reads it: narrative and contact opened with the case's key."""

    kind: str
    received_at: datetime
    anonymous: bool
    content: dict[str, Any]


@dataclass(frozen=True)
class Similar:
    """An earlier case with the same kinds of data, and what was decided."""

    reference: str
    title: str
    outcome: str
    decided_at: datetime


@dataclass(kw_only=True)
class CasePage(CaseFile):
    """The file of a case, and what only its pages show.

    names: of staff, by id; usernames: as well
    holders: for each role the ids of who holds it there and may log in, but the acting person
    next: what the case waits for, the first to be done first
    read_at: when the page was read
    released_by: who carried out the newest order to send
    reader_id: who reads the page
    """

    names: dict[int, str]
    usernames: dict[int, str]
    holders: dict[Role, tuple[int, ...]]
    offers: tuple[Offer, ...]
    next: tuple[NextStep, ...]
    standing: Standing | None
    released_by: int | None
    reader_id: int | None
    log: tuple[LogLine, ...]
    reports: tuple[ReportShown, ...]
    similar: tuple[Similar, ...]
    read_at: datetime

    @property
    def primary(self) -> Offer | None:
        """The one next step for this person."""
        mine = next((one.step for one in self.next if one.is_mine), "")
        return next((offer for offer in self.offers if offer.step == mine), None)

    @property
    def colleagues(self) -> list[tuple[str, str]]:
        """Username and name of the others who could handle the case."""
        others = [one for one in self.holders.get(Role.CASE_HANDLER, ()) if one != self.case.handler_id]
        return [(self.usernames[one], self.names[one]) for one in others]

    @property
    def aware_from(self) -> str | None:
        """The case merged into this one whose awareness is the earlier, and so the one that counts."""
        reference, at = self.earliest_merged or ("", self.case.own_aware_at)
        return reference if at < self.case.own_aware_at else None

    def who_holds(self, *roles: Role, but: int | None = None) -> tuple[str, ...]:
        """Return the names of the others who hold one of the roles, each once, in their order.

        but: a person who does not count
        """
        found = {one for role in roles for one in self.holders.get(role, ()) if one != but}
        return tuple(sorted(self.names[one] for one in found))


Shown = TypeVar("Shown")


def show(
    runtime: Runtime, actor: Actor, reference: str, also: Callable[[Context, CasePage], Shown]
) -> tuple[CasePage, Shown]:
    """Return the page's model, and what `also` reads beside it; that it was looked at is logged before that.

    All is read without waiting for a writer; the log alone is written, in a transaction of its own.
    """
    with runtime.reading(actor) as ctx:
        page = gathered(ctx, reference)
        shown = also(ctx, page)
    with runtime.transaction(actor) as ctx:
        log_read(ctx, page.case, EventKind.CASE_READ)
    return page, shown


def case_page(ctx: Context, reference: str, *, history: bool = True) -> CasePage:
    """Return the page's model within a transaction that does more; the look is logged with the rest.

    history: whether the log and the cases like this one are wanted
    """
    page = gathered(ctx, reference, history=history)
    log_read(ctx, page.case, EventKind.CASE_READ)
    return page


def gathered(ctx: Context, reference: str, *, history: bool = True) -> CasePage:
    """Return the page's model. The caller logs the look before anything is shown."""
    file = load_file(ctx, reference)
    events = _events(ctx, file.case) if history else []
    people = _people(ctx, file, events)
    names = {row.id: row.name for row in people}
    offered = offers(ctx, file)
    return CasePage(
        **{field.name: getattr(file, field.name) for field in fields(CaseFile)},
        names=names,
        usernames={row.id: row.username for row in people},
        holders=_holders(ctx, people),
        offers=offered,
        next=next_steps(file, offered),
        standing=standing_of(file, file.text) if file.text else None,
        released_by=file.released.second_by if file.released else None,
        reader_id=ctx.actor.person_id,
        log=tuple(_line(event, names) for event in events),
        reports=_reports(ctx, file.case),
        similar=_similar(ctx, file.case) if history else (),
        read_at=ctx.now,
    )


def _people(ctx: Context, file: CaseFile, events: list[AuditEvent]) -> Sequence[Any]:
    """Return everyone whom the pages name, and those who may act there with each of their roles."""
    named = {event.actor_id for event in events} | set(_actors(file))
    held = and_(RoleGrant.person_id == Person.id, RoleGrant.controller_id == file.case.controller_id)
    wanted = (
        select(Person.id, Person.name, Person.username, Person.disabled_at, RoleGrant.role)
        .outerjoin(RoleGrant, held)
        .where(or_(Person.id.in_(named - {None}), RoleGrant.role.is_not(None)))
    )
    return ctx.session.execute(wanted.order_by(Person.name, Person.id)).all()


def _holders(ctx: Context, people: Sequence[Any]) -> dict[Role, tuple[int, ...]]:
    """Return by role the ids of those who may log in, but the acting person."""
    found: dict[Role, list[int]] = defaultdict(list)
    for row in people:
        if row.role and row.disabled_at is None and row.id != ctx.actor.person_id:
            found[row.role].append(row.id)
    return {role: tuple(who) for role, who in found.items()}


def _actors(file: CaseFile) -> Iterator[int | None]:
    """Yield the ids of everyone who did a part of what the file holds."""
    yield from (file.case.handler_id, file.authority.submitted_by, file.case.dismissal_asked_by)
    yield file.case.wanted_by
    if file.decision:
        yield from (file.decision.proposed_by, file.decision.decided_by)
    if file.text:
        yield from (file.text.written_by, file.text.approved_by, file.text.returned_by)
    if file.release:
        yield file.release.first_by
    if file.released:
        yield file.released.second_by
    for row in file.corrections:
        yield from (row.asked_by, row.decided_by)
    if file.notice:
        yield from (file.notice.written_by, file.notice.approved_by, file.notice.proven_by)
    for segment in file.segments:
        yield from (segment.asked_by, segment.decided_by)


def _events(ctx: Context, case: BreachCase) -> list[AuditEvent]:
    wanted = select(AuditEvent).where(AuditEvent.case_id == case.id)
    return list(ctx.session.scalars(wanted.order_by(AuditEvent.at.desc(), AuditEvent.seq.desc()).limit(500)))


def _line(event: AuditEvent, names: dict[int, str]) -> LogLine:
    body = json.loads(event.body)["data"]
    return LogLine(event.at, names.get(event.actor_id or 0, ""), event.kind, body)


def _reports(ctx: Context, case: BreachCase) -> tuple[ReportShown, ...]:
    if not ctx.actor.has(case.controller_id, Role.CASE_HANDLER, Role.DECIDER):
        return ()
    merged = select(BreachCase.id).where(BreachCase.merged_into_id == case.id)
    wanted = select(Report).where((Report.case_id == case.id) | Report.case_id.in_(merged))
    rows = ctx.session.scalars(wanted.order_by(Report.received_at)).all()
    ctx.keys.find_all(ctx.session, "contact", case.controller_id, {row.case_id for row in rows})
    return tuple(_opened(ctx, row) for row in rows)


def _opened(ctx: Context, row: Report) -> ReportShown:
    plain = ctx.keys.open(
        ctx.session, "contact", row.controller_id, row.case_id, "report", "cell", row.id, row.cell
    )
    return ReportShown(row.kind.value, row.received_at, row.anonymous, json.loads(plain))


def _similar(ctx: Context, case: BreachCase) -> tuple[Similar, ...]:
    """Return up to five decided cases that share cause and a kind of data, the nearest first."""
    kinds = set(case.facts.get("data_categories", ())) - {"unknown", "identity", "contact"}
    wanted = (
        select(BreachCase, Decision)
        .join(Decision, Decision.case_id == BreachCase.id)
        .where(
            BreachCase.controller_id == case.controller_id,
            BreachCase.id != case.id,
            Decision.state == "decided",
        )
        .order_by(Decision.decided_at.desc())
        .limit(200)
    )
    near = []
    for other, decision in ctx.session.execute(wanted):
        shared = len(kinds & set(other.facts.get("data_categories", ())))
        shared += 2 * (other.facts.get("cause") == case.facts.get("cause") is not None)
        if shared >= 2 and decision.decided_at is not None:
            near.append(
                (shared, Similar(other.reference, other.title, decision.outcome, decision.decided_at))
            )
    near.sort(key=lambda pair: -pair[0])
    return tuple(found for _, found in near[:5])

"""What the case page shows: one read model, gathered in a bounded number of statements."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from breach.domain.events import EventKind
from breach.domain.states import TOLD, NoticeState, Role
from breach.services.audit import log_read
from breach.services.cases import guard_facts
from breach.services.cases.file import (
    authority_of,
    communication_of,
    corrections_of,
    last_assessment,
    last_decision,
    names_of,
    notice_counts,
    recipient_count,
    release_of,
    supplement_is_due,
    text_of,
)
from breach.services.cases.loading import get_case
from breach.services.context import Context
from breach.services.desk.offers import Offer, offers
from breach.services.letters.facts import Standing, standing_of
from breach.store.models import (
    Assessment,
    AuditEvent,
    AuthorityTrack,
    AwarenessCorrection,
    BreachCase,
    Communication,
    Controller,
    Decision,
    NoticeText,
    Release,
    Report,
)


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


@dataclass(frozen=True)
class CasePage:
    """Everything about one case that its pages show."""

    case: BreachCase
    controller: Controller
    names: dict[int, str]
    offers: tuple[Offer, ...]
    assessment: Assessment | None
    decision: Decision | None
    authority: AuthorityTrack
    communication: Communication
    text: NoticeText | None
    standing: Standing | None
    release: Release | None
    counts: dict[NoticeState, int]
    recipients: int
    untold: int
    released_by: int | None
    log: tuple[LogLine, ...]
    reports: tuple[ReportShown, ...]
    similar: tuple[Similar, ...]
    merged_into: str | None
    corrections: tuple[AwarenessCorrection, ...]
    earliest_merged: tuple[str, datetime] | None
    supplement_is_due: bool
    time_left: timedelta

    @property
    def primary(self) -> Offer | None:
        """The one next step for this person."""
        return next((offer for offer in self.offers if offer.primary), None)

    @property
    def handler_left(self) -> bool:
        """Tell whether the case is open and its handler handles cases no more."""
        return any(offer.step == "take_over" for offer in self.offers)

    @property
    def correction(self) -> AwarenessCorrection | None:
        """The correction of the awareness that waits for an answer."""
        return next((row for row in self.corrections if row.state == "asked"), None)

    @property
    def aware_from(self) -> str | None:
        """The case merged into this one whose awareness is the earlier, and so the one that counts."""
        reference, at = self.earliest_merged or ("", self.case.own_aware_at)
        return reference if at < self.case.own_aware_at else None

    @property
    def told(self) -> int:
        """Notices that were delivered or posted."""
        return sum(count for state, count in self.counts.items() if state in TOLD)


def case_page(ctx: Context, reference: str) -> CasePage:
    """Return the page's model; the look itself is logged before it is shown."""
    case = get_case(ctx, reference)
    log_read(ctx, case, EventKind.CASE_READ)
    told, decision = communication_of(ctx, case), last_decision(ctx, case)
    text, order, track = text_of(ctx, told), release_of(ctx, told), authority_of(ctx, case)
    events, corrected = _events(ctx, case), corrections_of(ctx, case)
    ids: set[int | None] = {case.handler_id, track.submitted_by, case.dismissal_asked_by}
    ids |= {event.actor_id for event in events}
    ids |= {decision.proposed_by, decision.decided_by} if decision else set()
    ids |= {text.written_by, text.approved_by} if text else set()
    sent = release_of(ctx, told, "released")
    ids |= {order.first_by} if order else set()
    ids |= {sent.second_by} if sent else set()
    ids |= {one for row in corrected for one in (row.asked_by, row.decided_by)}
    names = names_of(ctx, ids)
    return CasePage(
        case=case,
        controller=ctx.session.get_one(Controller, case.controller_id),
        names=names,
        offers=offers(ctx, case),
        assessment=last_assessment(ctx, case),
        decision=decision,
        authority=track,
        communication=told,
        text=text,
        standing=standing_of(ctx, case, text) if text else None,
        release=order,
        counts=notice_counts(ctx, told),
        recipients=recipient_count(ctx, told),
        untold=guard_facts.untold(ctx, told),
        released_by=sent.second_by if sent else None,
        log=tuple(_line(event, names) for event in events),
        reports=_reports(ctx, case),
        similar=_similar(ctx, case),
        merged_into=_merged_into(ctx, case),
        corrections=corrected,
        earliest_merged=_earliest_merged(ctx, case),
        supplement_is_due=supplement_is_due(ctx, case),
        time_left=case.due_at - ctx.now,
    )


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
    return tuple(_opened(ctx, row) for row in ctx.session.scalars(wanted.order_by(Report.received_at)))


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


def _merged_into(ctx: Context, case: BreachCase) -> str | None:
    if case.merged_into_id is None:
        return None
    return ctx.session.scalar(select(BreachCase.reference).where(BreachCase.id == case.merged_into_id))


def _earliest_merged(ctx: Context, case: BreachCase) -> tuple[str, datetime] | None:
    """Return reference and awareness of the case merged into this one that was known the earliest."""
    wanted = select(BreachCase.reference, BreachCase.aware_at).where(BreachCase.merged_into_id == case.id)
    found = ctx.session.execute(wanted.order_by(BreachCase.aware_at, BreachCase.id).limit(1)).one_or_none()
    return (found[0], found[1]) if found else None

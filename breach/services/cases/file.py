"""The rows that belong to a case, each found one way."""

from sqlalchemy import func, select

from breach.domain.events import EventKind
from breach.domain.states import AuthorityState, NoticeState
from breach.services.context import Context
from breach.store.models import (
    Assessment,
    AuditEvent,
    AuthorityTrack,
    AwarenessCorrection,
    BreachCase,
    Communication,
    Decision,
    Notice,
    NoticeText,
    Person,
    Recipient,
    Release,
)


def authority_of(ctx: Context, case: BreachCase) -> AuthorityTrack:
    """Return the notification to the authority; every case has one from its first minute."""
    return ctx.session.get_one(AuthorityTrack, case.id)


def communication_of(ctx: Context, case: BreachCase) -> Communication:
    """Return the communication; every case has one, needed or not."""
    return ctx.session.scalars(select(Communication).where(Communication.case_id == case.id)).one()


def corrections_of(ctx: Context, case: BreachCase) -> tuple[AwarenessCorrection, ...]:
    """Return the corrections of the case's awareness that were ever asked for, the newest first."""
    wanted = select(AwarenessCorrection).where(AwarenessCorrection.case_id == case.id)
    return tuple(ctx.session.scalars(wanted.order_by(AwarenessCorrection.id.desc())))


def open_correction(ctx: Context, case: BreachCase) -> AwarenessCorrection | None:
    """Return the correction of the case's awareness that waits for an answer; there is one at most."""
    return ctx.session.scalar(
        select(AwarenessCorrection).where(
            AwarenessCorrection.case_id == case.id, AwarenessCorrection.state == "asked"
        )
    )


def last_assessment(ctx: Context, case: BreachCase) -> Assessment | None:
    """Return the newest risk assessment."""
    return ctx.session.scalar(
        select(Assessment).where(Assessment.case_id == case.id).order_by(Assessment.id.desc()).limit(1)
    )


def last_decision(ctx: Context, case: BreachCase) -> Decision | None:
    """Return the newest proposal or decision."""
    return ctx.session.scalar(
        select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    )


def decided(ctx: Context, case: BreachCase) -> Decision | None:
    """Return the newest decision that was taken."""
    return ctx.session.scalar(
        select(Decision)
        .where(Decision.case_id == case.id, Decision.state == "decided")
        .order_by(Decision.id.desc())
        .limit(1)
    )


def supplement_is_due(ctx: Context, case: BreachCase) -> bool:
    """Tell whether the deadline moved after Datatilsynet was last told something (GDPR art. 33(4))."""
    if authority_of(ctx, case).state is not AuthorityState.SUBMITTED:
        return False
    kinds = (EventKind.AUTHORITY_SUBMIT, EventKind.AUTHORITY_SUPPLEMENT, EventKind.CASE_DEADLINE_MOVED)
    wanted = select(AuditEvent.kind).where(AuditEvent.case_id == case.id, AuditEvent.kind.in_(kinds))
    return (
        ctx.session.scalar(wanted.order_by(AuditEvent.seq.desc()).limit(1)) == EventKind.CASE_DEADLINE_MOVED
    )


def text_of(ctx: Context, communication: Communication) -> NoticeText | None:
    """Return the newest version of the letter."""
    return ctx.session.scalar(
        select(NoticeText)
        .where(NoticeText.communication_id == communication.id)
        .order_by(NoticeText.number.desc())
        .limit(1)
    )


def release_of(ctx: Context, communication: Communication, state: str = "asked") -> Release | None:
    """Return the newest order to send in the state."""
    return ctx.session.scalar(
        select(Release)
        .where(Release.communication_id == communication.id, Release.state == state)
        .order_by(Release.id.desc())
        .limit(1)
    )


def recipient_count(ctx: Context, communication: Communication) -> int:
    """Return how many persons are on the list."""
    found = ctx.session.scalar(
        select(func.count()).select_from(Recipient).where(Recipient.communication_id == communication.id)
    )
    return found or 0


def notice_counts(ctx: Context, communication: Communication) -> dict[NoticeState, int]:
    """Return how many notices stand in each state."""
    rows = ctx.session.execute(
        select(Notice.state, func.count())
        .where(Notice.communication_id == communication.id)
        .group_by(Notice.state)
    )
    return dict(iter(rows))


def names_of(ctx: Context, ids: set[int | None]) -> dict[int, str]:
    """Return the names of staff by id."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = ctx.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return dict(iter(rows))

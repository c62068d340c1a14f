"""Reports, cases, assessments, decisions and the track to the authority."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from breach.domain.spans import Span, as_kept
from breach.domain.states import AuthorityState, CaseState, OccurredKind, ReporterKind
from breach.store.base import Base, by_value


def case_key() -> ForeignKeyConstraint:
    """Return the key that ties a row to a case of the same controller and of no other."""
    return ForeignKeyConstraint(["controller_id", "case_id"], ["breach_case.controller_id", "breach_case.id"])


class CaseNumber(Base):
    """The last number given in a year, over all controllers: a person of two must not meet it twice."""

    __tablename__ = "case_number"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class BreachCase(Base):
    """One entry of the breach register (GDPR art. 33(5))."""

    __tablename__ = "breach_case"
    __table_args__ = (
        UniqueConstraint("controller_id", "id"),
        UniqueConstraint("controller_id", "reference"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_merged_into_itself"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_has_target"),
        Index("ix_breach_case_queue", "controller_id", "is_open", "due_at", "id"),
        Index("ix_breach_case_register", "controller_id", "received_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int] = mapped_column(ForeignKey("controller.id"))
    reference: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(160))
    state: Mapped[CaseState] = mapped_column(by_value(CaseState), default=CaseState.REPORTED)
    is_open: Mapped[bool] = mapped_column(default=True)
    source: Mapped[ReporterKind] = mapped_column(by_value(ReporterKind))
    received_at: Mapped[datetime]
    own_aware_at: Mapped[datetime]
    aware_at: Mapped[datetime]
    due_at: Mapped[datetime]
    occurred_kind: Mapped[OccurredKind] = mapped_column(by_value(OccurredKind))
    occurred_from_at: Mapped[datetime | None]
    occurred_to_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]
    facts_changed_at: Mapped[datetime]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    summary: Mapped[str] = mapped_column(Text, default="")
    consequences: Mapped[list[str]]
    measures: Mapped[str] = mapped_column(Text, default="")
    contained_at: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("breach_case.id"), index=True)
    state_before_merge: Mapped[CaseState | None] = mapped_column(by_value(CaseState, "state_before_merge"))
    dismissal_reason: Mapped[str | None] = mapped_column(Text)
    dismissal_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    concluded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    occurred_from_is_day: Mapped[bool | None]
    occurred_to_is_day: Mapped[bool | None]
    contained_is_day: Mapped[bool | None]
    discovered_at: Mapped[datetime | None]
    discovered_is_day: Mapped[bool | None]
    called_at: Mapped[datetime | None]
    summary_en: Mapped[str | None] = mapped_column(Text)
    measures_en: Mapped[str | None] = mapped_column(Text)
    """`summary` and `measures` in English, where the letter is sent in English too."""
    danish_only: Mapped[bool | None]
    """Whether the letter is sent in Danish alone; NULL, where nobody said so, means in English too."""
    wanted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The colleague who asked the handler for the case and waits for an answer."""
    wanted_reason: Mapped[str | None] = mapped_column(Text)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  two officers at once: the second save fails

    @property
    def in_english(self) -> bool:
        """Whether the letter is sent in English too, and not in Danish alone."""
        return not self.danish_only

    @property
    def contained(self) -> bool:
        """Whether the breach is contained."""
        return self.contained_at is not None

    @property
    def contained_when(self) -> Span | None:
        """When the breach was contained, as it was said."""
        return as_kept(self.contained_at, self.contained_is_day)

    @property
    def discovered(self) -> Span | None:
        """When the breach was discovered, as the report says: by whoever reports, if they were asked."""
        return as_kept(self.discovered_at, self.discovered_is_day)

    @property
    def occurred_from(self) -> Span | None:
        """When the breach began, as it was said."""
        return as_kept(self.occurred_from_at, self.occurred_from_is_day)

    @property
    def occurred_to(self) -> Span | None:
        """When the breach ended, as it was said; the same as its beginning where one time was said.

        A day that was not over was once cut at the receipt of its report.
        """
        was_cut = self.occurred_to_is_day is None and self.occurred_to_at == self.received_at
        return as_kept(self.occurred_to_at, was_cut or self.occurred_to_is_day)


class Report(Base):
    """What somebody filed. Narrative and contact are encrypted; the rest may stand in the register."""

    __tablename__ = "report"
    __table_args__ = (case_key(), UniqueConstraint("controller_id", "submission_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID] = mapped_column(index=True)
    submission_id: Mapped[str] = mapped_column(String(80))
    body_sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[ReporterKind] = mapped_column(by_value(ReporterKind))
    anonymous: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime]
    status_code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    processor_aware_at: Mapped[datetime | None]
    cell: Mapped[bytes]


class Assessment(Base):
    """A risk assessment as it was made: inputs, result and model version, never changed."""

    __tablename__ = "assessment"
    __table_args__ = (case_key(),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(40))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class Decision(Base):
    """A proposal and what another person decided on it. Four eyes are held here by the database."""

    __tablename__ = "decision"
    __table_args__ = (
        case_key(),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_persons"),
        CheckConstraint(
            "state <> 'decided' OR COALESCE(decided_by <> proposed_by"
            " AND decided_sha256 = proposed_sha256 AND decided_at IS NOT NULL, FALSE)",
            name="decided_by_another_on_the_same_text",
        ),
        CheckConstraint("state IN ('proposed', 'sent_back', 'decided')", name="state"),
        Index(
            "one_open_decision",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID] = mapped_column()
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"))
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    outcome: Mapped[str] = mapped_column(String(40))
    computed_outcome: Mapped[str] = mapped_column(String(40))
    reasoning: Mapped[str] = mapped_column(Text)
    deviation_reason: Mapped[str | None] = mapped_column(Text)
    exemption_ground: Mapped[str | None] = mapped_column(String(20))
    exemption_evidence: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    proposed_sha256: Mapped[str] = mapped_column(String(64))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_sha256: Mapped[str | None] = mapped_column(String(64))
    comment: Mapped[str | None] = mapped_column(Text)


class AwarenessCorrection(Base):
    """A correction of when the controller became aware: asked by one person, answered by another.

    What was asked never changes; once answered or withdrawn, nothing does.
    """

    __tablename__ = "awareness_correction"
    __table_args__ = (
        case_key(),
        CheckConstraint("state IN ('asked', 'confirmed', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_persons"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state IN ('confirmed', 'refused'))", name="answered_by_somebody"
        ),
        CheckConstraint("(decided_at IS NULL) = (state = 'asked')", name="ended_at_a_time"),
        CheckConstraint("state <> 'refused' OR comment IS NOT NULL", name="refusal_says_why"),
        CheckConstraint("new_aware_at <> old_aware_at", name="changes_the_time"),
        CheckConstraint("new_aware_at <= asked_at", name="not_in_the_future"),
        Index(
            "one_open_awareness_correction",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    old_aware_at: Mapped[datetime]
    new_aware_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    comment: Mapped[str | None] = mapped_column(Text)


class AuthorityTrack(Base):
    """The notification to Datatilsynet of one case, with its 72 hours (GDPR art. 33)."""

    __tablename__ = "authority_track"
    __table_args__ = (case_key(),)

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    state: Mapped[AuthorityState] = mapped_column(by_value(AuthorityState), default=AuthorityState.DUE)
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    receipt_number: Mapped[str | None] = mapped_column(String(80))
    late_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Reminder(Base):
    """A reminder of a deadline, one for each threshold, open until somebody acknowledges it."""

    __tablename__ = "reminder"
    __table_args__ = (case_key(), UniqueConstraint("case_id", "clock", "threshold", "due_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID]
    clock: Mapped[str] = mapped_column(String(40))
    threshold: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime]
    given_at: Mapped[datetime]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None]

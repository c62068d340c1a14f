"""The communication to the data subjects: texts, recipients, notices, attempts and receipts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from breach.domain.states import LIVE, Audience, CommunicationState, ExemptionGround, NoticeState
from breach.store.base import Base, by_value
from breach.store.models.cases import case_key

_LIVE = text("state IN (" + ", ".join(f"'{value}'" for value in sorted(s.value for s in LIVE)) + ")")


class Communication(Base):
    """The communication of one case (GDPR art. 34)."""

    __tablename__ = "communication"
    __table_args__ = (case_key(),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID] = mapped_column(unique=True)
    state: Mapped[CommunicationState] = mapped_column(
        by_value(CommunicationState), default=CommunicationState.DUE
    )
    channel: Mapped[str] = mapped_column(String(40))
    exemption_ground: Mapped[ExemptionGround | None] = mapped_column(by_value(ExemptionGround))
    exemption_evidence: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime]
    text_id: Mapped[UUID | None]
    pdf: Mapped[bytes | None]
    released_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    round_number: Mapped[int | None]
    """The round that is prepared, sent or done; NULL means the first."""
    audience: Mapped[Audience | None] = mapped_column(by_value(Audience))
    """Whom this round goes to; NULL means all on the list."""

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def round(self) -> int:
        """The number of the round that is prepared, sent or done, from 1."""
        return self.round_number or 1

    @property
    def goes_to(self) -> Audience:
        """Whom of the list this round goes to."""
        return self.audience or Audience.ALL


class NoticeText(Base):
    """One version of the letter in Danish and English; approval binds to its hash and to another person."""

    __tablename__ = "notice_text"
    __table_args__ = (
        case_key(),
        UniqueConstraint("communication_id", "number"),
        CheckConstraint(
            "approved_by IS NULL OR COALESCE(approved_by <> written_by AND approved_sha256 = sha256"
            " AND approved_at IS NOT NULL, FALSE)",
            name="approved_by_another_on_the_same_text",
        ),
        CheckConstraint("returned_by IS NULL OR approved_by IS NULL", name="not_approved_and_returned"),
        CheckConstraint(
            "(returned_by IS NULL) = (comment IS NULL) AND (returned_by IS NULL) = (returned_at IS NULL)",
            name="return_says_why",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID]
    communication_id: Mapped[UUID] = mapped_column(ForeignKey("communication.id"))
    number: Mapped[int]
    danish: Mapped[str] = mapped_column(Text)
    english: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    hard_to_read_reason: Mapped[str | None] = mapped_column(Text)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approved_sha256: Mapped[str | None] = mapped_column(String(64))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the text was written from; NULL in versions that are older than this column."""
    is_draft: Mapped[bool | None]
    """Whether the service made it from the facts; NULL in older versions, of which the first was."""
    confirmed: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """Why the approver found an element in the text that the checks did not, by language and element."""
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
    comment: Mapped[str | None] = mapped_column(Text)
    """What is to be changed, where an approver sent the text back."""

    @property
    def is_as_drafted(self) -> bool:
        """Whether the text is as the service made it from the facts."""
        return self.number == 1 if self.is_draft is None else self.is_draft


_LISTED = text("removed_at IS NULL")


class Recipient(Base):
    """A recipient. `cell` is the encrypted CPR number and name, `finger` the keyed hash of the number.

    One who was removed is on the list no more; the row stays, so that what happened can be told.
    """

    __tablename__ = "recipient"
    __table_args__ = (
        case_key(),
        Index(
            "one_listed_recipient",
            "communication_id",
            "finger",
            unique=True,
            sqlite_where=_LISTED,
            postgresql_where=_LISTED,
        ),
        CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID]
    communication_id: Mapped[UUID] = mapped_column(ForeignKey("communication.id"), index=True)
    finger: Mapped[bytes]
    cell: Mapped[bytes]
    added_at: Mapped[datetime]
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Release(Base):
    """The order to send a round: one asks, another types the count, both on the same frozen list and text.

    One that was carried out is the round's record: whom it went to, by which text and channel, by whom.
    """

    __tablename__ = "release"
    __table_args__ = (
        case_key(),
        CheckConstraint("state IN ('asked', 'released', 'withdrawn')", name="state"),
        CheckConstraint(
            "state <> 'released' OR COALESCE(first_by <> second_by AND typed_count = frozen_count"
            " AND second_sha256 = first_sha256, FALSE)",
            name="released_by_two_on_the_same_list",
        ),
        Index(
            "one_open_release",
            "communication_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID]
    communication_id: Mapped[UUID] = mapped_column(ForeignKey("communication.id"))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    frozen_count: Mapped[int]
    first_sha256: Mapped[str] = mapped_column(String(64))
    first_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_at: Mapped[datetime]
    typed_count: Mapped[int | None]
    second_sha256: Mapped[str | None] = mapped_column(String(64))
    second_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_at: Mapped[datetime | None]
    round_number: Mapped[int | None]
    """NULL in orders that are older than this column: the first round."""
    audience: Mapped[Audience | None] = mapped_column(by_value(Audience))
    text_id: Mapped[UUID | None]
    channel: Mapped[str | None] = mapped_column(String(40))
    completed_at: Mapped[datetime | None]
    """When everybody of the round was told."""
    unprepared: Mapped[int | None]
    """Persons whose letter is not made yet; NULL before the release and in orders that are older: none."""
    prepared_to: Mapped[UUID | None]
    """The last person whose letter is made: a job goes on behind it, whichever worker runs it."""
    preparation: Mapped[int | None]
    """How often the job that makes the letters was queued."""

    @property
    def round(self) -> int:
        """The number of the round, from 1."""
        return self.round_number or 1

    @property
    def went_to(self) -> Audience:
        """Whom of the list the round goes to."""
        return self.audience or Audience.ALL


class Notice(Base):
    """One message to one person through one channel. UUID and hash stand here before the first attempt."""

    __tablename__ = "notice"
    __table_args__ = (
        case_key(),
        Index(
            "one_live_notice",
            "communication_id",
            "recipient_id",
            text("COALESCE(round_number, 1)"),
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_notice_state", "communication_id", "state", "id"),
        CheckConstraint(
            "state IN ('drafted', 'approved', 'cancelled') OR message_sha256 IS NOT NULL",
            name="hash_before_sending",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID]
    communication_id: Mapped[UUID] = mapped_column(ForeignKey("communication.id"))
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("recipient.id"))
    channel: Mapped[str] = mapped_column(String(40))
    state: Mapped[NoticeState] = mapped_column(by_value(NoticeState), default=NoticeState.DRAFTED)
    message_uuid: Mapped[UUID] = mapped_column(unique=True)
    message_sha256: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str | None] = mapped_column(String(120))
    queued_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    round_number: Mapped[int | None]
    """The round it belongs to; NULL in notices that are older than this column: the first."""


class NoticeAttempt(Base):
    """A claim to send a notice, stored before contact; the loser of an insert race sends nothing."""

    __tablename__ = "notice_attempt"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"))
    number: Mapped[int]
    worker: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(120))


class NoticeReceipt(Base):
    """A delivery receipt: delivered or rejected. Stored before it is deleted at the channel."""

    __tablename__ = "notice_receipt"
    __table_args__ = (UniqueConstraint("message_uuid", "status", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_uuid: Mapped[UUID] = mapped_column(index=True)
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    status: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[datetime]
    stored_at: Mapped[datetime]


class SendBatch(Base):
    """A slice of a release that one job sends; the sweep re-queues it under the same id."""

    __tablename__ = "send_batch"
    __table_args__ = (
        case_key(),
        UniqueConstraint("communication_id", "number"),
        CheckConstraint("state IN ('waiting', 'running', 'done')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID]
    communication_id: Mapped[UUID] = mapped_column(ForeignKey("communication.id"))
    number: Mapped[int]
    epoch: Mapped[int] = mapped_column(default=1)
    first_notice_id: Mapped[UUID]
    last_notice_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    worker: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class WorkerBeat(Base):
    """A worker's heartbeat, by the database's clock."""

    __tablename__ = "worker_beat"

    worker: Mapped[str] = mapped_column(String(60), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(index=True)

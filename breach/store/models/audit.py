"""The audit chain, its anchors, the wrapped keys and the drafts of reports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from breach.store.base import Base


class AuditStream(Base):
    """A chain of events: of a case, of a person's log-ins, of a day's reads.

    head, length: hash and number of the last event, moved by a trigger
    anchored: the length at the last anchor
    """

    __tablename__ = "audit_stream"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index(
            "ix_audit_stream_unanchored",
            "id",
            sqlite_where=text("length > anchored"),
            postgresql_where=text("length > anchored"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(80))
    head: Mapped[bytes]
    length: Mapped[int]
    anchored: Mapped[int] = mapped_column(default=0)


class AuditEvent(Base):
    """One event, append-only: `hash` covers the stream, the number, the hash before and the body's bytes."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_case", "case_id", "at"), Index("ix_audit_event_at", "at"))

    stream_id: Mapped[UUID] = mapped_column(ForeignKey("audit_stream.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    controller_id: Mapped[int | None]
    case_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(60))
    body: Mapped[bytes]
    prev: Mapped[bytes]
    hash: Mapped[bytes]


class AuditAnchor(Base):
    """A root over the heads of all streams at a time; the same line stands in the anchor file."""

    __tablename__ = "audit_anchor"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    leaves: Mapped[bytes]
    prev_root: Mapped[bytes]
    root: Mapped[bytes]


class WrappedKey(Base):
    """A key, wrapped by the key above it: a controller's by the master, a case's by its controller's."""

    __tablename__ = "wrapped_key"
    __table_args__ = (
        UniqueConstraint("controller_id", "case_id", "life"),
        # NULLs differ from each other in a unique constraint: keys without a case need an index of their own
        Index(
            "one_key_of_a_controller",
            "controller_id",
            "life",
            unique=True,
            sqlite_where=text("case_id IS NULL"),
            postgresql_where=text("case_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    controller_id: Mapped[int] = mapped_column(ForeignKey("controller.id"))
    case_id: Mapped[UUID | None]
    life: Mapped[str] = mapped_column(String(12))
    wrapped_by: Mapped[int]
    cell: Mapped[bytes]
    created_at: Mapped[datetime]
    destroyed: Mapped[bool] = mapped_column(Boolean, default=False)


class ReportDraft(Base):
    """A report that somebody is writing, sealed under a key of the controller; found by its code's hash."""

    __tablename__ = "report_draft"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    controller_id: Mapped[int] = mapped_column(ForeignKey("controller.id"))
    cell: Mapped[bytes]
    saved_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

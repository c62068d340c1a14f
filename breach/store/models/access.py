"""Roles as they are asked for and confirmed, and what is announced of every change of access."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from breach.domain.states import Role
from breach.store.base import Base, by_value


class RoleRequest(Base):
    """A role that somebody asks for, for a person, and what an administrator answered.

    asked_by: NULL is the operator on the host; founding: given on the host before there were two to confirm
    """

    __tablename__ = "role_request"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'confirmed', 'refused', 'withdrawn', 'founding')", name="state"),
        CheckConstraint("(answered_at IS NULL) = (state = 'asked')", name="ended_at_a_time"),
        CheckConstraint(
            "(answered_by IS NOT NULL) = (state IN ('confirmed', 'refused'))", name="answered_by_somebody"
        ),
        CheckConstraint(
            "answered_by IS NULL OR (answered_by <> person_id AND answered_by <> COALESCE(asked_by, 0))",
            name="two_persons",
        ),
        CheckConstraint("state <> 'founding' OR asked_by IS NULL", name="founded_on_the_host"),
        CheckConstraint("state <> 'refused' OR comment IS NOT NULL", name="refusal_says_why"),
        Index(
            "one_open_role_request",
            "person_id",
            "controller_id",
            "role",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    controller_id: Mapped[int] = mapped_column(ForeignKey("controller.id"), index=True)
    role: Mapped[Role] = mapped_column(by_value(Role))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    comment: Mapped[str | None] = mapped_column(Text)


class AccessChange(Base):
    """One change of what a person may do for a controller, until an auditor has seen it and afterwards.

    done_by: NULL is the operator on the host
    """

    __tablename__ = "access_change"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('made', 'asked', 'given', 'refused', 'withdrawn', 'taken', 'disabled', 'enabled',"
            " 'password', 'token')",
            name="kind",
        ),
        CheckConstraint(
            "(role IS NOT NULL) = (kind IN ('asked', 'given', 'refused', 'withdrawn', 'taken'))",
            name="of_a_role",
        ),
        CheckConstraint("(role IS NOT NULL) = (request_id IS NOT NULL)", name="role_has_request"),
        CheckConstraint("(seen_by IS NULL) = (seen_at IS NULL)", name="seen_at_a_time"),
        Index("ix_access_change_page", "controller_id", "at", "id"),
        Index("one_change_of_a_request", "request_id", "kind", unique=True),
        Index(
            "ix_access_change_unseen",
            "controller_id",
            sqlite_where=text("seen_by IS NULL"),
            postgresql_where=text("seen_by IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int] = mapped_column(ForeignKey("controller.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    role: Mapped[Role | None] = mapped_column(by_value(Role))
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("role_request.id"))
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime | None]

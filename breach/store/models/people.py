"""Controllers, the people who work for them, their roles and log-ins."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from breach.domain.states import Role
from breach.store.base import Base, by_value


class Controller(Base):
    """A region: who it is, how people reach it, from when to when (GDPR art. 4(7))."""

    __tablename__ = "controller"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name_da: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    cvr: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str] = mapped_column(String(30))
    email: Mapped[str] = mapped_column(String(200))
    dpo_name: Mapped[str] = mapped_column(String(200))
    dpo_phone: Mapped[str] = mapped_column(String(30))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("controller.id"))
    communication_hours: Mapped[int] = mapped_column(default=24)
    voluntary_communication: Mapped[bool] = mapped_column(default=False)


class Person(Base):
    """One human being; four eyes compare persons, not accounts."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person")
    stands_in: Mapped[list["Deputy"]] = relationship(foreign_keys="Deputy.deputy_id", viewonly=True)
    """For whom the person was named deputy, and when."""


class RoleGrant(Base):
    """A role that a person has for one controller, as the request says that was confirmed."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "controller_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    controller_id: Mapped[int] = mapped_column(ForeignKey("controller.id"))
    role: Mapped[Role] = mapped_column(by_value(Role))
    granted_at: Mapped[datetime]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("role_request.id"), unique=True)
    person: Mapped[Person] = relationship(back_populates="grants")


class Deputy(Base):
    """Who stands in for a person who handles cases, from the first day to the last, both included."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("deputy_id <> person_id", name="another_person"),
        CheckConstraint("from_day <= to_day", name="ends_after_it_begins"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_day: Mapped[date]
    to_day: Mapped[date]
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def holds_on(self, day: date) -> bool:
        """Tell whether the deputy stands in on a day."""
        return self.ended_at is None and self.from_day <= day <= self.to_day


class LoginSession(Base):
    """A browser's session, kept here so that it can be ended; the cookie's id is stored as its SHA-256."""

    __tablename__ = "login_session"
    __table_args__ = (CheckConstraint("length(id_hash) = 64", name="id_hash_length"),)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    authenticated_at: Mapped[datetime]  # when its person last typed the password


class ApiToken(Base):
    """A token of the API: stored as SHA-256, bound to a person or a named sender and one controller."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    controller_id: Mapped[int] = mapped_column(ForeignKey("controller.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """A failed log-in attempt, stored so that all processes share the delay."""

    __tablename__ = "login_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_key: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)

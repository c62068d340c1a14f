"""Who of the people affected gets no letter, and why; the public notice. Each takes two persons."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from breach.domain.states import NoLetter
from breach.store.base import Base, by_value
from breach.store.models.cases import case_key


class Segment(Base):
    """People affected who get no letter: how they are told instead, or why they are not told.

    Everybody who is in no segment gets a letter. What was asked never changes; another number or reason is
    another segment.
    """

    __tablename__ = "segment"
    __table_args__ = (
        case_key(),
        CheckConstraint("state IN ('asked', 'confirmed', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("people IS NULL OR people > 0", name="has_people"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_persons"),
        CheckConstraint(
            "state NOT IN ('confirmed', 'refused') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name="answered_by_somebody",
        ),
        CheckConstraint("state <> 'refused' OR comment IS NOT NULL", name="refusal_says_why"),
        CheckConstraint("(ended_at IS NOT NULL) = (state = 'withdrawn')", name="withdrawn_at_a_time"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    name: Mapped[str] = mapped_column(String(120))
    people: Mapped[int | None]
    """How many they are; NULL means everybody affected."""
    why: Mapped[NoLetter] = mapped_column(by_value(NoLetter))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    comment: Mapped[str | None] = mapped_column(Text)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    @property
    def is_everybody(self) -> bool:
        """Whether it is an exemption of everybody affected, and not of some."""
        return self.people is None


class PublicNotice(Base):
    """One version of a public notice: text, places, days, approval by another person, and the proof.

    `proof_cell` is the sealed file that shows it; instead of a file an address with its day proves it.
    """

    __tablename__ = "public_notice"
    __table_args__ = (
        case_key(),
        UniqueConstraint("case_id", "number"),
        CheckConstraint("state IN ('drafted', 'approved', 'proven', 'withdrawn')", name="state"),
        CheckConstraint("shown_from <= shown_to", name="ends_after_it_begins"),
        CheckConstraint(
            "approved_by IS NULL OR COALESCE(approved_by <> written_by AND approved_sha256 = sha256"
            " AND approved_at IS NOT NULL, FALSE)",
            name="approved_by_another_on_the_same_text",
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'proven') OR approved_by IS NOT NULL", name="shown_once_approved"
        ),
        CheckConstraint(
            "state <> 'proven' OR (proven_on IS NOT NULL AND proven_by IS NOT NULL"
            " AND (proof_address IS NOT NULL OR proof_cell IS NOT NULL))",
            name="proven_by_something",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    controller_id: Mapped[int]
    case_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="drafted")
    danish: Mapped[str] = mapped_column(Text)
    english: Mapped[str] = mapped_column(Text)
    places: Mapped[str] = mapped_column(Text)
    shown_from: Mapped[date]
    shown_to: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64))
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approved_sha256: Mapped[str | None] = mapped_column(String(64))
    proven_on: Mapped[date | None]
    """The day on which it was seen where it stands."""
    proof_address: Mapped[str | None] = mapped_column(String(500))
    proof_type: Mapped[str | None] = mapped_column(String(40))
    proof_cell: Mapped[bytes | None] = mapped_column(deferred=True)
    proven_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proven_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

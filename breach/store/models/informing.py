"""Who of the people affected gets no letter, and why: asked by one person, confirmed by another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
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

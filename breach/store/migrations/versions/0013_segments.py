"""People affected who get no letter: asked by one person, confirmed by another."""

import sqlalchemy as sa
from alembic import op

from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_REASONS = (
    *("unintelligible", "risk_removed", "disproportionate"),
    *("no_high_risk", "overriding_interests", "told_otherwise"),
)


def upgrade() -> None:
    """Add the table, then install the triggers again."""
    op.create_table("segment", *_columns(), *_checks(), *_keys())
    op.create_index(op.f("ix_segment_case_id"), "segment", ["case_id"], unique=False)
    triggers.install(op.get_bind())


def _columns() -> tuple[sa.Column[object], ...]:
    why = sa.Enum(*_REASONS, name="noletter", native_enum=False, create_constraint=True, length=32)
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("why", why, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
    )


def _checks() -> tuple[sa.CheckConstraint, ...]:
    said = {
        "state": "state IN ('asked', 'confirmed', 'refused', 'withdrawn')",
        "has_people": "people IS NULL OR people > 0",
        "two_persons": "decided_by IS NULL OR decided_by <> asked_by",
        "answered_by_somebody": (
            "state NOT IN ('confirmed', 'refused') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)"
        ),
        "refusal_says_why": "state <> 'refused' OR comment IS NOT NULL",
        "withdrawn_at_a_time": "(ended_at IS NOT NULL) = (state = 'withdrawn')",
    }
    return tuple(sa.CheckConstraint(sql, name=op.f(f"ck_segment_{name}")) for name, sql in said.items())


def _keys() -> tuple[sa.Constraint, ...]:
    people = ("asked_by", "decided_by", "ended_by")
    return (
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.ForeignKeyConstraint(
            ["controller_id", "case_id"],
            ["breach_case.controller_id", "breach_case.id"],
            name=op.f("fk_segment_controller_id_case_id"),
        ),
        *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_segment_{name}")) for name in people),
    )

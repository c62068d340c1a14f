"""Corrections of when the controller became aware."""

import sqlalchemy as sa
from alembic import op

from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables, then install the triggers again."""
    op.create_table(
        "awareness_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("old_aware_at", UTCDateTime(), nullable=False),
        sa.Column("new_aware_at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (state = 'asked')", name=op.f("ck_awareness_correction_ended_at_a_time")
        ),
        sa.CheckConstraint(
            "(decided_by IS NOT NULL) = (state IN ('confirmed', 'refused'))",
            name=op.f("ck_awareness_correction_answered_by_somebody"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR comment IS NOT NULL", name=op.f("ck_awareness_correction_refusal_says_why")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'refused', 'withdrawn')",
            name=op.f("ck_awareness_correction_state"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_awareness_correction_two_persons")
        ),
        sa.CheckConstraint(
            "new_aware_at <= asked_at", name=op.f("ck_awareness_correction_not_in_the_future")
        ),
        sa.CheckConstraint(
            "new_aware_at <> old_aware_at", name=op.f("ck_awareness_correction_changes_the_time")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_awareness_correction_asked_by")),
        sa.ForeignKeyConstraint(
            ["controller_id", "case_id"],
            ["breach_case.controller_id", "breach_case.id"],
            name=op.f("fk_awareness_correction_controller_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_awareness_correction_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awareness_correction")),
    )
    with op.batch_alter_table("awareness_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_awareness_correction_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "one_open_awareness_correction",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    triggers.install(op.get_bind())

"""Public notices: text, places and days, approved by another person, and the proof that it was published."""

import sqlalchemy as sa
from alembic import op

from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, then install the triggers again."""
    op.create_table("public_notice", *_columns(), *_checks(), *_keys())
    op.create_index(op.f("ix_public_notice_case_id"), "public_notice", ["case_id"], unique=False)
    triggers.install(op.get_bind())


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("danish", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=False),
        sa.Column("shown_to", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.Column("approved_sha256", sa.String(length=64), nullable=True),
        sa.Column("proven_on", sa.Date(), nullable=True),
        sa.Column("proof_address", sa.String(length=500), nullable=True),
        sa.Column("proof_type", sa.String(length=40), nullable=True),
        sa.Column("proof_cell", sa.LargeBinary(), nullable=True),
        sa.Column("proven_by", sa.Integer(), nullable=True),
        sa.Column("proven_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
    )


def _checks() -> tuple[sa.CheckConstraint, ...]:
    said = {
        "state": "state IN ('drafted', 'approved', 'proven', 'withdrawn')",
        "ends_after_it_begins": "shown_from <= shown_to",
        "approved_by_another_on_the_same_text": (
            "approved_by IS NULL OR COALESCE(approved_by <> written_by AND approved_sha256 = sha256"
            " AND approved_at IS NOT NULL, FALSE)"
        ),
        "shown_once_approved": "state NOT IN ('approved', 'proven') OR approved_by IS NOT NULL",
        "proven_by_something": (
            "state <> 'proven' OR (proven_on IS NOT NULL AND proven_by IS NOT NULL"
            " AND (proof_address IS NOT NULL OR proof_cell IS NOT NULL))"
        ),
    }
    return tuple(sa.CheckConstraint(sql, name=op.f(f"ck_public_notice_{name}")) for name, sql in said.items())


def _keys() -> tuple[sa.Constraint, ...]:
    people = ("written_by", "approved_by", "proven_by", "ended_by")
    return (
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_public_notice_case_id_number")),
        sa.ForeignKeyConstraint(
            ["controller_id", "case_id"],
            ["breach_case.controller_id", "breach_case.id"],
            name=op.f("fk_public_notice_controller_id_case_id"),
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_public_notice_{name}"))
            for name in people
        ),
    )

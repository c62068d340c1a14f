"""A colleague asks for a case of another, and a person who handles cases names a deputy for some days."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add table and columns, then install the triggers again."""
    bind = op.get_bind()
    op.create_table(
        "deputy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("named_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_deputy_another_person")),
        sa.CheckConstraint("from_day <= to_day", name=op.f("ck_deputy_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_person_id"), "deputy", ["person_id"])
    op.create_index(op.f("ix_deputy_deputy_id"), "deputy", ["deputy_id"])
    # SQLite would write an added column behind the constraints, where no new table has one
    rebuild: Literal["always", "never"] = "always" if bind.dialect.name == "sqlite" else "never"
    with op.batch_alter_table("breach_case", recreate=rebuild) as batch:
        batch.add_column(sa.Column("wanted_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("wanted_reason", sa.Text(), nullable=True))
        batch.create_foreign_key(op.f("fk_breach_case_wanted_by"), "person", ["wanted_by"], ["id"])
    triggers.install(bind)

"""The account of a breach in English, and letters that an approver sends back or confirms with a reason.

The columns stay empty in the rows of before, which leaves their hashes as they are recorded.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the rules of a return, then install the triggers again."""
    bind = op.get_bind()
    # SQLite would write an added column behind the constraints, where no new table has one
    rebuild: Literal["always", "never"] = "always" if bind.dialect.name == "sqlite" else "never"
    with op.batch_alter_table("breach_case", recreate=rebuild) as table:
        table.add_column(sa.Column("summary_en", sa.Text(), nullable=True))
        table.add_column(sa.Column("measures_en", sa.Text(), nullable=True))
        table.add_column(sa.Column("danish_only", sa.Boolean(), nullable=True))
    with op.batch_alter_table("notice_text", recreate=rebuild) as table:
        table.add_column(sa.Column("is_draft", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("confirmed", sa.JSON(), nullable=True))
        table.add_column(sa.Column("returned_by", sa.Integer(), nullable=True))
        table.add_column(sa.Column("returned_at", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("comment", sa.Text(), nullable=True))
        table.create_foreign_key(op.f("fk_notice_text_returned_by"), "person", ["returned_by"], ["id"])
        table.create_check_constraint(
            op.f("ck_notice_text_not_approved_and_returned"), "returned_by IS NULL OR approved_by IS NULL"
        )
        table.create_check_constraint(
            op.f("ck_notice_text_return_says_why"),
            "(returned_by IS NULL) = (comment IS NULL) AND (returned_by IS NULL) = (returned_at IS NULL)",
        )
    triggers.install(bind)

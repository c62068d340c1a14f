"""A recipient can be removed from the list; the row stays, and the same person can be put on it again."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LISTED = sa.text("removed_at IS NULL")


def upgrade() -> None:
    """Add the columns, let only those who are listed be unique, then install the triggers again."""
    bind = op.get_bind()
    # SQLite would write an added column behind the constraints, where no new table has one
    rebuild: Literal["always", "never"] = "always" if bind.dialect.name == "sqlite" else "never"
    with op.batch_alter_table("recipient", recreate=rebuild) as batch:
        batch.drop_constraint("uq_recipient_communication_id_finger", type_="unique")
        batch.add_column(sa.Column("removed_at", UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("removed_by", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_recipient_removed_by"), "person", ["removed_by"], ["id"])
        batch.create_check_constraint(
            op.f("ck_recipient_removed_by_somebody"), "(removed_at IS NULL) = (removed_by IS NULL)"
        )
    op.create_index(
        "one_listed_recipient",
        "recipient",
        ["communication_id", "finger"],
        unique=True,
        sqlite_where=_LISTED,
        postgresql_where=_LISTED,
    )
    triggers.install(bind)

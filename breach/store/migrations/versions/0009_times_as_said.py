"""A case keeps whether a time is a day or a moment, when the breach was discovered, and when a call came in.

The columns of a case of before stay empty, which leaves the hashes of the rows as they are recorded.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FLAGS = ("occurred_from_is_day", "occurred_to_is_day", "contained_is_day")


def upgrade() -> None:
    """Add the columns, then install the triggers again."""
    bind = op.get_bind()
    # SQLite would write an added column behind the constraints, where no new table has one
    rebuild: Literal["always", "never"] = "always" if bind.dialect.name == "sqlite" else "never"
    with op.batch_alter_table("breach_case", recreate=rebuild) as table:
        for flag in FLAGS:
            table.add_column(sa.Column(flag, sa.Boolean(), nullable=True))
        table.add_column(sa.Column("discovered_at", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("discovered_is_day", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("called_at", UTCDateTime(), nullable=True))
    triggers.install(bind)

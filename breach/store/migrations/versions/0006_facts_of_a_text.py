"""A version of a letter keeps the facts it was written from; those stored before have none.

An empty column leaves the hashes of the rows as they are recorded.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from breach.store.guards import triggers

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, then install the triggers again."""
    bind = op.get_bind()
    # SQLite would write an added column behind the constraints, where no new table has one
    rebuild: Literal["always", "never"] = "always" if bind.dialect.name == "sqlite" else "never"
    with op.batch_alter_table("notice_text", recreate=rebuild) as table:
        table.add_column(sa.Column("facts", sa.JSON(), nullable=True))
    triggers.install(bind)

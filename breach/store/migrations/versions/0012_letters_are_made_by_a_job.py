"""An order to send knows how many of its letters are not made yet, and how far the job came that makes them.

In orders of before the columns stay empty: their letters were made with the release.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from breach.store.guards import triggers

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, then install the triggers again."""
    bind = op.get_bind()
    # SQLite would write an added column behind the constraints, where no new table has one
    rebuild: Literal["always", "never"] = "always" if bind.dialect.name == "sqlite" else "never"
    with op.batch_alter_table("release", recreate=rebuild) as batch:
        batch.add_column(sa.Column("unprepared", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("prepared_to", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("preparation", sa.Integer(), nullable=True))
    triggers.install(bind)

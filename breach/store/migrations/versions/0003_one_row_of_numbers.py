"""Case numbers count over all controllers: one person may work for two, and a number must mean one case."""

import sqlalchemy as sa
from alembic import op

from breach.store.guards import triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count on from the highest number that any controller has given in each year."""
    bind = op.get_bind()
    highest = "SELECT year, MAX(last) AS last FROM case_number GROUP BY year"
    rows = [{"year": row.year, "last": row.last} for row in bind.execute(sa.text(highest))]
    op.drop_table("case_number")
    numbers = op.create_table(
        "case_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_case_number")),
    )
    op.bulk_insert(numbers, rows)
    triggers.install(bind)

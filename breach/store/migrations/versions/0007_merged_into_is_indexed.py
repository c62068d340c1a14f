"""Cases are found by the case that they are merged into: every page of a case asks for them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; no row changes."""
    op.create_index("ix_breach_case_merged_into_id", "breach_case", ["merged_into_id"])

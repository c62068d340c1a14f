"""Letters are sent in rounds: a person has one living notice in each, and the order to send is its record.

What was sent before belongs to the first round: the new columns stay empty, so that the rows are as recorded.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('delivered', 'posted', 'printing', 'queued', 'submitted', 'unknown')")
_ROUND = sa.text("COALESCE(round_number, 1)")


def upgrade() -> None:
    """Add the columns, make the index of living notices anew, then install the triggers again."""
    bind = op.get_bind()
    op.drop_index("one_live_notice", "notice")
    _add("notice", sa.Column("round_number", sa.Integer(), nullable=True))
    op.create_index(
        "one_live_notice",
        "notice",
        ["communication_id", "recipient_id", _ROUND],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    _add(
        "release",
        sa.Column("round_number", sa.Integer(), nullable=True),
        sa.Column("audience", _audience(), nullable=True),
        sa.Column("text_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("completed_at", UTCDateTime(), nullable=True),
    )
    _add(
        "communication",
        sa.Column("round_number", sa.Integer(), nullable=True),
        sa.Column("audience", _audience(), nullable=True),
    )
    triggers.install(bind)


def _audience() -> sa.Enum:
    return sa.Enum(
        *("all", "new", "missed"), name="audience", native_enum=False, create_constraint=True, length=32
    )


def _add(table: str, *columns: sa.Column[object]) -> None:
    # SQLite would write an added column behind the constraints, where no new table has one
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    rebuild: Literal["always", "never"] = "always" if is_sqlite else "never"
    with op.batch_alter_table(table, recreate=rebuild) as batch:
        for column in columns:
            batch.add_column(column)

"""A case keeps whether a time is a day or a moment, when the breach was discovered, and when a call came in.

Times of before are days where they are the first or the last second of a Danish day, or were cut at the
receipt of the report. Each row that changes is recorded as it then is.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import op

from breach.domain.danish_time import local
from breach.domain.spans import whole_day
from breach.store.base import UTCDateTime
from breach.store.guards import triggers
from breach.store.migrations.changed_rows import Row, change_rows, rows_now

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FLAGS = ("occurred_from_is_day", "occurred_to_is_day", "contained_is_day")


def upgrade() -> None:
    """Add the columns, say of each time whether it is a day, then install the triggers again."""
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
    change_rows(
        bind, "breach_case", [(row, said) for row in rows_now(bind, "breach_case") if (said := _said(row))]
    )


def _said(row: Row) -> dict[str, Any]:
    """Return the times of a case as they were said, where it has any."""
    began, ended, received = row["occurred_from_at"], row["occurred_to_at"], row["received_at"]
    found: dict[str, Any] = {}
    if began is not None:
        day = whole_day(local(began).date())
        found["occurred_from_is_day"] = began == day.start
    if ended is not None:
        day = whole_day(local(ended).date())
        is_day = ended in (day.end, received)
        found |= {"occurred_to_is_day": is_day, "occurred_to_at": day.end if is_day else ended}
    return found

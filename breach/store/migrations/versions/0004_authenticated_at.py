"""A log-in knows when its person last typed the password: some things want that to be a short while ago."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from breach.store.audit import pending
from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LIVE = sa.table(
    "login_session",
    sa.column("id_hash", sa.String()),
    sa.column("person_id", sa.Integer()),
    sa.column("csrf_token", sa.String()),
    sa.column("created_at", UTCDateTime()),
    sa.column("seen_at", UTCDateTime()),
    sa.column("authenticated_at", UTCDateTime()),
)


def upgrade() -> None:
    """Let those logged in have typed their password when their log-in began, and record their rows so."""
    bind = op.get_bind()
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("authenticated_at", UTCDateTime(), nullable=True))
    bind.execute(sa.update(_LIVE).values(authenticated_at=_LIVE.c.created_at))
    with op.batch_alter_table("login_session") as table:
        table.alter_column("authenticated_at", existing_type=UTCDateTime(), nullable=False)
    with Session(bind, join_transaction_mode="create_savepoint") as session, session.begin():
        for row in session.execute(sa.select(_LIVE)):
            pending.note_row(session, "login_session", dict(row._mapping))
    triggers.install(bind)

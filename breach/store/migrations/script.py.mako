"""${message}."""
# ruff: noqa: E501  conditions stand in one piece

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
from breach.store import ddl

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables, then install the triggers again."""
    ${upgrades if upgrades else ""}
    ddl.install(op.get_bind())

"""Roles are asked for and confirmed by another, and every change of access is announced."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from breach.domain.events import EventKind
from breach.store.audit.events import append
from breach.store.audit.pending import note_row
from breach.store.base import UTCDateTime
from breach.store.guards import triggers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROLES = (
    *("case_handler", "decider", "approver", "releaser", "auditor", "administrator"),
    "recipients_identity",
)


def upgrade() -> None:
    """Make the tables, found every role that is held, then install the triggers again."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":  # it names a table that is rebuilt below
        op.execute("DROP TRIGGER IF EXISTS person_let_in")
    _make_requests()
    _make_changes()
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request_id", sa.Uuid(), nullable=True))
    _found(bind)
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.alter_column("request_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_role_grant_request_id"), ["request_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_role_grant_request_id"), "role_request", ["request_id"], ["id"]
        )
    triggers.install(bind)


def _role() -> sa.Enum:
    return sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32)


def _make_requests() -> None:
    op.create_table(
        "role_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("role", _role(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (state = 'asked')", name=op.f("ck_role_request_ended_at_a_time")
        ),
        sa.CheckConstraint(
            "(answered_by IS NOT NULL) = (state IN ('confirmed', 'refused'))",
            name=op.f("ck_role_request_answered_by_somebody"),
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR (answered_by <> person_id AND answered_by <> COALESCE(asked_by, 0))",
            name=op.f("ck_role_request_two_persons"),
        ),
        sa.CheckConstraint(
            "state <> 'founding' OR asked_by IS NULL", name=op.f("ck_role_request_founded_on_the_host")
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR comment IS NOT NULL", name=op.f("ck_role_request_refusal_says_why")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'refused', 'withdrawn', 'founding')",
            name=op.f("ck_role_request_state"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_role_request_answered_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_role_request_asked_by")),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_role_request_controller_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
    )
    op.create_index(op.f("ix_role_request_controller_id"), "role_request", ["controller_id"])
    op.create_index(
        "one_open_role_request",
        "role_request",
        ["person_id", "controller_id", "role"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )


def _make_changes() -> None:
    op.create_table(
        "access_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("role", _role(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("seen_by", sa.Integer(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('made', 'asked', 'given', 'refused', 'withdrawn', 'taken', 'disabled', 'enabled',"
            " 'password', 'token')",
            name=op.f("ck_access_change_kind"),
        ),
        sa.CheckConstraint(
            "(role IS NOT NULL) = (kind IN ('asked', 'given', 'refused', 'withdrawn', 'taken'))",
            name=op.f("ck_access_change_of_a_role"),
        ),
        sa.CheckConstraint(
            "(role IS NOT NULL) = (request_id IS NOT NULL)", name=op.f("ck_access_change_role_has_request")
        ),
        sa.CheckConstraint(
            "(seen_by IS NULL) = (seen_at IS NULL)", name=op.f("ck_access_change_seen_at_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_access_change_controller_id")
        ),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_access_change_done_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_change_person_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["role_request.id"], name=op.f("fk_access_change_request_id")
        ),
        sa.ForeignKeyConstraint(["seen_by"], ["person.id"], name=op.f("fk_access_change_seen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_change")),
    )
    op.create_index("ix_access_change_page", "access_change", ["controller_id", "at", "id"])
    op.create_index("one_change_of_a_request", "access_change", ["request_id", "kind"], unique=True)
    op.create_index(
        "ix_access_change_unseen",
        "access_change",
        ["controller_id"],
        sqlite_where=sa.text("seen_by IS NULL"),
        postgresql_where=sa.text("seen_by IS NULL"),
    )


_GRANTS = sa.table(
    "role_grant",
    *(sa.column(name, sa.Integer) for name in ("id", "person_id", "controller_id")),
    sa.column("role", sa.String),
    sa.column("granted_at", UTCDateTime),
    sa.column("request_id", sa.Uuid),
)
_REQUESTS = sa.table(
    "role_request",
    sa.column("id", sa.Uuid),
    *(sa.column(name, sa.Integer) for name in ("person_id", "controller_id")),
    *(sa.column(name, sa.String) for name in ("role", "state")),
    *(sa.column(name, UTCDateTime) for name in ("asked_at", "answered_at")),
)
_CHANGES = sa.table(
    "access_change",
    *(sa.column(name, sa.Uuid) for name in ("id", "request_id")),
    *(sa.column(name, sa.Integer) for name in ("person_id", "controller_id")),
    *(sa.column(name, sa.String) for name in ("role", "kind")),
    sa.column("at", UTCDateTime),
)


def _found(bind: sa.Connection) -> None:
    """Give every role that is held a founding request, announced, and record the rows as they then are."""
    held = bind.execute(sa.select(_GRANTS).order_by(_GRANTS.c.id)).mappings().all()
    if not held:
        return
    with Session(bind) as session:  # the connection's own transaction is not ended by it
        for grant in held:
            _found_one(session, dict(grant, request_id=uuid4()))
        append(
            session, datetime.now(UTC), EventKind.PERSON_ROLES_FOUNDED, None, None, None, {"roles": len(held)}
        )
        session.commit()


def _found_one(session: Session, grant: dict[str, Any]) -> None:
    of_role = {name: grant[name] for name in ("person_id", "controller_id", "role")}
    request_id: UUID = grant["request_id"]
    at = grant["granted_at"]
    request = {**of_role, "id": request_id, "state": "founding", "asked_at": at, "answered_at": at}
    change = {**of_role, "id": uuid4(), "request_id": request_id, "kind": "given", "at": at}
    connection = session.connection()
    connection.execute(_REQUESTS.insert().values(request))
    connection.execute(_CHANGES.insert().values(change))
    connection.execute(_GRANTS.update().where(_GRANTS.c.id == grant["id"]).values(request_id=request_id))
    for table, row in (("role_request", request), ("access_change", change), ("role_grant", grant)):
        note_row(session, table, row)

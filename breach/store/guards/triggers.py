"""Triggers that keep records and hold four eyes, as text for both databases, and the check that they stand.

One list of rules makes the text of both dialects. `create_all` installs it, and so does every migration at
its end, because SQLite's batch mode rebuilds a table without its triggers.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from sqlalchemy import JSON, Connection, MetaData, event, inspect

from breach.store.base import Base
from breach.store.guards import access

APPEND_ONLY = ("assessment", "audit_anchor", "audit_event", "notice_receipt", "report")
"""Tables whose rows are never changed and never deleted."""

UNDELETABLE = (
    *("audit_stream", "authority_track", "awareness_correction", "breach_case", "communication"),
    *("decision", "notice", "notice_attempt", "notice_text", "public_notice", "recipient", "release"),
    *("segment", "wrapped_key"),
    *access.UNDELETABLE,
)
"""Tables whose rows change by steps and are never deleted."""


@dataclass(frozen=True)
class Frozen:
    """Columns of a table that no update may change, always or while `when` (a condition on OLD) holds."""

    table: str
    name: str
    columns: tuple[str, ...]
    when: str = ""

    def condition(self, differs: str) -> str:
        """Return the condition under which an update is refused; `differs` is the dialect's operator."""
        changed = " OR ".join(
            f"{self._of('OLD', one)} {differs} {self._of('NEW', one)}" for one in self.columns
        )
        return f"({changed})" + (f" AND ({self.when})" if self.when else "")

    def _of(self, row: str, column: str) -> str:
        """Return the value to compare: PostgreSQL compares JSON by its text only."""
        is_json = isinstance(Base.metadata.tables[self.table].columns[column].type, JSON)
        return f"CAST({row}.{column} AS TEXT)" if is_json else f"{row}.{column}"


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


FROZEN = (
    Frozen("breach_case", "identity", ("id", "reference", "received_at")),
    Frozen(
        "awareness_correction",
        "request",
        _columns("id controller_id case_id old_aware_at new_aware_at reason asked_by asked_at"),
    ),
    Frozen(
        "awareness_correction",
        "answer",
        ("state", "decided_by", "decided_at", "comment"),
        "OLD.state <> 'asked'",
    ),
    Frozen(
        "segment",
        "request",
        _columns("id controller_id case_id name people why reason asked_by asked_at"),
    ),
    Frozen("segment", "answer", ("decided_by", "decided_at", "comment"), "OLD.state <> 'asked'"),
    Frozen(
        "public_notice",
        "content",
        _columns(
            "id controller_id case_id number danish english places shown_from shown_to sha256 written_by"
            " written_at"
        ),
    ),
    Frozen(
        "public_notice",
        "approval",
        ("approved_by", "approved_at", "approved_sha256"),
        "OLD.approved_by IS NOT NULL",
    ),
    Frozen(
        "public_notice",
        "proof",
        _columns("proven_on proof_address proof_type proof_cell proven_by proven_at"),
        "OLD.proven_at IS NOT NULL",
    ),
    Frozen("public_notice", "end", ("state",), "OLD.state = 'withdrawn'"),
    Frozen("segment", "end", ("state",), "OLD.state IN ('refused', 'withdrawn')"),
    # What the second person reads is what the first person wrote: another text is another row.
    Frozen(
        "decision",
        "proposal",
        _columns(
            "id controller_id case_id assessment_id outcome computed_outcome reasoning deviation_reason"
            " exemption_ground exemption_evidence proposed_by proposed_at proposed_sha256"
        ),
    ),
    Frozen(
        "decision",
        "settled",
        ("state", "decided_by", "decided_at", "decided_sha256", "comment"),
        "OLD.state <> 'proposed'",
    ),
    Frozen(
        "notice_text",
        "content",
        _columns(
            "id controller_id case_id communication_id number danish english sha256 written_by written_at"
            " facts is_draft"
        ),
    ),
    Frozen(
        "notice_text",
        "approval",
        ("hard_to_read_reason", "confirmed", "approved_by", "approved_at", "approved_sha256"),
        "OLD.approved_by IS NOT NULL",
    ),
    Frozen("recipient", "removal", ("removed_at", "removed_by"), "OLD.removed_at IS NOT NULL"),
    Frozen(
        "notice_text",
        "return",
        ("returned_by", "returned_at", "comment"),
        "OLD.returned_by IS NOT NULL",
    ),
    Frozen(
        "release",
        "order",
        _columns(
            "id controller_id case_id communication_id frozen_count first_sha256 first_by first_at"
            " round_number audience text_id channel"
        ),
    ),
    Frozen(
        "release",
        "settled",
        ("state", "typed_count", "second_sha256", "second_by", "second_at"),
        "OLD.state <> 'asked'",
    ),
    Frozen(
        "notice",
        "identity",
        _columns("id controller_id case_id communication_id recipient_id channel message_uuid round_number"),
    ),
    # A repeat sends identical bytes: once queued, the hash stands.
    Frozen("notice", "message", ("message_sha256",), "OLD.state NOT IN ('drafted', 'approved')"),
    Frozen("notice_attempt", "claim", ("id", "notice_id", "number", "worker", "started_at")),
    Frozen("audit_stream", "identity", ("id", "kind", "key")),
    *(Frozen(table, name, _columns(names), when) for table, name, names, when in access.FROZEN),
)

_ZEROS = "0" * 64
_ONLY_CORRECTED = "awareness is corrected by two persons only"
_CORRECTED = (
    "EXISTS (SELECT 1 FROM awareness_correction WHERE case_id = NEW.id AND state = 'confirmed'"
    " AND old_aware_at = OLD.own_aware_at AND new_aware_at = NEW.own_aware_at)"
)
"""That another person confirmed exactly this change of when a case's controller became aware."""
_CLOCK_KEPT = "a clock moves with the awareness only"
_RUNS_FREE = (
    "(OLD.due_at <> NEW.due_at AND OLD.aware_at = NEW.aware_at) OR (OLD.aware_at <> NEW.aware_at"
    " AND NEW.aware_at <> NEW.own_aware_at AND NOT EXISTS (SELECT 1 FROM breach_case AS other"
    " WHERE other.merged_into_id = NEW.id AND other.aware_at = NEW.aware_at))"
)
"""That a deadline moves by itself, or to an awareness that neither the case nor one merged into it has."""

_ONLY_EXEMPTED = "informing is exempted by two persons only"
_IS_EXEMPTED = "NEW.state = 'exempted' AND OLD.state <> 'exempted'"
_EXEMPTED_BY_TWO = (
    "(EXISTS (SELECT 1 FROM segment WHERE case_id = NEW.case_id AND state = 'confirmed' AND people IS NULL)"
    " OR EXISTS (SELECT 1 FROM decision WHERE case_id = NEW.case_id AND state = 'decided'"
    " AND exemption_ground IS NOT NULL))"
)
"""That another person confirmed that everybody of a case is exempted, or decided so."""

_READS = {"communication_exempted": "segment"}
"""Tables that a trigger reads besides its own, and that came later: it is installed once both are there."""

_SQLITE_BY_HAND = {
    ("communication", "communication_exempted"): (
        f"BEFORE UPDATE ON communication WHEN {_IS_EXEMPTED} AND NOT {_EXEMPTED_BY_TWO}"
        f" BEGIN SELECT RAISE(ABORT, '{_ONLY_EXEMPTED}'); END"
    ),
    ("breach_case", "breach_case_awareness"): (
        f"BEFORE UPDATE ON breach_case WHEN OLD.own_aware_at <> NEW.own_aware_at AND NOT {_CORRECTED}"
        f" BEGIN SELECT RAISE(ABORT, '{_ONLY_CORRECTED}'); END"
    ),
    ("breach_case", "breach_case_clock"): (
        f"BEFORE UPDATE ON breach_case WHEN {_RUNS_FREE} BEGIN SELECT RAISE(ABORT, '{_CLOCK_KEPT}'); END"
    ),
    ("audit_event", "audit_event_order"): (
        "BEFORE INSERT ON audit_event WHEN NOT EXISTS (SELECT 1 FROM audit_stream"
        " WHERE id = NEW.stream_id AND length = NEW.seq - 1 AND head = NEW.prev)"
        " BEGIN SELECT RAISE(ABORT, 'audit_event does not follow its stream'); END"
    ),
    ("audit_event", "audit_event_advance"): (
        "AFTER INSERT ON audit_event BEGIN UPDATE audit_stream SET head = NEW.hash, length = NEW.seq"
        " WHERE id = NEW.stream_id; END"
    ),
    ("audit_stream", "audit_stream_start"): (
        f"BEFORE INSERT ON audit_stream WHEN NEW.length <> 0 OR NEW.anchored <> 0 OR NEW.head <> X'{_ZEROS}'"
        " OR EXISTS (SELECT 1 FROM audit_stream WHERE id = NEW.id OR (kind = NEW.kind AND key = NEW.key))"
        " BEGIN SELECT RAISE(ABORT, 'audit_stream begins once and empty'); END"
    ),
    ("audit_stream", "audit_stream_advance"): (
        "BEFORE UPDATE ON audit_stream WHEN (OLD.head <> NEW.head OR OLD.length <> NEW.length)"
        " AND (NEW.length <> OLD.length + 1 OR NOT EXISTS (SELECT 1 FROM audit_event"
        " WHERE stream_id = NEW.id AND seq = NEW.length AND prev = OLD.head AND hash = NEW.head))"
        " BEGIN SELECT RAISE(ABORT, 'audit_stream advances by its events only'); END"
    ),
    ("audit_anchor", "audit_anchor_order"): (
        "BEFORE INSERT ON audit_anchor WHEN NEW.id <> 1 + COALESCE((SELECT MAX(id) FROM audit_anchor), 0)"
        " OR NEW.prev_root <> COALESCE((SELECT root FROM audit_anchor ORDER BY id DESC LIMIT 1),"
        f" X'{_ZEROS}')"
        " BEGIN SELECT RAISE(ABORT, 'audit_anchor does not follow the last one'); END"
    ),
    **access.SQLITE,
}

_POSTGRESQL_FUNCTIONS = {
    "breach_refuse": (
        "BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END"
    ),
    # One statement takes the lock, checks the order and moves the head; several rows of one insert work.
    "breach_chain": (
        "BEGIN UPDATE audit_stream SET head = NEW.hash, length = NEW.seq"
        " WHERE id = NEW.stream_id AND length = NEW.seq - 1 AND head = NEW.prev;"
        " IF NOT FOUND THEN RAISE EXCEPTION USING MESSAGE = 'audit_event does not follow its stream',"
        " ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END"
    ),
    "breach_anchor": (
        "BEGIN IF NEW.id <> 1 + COALESCE((SELECT MAX(id) FROM audit_anchor), 0) OR NEW.prev_root <>"
        " COALESCE((SELECT root FROM audit_anchor ORDER BY id DESC LIMIT 1),"
        f" decode('{_ZEROS}', 'hex')) THEN RAISE EXCEPTION USING"
        " MESSAGE = 'audit_anchor does not follow the last one',"
        " ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END"
    ),
    "breach_awareness": (
        f"BEGIN IF NOT {_CORRECTED} THEN RAISE EXCEPTION USING MESSAGE = '{_ONLY_CORRECTED}',"
        " ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END"
    ),
    "breach_clock": (
        f"BEGIN IF {_RUNS_FREE} THEN RAISE EXCEPTION USING MESSAGE = '{_CLOCK_KEPT}',"
        " ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END"
    ),
    "breach_exempted": (
        f"BEGIN IF NOT {_EXEMPTED_BY_TWO} THEN RAISE EXCEPTION USING MESSAGE = '{_ONLY_EXEMPTED}',"
        " ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END"
    ),
    **access.POSTGRESQL_FUNCTIONS,
}

_POSTGRESQL_BY_HAND = {
    ("communication", "communication_exempted"): (
        f"BEFORE UPDATE ON communication FOR EACH ROW WHEN ({_IS_EXEMPTED})"
        " EXECUTE FUNCTION breach_exempted()"
    ),
    ("breach_case", "breach_case_awareness"): (
        "BEFORE UPDATE ON breach_case FOR EACH ROW WHEN (OLD.own_aware_at IS DISTINCT FROM NEW.own_aware_at)"
        " EXECUTE FUNCTION breach_awareness()"
    ),
    ("breach_case", "breach_case_clock"): (
        "BEFORE UPDATE ON breach_case FOR EACH ROW WHEN (OLD.due_at IS DISTINCT FROM NEW.due_at"
        " OR OLD.aware_at IS DISTINCT FROM NEW.aware_at) EXECUTE FUNCTION breach_clock()"
    ),
    ("audit_event", "audit_event_order"): (
        "BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION breach_chain()"
    ),
    ("audit_stream", "audit_stream_start"): (
        "BEFORE INSERT ON audit_stream FOR EACH ROW WHEN (NEW.length <> 0 OR NEW.anchored <> 0"
        f" OR NEW.head <> decode('{_ZEROS}', 'hex'))"
        " EXECUTE FUNCTION breach_refuse('audit_stream begins once and empty')"
    ),
    # Depth 0 is a statement of the service; depth 1 is the chain's own trigger.
    ("audit_stream", "audit_stream_advance"): (
        "BEFORE UPDATE ON audit_stream FOR EACH ROW WHEN (pg_trigger_depth() = 0"
        " AND (OLD.head <> NEW.head OR OLD.length <> NEW.length))"
        " EXECUTE FUNCTION breach_refuse('audit_stream advances by its events only')"
    ),
    ("audit_anchor", "audit_anchor_order"): (
        "BEFORE INSERT ON audit_anchor FOR EACH ROW EXECUTE FUNCTION breach_anchor()"
    ),
    **access.POSTGRESQL,
}


def triggers(dialect: str) -> dict[tuple[str, str], str]:
    """Return the text of each trigger of a dialect ("sqlite" or "postgresql") by (table, name)."""
    bodies = _sqlite_bodies() if dialect == "sqlite" else _postgresql_bodies()
    return {(table, name): f"CREATE TRIGGER {name} {body}" for (table, name), body in bodies}


def functions(dialect: str) -> dict[str, str]:
    """Return the bodies of the trigger functions by name; SQLite has none."""
    return dict(_POSTGRESQL_FUNCTIONS) if dialect == "postgresql" else {}


def statements(dialect: str, tables: Container[str]) -> Iterator[str]:
    """Yield what installs the triggers of the tables anew, in the order in which it must run."""
    for name, body in functions(dialect).items():
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            f" SET search_path FROM CURRENT AS $body${body}$body$"
        )
    for (table, name), text in triggers(dialect).items():
        if table not in tables or _READS.get(name, table) not in tables:
            continue
        on = f" ON {table}" if dialect == "postgresql" else ""
        yield f"DROP TRIGGER IF EXISTS {name}{on}"
        yield text


def install(connection: Connection) -> None:
    """Install all triggers on the connection's database; every migration ends with it.

    An earlier migration leaves out the triggers of tables that a later one makes or gives a column.
    """
    for statement in statements(connection.dialect.name, set(_whole(connection))):
        connection.exec_driver_sql(statement)


def _whole(connection: Connection) -> Iterator[str]:
    """Yield the tables of the database that have every column that ours have."""
    for (_, name), columns in inspect(connection).get_multi_columns().items():
        ours = Base.metadata.tables.get(name)
        if ours is not None and set(ours.columns.keys()) <= {column["name"] for column in columns}:
            yield name


@event.listens_for(Base.metadata, "after_create")
def _after_create(_target: MetaData, connection: Connection, **_options: object) -> None:
    install(connection)


Bodies = Iterator[tuple[tuple[str, str], str]]


def _sqlite_bodies() -> Bodies:
    for table in APPEND_ONLY:
        yield _sqlite(table, f"{table}_no_update", f"BEFORE UPDATE ON {table}", f"{table} is append-only")
        yield _sqlite(
            table,
            f"{table}_no_replace",
            f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {_same_key(table)})",
            f"{table} is append-only",
        )
    for table in (*APPEND_ONLY, *UNDELETABLE):
        yield _sqlite(table, f"{table}_no_delete", f"BEFORE DELETE ON {table}", f"{table} is kept")
    for rule in FROZEN:
        head = f"BEFORE UPDATE ON {rule.table} WHEN {rule.condition('IS NOT')}"
        yield _sqlite(
            rule.table, f"{rule.table}_{rule.name}_frozen", head, f"{rule.table} {rule.name} is frozen"
        )
    yield from _SQLITE_BY_HAND.items()


def _sqlite(table: str, name: str, head: str, message: str) -> tuple[tuple[str, str], str]:
    return (table, name), f"{head} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _same_key(table: str) -> str:
    keys = Base.metadata.tables[table].primary_key.columns
    return " AND ".join(f"{column.name} = NEW.{column.name}" for column in keys)


def _postgresql_bodies() -> Bodies:
    for table in APPEND_ONLY:
        yield _postgresql(
            table, f"{table}_no_update", f"BEFORE UPDATE ON {table} FOR EACH ROW", "is append-only"
        )
    for table in (*APPEND_ONLY, *UNDELETABLE):
        yield _postgresql(table, f"{table}_no_delete", f"BEFORE DELETE ON {table} FOR EACH ROW", "is kept")
        yield _postgresql(
            table, f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT", "is kept"
        )
    for rule in FROZEN:
        head = f"BEFORE UPDATE ON {rule.table} FOR EACH ROW WHEN ({rule.condition('IS DISTINCT FROM')})"
        yield _postgresql(rule.table, f"{rule.table}_{rule.name}_frozen", head, f"{rule.name} is frozen")
    yield from _POSTGRESQL_BY_HAND.items()


def _postgresql(table: str, name: str, head: str, message: str) -> tuple[tuple[str, str], str]:
    return (table, name), f"{head} EXECUTE FUNCTION breach_refuse('{table} {message}')"

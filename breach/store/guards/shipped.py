"""Compares a database on PostgreSQL with the schema shipped, part by part.

What is shipped is made beside it as temporary tables, in a transaction that is rolled back: so PostgreSQL
writes down both in the same words, and a condition that was loosened shows as well as one that is gone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateIndex, CreateTable

from breach.store.base import Base
from breach.store.guards import triggers

Part = tuple[str, str, str]
"""What it is, the table, and its own name."""

_PARTS = """
SELECT 'field' AS what, c.relname AS tab, a.attname AS name,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                 a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) AS said
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relnamespace = :place AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'constraint', c.relname, o.conname,
       pg_get_constraintdef(o.oid) || CASE WHEN o.convalidated THEN '' ELSE ' not valid' END
  FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
 WHERE c.relnamespace = :place AND o.contype <> 'n'
UNION ALL
SELECT 'index', c.relname, i.relname,
       pg_get_indexdef(i.oid) || CASE WHEN x.indisvalid THEN '' ELSE ' not valid' END
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
 WHERE c.relnamespace = :place
UNION ALL
SELECT 'trigger', c.relname, t.tgname,
       pg_get_triggerdef(t.oid) || CASE WHEN t.tgenabled = 'O' THEN '' ELSE ' not always' END
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = :place AND NOT t.tgisinternal
UNION ALL
SELECT 'rule', c.relname, r.rulename, pg_get_ruledef(r.oid)
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
 WHERE c.relnamespace = :place AND c.relkind = 'r'
"""
"""Everything that belongs to the tables of one schema, each in PostgreSQL's own words."""


def differing(connection: Connection) -> Iterator[Part]:
    """Yield the parts of our tables that are missing, changed, or not ours, the gravest first."""
    home = str(connection.execute(text("SELECT current_schema()")).scalar())
    shipped, restored = _shipped(connection, home)
    found = _parts(connection, home)
    for part in sorted(shipped.keys() | found.keys(), key=_rank):
        if found.get(part) not in (shipped.get(part), restored.get(part)):
            yield part


def _rank(part: Part) -> tuple[int, Part]:
    """Return the place of a part: triggers and constraints first, which hold four eyes."""
    return ("trigger", "constraint", "rule", "index", "field").index(part[0]), part


def _shipped(connection: Connection, home: str) -> tuple[dict[Part, str], dict[Part, str]]:
    """Return the parts as shipped, by tables that exist for a moment, and as a restored backup has them.

    PostgreSQL writes a condition down with casts, and once more with others when it is made from that, as
    pg_restore does.
    """
    beside = connection.begin_nested()
    try:
        connection.execute(text(f'SET LOCAL search_path = pg_temp, "{home}"'))
        _run(connection, _statements(connection, home))
        place = connection.execute(text("SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"))
        beside_name = str(place.scalar())
        shipped = _parts(connection, beside_name)
        _run(connection, _made_again(shipped))
        return shipped, _parts(connection, beside_name)
    finally:
        beside.rollback()


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _made_again(parts: Mapping[Part, str]) -> Iterator[str]:
    """Yield what makes each part with a condition of its own again, from PostgreSQL's own words for it."""
    for (what, table, name), said in parts.items():
        if what == "constraint" and said.startswith("CHECK"):
            yield f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'
            yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {said}'
        if what == "index" and " WHERE " in said:
            yield f'DROP INDEX "{name}"'
            yield said
        if what == "trigger" and " WHEN " in said:
            yield f'DROP TRIGGER "{name}" ON "{table}"'
            yield said


def _statements(connection: Connection, home: str) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=connection.dialect))
        yield from (str(CreateIndex(one).compile(dialect=connection.dialect)) for one in table.indexes)
    for (table_name, _), sql in triggers.triggers("postgresql").items():
        own = sql.replace(f" ON {table_name} ", f" ON pg_temp.{table_name} ", 1)
        yield own.replace("EXECUTE FUNCTION ", f'EXECUTE FUNCTION "{home}".')


def _parts(connection: Connection, schema: str) -> dict[Part, str]:
    """Return what there is of our tables in a schema; the name of the schema itself is left out."""
    named = re.compile(rf'"?\b{re.escape(schema)}\b"?\.|"?\bpg_temp(?:_\d+)?\b"?\.')
    query = text(_PARTS.replace(":place", "(SELECT oid FROM pg_namespace WHERE nspname = :schema)"))
    rows = connection.execute(query, {"schema": schema})
    ours = [row for row in rows if row.tab in Base.metadata.tables]
    return {(row.what, row.tab, row.name): named.sub("", row.said or "") for row in ours}

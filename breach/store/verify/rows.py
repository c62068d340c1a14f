"""Compares every row with its hash in the audit log and names the first that differs."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, text

from breach.store.audit import row_hashes
from breach.store.audit.row_hashes import Forms
from breach.store.verify.hash_index import HashIndex
from breach.store.verify.problem import Finding, Problem


def contents(connection: Connection, hash_index: HashIndex) -> Finding:
    """Return the first row that differs from its hash, and how many rows had none to compare."""
    unchecked = 0
    for name, table in row_hashes.hashed_tables().items():
        for row in _rows(connection, table):
            forms = row_hashes.read(name, row)
            what, column = _compare(name, forms, hash_index)
            if what == "unrecorded" and not _must_have_hash(connection, name, forms, hash_index):
                unchecked += 1
            elif what:
                return Finding(_problem(connection, name, forms, what, column))
    if (gone := hash_index.left()) is not None:
        return Finding(Problem(gone[0], _shown(gone[1]), 0, "gone"), unchecked)
    return Finding(None, unchecked)


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Yield the rows as the driver gives them: a value that our types could not read is still read."""
    quoted = connection.dialect.identifier_preparer.quote
    columns = ", ".join(_column(connection, column) for column in table.columns)
    query = text(f"SELECT {columns} FROM {quoted(table.name)}")
    with connection.execute(query, execution_options={"yield_per": 1000}) as found:
        for row in found:
            yield dict(row._mapping)


def _column(connection: Connection, column: Column[Any]) -> str:
    name = connection.dialect.identifier_preparer.quote(column.name)
    if isinstance(column.type, JSON) and connection.dialect.name == "postgresql":
        return f"CAST({name} AS TEXT) AS {name}"  # the driver would read it, and spaces would not count
    return name


def _compare(name: str, forms: Forms, hash_index: HashIndex) -> tuple[str, str]:
    """Return what is wrong with the row and in which column; empty if it matches its hash."""
    is_known, said = hash_index.take(name, row_hashes.key_of(name, forms))
    if said is None:  # nothing was ever said of it, or it was deleted and stands here again
        return ("row", "") if is_known else ("unrecorded", "")
    found = row_hashes.row_hash(name, forms)
    if found.partition(".")[0] == said.partition(".")[0]:
        return "", ""
    return "row", row_hashes.differing(name, said, found)


def _must_have_hash(connection: Connection, name: str, forms: Forms, hash_index: HashIndex) -> bool:
    """Return whether the row must have a hash: its stream covers all rows, or is missing altogether."""
    kind, key = row_hashes.stream_of(name, forms)
    if kind == "notice":
        kind = "case"
        key = _case_of_notice(connection, key)
    if hash_index.has_begun((kind, key)):
        return True
    wanted = text("SELECT 1 FROM audit_stream WHERE kind = :kind AND key = :key")
    return connection.execute(wanted, {"kind": kind, "key": key}).first() is None


def _case_of_notice(connection: Connection, notice: str) -> str:
    wanted = text("SELECT case_id FROM notice WHERE CAST(id AS VARCHAR(36)) IN (:digits, :dashed)")
    found = connection.execute(wanted, {"digits": notice, "dashed": row_hashes.dashed(notice)}).scalar()
    return row_hashes.dashed(str(found).replace("-", ""))


def _problem(connection: Connection, name: str, forms: Forms, what: str, column: str) -> Problem:
    kind, key = row_hashes.stream_of(name, forms)
    if kind == "notice":
        kind = "case"
        key = _case_of_notice(connection, key)
    case = _reference(connection, key) if kind == "case" else ""
    return Problem(name, _shown(row_hashes.key_of(name, forms)), 0, what, column, case)


def _reference(connection: Connection, case: str) -> str:
    """Return the reference of the case, or nothing where it cannot be found any more."""
    wanted = text("SELECT reference FROM breach_case WHERE CAST(id AS VARCHAR(36)) IN (:digits, :dashed)")
    found = connection.execute(wanted, {"digits": case.replace("-", ""), "dashed": case}).scalar()
    return str(found or "")


def _shown(key: str) -> str:
    return row_hashes.dashed(key)

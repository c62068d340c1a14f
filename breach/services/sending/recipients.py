"""The list of recipients: typed in or imported from a file, encrypted, each person once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from breach.documents.workbook import XLSX, workbook_rows
from breach.domain.danish_time import local
from breach.domain.errors import Conflict, FieldError, InvalidInput, RecordedRefusal
from breach.domain.events import EventKind
from breach.domain.numbers import replacement_number
from breach.domain.recipients.cells import clean_text
from breach.domain.recipients.reading import read_rows, read_text
from breach.domain.recipients.rows import (
    CheckCpr,
    ReadingChoices,
    RecipientList,
    RecipientRow,
    RowFault,
)
from breach.domain.states import Audience
from breach.domain.values import LONGEST_LINE, MOST_MARKS
from breach.services.actions import named
from breach.services.audit import append_to_case, log_read
from breach.services.cases.file import CaseFile
from breach.services.cases.file_query import listed
from breach.services.cases.loading import load
from breach.services.checks import cpr_checker
from breach.services.context import Actor, Context, Runtime
from breach.services.ids import new_id
from breach.services.sending.identity import check_answers, digits_of, listed_with
from breach.store.base import Base
from breach.store.inserting import Ready, insert_ready, ready
from breach.store.keys.keyring import CaseKey
from breach.store.models import Communication, Recipient

OPEN_STATES = named("add_recipient").states
"""States in which the list may still change; asking for release freezes it."""
_RECIPIENTS = Base.metadata.tables[Recipient.__tablename__]


@dataclass(frozen=True)
class ImportResult:
    """Result of an import: recipients added, already listed, first faults. None is added past a fault.

    count: how many faults there are; skipped: rows left out; replacements: people with no real CPR number
    found: how the file was read
    """

    added: int
    repeated: int
    faults: tuple[RowFault, ...]
    count: int = 0
    skipped: int = 0
    replacements: int = 0
    found: RecipientList = field(default=RecipientList(), repr=False)


def _load(ctx: Context, reference: str, version: int) -> CaseFile:
    return load(ctx, reference, version, "add_recipient")


def _known(ctx: Context, communication: Communication) -> set[bytes]:
    wanted = select(Recipient.finger).where(Recipient.communication_id == communication.id, listed())
    return set(ctx.session.scalars(wanted))


@dataclass(frozen=True)
class ListKeys:
    """Keys and common columns for encrypting recipients outside a transaction."""

    hash_key: CaseKey
    people: CaseKey
    row: Mapping[str, Any]
    """Columns with the same value in every row: case, communication, time and person."""


@dataclass(frozen=True)
class Prepared:
    """An encrypted list ready to insert, or the faults that make it unusable."""

    keys: tuple[int, int] = (0, 0)
    rows: tuple[Ready, ...] = field(default=(), repr=False)
    found: RecipientList = field(default=RecipientList(), repr=False)
    is_refused: bool = False
    replacements: int = 0


def keys_of(ctx: Context, file: CaseFile) -> ListKeys:
    """Return the keys and common columns with which people are put on the list of the case."""
    case, communication = file.case, file.communication
    alike = {
        "controller_id": case.controller_id,
        "case_id": case.id,
        "communication_id": communication.id,
        "added_at": ctx.now,
        "added_by": ctx.person_id,
    }
    hash_key, people = (
        ctx.keys.case_key(ctx.session, purpose, case.controller_id, case.id)
        for purpose in ("finger", "people")
    )
    return ListKeys(hash_key, people, alike)


def _sealed(list_keys: ListKeys, person: RecipientRow) -> Ready:
    row_id = new_id(list_keys.row["added_at"])
    return ready(_RECIPIENTS, {"id": row_id, **sealed_parts(list_keys, row_id, person), **list_keys.row})


def sealed_parts(list_keys: ListKeys, row_id: UUID, person: RecipientRow) -> dict[str, bytes]:
    """Return what a row holds of a person: the hash of the number, and the sealed cell."""
    plain = json.dumps(_parts(person), ensure_ascii=False).encode()
    cell = list_keys.people.seal("recipient", "cell", row_id, plain)
    return {"finger": list_keys.hash_key.cpr_hash(person.cpr), "cell": cell}


def _parts(person: RecipientRow) -> dict[str, str]:
    """Return what is known of a person, by the names of `Addressee`; an address only where there is one."""
    number = "replacement_number" if person.is_replacement else "cpr"
    parts = {number: person.cpr, "name": person.name}
    return {**parts, "postal_address": person.postal_address} if person.postal_address else parts


def _prepared(list_keys: ListKeys, found: RecipientList) -> Prepared:
    rows = tuple(_sealed(list_keys, person) for person in found.rows)
    keys = (list_keys.hash_key.cipher.key_id, list_keys.people.cipher.key_id)
    replacements = sum(person.is_replacement for person in found.rows)
    return Prepared(keys, rows, replace(found, rows=()), replacements=replacements)


def _store(ctx: Context, file: CaseFile, prepared: Prepared) -> int:
    """Insert the recipients that are not on the list yet; return how many."""
    list_keys = keys_of(ctx, file)
    if (list_keys.hash_key.cipher.key_id, list_keys.people.cipher.key_id) != prepared.keys:
        raise Conflict("changed_meanwhile")
    known = _known(ctx, file.communication)
    return _insert(ctx, file, [row for row in prepared.rows if row.values["finger"] not in known])


def _insert(ctx: Context, file: CaseFile, fresh: Sequence[Ready]) -> int:
    insert_ready(ctx.session, _RECIPIENTS, fresh)
    file.recipients += len(fresh)
    if file.communication.goes_to is not Audience.MISSED:  # nobody who is new was written to before
        file.addressed += len(fresh)
    return len(fresh)


def add_recipient(ctx: Context, reference: str, version: int, cpr: str, name: str) -> UUID:
    """Add one recipient and return the row's id; raise InvalidInput for a wrong CPR number.

    Raises RecordedRefusal for a person who is listed already: that this was told is recorded, and limited.
    """
    file = _load(ctx, reference, version)
    person = typed_person(ctx, cpr, name)
    if file.recipients:  # an empty list tells nothing
        check_answers(ctx)
        refuse_repeated(ctx, file, person.cpr)
    row = _sealed(keys_of(ctx, file), person)
    _insert(ctx, file, [row])
    append_to_case(ctx, file.case, EventKind.RECIPIENTS_ADDED, added=1)
    return UUID(str(row.values["id"]))


def typed_person(ctx: Context, cpr: str, name: str, field: str = "cpr") -> RecipientRow:
    """Return a person as typed in; raise InvalidInput for a wrong number or name.

    field: what the page calls the number
    """
    clean = _name(name)
    digits = digits_of(ctx, cpr, field)
    return RecipientRow(1, digits, clean, is_replacement=replacement_number(cpr) is not None)


def refuse_repeated(
    ctx: Context, file: CaseFile, digits: str, field: str = "cpr", but: UUID | None = None
) -> None:
    """Raise RecordedRefusal where somebody else on the list has the number, and record that it was told.

    but: the row that may have it
    """
    row = listed_with(ctx, file.communication, digits)
    if row is None or row.id == but:
        return
    log_read(ctx, file.case, EventKind.RECIPIENT_REPEATED)
    raise RecordedRefusal([FieldError(field, "recipient_repeated")])


def open_list(ctx: Context, reference: str, version: int) -> ListKeys:
    """Return the keys for preparing a list; raise at once what would prevent storing it."""
    return keys_of(ctx, _load(ctx, reference, version))


def prepare(list_keys: ListKeys, data: bytes, choices: ReadingChoices | None = None) -> Prepared:
    """Return a file's recipients encrypted, or what bars them.

    It takes seconds and must not be done in a transaction: on SQLite every other writer would wait.
    """
    today = local(list_keys.row["added_at"]).date()
    chosen = choices or ReadingChoices()
    found = _read(data, cpr_checker(today), chosen)
    if found.faults and not (chosen.skips_faulty and found.may_skip):
        return Prepared(found=found, is_refused=True)
    return _prepared(list_keys, found)


def _read(data: bytes, check: CheckCpr, choices: ReadingChoices) -> RecipientList:
    if data.startswith(XLSX):
        return read_rows(workbook_rows(data), check, choices, "xlsx")
    return read_text(data, check, choices)


def import_list(ctx: Context, reference: str, version: int, prepared: Prepared) -> ImportResult:
    """Insert the prepared list; if it has any fault, insert nobody and return the faults."""
    file = _load(ctx, reference, version)
    found = prepared.found
    if prepared.is_refused:
        return ImportResult(0, 0, found.faults, found.count, found=found)
    check_answers(ctx)
    added = _store(ctx, file, prepared)
    repeated = len(prepared.rows) - added
    skipped = len(found.faulty)
    left_out = {"skipped": skipped} if skipped else {}
    if repeated:  # the answer tells how many of the file are on the list
        log_read(ctx, file.case, EventKind.RECIPIENT_REPEATED, repeated=repeated)
    append_to_case(ctx, file.case, EventKind.RECIPIENTS_IMPORTED, added=added, repeated=repeated, **left_out)
    return ImportResult(added, repeated, (), 0, skipped, prepared.replacements, found)


def import_file(
    runtime: Runtime,
    actor: Actor,
    reference: str,
    version: int,
    data: bytes,
    choices: ReadingChoices | None = None,
) -> ImportResult:
    """Import the recipients of a file, all or none unless the faulty rows are skipped.

    Raises the same as `open_list` and `import_list`.
    """
    with runtime.transaction(actor) as ctx:
        list_keys = open_list(ctx, reference, version)
    prepared = prepare(list_keys, data, choices)
    with runtime.transaction(actor) as ctx:
        return import_list(ctx, reference, version, prepared)


def look_at_file(
    runtime: Runtime, actor: Actor, reference: str, version: int, data: bytes, choices: ReadingChoices
) -> RecipientList:
    """Return how a file is read, without putting anybody on the list; raises the same as `open_list`."""
    with runtime.transaction(actor) as ctx:
        list_keys = open_list(ctx, reference, version)
    return _read(data, cpr_checker(local(list_keys.row["added_at"]).date()), choices)


def _name(typed: str) -> str:
    """Return the cleaned name; raise InvalidInput for a name that an import would refuse."""
    name, problem = clean_text(" ".join(typed.split()))
    if not name:
        raise InvalidInput([FieldError("name", "name_missing")])
    if problem:
        values = {"limit": LONGEST_LINE, "n": len(name), "marks": MOST_MARKS}
        raise InvalidInput([FieldError("name", f"name_{problem}", values)])
    return name

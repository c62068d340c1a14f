"""The list of persons to be told: typed in or from a file, encrypted, each person once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from breach.domain.danish_time import local
from breach.domain.errors import Conflict, FieldError, InvalidInput
from breach.domain.events import EventKind
from breach.domain.recipient_list import (
    RecipientRow,
    RowFault,
    clean_cell,
    read_recipients,
)
from breach.domain.values import LONGEST_LINE, MOST_MARKS
from breach.services.actions import named
from breach.services.audit import append_to_case
from breach.services.cases.file import communication_of
from breach.services.cases.loading import load
from breach.services.checks import check_cpr, cpr_checker
from breach.services.context import Actor, Context, Runtime
from breach.services.ids import new_id
from breach.store.base import Base
from breach.store.inserting import Ready, insert_ready, ready
from breach.store.keys.keyring import Batch
from breach.store.models import BreachCase, Communication, Recipient

OPEN_STATES = named("add_recipient").states
"""States in which the list may still change; asking for release freezes it."""
_RECIPIENTS = Base.metadata.tables[Recipient.__tablename__]


@dataclass(frozen=True)
class ImportResult:
    """What a file gave: persons added, persons already on the list, the first faults. Faults add nobody.

    count: how many faults there are
    """

    added: int
    repeated: int
    faults: tuple[RowFault, ...]
    count: int = 0


def _load(ctx: Context, reference: str, version: int) -> tuple[BreachCase, Communication]:
    case = load(ctx, reference, version, "add_recipient")
    return case, communication_of(ctx, case)


def _known(ctx: Context, told: Communication) -> set[bytes]:
    return set(ctx.session.scalars(select(Recipient.finger).where(Recipient.communication_id == told.id)))


@dataclass(frozen=True)
class Opening:
    """What is needed to seal persons for the list of a case, wherever and however long that takes."""

    fingers: Batch
    people: Batch
    row: Mapping[str, Any]
    """What every person's row holds alike: case, list, when and by whom."""


@dataclass(frozen=True)
class Prepared:
    """A list as it goes to the store, sealed; or the faults for which nobody does."""

    keys: tuple[int, int] = (0, 0)
    rows: tuple[Ready, ...] = field(default=(), repr=False)
    faults: tuple[RowFault, ...] = ()
    count: int = 0


def _open(ctx: Context, case: BreachCase, told: Communication) -> Opening:
    alike = {
        "controller_id": case.controller_id,
        "case_id": case.id,
        "communication_id": told.id,
        "added_at": ctx.now,
        "added_by": ctx.person_id,
    }
    fingers, people = (
        ctx.keys.batch(ctx.session, life, case.controller_id, case.id) for life in ("finger", "people")
    )
    return Opening(fingers, people, alike)


def _sealed(opening: Opening, person: RecipientRow) -> Ready:
    row_id = new_id(opening.row["added_at"])
    plain = json.dumps({"cpr": person.cpr, "name": person.name}, ensure_ascii=False).encode()
    cell = opening.people.seal("recipient", "cell", row_id, plain)
    finger = opening.fingers.finger(person.cpr)
    return ready(_RECIPIENTS, {"id": row_id, "finger": finger, "cell": cell, **opening.row})


def _prepared(opening: Opening, people: Iterable[RecipientRow]) -> Prepared:
    rows = tuple(_sealed(opening, person) for person in people)
    return Prepared((opening.fingers.cipher.key_id, opening.people.cipher.key_id), rows)


def _store(ctx: Context, case: BreachCase, told: Communication, prepared: Prepared) -> int:
    """Store the persons who are not on the list yet; return how many."""
    opening = _open(ctx, case, told)
    if (opening.fingers.cipher.key_id, opening.people.cipher.key_id) != prepared.keys:
        raise Conflict("changed_meanwhile")
    known = _known(ctx, told)
    fresh = [row for row in prepared.rows if row.values["finger"] not in known]
    insert_ready(ctx.session, _RECIPIENTS, fresh)
    return len(fresh)


def add_recipient(ctx: Context, reference: str, version: int, cpr: str, name: str) -> None:
    """Put one person on the list; raises InvalidInput for a wrong number or one who is on it already."""
    case, told = _load(ctx, reference, version)
    name = _name(name)
    digits = check_cpr(cpr, local(ctx.now).date())
    if not _store(ctx, case, told, _prepared(_open(ctx, case, told), [RecipientRow(1, digits, name)])):
        raise InvalidInput([FieldError("cpr", "recipient_repeated")])
    append_to_case(ctx, case, EventKind.RECIPIENTS_ADDED, added=1)


def open_list(ctx: Context, reference: str, version: int) -> Opening:
    """Return what it takes to prepare a list; raises at once what would keep it from being stored."""
    return _open(ctx, *_load(ctx, reference, version))


def prepare(opening: Opening, data: bytes) -> Prepared:
    """Return everyone of a file sealed, or every fault of it.

    It takes seconds and must not be done in a transaction: on SQLite every other writer would wait.
    """
    today = local(opening.row["added_at"]).date()
    found = read_recipients([data], cpr_checker(today))
    if found.faults:
        return Prepared(faults=found.faults, count=found.count)
    return _prepared(opening, found.rows)


def import_list(ctx: Context, reference: str, version: int, prepared: Prepared) -> ImportResult:
    """Put everyone of a prepared list on the case's list; one fault and nobody is, and all are told."""
    case, told = _load(ctx, reference, version)
    if prepared.faults:
        return ImportResult(0, 0, prepared.faults, prepared.count)
    added = _store(ctx, case, told, prepared)
    repeated = len(prepared.rows) - added
    append_to_case(ctx, case, EventKind.RECIPIENTS_IMPORTED, added=added, repeated=repeated)
    return ImportResult(added, repeated, ())


def import_csv(runtime: Runtime, actor: Actor, reference: str, version: int, data: bytes) -> ImportResult:
    """Put everyone of a file on the list, all or nobody; raises what `open_list` and `import_list` raise."""
    with runtime.transaction(actor) as ctx:
        opening = open_list(ctx, reference, version)
    prepared = prepare(opening, data)
    with runtime.transaction(actor) as ctx:
        return import_list(ctx, reference, version, prepared)


def _name(typed: str) -> str:
    """Return the name as a list would hold it; raise InvalidInput for what a list would refuse."""
    name, problem = clean_cell("navn", " ".join(typed.split()))
    if not name:
        raise InvalidInput([FieldError("name", "name_missing")])
    if problem:
        values = {"limit": LONGEST_LINE, "n": len(name), "marks": MOST_MARKS}
        raise InvalidInput([FieldError("name", f"name_{problem}", values)])
    return name

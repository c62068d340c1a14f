"""The list of persons to be told: typed in or from a file, encrypted, each person once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from breach.domain.errors import Conflict, FieldError, InvalidInput, NotFound, StepRefused
from breach.domain.events import EventKind
from breach.domain.recipient_list import (
    RecipientRow,
    RowFault,
    cell_problem,
    clean_cell,
    read_recipients,
)
from breach.domain.states import CommunicationState, NoticeState, Role
from breach.services.audit import append_to_case
from breach.services.cases import get_case, load
from breach.services.context import Actor, Context, Runtime
from breach.services.ids import new_id
from breach.services.looks import record_look, record_search, require_right
from breach.services.numbers import check_cpr, cpr_checker
from breach.services.records import communication_of
from breach.services.sending import addressees
from breach.store.base import Base
from breach.store.inserting import Ready, insert_ready, ready
from breach.store.keys.keyring import Batch
from breach.store.models import BreachCase, Communication, Notice, Recipient
from breach.texts.formats import local

NAME_LIMIT = 200
OPEN_STATES = frozenset({CommunicationState.DUE, CommunicationState.DRAFTING, CommunicationState.APPROVED})
"""States in which the list may still change; asking for release freezes it."""
WRITERS = (Role.CASE_HANDLER, Role.RELEASER)
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


@dataclass(frozen=True)
class ListedRecipient:
    """One person of the list as a page may show it: without a name, unless a look at it is on record.

    number: the place in the list
    """

    id: UUID
    number: int
    cpr: str
    name: str
    state: NoticeState | None


def _load(ctx: Context, reference: str, version: int) -> tuple[BreachCase, Communication]:
    case = load(ctx, reference, version, *WRITERS)
    told = communication_of(ctx, case)
    if told.state not in OPEN_STATES:
        raise StepRefused("recipients", told.state.value, ("wrong_state",))
    return case, told


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
    name = clean_cell(" ".join(typed.split()))
    if not name:
        raise InvalidInput([FieldError("name", "name_missing")])
    if problem := cell_problem("navn", name):
        values = {"limit": NAME_LIMIT, "n": len(name)}
        raise InvalidInput([FieldError("name", f"name_{problem}", values)])
    return name


def list_recipients(ctx: Context, case: BreachCase, limit: int = 50) -> list[ListedRecipient]:
    """Return the first persons of the list, without a name or a number that tells who they are."""
    told = communication_of(ctx, case)
    wanted = select(Recipient.id).where(Recipient.communication_id == told.id).order_by(Recipient.id)
    ids = ctx.session.scalars(wanted.limit(limit)).all()
    states = _states(ctx, Notice.recipient_id.in_(ids))
    return [ListedRecipient(one, at, "", "", states.get(one)) for at, one in enumerate(ids, 1)]


def masked_one(ctx: Context, reference: str, recipient_id: UUID) -> ListedRecipient:
    """Return one person of the list, not named yet, to somebody who may see who it is.

    Raises Forbidden without the right, and NotFound for one who is not on this case's list.
    """
    return _masked(ctx, get_case(ctx, reference), recipient_id)


def _masked(ctx: Context, case: BreachCase, recipient_id: UUID) -> ListedRecipient:
    require_right(ctx, case)
    told, row = communication_of(ctx, case), ctx.session.get(Recipient, recipient_id)
    if row is None or row.communication_id != told.id:
        raise NotFound("recipient")
    before = select(func.count()).where(Recipient.communication_id == told.id, Recipient.id <= row.id)
    state = _states(ctx, Notice.recipient_id == row.id).get(row.id)
    return ListedRecipient(row.id, ctx.session.scalar(before) or 0, "", "", state)


def reveal(ctx: Context, reference: str, recipient_id: UUID, purpose: str) -> ListedRecipient:
    """Return who one person of the list is; the look and its purpose are on record first.

    Raises what `masked_one` and `breach.services.looks.record_look` raise.
    """
    case = get_case(ctx, reference)
    found = _masked(ctx, case, recipient_id)
    record_look(ctx, case, recipient_id, purpose)
    return named(ctx, found)


def find(ctx: Context, reference: str, cpr: str, purpose: str) -> ListedRecipient | None:
    """Return who on the list has a CPR number, or None; whatever the answer, the look is on record first.

    Raises InvalidInput for the number, and what `breach.services.looks.record_search` raises.
    """
    case = get_case(ctx, reference)
    require_right(ctx, case)
    digits = check_cpr(cpr, local(ctx.now).date())
    finger = ctx.keys.batch(ctx.session, "finger", case.controller_id, case.id).finger(digits)
    told = communication_of(ctx, case)
    listed = select(Recipient.id).where(Recipient.communication_id == told.id, Recipient.finger == finger)
    found = ctx.session.scalar(listed)
    record_search(ctx, case, found, purpose)
    return None if found is None else named(ctx, _masked(ctx, case, found))


def named(ctx: Context, found: ListedRecipient) -> ListedRecipient:
    """Return the person with name and date of birth; the caller has recorded the look."""
    [one] = addressees(ctx, [ctx.session.get_one(Recipient, found.id)])
    return replace(found, cpr=f"{one.cpr[:6]}-xxxx", name=one.name)


def _states(ctx: Context, which: ColumnElement[bool]) -> dict[UUID, NoticeState]:
    """Return the state of the last notice of each person."""
    rows = ctx.session.execute(select(Notice.recipient_id, Notice.state).where(which).order_by(Notice.id))
    return dict(iter(rows))

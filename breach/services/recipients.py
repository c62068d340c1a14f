"""The list of persons to be told: typed in or from a file, encrypted, each person once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from breach.domain.errors import FieldError, Forbidden, InvalidInput, StepRefused
from breach.domain.recipient_list import RecipientRow, RowFault, read_recipients
from breach.domain.states import CommunicationState, NoticeState, Role
from breach.services.cases import load
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.numbers import check_cpr, cpr_checker
from breach.services.opening import record
from breach.services.recording import look
from breach.services.records import communication_of
from breach.services.sending import addressees
from breach.store.models import BreachCase, Communication, Notice, Recipient
from breach.texts.formats import local

NAME_LIMIT = 200
OPEN_STATES = frozenset({CommunicationState.DUE, CommunicationState.DRAFTING, CommunicationState.APPROVED})
"""States in which the list may still change; asking for release freezes it."""
WRITERS = (Role.CASE_HANDLER, Role.RELEASER)


@dataclass(frozen=True)
class ImportResult:
    """What a file gave: persons added, persons already on the list, and every fault. Faults add nobody."""

    added: int
    repeated: int
    faults: tuple[RowFault, ...]


@dataclass(frozen=True)
class ListedRecipient:
    """One person of the list as a page may show it: masked, unless the right and a purpose were given."""

    id: UUID
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


def _store(ctx: Context, case: BreachCase, told: Communication, rows: Sequence[RecipientRow]) -> int:
    """Store the persons who are not on the list yet; return how many."""
    fingers = ctx.keys.batch(ctx.session, "finger", case.controller_id, case.id)
    people = ctx.keys.batch(ctx.session, "people", case.controller_id, case.id)
    known, fresh = _known(ctx, told), []
    for row in rows:
        finger = fingers.finger(row.cpr)
        if finger in known:
            continue
        known.add(finger)
        row_id = new_id(ctx.now)
        plain = json.dumps({"cpr": row.cpr, "name": row.name}, ensure_ascii=False).encode()
        fresh.append(
            Recipient(
                id=row_id,
                controller_id=case.controller_id,
                case_id=case.id,
                communication_id=told.id,
                finger=finger,
                cell=people.seal("recipient", "cell", row_id, plain),
                added_at=ctx.now,
                added_by=ctx.person_id,
            )
        )
    ctx.session.add_all(fresh)
    ctx.session.flush()
    return len(fresh)


def add_recipient(ctx: Context, reference: str, version: int, cpr: str, name: str) -> None:
    """Put one person on the list; raises InvalidInput for a wrong number or one who is on it already."""
    case, told = _load(ctx, reference, version)
    name = " ".join(name.split())
    digits = check_cpr(cpr, local(ctx.now).date())
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        raise InvalidInput([FieldError("name", "name_missing" if not name else "name_invalid")])
    if not _store(ctx, case, told, [RecipientRow(1, digits, name)]):
        raise InvalidInput([FieldError("cpr", "recipient_repeated")])
    record(ctx, case, "recipients.added", added=1)


def import_csv(ctx: Context, reference: str, version: int, data: bytes) -> ImportResult:
    """Put everyone of a file on the list; one fault and nobody is, and every fault is told."""
    case, told = _load(ctx, reference, version)
    found = read_recipients([data], cpr_checker(local(ctx.now).date()))
    if found.faults:
        return ImportResult(0, 0, found.faults)
    added = _store(ctx, case, told, found.rows)
    record(ctx, case, "recipients.imported", added=added, repeated=len(found.rows) - added)
    return ImportResult(added, len(found.rows) - added, ())


def list_recipients(
    ctx: Context, case: BreachCase, reveal: bool = False, limit: int = 50
) -> list[ListedRecipient]:
    """Return the first persons of the list; names and numbers only with the right to see them, and logged."""
    told = communication_of(ctx, case)
    wanted = (
        select(Recipient).where(Recipient.communication_id == told.id).order_by(Recipient.id).limit(limit)
    )
    rows = ctx.session.scalars(wanted).all()
    stands = ctx.session.execute(
        select(Notice.recipient_id, Notice.state)
        .where(Notice.communication_id == told.id)
        .order_by(Notice.id)
    )
    states = dict(iter(stands))
    if not reveal:
        return [ListedRecipient(row.id, "", "", states.get(row.id)) for row in rows]
    if not ctx.actor.has(case.controller_id, Role.RECIPIENTS_IDENTITY):
        raise Forbidden(Role.RECIPIENTS_IDENTITY.value)
    look(ctx, case, "recipients.read", count=len(rows))
    return listed(ctx, rows, states)


def listed(
    ctx: Context, rows: Sequence[Recipient], states: Mapping[UUID, NoticeState]
) -> list[ListedRecipient]:
    """Return the persons by name and date of birth; the caller has checked the right and logged the look."""
    return [
        ListedRecipient(row.id, f"{one.cpr[:6]}-xxxx", one.name, states.get(row.id))
        for row, one in zip(rows, addressees(ctx, rows), strict=True)
    ]

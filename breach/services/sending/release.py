"""Release of a communication by two persons, round by round; pause, resume and the end of it."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select

from breach.domain.errors import Conflict, FieldError, InvalidInput
from breach.domain.states import Audience, CaseState
from breach.services.cases.file import CaseFile, begin_round
from breach.services.cases.file_query import addressed
from breach.services.cases.guard_facts import reached
from breach.services.cases.loading import load
from breach.services.context import Context
from breach.services.ids import new_id
from breach.services.letters.communication_step import fire
from breach.services.letters.facts import is_current
from breach.services.letters.text import render_letter, sent_on, wants_pdf
from breach.services.sending.batches import begin_preparing
from breach.store.models import Communication, Recipient, Release
from workflows.communication import CommunicationGuardFacts


def ask_release(ctx: Context, reference: str, version: int, list_version: int) -> Release:
    """Freeze the list and the letter and ask a second person to release them.

    list_version: of the list that was seen; raises Conflict where somebody was put on it or removed since
    """
    file = load(ctx, reference, version, "ask_release")
    if list_version != file.list_version:
        raise Conflict("changed_meanwhile")
    case = file.case
    communication = file.communication
    row = file.text
    count = file.addressed
    facts = CommunicationGuardFacts(
        actor_id=ctx.person_id, recipients=count, text_is_current=is_current(file)
    )
    communication.channel = ctx.settings.channel  # as it is set now: the case may be older than the setting
    fire(ctx, file, "ask_release", facts, count=count, channel=communication.channel)
    order = Release(
        id=new_id(ctx.now),
        controller_id=case.controller_id,
        case_id=case.id,
        communication_id=communication.id,
        frozen_count=count,
        first_sha256=frozen_hash(ctx, communication, row.sha256 if row else ""),
        first_by=ctx.person_id,
        first_at=ctx.now,
        round_number=communication.round,
        audience=communication.goes_to,
        text_id=row.id if row else None,
        channel=communication.channel,
    )
    ctx.session.add(order)
    file.release = order
    ctx.session.flush()
    return order


def withdraw_release(ctx: Context, reference: str, version: int) -> None:
    """Withdraw the release before a second person has confirmed it."""
    file = load(ctx, reference, version, "withdraw_release")
    fire(ctx, file, "withdraw_release", CommunicationGuardFacts(actor_id=ctx.person_id))
    if file.release is not None:
        file.release.state, file.release = "withdrawn", None
        ctx.session.flush()


def release(ctx: Context, reference: str, version: int, typed_count: int) -> None:
    """Release as the second person, with the count typed by hand.

    The order and its event are stored at once, with the first notices; a job makes the others of a long list.
    """
    file = load(ctx, reference, version, "release")
    order = file.release
    row = file.text
    communication = file.communication
    now_sha256 = frozen_hash(ctx, communication, row.sha256 if row else "")
    if order is not None and typed_count != order.frozen_count:
        values = {"ready": order.frozen_count, "typed": typed_count}
        raise InvalidInput([FieldError("typed_count", "count_mismatch", values)])
    facts = CommunicationGuardFacts(
        actor_id=ctx.person_id,
        asked_by=order.first_by if order else None,
        typed_count=typed_count,
        frozen_count=order.frozen_count if order else None,
        list_is_unchanged=order is not None and order.first_sha256 == now_sha256,
        text_is_current=is_current(file),
    )
    communication.released_at = ctx.now  # stored with the step, which a guard may still refuse
    if row is not None and wants_pdf(ctx, communication.channel):
        communication.pdf = render_letter(file.controller, reference, row, sent_on(communication))
    fire(ctx, file, "release", facts, count=typed_count, sha256=now_sha256)
    if order is not None:
        order.state, order.typed_count = "released", typed_count
        order.second_by, order.second_at, order.second_sha256 = ctx.person_id, ctx.now, now_sha256
        file.counts = dict(begin_preparing(ctx, order, communication))
    file.release = None
    file.released = order


def pause(ctx: Context, reference: str, version: int) -> None:
    """Pause sending; takes one person."""
    file = load(ctx, reference, version, "pause")
    fire(ctx, file, "pause", CommunicationGuardFacts(actor_id=ctx.person_id))


def resume(ctx: Context, reference: str, version: int) -> None:
    """Resume sending; the sweep queues the waiting batches."""
    file = load(ctx, reference, version, "resume")
    fire(ctx, file, "resume", CommunicationGuardFacts(actor_id=ctx.person_id))


def complete(ctx: Context, reference: str, version: int) -> None:
    """Complete informing where no letter has to be sent any more: the sum of those affected adds up."""
    file = load(ctx, reference, version, "complete_informing")
    facts = CommunicationGuardFacts(actor_id=ctx.person_id, tally=file.tally, on_the_way=file.on_the_way)
    fire(ctx, file, "complete", facts)
    file.communication.completed_at = ctx.now


def frozen_hash(ctx: Context, communication: Communication, text_sha256: str) -> str:
    """Return the hash of what two persons release: the round, its approved text and its whole list.

    The print is made of the text when it is released, with that day.
    """
    sums = hashlib.sha256(f"{communication.id}|{text_sha256}|{communication.channel}|".encode())
    if communication.round > 1:  # what was asked before there were rounds can still be released
        sums.update(f"round {communication.round}".encode())
    cpr_hashes = ctx.session.scalars(
        select(Recipient.finger)
        .join(Communication, Communication.id == Recipient.communication_id)
        .where(Communication.id == communication.id, addressed())
        .order_by(Recipient.finger)
    )
    for cpr_hash in cpr_hashes:
        sums.update(cpr_hash)
    return sums.hexdigest()


def open_round(ctx: Context, reference: str, version: int, audience: str) -> None:
    """Open the next round for all on the list, for the new ones, or for those who were not reached.

    Its letter is drafted, approved and released anew; the rounds before it stay as they were. A round that is
    not sent yet is begun again, for the audience given now.
    """
    file = load(ctx, reference, version, "open_round")
    if audience not in {one.value for one in Audience}:
        raise InvalidInput([FieldError("audience", "audience_missing")])
    facts = CommunicationGuardFacts(
        actor_id=ctx.person_id,
        case_is_decided=file.case.state is CaseState.RESPONDING,
        was_released=file.released is not None,
        on_the_way=file.on_the_way,
    )
    begin_round(file, Audience(audience))
    fire(ctx, file, "open_round", facts, round=file.communication.round, audience=audience)
    file.counts = {}
    file.reached = reached(ctx, file.communication)
    file.addressed = _addressed_count(ctx, file.communication)


def _addressed_count(ctx: Context, communication: Communication) -> int:
    wanted = select(func.count(Recipient.id)).join(
        Communication, Communication.id == Recipient.communication_id
    )
    return ctx.session.scalar(wanted.where(Communication.id == communication.id, addressed())) or 0


def sent_rounds(ctx: Context, file: CaseFile) -> Sequence[Release]:
    """Return the orders by which letters were sent, the first round first; each is its round's record."""
    wanted = select(Release).where(
        Release.communication_id == file.communication.id, Release.state == "released"
    )
    return ctx.session.scalars(wanted.order_by(Release.id)).all()
